"""Numbers and named numbers as people print them: thousands commas, units, running averages in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from losstui.languages import LETTERS
from losstui.roles import Direction, Kind, Split, assign_roles
from losstui.tags import split_of
from losstui_parsers.columns import BOOKKEEPING_NAMES, normalise, unwrap_scalars

NUMBER = (
    r"(?:[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
    r"|[+-]?(?:[nN][aA][nN]|[iI][nN][fF](?:inity)?)(?![a-zA-Z]))"
)
# What may follow a number: a unit of a few letters, then neither more of a word nor of a date or a ratio.
ENDED = rf"(?:\s?(?P<thousand>[kK])|[%a-zA-Zµ{LETTERS}]{{1,4}}(?:/[a-zA-Z]+)?)?(?![\w/]|[.,:-]\d)"
STARTS = r"(?<![\w.@%/+])"  # where a word begins: asked first, so that long words cost no more
WORD = rf"[A-Za-z_@{LETTERS}](?:[\w@%/]|[.+-](?=\w))*"
_TENSOR = r"(?:(?:tensor\(|param\(|\[)\s?)?"  # PyTorch's, and Flux's
LEVELS = "DEBUG|INFO|NOTICE|WARN|WARNING|ERROR"  # what a logger puts before the message
_NO_LEVEL = rf"(?!(?:{LEVELS}) )"
_DOT = r"(?:\.(?=:))?"  # of a word cut short: "acc.: 50%"
_PAIR = re.compile(rf"{STARTS}({WORD}){_DOT}\s*[:=]\s*{_TENSOR}({NUMBER}){ENDED}")
_PHRASE_PAIR = re.compile(
    rf"{STARTS}{_NO_LEVEL}({WORD}(?: {WORD}){{0,3}})(?: ?\([^()\[\]:=]{{1,20}}\))?{_DOT}"
    rf"\s*(?:[:=]|\s(?:is|of|->)\s)\s*{_TENSOR}({NUMBER}){ENDED}"
)
_UNIT_FIRST = re.compile(r"(?:m?s|secs?|seconds|\w+/s(?:ec)?) ")
_AFTER_COLON = re.compile(r":\s+")
_NUMBER_ENDED = re.compile(rf"({NUMBER}){ENDED}")
# "loss at step 100: 0.5", "Average loss at step  100 :  0.5", "Total reward in global step 100 is 20"
_PLACED_PAIR = re.compile(
    rf"{STARTS}({WORD}(?: {WORD}){{0,2}}) (?:at|after|in|for|of) (?:(?:the|global|train|training) )?"
    rf"(?:step|iteration|iter|epoch|batch|episode|round) {{1,8}}\d+\s*(?:[:=]|\s(?:is|was)\s)"
    rf"\s*{_TENSOR}({NUMBER}){ENDED}",
    re.IGNORECASE,
)
_PLACING = re.compile(r" (?:at|after|in|for|of) (?:[A-Za-z]+ )?[A-Za-z]+ {1,8}\d")
# "Actor Loss 0.5, Critic Loss 0.7", "grad norm 2.5": the word before is part of the name
_WHOSE = (
    r"[Ll]earning|[Aa]ctor|[Cc]ritic|[Pp]olicy|[Vv]alue|[Mm]odel|[Tt]otal|[Gg]rad(?:ient)?"
    r"|[DdGg]|[Dd]isc(?:riminator)?|[Gg]en(?:erator)?"
)
# "loss 0.5", "f1-score (micro avg) 0.5": without a sign between them the name must be a metric's or a
# learning rate's and the number no count
_BLANK_PAIR = re.compile(
    rf"{STARTS}((?:(?:(?:train|val|valid|test|dev|eval|best|lowest|highest)\w*|{_WHOSE}) )?{WORD})"
    rf"(?: \([^()\[\]:=\d]{{1,20}}\))? +((?=\S*[.eEnN]){NUMBER}){ENDED}"
)
_OFTEN_UNSIGNED = ("oss ", "@", "op-", "ank-", "AP", "acc ", "Acc ")
# "Loss [ 0.5]", an array of one number
ARRAY_PAIR = re.compile(
    rf"{STARTS}{_NO_LEVEL}({WORD}(?: {WORD}){{0,2}}) ?\[\s?((?=\S*[.eEnN]){NUMBER}){ENDED}\s?\]"
)
_ARRAY_AHEAD = re.compile(r"\[\s?[-+\d]*[.nN][\w.+-]*\s?\]")  # asked first: lines are full of "[3/10]"
# "loss in train 0.5", "Accuracy on the test set 0.9"
_OF_SPLIT = re.compile(
    rf"{STARTS}({WORD} (?:in|on|for|of) (?:the )?(?:train|val|dev|test|eval)\w*(?: (?:set|data|dataset))?)"
    rf" +((?=\S*[.eEnN]){NUMBER}){ENDED}",
    re.IGNORECASE,
)
_SPLIT_AHEAD = re.compile(r" (?:in|on|for|of) (?:the )?[tTvVdDeE]")
_FRACTION = r"\s*(?:[+-]?\d*\.\d+(?:[eE][+-]?\d+)?|nan)\s*"
_LIST = re.compile(
    rf"({STARTS}{WORD}(?: {WORD}){{0,3}}\s{{0,2}}[:=]?\s{{0,2}})\[({_FRACTION}(?:,{_FRACTION}){{1,999}})\]"
)
_LIST_AHEAD = re.compile(r"\[\s*(?:nan|np\.float|[+-]?\d*\.\d)[^\[\]]{0,60},")  # asked first: it is rare
# "Loss 0.52/0.61", of two data sets or networks that the line does not name; "3/10" are counts
_DECIMAL = r"\d*\.\d+(?:[eE][+-]?\d+)?"
_SHARED = re.compile(
    rf"{STARTS}{_NO_LEVEL}({WORD}(?: {WORD}){{0,2}})\s?[:=]?\s?"
    rf"({_DECIMAL}(?:\s?/\s?{_DECIMAL}){{1,3}})(?![\w./])"
)
_SHARED_AHEAD = re.compile(r"\.\d+ ?/ ?\d*\.\d")
# "D loss: 0.3, 0.4, 0.5"; of two, and before a word, the last may be something else
_LISTED = re.compile(
    rf"{STARTS}{_NO_LEVEL}({WORD}(?: {WORD}){{0,2}})\s?[:=]\s?"
    rf"([+-]?{_DECIMAL}(?:, ?[+-]?{_DECIMAL}){{2,7}})"
    r"(?=\s*(?:$|[|;\])])|\s+[A-Za-z]\w*(?: \w+){0,2}\s?[:=])"
)
_LISTED_AHEAD = re.compile(r"\.\d+, ?[+-]?\d*\.\d[^:=]{0,8}, ?[+-]?\d*\.\d")
_BETWEEN = re.compile(r"[/,]")
_RATIO = re.compile(
    rf"{STARTS}({WORD}(?: {WORD}){{0,3}})\s*[:=]\s*(\d+)\s*/\s*(\d+)\s*\(\s*\d+(?:\.\d*)?\s*%\s*\)"
)
# What makes a line worth reading; a learning rate or a speed alone is as often a setting.
_MEASURED = (
    Kind.LOSS,
    Kind.COMPONENT_LOSS,
    Kind.ADVERSARIAL_LOSS,
    Kind.ACCURACY,
    Kind.ERROR,
    Kind.REWARD,
    Kind.GRAD_NORM,
)
_SPLIT_KINDS = _MEASURED[:-1]


def to_number(text: str) -> float:
    """The number that a match of `NUMBER` stands for."""
    return float(text.replace(",", "") if "," in text else text)


def token_pairs(text: str) -> list[tuple[str, float]]:
    """The numbers of words like "loss:0.5" or "loss: 0.5"; other words are left out."""
    values: list[tuple[str, float]] = []
    for token in _AFTER_COLON.sub(":", text).split():
        tag, _, number = token.rpartition(":")
        if not tag or not number:
            continue
        try:
            values.append((tag, float(number)))
        except ValueError:
            match = _NUMBER_ENDED.match(number)
            if match:
                values.append((tag, to_number(match.group(1)) * (1000 if match.group("thousand") else 1)))
    return values


def pairs(text: str) -> list[tuple[str, float]]:
    """The numbers with a name of one word before them: "loss: 0.5", "lr=1e-4", "tps: 7,282"."""
    return [named(match) for match in _PAIR.finditer(text)]


def phrase_pairs(text: str) -> list[tuple[str, float, int]]:
    """The numbers with a name of up to four words before them, and where in `text` the name begins.

    "Accuracy: 9836/10000 (98%)" is the percentage, with all its digits.
    """
    matches = [*_PHRASE_PAIR.finditer(text), *_rarer_pairs(text)]
    taken = [match.span() for match in matches]
    found = [(*named(match), match.start()) for match in matches]
    for place, (tag, value, start) in enumerate(found):
        # "12.5 sec loss: 0.5": what stands right behind a number is its unit
        unit = _UNIT_FIRST.match(tag) if " " in tag and text[start - 2 : start - 1].isdigit() else None
        if unit:
            found[place] = tag[unit.end() :], value, start
    if "%" in text and "/" in text:
        for match in _RATIO.finditer(text):
            if float(match.group(3)) > 0:
                share = 100.0 * float(match.group(2)) / float(match.group(3))
                found.append((match.group(1), share, match.start()))
    # beside others only what is often printed so is looked for: the pattern tries each word of a line
    likely = any(sign in text for sign in _OFTEN_UNSIGNED) or not text.isascii()
    wanted = likely or not any(is_measured(tag) for tag, _, _ in found)
    for match in _BLANK_PAIR.finditer(text) if wanted else ():
        apart = all(match.end() <= start or end <= match.start() for start, end in taken)
        if apart and (is_measured(match.group(1)) or is_learning_rate(match.group(1))):
            found.append((*named(match), match.start()))
    return sorted(found, key=lambda one: one[2])


def _rarer_pairs(text: str) -> list[re.Match[str]]:
    """The named numbers of which the sign between name and number is missing or stands elsewhere."""
    matches = list(_PLACED_PAIR.finditer(text)) if _PLACING.search(text) else []
    unsigned = [*ARRAY_PAIR.finditer(text)] if "[" in text and _ARRAY_AHEAD.search(text) else []
    if _SPLIT_AHEAD.search(text):
        unsigned += _OF_SPLIT.finditer(text)
    return matches + [match for match in unsigned if is_measured(match.group(1))]


def named(match: re.Match[str]) -> tuple[str, float]:
    """The name, group 1, and the number, group 2, of a match that ends with `ENDED`."""
    value = to_number(match.group(2))
    return match.group(1).removesuffix(" is"), value * 1000 if match.group("thousand") else value


@lru_cache(maxsize=4096)
def is_measured(tag: str) -> bool:
    """Whether a tag by its name is a loss, a metric, an objective or a gradient norm."""
    role = assign_roles([tag])[tag]
    known = role.kind in _MEASURED or role.direction is not Direction.NEUTRAL
    return known and normalise(tag) not in BOOKKEEPING_NAMES


@lru_cache(maxsize=4096)
def is_learning_rate(tag: str) -> bool:
    """Whether a tag by its name is a learning rate."""
    return assign_roles([tag])[tag].kind is Kind.LEARNING_RATE


@lru_cache(maxsize=4096)
def is_loss(tag: str) -> bool:
    """Whether a tag by its name is a loss that a model is trained on."""
    return assign_roles([tag])[tag].kind is Kind.LOSS


@lru_cache(maxsize=4096)
def is_train_loss(tag: str) -> bool:
    """Whether a tag by its name is a loss on the data that a model is trained on."""
    role = assign_roles([tag])[tag]
    return role.kind is Kind.LOSS and role.split is Split.TRAIN


@lru_cache(maxsize=4096)
def takes_split(tag: str) -> bool:
    """Whether a tag measures something on data and does not say on which."""
    role = assign_roles([tag])[tag]
    measures = role.kind in _SPLIT_KINDS or role.direction is not Direction.NEUTRAL
    return measures and split_of(tag) == "none"


@lru_cache(maxsize=4096)
def is_unknown(tag: str) -> bool:
    """Whether a tag says neither what it is nor on which data it was measured."""
    return assign_roles([tag])[tag].kind is Kind.OTHER and split_of(tag) == "none"


def with_means(text: str) -> str:
    """The text with the mean in place of the numbers of one metric for each class: "dice: [0.5, nan, 0.7]".

    A class that is not in the data has a NaN, which counts for nothing.
    """
    return _LIST.sub(_mean, unwrap_scalars(text)) if _LIST_AHEAD.search(text) else text


def _mean(match: re.Match[str]) -> str:
    name, texts = match.group(1), match.group(2).split(",")
    told = [float(text) for text in texts]
    values = [value for value in told if value == value]
    if not is_measured(name.rstrip(" :=")):
        return match.group()
    return f"{name}[{sum(values) / len(values) if values else float('nan')!r}]"


def with_each_named(text: str) -> str:
    """The text with a name for each of the numbers that share one: "Loss 0.5/0.6" is Loss and Loss.2."""
    text = _SHARED.sub(_apart, text) if "/" in text and _SHARED_AHEAD.search(text) else text
    return _LISTED.sub(_apart, text) if "," in text and _LISTED_AHEAD.search(text) else text


def _apart(match: re.Match[str]) -> str:
    name, numbers = match.group(1), _BETWEEN.split(match.group(2))
    if not is_measured(name):
        return match.group()
    names = [name, *(f"{name}.{place}" for place in range(2, len(numbers) + 1))]
    return " ".join(f"{each}: {number.strip()}" for each, number in zip(names, numbers, strict=True))


def any_measured(values: Iterable[tuple[str, float]]) -> bool:
    """Whether one of the named numbers is a loss, a metric or a gradient norm."""
    return any(is_measured(tag) for tag, _ in values)


def under(split: str, values: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """The values of one evaluation: the split before each tag that does not name one."""
    return [(f"{split}/{tag}" if split_of(tag) == "none" else tag, value) for tag, value in values]


def measured_under(split: str, values: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """The values with the split before those tags that measure something on data and do not say on which."""
    if not split:
        return list(values)
    return [(f"{split}/{tag}" if takes_split(tag) else tag, value) for tag, value in values]
