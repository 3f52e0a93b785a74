"""Times that are told in several units, or by a clock, as seconds."""

from __future__ import annotations

import re

# "1h02m", "1 m 2.0 s", "3 min and 20 seconds"
_UNITS_AHEAD = re.compile(r"[0-9] ?[dhm](?:ays?|ours?|rs?|in(?:ute)?s?)?,?(?: and)? ?[0-9]")
_IN_UNITS = re.compile(
    r"(?<![\w.:/-])(?=\d+(?:\.\d+)? ?[a-z]+,?(?: and)? ?\d)"
    r"(?:(?P<days>\d+) ?d(?:ays?)?(?:,? | and )?)?(?:(?P<hours>\d+) ?h(?:ours?|rs?)?,?(?: and)? ?)?"
    r"(?:(?P<minutes>\d+(?:\.\d+)?) ?m(?:in(?:ute)?s?)?,?(?: and)? ?)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?) ?s(?:ec(?:ond)?s?)?)?"
    r"(?<![ ,])(?![\w/:])(?!,? ?\d+(?:\.\d+)? ?s)"
)
# "time: 0:01:02.5", "elapsed=1 day, 4:06:56": elsewhere such is a time of day, or what is left
_BY_CLOCK = re.compile(
    r"(?<![\w.:/-])(?:(?P<days>\d+) days?, )?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?)"
    r"(?![\w:])"
)
_LASTED = re.compile(
    r"(?<!remaining )\b(?:(?!rem|left)\w+_)?(?:time|elapsed|took|duration|spent|cost)\w*"
    r"\s{0,2}[:=]?\s{0,2}\Z",
    re.IGNORECASE,
)
_LASTED_AHEAD = re.compile(r"(?:ime|apsed|ook|ation|pent|ost|IME|APSED)[a-zA-Z_]*[ :=]{0,4}[0-9]+(?::| day)")
_REACH_BEFORE = 32  # characters before a time, in which its name stands


def with_seconds(line: str) -> str:
    """The line with each time that is told in several units in seconds: "1m 2.0s" is "62.0s"."""
    if _LASTED_AHEAD.search(line):
        line = _BY_CLOCK.sub(_of_clock, line)
    return _IN_UNITS.sub(_as_seconds, line) if _UNITS_AHEAD.search(line) else line


def _of_clock(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - _REACH_BEFORE) : match.start()]
    return _as_seconds(match) if _LASTED.search(before) else match[0]


def _as_seconds(match: re.Match[str]) -> str:
    if sum(match[unit] is not None for unit in ("days", "hours", "minutes", "seconds")) < 2:
        return match[0]  # "5m" may be millions
    seconds = match["seconds"] or "0"
    whole = int(match["days"] or 0) * 86_400 + int(match["hours"] or 0) * 3600
    decimals = len(seconds.partition(".")[2])
    return f"{whole + float(match['minutes'] or 0) * 60 + float(seconds):.{decimals}f}s"
