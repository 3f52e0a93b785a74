"""The words of logs in languages with Latin letters, in English; their accents may be missing."""

from __future__ import annotations

import re
import unicodedata

# English: the words without accents, as French, Spanish, Portuguese, Italian, German, Turkish and Polish
# logs have them. None is an English word, or what English logs name a value.
_WORDS = {
    "train": "entrainement entrenamiento treino treinamento addestramento egitim treningowa treningowy",
    "validation": "validacion validacao validazione validierung dogrulama walidacja walidacyjna walidacyjny",
    "test": "prueba teste testowa testowy",
    "epoch": "epoque epoca epocas epoche epochen donem epoka",
    "step": "etape passo paso schritt schritte adim krok",
    "episode": "episodio episodios",
    "loss": "perte pertes perda perdas perdida perdite perdita verlust verluste kayip kaybi"
    " coste costo custo",
    "accuracy": "exactitud exactitude acuracia accuratezza genauigkeit dogruluk dokladnosc",
    "precision": "precisao precisione",
    "error": "erreur erro errore fehler hata blad",
    "reward": "recompensa ricompensa belohnung odul nagroda",
    "average": "moyen moyenne promedio durchschnitt durchschnittlich durchschnittlicher mittlerer ortalama",
    "best": "meilleur meilleure mejor melhor bester beste migliore",
}
_ENGLISH = {word: english for english, words in _WORDS.items() for word in words.split()}
_LEARNING_RATE = re.compile(
    r"taux d.apprentissage|tasa de aprendizaje|taxa de aprendiza(?:do|gem)|tasso di apprendimento|lernrate"
    r"|ogrenme orani",
    re.IGNORECASE,
)
# German makes one word of them: "Trainingsverlust".
_COMPOUND = re.compile(
    r"(?:(trainings?)|(validierungs?)|(test)|gesamt)(verlust|genauigkeit|fehler)", re.IGNORECASE
)
_OF = re.compile(r"(?<= )(?:d['’]|(?:de|di|da|do|du|des|del|della) )", re.IGNORECASE)
_PARTS = ("train", "validation", "test")
_WORD = re.compile(r"[^\W\d_]+")
# Latin letters with accents, as they stand in a set of a pattern.
ACCENTED = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_ACCENTED = re.compile(f"[{ACCENTED}]")
_NOT_COMPOSED = {"ı": "i", "ł": "l", "Ł": "L"}


def in_english(text: str) -> str:
    """`text` with these words in English; others stay, without their accents."""
    bare = text if text.isascii() else _ACCENTED.sub(_bare, text)
    english = _WORD.sub(_translated, _LEARNING_RATE.sub("learning rate", bare))
    return english if english == bare else _OF.sub(" ", english)


def is_known(word: str) -> bool:
    """Whether `word` is one of these."""
    return _ACCENTED.sub(_bare, word).lower() in _ENGLISH


def _bare(match: re.Match[str]) -> str:
    letter = match.group()
    return _NOT_COMPOSED.get(letter) or unicodedata.normalize("NFD", letter)[0]


def _translated(match: re.Match[str]) -> str:
    word = match.group()
    english = _ENGLISH.get(word.lower())
    if english is not None:
        return english
    compound = _COMPOUND.fullmatch(word)
    if compound is None:
        return word
    parts = [part for part, found in zip(_PARTS, compound.groups(), strict=False) if found]
    return " ".join([*parts, _ENGLISH[compound.group(4).lower()]])
