"""Which runs are shown, and in which order: the words of a filter, and the ways to rank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from typing import TYPE_CHECKING

from losstui.hyperparameters import flattened, number_of
from losstui.tui.run_rows import DEAD, SEVERITIES

if TYPE_CHECKING:
    from losstui.tui.reading import ReadRun

Fits = Callable[[str, "ReadRun"], bool]

_HYPERPARAMETER = re.compile(r"(?P<hp>hp\.)?(?P<name>[^=<>!]+)(?P<comparison>>=|<=|!=|=|>|<)(?P<value>.+)")
_SPACED = re.compile(r"((?:^|\s)(?:hp\.)?[^\s=<>!:]+)\s*(>=|<=|!=|=|>|<)\s*(?=\S)")  # "hp.lr > 0.01"
MOST_NAMED = 6  # things there are, where what was asked for is not among them
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
}


class Ranking(str, Enum):
    """What the list of runs is ordered by. Only by name are there folders."""

    NAME = "name"
    SEVERITY = "severity"
    LAST = "last loss"
    BEST = "best loss"
    NEWEST = "newest value"

    @property
    def next(self) -> Ranking:
        """The next way, round and round."""
        ways = list(Ranking)
        return ways[(ways.index(self) + 1) % len(ways)]


def run_filter(pattern: str) -> Fits:
    """Whether a run fits all words of `pattern`, in any case.

    severity:critical, finding:overfitting, tag:val, format:csv, status:running and hp.lr>0.01 ask for
    what they say; the beginning of the value is enough, and lr>0.01 asks for the same. A setting that is
    not logged is taken from the run id, "lr-0.1". Any other word is searched for in the run id, as a
    regular expression or, where it is none, as it stands; a status, "dead", is also enough by itself.
    """
    terms = [_term(word) for word in _words(pattern)]
    return lambda run_id, read: all(term(run_id, read) for term in terms)


def _words(pattern: str) -> list[str]:
    return _SPACED.sub(r"\1\2", pattern).split()


def _comparison(word: str) -> re.Match[str] | None:
    """The parts of a word that compares a hyper-parameter; "lr=0.1" may as well be a part of a name."""
    match = _HYPERPARAMETER.fullmatch(word)
    if match is None or match["hp"]:
        return match
    return match if match["comparison"][0] in "<>" and number_of(match["value"]) is not None else None


def _term(word: str) -> Fits:
    name, colon, sought = word.partition(":")
    asked = _ASKED.get(name.lower())
    if colon and asked is not None:
        return lambda _, read: any(_begins(one, sought) for one in asked(read))
    if colon and name.lower() == "tag":
        search = text_matcher(sought).search
        return lambda _, read: any(search(tag) for tag in read.report.run.frame)
    comparison = _comparison(word)
    if comparison is not None:
        return _hyperparameter_term(comparison)
    search = text_matcher(word).search
    return lambda run_id, read: search(run_id) is not None or word.lower() == read.state


def _begins(text: str, sought: str) -> bool:
    return text.lower().startswith(sought.lower())


def _severities(read: ReadRun) -> Iterable[str]:
    return [one.severity.value for one in read.report.findings] or ["ok"]


def _findings(read: ReadRun) -> Iterable[str]:
    return [word for one in read.report.findings for word in (one.name, one.code)]


_ASKED: dict[str, Callable[[ReadRun], Iterable[str]]] = {
    "severity": _severities,
    "finding": _findings,
    "format": lambda read: [read.report.run.format],
    "status": lambda read: [read.state],
}


def _hyperparameter_term(match: re.Match[str]) -> Fits:
    name, sought = match["name"].lower(), match["value"]
    compare = _COMPARISONS[match["comparison"]]

    def fits(run_id: str, read: ReadRun) -> bool:
        logged = flattened(read.report.run.hyperparameters)
        for full, value in [*logged, *_in_name(name, run_id)]:
            if name in (_short(full), full.lower()):
                one, other = number_of(value), number_of(sought)
                if one is not None and other is not None:
                    return compare(one, other)
                same = str(value).lower() == sought.lower()
                return same if match["comparison"] == "=" else not same and match["comparison"] == "!="
        return False

    return fits


def _in_name(name: str, run_id: str) -> list[tuple[str, str]]:
    """A setting and its number as the id of the run has them, "sweep/lr-0.1" or "wd=1e-4"; or nothing."""
    number = r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
    found = re.search(rf"(?<![^\W_]){re.escape(name)}[-_=]{number}(?![^\W_]|\.\d)", run_id, re.IGNORECASE)
    return [(name, found.group(1))] if found else []


def _short(hyperparameter: str) -> str:
    return re.split(r"[./]", hyperparameter.lower())[-1]


def mistakes(pattern: str, reads: Collection[ReadRun]) -> list[str]:
    """What is wrong with words of `pattern`: what none of the runs has, or what is no expression."""
    reasons = (_mistake(word, reads) for word in _words(pattern))
    return [reason for reason in reasons if reason]


def _mistake(word: str, reads: Collection[ReadRun]) -> str:
    name, colon, sought = word.partition(":")
    asked = _ASKED.get(name.lower()) if colon else None
    comparison = _comparison(word)
    if asked is not None:
        there = {one for read in reads for one in asked(read)}
        fits = not sought or any(_begins(one, sought) for one in there)
        if asked is _findings:
            there = {one.name for read in reads for one in read.report.findings}
        return "" if fits else f"no run has {name.lower()} '{sought}'; {_named(there)}"
    if comparison is not None:
        there = {_short(full) for read in reads for full, _ in flattened(read.report.run.hyperparameters)}
        name = comparison["name"].lower()
        known = _short(name) in there or any(_in_name(name, read.report.run.id) for read in reads)
        return "" if known else f"no run logs a hyper-parameter '{comparison['name']}'; {_named(there)}"
    try:
        re.compile(sought if colon and name.lower() == "tag" else word)
    except re.error as error:
        return f"{word} is no regular expression ({error.msg}): searched for as it stands"
    return ""


def _named(there: Collection[str]) -> str:
    """The things there are, the first few by name."""
    if not there:
        return "there are none"
    names = sorted(there)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"there are {', '.join(names[:MOST_NAMED])}{more}"


def text_matcher(text: str) -> re.Pattern[str]:
    """How to search for `text`, in any case: as a regular expression, or as it stands if it is none."""
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error:
        return re.compile(re.escape(text), re.IGNORECASE)


def rank_of(read: ReadRun, ranking: Ranking) -> tuple[float, ...]:
    """Sorts the run to look at first to the top: the worst, the one of the least loss, the newest."""
    if ranking is Ranking.SEVERITY:
        found = Counter(one.severity for one in read.report.findings)
        *ill, notes = (-float(found[severity]) for severity in SEVERITIES)
        return (*ill, -float(read.state == DEAD), notes)
    if ranking is Ranking.NEWEST:
        return (-read.summary.newest,)
    return (read.summary.last_rank if ranking is Ranking.LAST else read.summary.best_rank,)
