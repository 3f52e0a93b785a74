"""The words of logs in other languages, in the English that the other tables know."""

from __future__ import annotations

import re

from losstui import latin_words

# Letters with accents, Cyrillic, kana, the signs of Chinese and Japanese, and Hangul, as they stand in a set
# of a pattern.
LETTERS = f"{latin_words.ACCENTED}\u0400-\u04ff\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3"

# What counts: these words name the place of a line as well as a column.
_COUNTERS = {
    "epoch": "轮次|輪次|轮|輪|周期|世代|에포크|에폭|эпоха|эпохи|エポック",
    "step": "步数|步數|步|迭代次数|迭代|스텝|단계|шаг|итерация|ステップ|イテレーション|反復",
    "episode": "回合|에피소드|эпизод|エピソード",
}
# Those with accents; the others stand among the English ones of `places`.
_LATIN_COUNTERS = {"epoch": "époque|época|dönem", "step": "étape|adım", "episode": "épisode|episódio"}
# In this order: what is part of a longer word comes behind that.
_WORDS = (
    ("learning rate", r"学习率|學習率|学習率|학습률|학습율|(?:скорость|темп|шаг)\s+обучения"),
    ("grad norm", r"梯度范数|梯度範數|勾配ノルム|기울기\s?노름|норма\s+градиента"),
    ("train", r"训练集?|訓練集?|学習|훈련|학습|обуч\w*|трен\w*"),
    ("validation", r"验证集?|驗證集?|検証|검증|валид\w*|评估|評估|評価|평가|оценк\w*"),
    ("test", r"测试集?|測試集?|テスト|테스트|시험|тест\w*"),
    ("epoch", rf"轮数|輪數|эпох\w*|{_COUNTERS['epoch']}"),
    ("step", _COUNTERS["step"]),
    ("episode", _COUNTERS["episode"]),
    ("loss", r"损失|損失|ロス|손실|로스|потер[ьяие]\w*|лосс"),
    ("accuracy", r"[准準][确確][率度]|正确率|正確率|正解率|精度|정확도|точност[ьи]"),
    ("precision", r"精确率|精確率|查准率|適合率|정밀도"),
    ("recall", r"召回率|查全率|再現率|재현율|полнот[аы]"),
    ("error", r"误差|誤差|错误率|錯誤率|오차|오류율|ошибк[аи]"),
    ("perplexity", r"困惑度|パープレキシティ|혼란도|перплексия"),
    ("reward", r"奖励|獎勵|報酬|보상|наград[аы]"),
    ("grad", r"梯度|勾配|기울기|градиент\w*"),
    ("total", r"总|總|合計|총|общ(?:ая|ие|ий)|суммарн\w*"),
    ("average", r"平均|평균|средн\w+"),
    ("current", r"当前|當前|現在|현재|текущ\w+"),
    ("best", r"最佳|最好|最优|最優|最良|ベスト|최고|최적|лучш\w*"),
    ("saved", r"保存|저장|сохран\w*"),
    ("remaining", r"剩余|剩餘|残り|남은|остал\w*"),
    ("time", r"时间|時間|用时|耗时|시간|время"),
    ("value", r"值|値|값|значени\w*"),
)
# Words of Russian begin where no letter is before them; the others are written without blanks.
_BEGINS = "(?<![\u0400-\u04ff])"
# None of them begins with a letter of ASCII, which most of a log is: it is quick to pass over.
_WORD = re.compile(
    rf"(?=[^\x00-\x7f]){_BEGINS}(?:{'|'.join(f'({words})' for _, words in _WORDS)})", re.IGNORECASE
)
_ANY_LETTER = re.compile(f"[{LETTERS}]")
# From its first letter on: a long line without an accent would be searched anew from each of its letters.
_ACCENTED_WORD = re.compile(rf"(?<![A-Za-z])[A-Za-z]*[{latin_words.ACCENTED}][A-Za-z{latin_words.ACCENTED}]*")
# Signs of the width of a Chinese one, and the ASCII ones they stand for.
_WIDE = str.maketrans("：＝，。；（）［］／％＋－　、", ":=,.;()[]/%+-  ")
_COUNTER = "|".join(f"(?P<{name}>{words}|{_LATIN_COUNTERS[name]})" for name, words in _COUNTERS.items())
_ORDINAL = re.compile(
    rf"第\s*(?P<number>\d+)(?P<of>\s*/\s*\d+)?\s*[个個次]?\s*(?:{_COUNTER})目?", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"(?<![\w/.])(?<![{LETTERS}]\s)(?P<number>\d+)(?P<of>\s*/\s*\d+)?(?:-я|\s?번째)?\s*(?:{_COUNTER})目?(?![{LETTERS}])",
    re.IGNORECASE,
)
# Not the total, the largest or the best one, which is no place.
_NAMED = re.compile(
    rf"(?<![总總共每大佳])(?<!총\s){_BEGINS}(?:{_COUNTER})\s*[:=№]?\s*(?=[\[(#]?\s*\d)",
    re.IGNORECASE,
)


def in_english(text: str) -> str:
    """`text` with the words of other languages in English; others stay, and so does what is plain ASCII."""
    if text.isascii():
        return text
    scripts = _WORD.sub(lambda match: f" {_WORDS[(match.lastindex or 1) - 1][0]} ", text)
    return latin_words.in_english(scripts)


def name_in_english(name: str) -> str:
    """`name` with the words of other languages in English, also those without an accent."""
    return latin_words.in_english(name) if name.isascii() else in_english(name)


def known_letters(text: str) -> int:
    """How many letters of `text` stand in known words that are not ASCII: evidence that it is read right.

    Words of one letter do not count: where text is read as it was not written they come by chance.
    """
    words = [match.group() for match in _WORD.finditer(text)]
    words += [word for word in _ACCENTED_WORD.findall(text) if latin_words.is_known(word)]
    return sum(len(word) for word in words if len(word) > 1)


def with_english_places(line: str) -> str:
    """A line in which the word beside a number that says where it stands is English, and signs are ASCII.

    "第 3 轮 损失: 0.5" is "epoch: 3 损失: 0.5": the names of values stay.
    """
    if line.isascii() or not _ANY_LETTER.search(line):
        return line
    line = line.translate(_WIDE)
    placed = _NAMED.sub(lambda match: f" {match.lastgroup}: ", _ORDINAL.sub(_placed, line))
    return placed if placed != line else _COUNTED.sub(_placed, line)


def _placed(match: re.Match[str]) -> str:
    counter = next(name for name in _COUNTERS if match[name])
    return f" {counter}: {match['number']}{match['of'] or ''} "
