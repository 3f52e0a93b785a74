"""Words of European languages, with and without their accents."""

from __future__ import annotations

import pytest

from losstui.languages import known_letters
from losstui.latin_words import in_english
from losstui.tags import quantity_of, split_of


@pytest.mark.parametrize(
    ("name", "quantity", "split"),
    [
        ("perte_val", "loss", "val"),
        ("Perte d'entraînement", "loss", "train"),
        ("pérdida de validación", "loss", "val"),
        ("perda de treino", "loss", "train"),
        ("perdita validazione", "loss", "val"),
        ("Validierungsverlust", "loss", "val"),
        ("Trainingsgenauigkeit", "accuracy", "train"),
        ("Testfehler", "error", "test"),
        ("Gesamtverlust", "loss", "none"),
        ("précision", "precision", "none"),
        ("exactitud/prueba", "accuracy", "test"),
        ("kayıp", "loss", "none"),
        ("dokładność", "accuracy", "none"),
        ("taux d'apprentissage", "learning_rate", "none"),
        ("Lernrate", "learning_rate", "none"),
    ],
)
def test_a_name_says_in_any_language_what_it_is(name: str, quantity: str, split: str) -> None:
    assert (quantity_of(name), split_of(name)) == (quantity, split)


def test_other_words_and_names_stay() -> None:
    assert in_english("train_loss, experts, strata, perte2") == "train_loss, experts, strata, loss2"
    assert in_english("durée") == "duree"
    assert in_english("에포크 ガ") == "에포크 ガ"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("loss 0.5", 0),
        ("époque 3, durée 5", len("époque")),
        ("训练损失: 0.5", len("训练损失")),
        ("第 3 轮", 0),
        ("потери, точность", len("потериточность")),
    ],
)
def test_letters_of_known_words_that_ascii_has_not(text: str, letters: int) -> None:
    assert known_letters(text) == letters
