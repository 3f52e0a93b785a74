"""From the text of a terminal to its lines: colours taken out, redrawn lines told from printed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from losstui_parsers.plain_text import without_control

_LONG_LINE = (
    1000  # characters, from which on a line's runs of blanks are shortened: patterns go over them often
)
_BLANKS = re.compile(r"[ \t]{8,}")
LONGEST_LINE = 16_384  # characters; what is longer is a dump, not a line of numbers
_STAMP_REACH = 96  # characters of a line in which its time may stand
_BARE_COLOUR = re.compile(r"\[(?:\d{1,3};){0,4}\d{1,3}m")  # a colour whose escape character got lost
_BARE_END = re.compile(r"(?<!\x1b)\[(?:0|39)m")
_NUMBER_AT_END = re.compile(r"(?<![\w.])[+-]?\d+(?:\.(\d*))?(?:[eE][+-]?\d*)?\Z")
# Where in the code the logger was called: "(trainer:273) INFO", "| package.trainer:after_iter:246 - ",
# "| package.trainer:246 - "
_AMONG_FIRST = re.compile(r"\b(top)[ -](\d{1,3})[ -](?=[a-z])", re.IGNORECASE)
# How many of the first count, or how well boxes have to fit, behind the name of a metric: "Recall at 5: ",
# "hits @ 10 = ", "Rank 1: ", "AP @ IoU=0.50 ". A value has to follow: "loss at 5" is at a step.
_VALUE_AHEAD = r"(?=\s*[:=]\s*[+-]?[\d.]|\s+\d*\.\d)"
_CUT_OFF = re.compile(
    r"(?<![\w.])(?:((?:mean )?(?:average )?(?:recall|prec(?:ision)?|hits?|hit rate|success|ndcg|m?ap|mrr|f1"
    r"|acc(?:uracy)?|pass|top))[ _]at[ _]|([A-Za-z]\w*) ?@ ?(?:IoU ?[=:]? ?)?)"
    rf"(\d+(?:\.\d+)?(?:-\d*\.\d+)?){_VALUE_AHEAD}",
    re.IGNORECASE,
)
_RANK = re.compile(rf"\b(rank) (\d{{1,2}}){_VALUE_AHEAD}", re.IGNORECASE)
# The range of overlaps over which detectors are averaged: "mAP@0.5:0.95", "AP50:95"
_RANGE = re.compile(r"((?:@|IoU|AP)[ =_]{0,2}(?:0?\.)?\d{1,2}):(?=(?:0?\.)?\d{2}(?![\w.]))")
_CALLER = re.compile(r"\(\w+:\d+\)(?= [A-Z]{4,8}\b)|(?<=\| )[\w.<>]+(?::[\w<>]+)?:\d+ - ")
# What Google's loggers and journald put before a line, which tells no year either:
# "I0301 10:00:00.123456 140123 logging_writer.py:48] ", "Mar 01 10:00:00 host python[1234]: "
_YEARLESS = re.compile(
    r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.-]+:\d+\] +"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w.@/-]+\[\d+\]: "
)
# What srun, torchrun, containers and Ray put before each line of a process. A number alone may also
# be a step: such a line is offered as it is first.
LABEL = re.compile(
    r"\s*(?:\d{1,4}: |\[(?:rank|default)?\d{1,4}\]: ?"
    r"|\[pod/[^\]]{1,200}\] |\([^()]{1,80} pid=\d+[^()]{0,40}\) "
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d) (?:std(?:out|err) [FP] )?){1,3}(?=\s*\S)"
)
_STAMP = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)[T _](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?")


def plain(text: str, *, bare_colours: bool = False) -> str:
    """The text without colours and other terminal control.

    `bare_colours`: colours without their escape character are taken out even if none ends in `text`.
    """
    text = without_control(text)
    if bare_colours or ends_bare_colours(text):
        text = _BARE_COLOUR.sub("", text)
    if "\b" in text:
        text = re.sub("\b+", "\r", text)
    return text.replace("\r\n", "\n") if "\r\n" in text else text


def ends_bare_colours(text: str) -> bool:
    """Whether the end of a colour shows that such lost their escape characters: "[32m" then is one."""
    if "[0m" not in text and "[39m" not in text:
        return False
    return _BARE_END.search(text) is not None


class PrintedLines:
    """The lines of plain text that comes in pieces, and of each whether it is its last state.

    States before it, each ended by a carriage return, were drawn over. The last state of a line that
    has no end yet is held back.
    """

    def __init__(self) -> None:
        self._before = ""

    def read(self, text: str) -> Iterator[tuple[str, bool]]:
        """The lines of the next piece, which ends behind a line or a state, or is the last one."""
        start, end = 0, len(text)
        while start < end:
            stop = text.find("\n", start)
            ended = stop >= 0
            if not ended:
                stop = end
            line = text[start:stop]
            start = stop + 1
            if "\r" in line or self._before:
                yield from self._states(line, ended)
            elif line and len(line) <= _LONG_LINE:
                yield line, True
            elif line and len(line) <= LONGEST_LINE:
                yield _BLANKS.sub("  ", line), True

    def _states(self, line: str, ended: bool) -> Iterator[tuple[str, bool]]:
        for state in line.split("\r"):
            if not state.strip() or len(state) > LONGEST_LINE:
                continue
            if self._before:
                yield self._before, False
            self._before = state if len(state) <= _LONG_LINE else _BLANKS.sub("  ", state)
        if ended:
            yield from self.rest(final=True)

    def rest(self, *, final: bool = False) -> Iterator[tuple[str, bool]]:
        """The state that was held back, where the text ends with it."""
        before, self._before = self._before, ""
        if before:
            yield before, final


def without_torn_end(text: str) -> tuple[str, str]:
    """Plain text without a number at its end that may be cut off, and the line that number was on.

    A line that is being written has no end yet. A number at its end is whole where it has as many
    decimals as that at the end of the line before.
    """
    body, _, last = text.rpartition("\n")
    number = _NUMBER_AT_END.search(last)
    if number is None:
        return text, ""
    before = _NUMBER_AT_END.search(body[body.rfind("\n") + 1 :])
    if before and number.group(1) and len(number.group(1)) == len(before.group(1) or ""):
        return text, ""
    return text[: len(text) - len(number.group())], last


def without_caller(line: str) -> str:
    """The line without the moment and the place in the code of its logger that read like named numbers."""
    if "]" in line:
        told = _YEARLESS.match(line)
        line = line[told.end() :] if told else line
    return _CALLER.sub("", line, 1) if ") " in line or (" - " in line and "| " in line) else line


def with_whole_names(line: str) -> str:
    """The line with each name that ends with a number as one word: the number tells it from other names.

    "Top 5-error" stands beside "Top 1-error", "Recall at 5" beside "Recall at 1", "mAP@0.5:0.95" beside
    "mAP@0.5".
    """
    if "op " in line or "op-" in line:
        line = _AMONG_FIRST.sub(r"\1-\2-", line)
    if ":" in line and ("@" in line or "AP" in line or "IoU" in line):
        line = _RANGE.sub(r"\1-", line)
    if "@" in line or " at " in line or "_at_" in line:
        line = _CUT_OFF.sub(_joined, line)
    return _RANK.sub(r"\1-\2", line) if "ank " in line else line


def _joined(match: re.Match[str]) -> str:
    return f"{(match[1] or match[2]).replace(' ', '-')}@{match[3]}"


class Clock:
    """Reads the date and time a line begins with."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, ...], float] = {}

    def read(self, line: str) -> float:
        """Seconds since 1970-01-01 of a complete date and time, taken as UTC; NaN where there is none."""
        match = _STAMP.search(line, 0, _STAMP_REACH)
        if match is None:
            return float("nan")
        year, month, day, hours, minutes, seconds, fraction = match.groups()
        midnight = self._days.get((year, month, day))
        if midnight is None:
            midnight = self._days[(year, month, day)] = _midnight(f"{year}-{month}-{day}")
        return midnight + int(hours) * 3600 + int(minutes) * 60 + float(f"{seconds}.{fraction or 0}")


def _midnight(day: str) -> float:
    try:
        return float(np.datetime64(day, "s").astype(np.int64))
    except ValueError:  # the 31st of February
        return float("nan")
