"""What the name of a run tells: how it was trained, when, as which of many, and whatever else it is of.

A number in a name may be a setting ("lr-0.1"), a time, a count that says nothing ("trial_3"), or how much
data there was ("digits_4096"). Only what is known to say nothing is left out. A number that stands by itself
is a count where those of the other runs fill a range ("0", "1", "2"); else it says something ("42", "4096").
Before the settings ("1/lr-0.1", "1/lr-0.01") it is rather that of a data set, unless each run has its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_LEAST_COUNTED = 3  # numbers: two that follow each other may be any setting
_LOST_SHARE = 4  # of the numbers one in so many may be missing: a run that failed is often deleted

_LEFT_OUT = "*"  # in place of the value of a setting
_NUMBER = r"(?P<value>(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?)"
# Settings of the training: "lr-0.1", "wd=1e-4", "width64", "hidden-64-64", "seed_3", "adam".
_SETTING = re.compile(
    r"(?<![a-z])(?:"
    r"(?P<size>hidden(?:[-_]?(?:dim|size|units))?|units|channels)[-_=:. ]?(?P<sizes>\d+(?:[-x]\d+)*)"
    r"|(?P<name>lr|learning[-_]?rate|wd|weight[-_]?decay|mom(?:entum)?|drop(?:out)?(?:[-_]?rate)?|width|depth"
    r"|(?:num[-_]?|n[-_]?)?(?:layers?|heads?)|d[-_]model|n[-_]embd|warm[-_]?up(?:[-_]?steps)?"
    r"|(?:grad[-_]?)?clip(?:[-_]?norm)?|gain|init|seed)[-_=:. ]?"
    + _NUMBER
    + r"|adamw?|adamax|nadam|radam|sgd|rmsprop|adagrad|adafactor)(?![a-z0-9])",
    re.IGNORECASE,
)
_DATE = r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:[01]\d|2[0-3])(?:[-_:h.]?[0-5]\d[-_:m.]?[0-5]\d(?:\.\d+)?|[-:h][0-5]\d)"
# What is another for every run: "run-20261126_131500-1x8k2j9a", "2026-11-26/13-15-00", "Nov26_13-15-00",
# seconds since 1970, and what a machine draws.
_DRAWN = re.compile(
    r"(?:offline-)?run-\d{8}_\d{6}-\w{8}"
    rf"|(?<!\d){_DATE}(?:[-T_ /]{_CLOCK})?(?!\d)"
    rf"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\d\d[-_]{_CLOCK}(?!\d)"
    r"|(?<![a-z0-9.])1[4-9]\d{8}(?:\d{3}|\.\d+)?(?![a-z0-9.])"
    r"|(?<![a-z0-9])(?:[0-9a-f]{12,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{5}_\d{5}(?:_\d+)?)"
    r"(?![a-z0-9])",
    re.IGNORECASE,
)
# What a logger, a tuner or a person counts runs by.
_COUNTED = re.compile(
    r"(?<![a-z])(?P<word>run|version|trial|job|exp(?:eriment)?|fold|rep(?:eat|licate)?|attempt)[-_=:. ]?"
    r"\d+(?![a-z0-9.])",
    re.IGNORECASE,
)
# A number with nothing that says of what it is, or as a seed is written: "lr-0.1_3", "sgd/7", "base_s3".
_ALONE = re.compile(
    r"(?:(?<![a-z0-9])s[-_=]?|(?<![a-z0-9.])(?<![a-z][-_=:. ]))(?P<digits>\d+)(?![a-z0-9.])", re.IGNORECASE
)
# Where the settings are logged a name may be "mnist-3" for the third run, and a number alone says nothing.
_ANY = re.compile(r"(?<![a-z0-9.])s?(?P<digits>\d+)(?![a-z0-9.])", re.IGNORECASE)
_WHOLE = re.compile(r"(?<![^/])\d+(?![^/])")


@dataclass(frozen=True, slots=True)
class LoneNumber:
    """A number in a name, of which nothing says what it is of; `leads` is whether a setting follows it."""

    value: int
    leads: bool


@dataclass(frozen=True, slots=True)
class RunName:
    """A name without how the run was trained, when, and as which of many.

    `pattern` is equal for two runs that say the same but for `numbers`, which may be counts or not, in the
    order of the name. `tells_training` is whether a setting of the training was in it.
    """

    pattern: str
    numbers: tuple[LoneNumber, ...]
    tells_training: bool


def read_name(name: str, *, is_logged: bool) -> RunName:
    """What is left of a name, an id or a path; `is_logged` is whether the run logs how it was trained."""
    untrained = _SETTING.sub(_of_setting, name)
    left = _COUNTED.sub(r"\g<word>#", _DRAWN.sub("#", untrained))
    number = _ALONE
    if is_logged:
        left, number = _WHOLE.sub("#", left), _ANY
    last = left.rfind(_LEFT_OUT)
    numbers = tuple(LoneNumber(int(one["digits"]), one.end() < last) for one in number.finditer(left))
    return RunName(number.sub("#", left), numbers, untrained != name)


def settings_in(name: str) -> Iterator[tuple[str, str]]:
    """The settings that a name tells: "lr-0.1/seed3" has lr 0.1 and seed 3."""
    for told in _SETTING.finditer(name):
        named = told["name"] or told["size"]
        if named is None:
            yield "optimiser", told.group()
        else:
            yield named.lower(), told["value"] or told["sizes"]


def saying(numbers: Sequence[tuple[LoneNumber, ...]]) -> list[tuple[LoneNumber, ...]]:
    """Of the numbers in names of one pattern, one tuple a name, those that are no counts of the runs."""
    columns = [column for column in zip(*numbers, strict=True) if not are_counted(column)]
    return list(zip(*columns, strict=True)) if columns else [()] * len(numbers)


def are_counted(numbers: Sequence[LoneNumber]) -> bool:
    """Whether the numbers at one place of the names follow each other but for a few."""
    distinct = {number.value for number in numbers}
    if len(distinct) < _LEAST_COUNTED or (numbers[0].leads and len(distinct) < len(numbers)):
        return False
    return follow_each_other(distinct)


def follow_each_other(distinct: Collection[int]) -> bool:
    """Whether different numbers, one at least, fill the range they span but for a few that were lost."""
    return max(distinct) - min(distinct) < len(distinct) + len(distinct) // _LOST_SHARE


def _of_setting(told: re.Match[str]) -> str:
    return f"{told['name'] or told['size'] or ''}{_LEFT_OUT}"
