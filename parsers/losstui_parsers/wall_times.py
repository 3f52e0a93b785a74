"""The wall times of a table: which columns are clocks, and what they read in seconds since 1970."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np

from losstui.frame import FloatArray
from losstui_parsers.columns import WALL_TIME_NAMES, normalise
from losstui_parsers.tables import Column, Labels

EARLIEST_WALL_TIME = 1e9  # s, September 2001: smaller numbers are seconds since the start of the run
# A clock that counts faster than seconds: 1e9 s in milli-, micro- and nanoseconds.
_CLOCK_UNITS = ((1e18, 1e9), (1e15, 1e6), (1e12, 1e3))
_ISO = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)[T _](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d\d:?(?:\d\d)?)?\s*"
)
_PLAIN_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?")


def is_plain_clock(cells: Sequence[str]) -> bool:
    """Whether all of some cells are moments written in one plain way."""
    written = {
        (match.string[10], *map(bool, match.groups())) for match in map(_PLAIN_ISO.fullmatch, cells) if match
    }
    return len(written) == 1 and all(map(_PLAIN_ISO.fullmatch, cells))


def find_wall_times(
    numbers: Mapping[str, Column], texts: Mapping[str, Labels], clocks: Mapping[str, Column], rows: int
) -> tuple[FloatArray | None, frozenset[str]]:
    """The wall time of each row in seconds since 1970, shape (rows,), NaN where unknown, or None.

    With it the names of all numeric columns that are wall times, and so no curves.
    """
    found: dict[int, FloatArray] = {}
    names: set[str] = set()
    for name, column in numbers.items():
        if normalise(name) not in WALL_TIME_NAMES:
            continue
        seconds = wall_seconds(column.values)
        if seconds is not None:
            names.add(name)
            walls = Column(column.rows, seconds).dense(rows)
            found.setdefault(WALL_TIME_NAMES.index(normalise(name)), walls)
    read = {name: clock_of(cells) for name, cells in texts.items() if normalise(name) in WALL_TIME_NAMES}
    for name, clock in {**read, **clocks}.items():
        if clock is not None:
            found.setdefault(WALL_TIME_NAMES.index(normalise(name)), clock.dense(rows))
    return (found[min(found)] if found else None), frozenset(names)


def wall_seconds(values: FloatArray) -> FloatArray | None:
    """Clock readings in seconds since 1970, or None where they count from the start of the run."""
    finite = values[np.isfinite(values)]
    if not len(finite) or float(np.median(finite)) < EARLIEST_WALL_TIME:
        return None
    middle = float(np.median(finite))
    unit = next((per_second for bound, per_second in _CLOCK_UNITS if middle >= bound), 1.0)
    return np.where(np.isfinite(values), values / unit, np.nan)


def clock_of(labels: Labels) -> Column | None:
    """ISO 8601 moments as seconds; without a zone they are taken as UTC. None where most are none."""
    seconds = _plain_moments(labels.names)
    if seconds is None:
        matches = [_ISO.fullmatch(name) for name in labels.names]
        seconds = np.array([_moment(match) if match else np.nan for match in matches])
    walls = seconds[labels.codes] if len(seconds) else np.zeros(0)
    known = np.isfinite(walls)
    return Column(labels.rows, walls) if np.count_nonzero(known) > len(walls) / 2 else None


def _plain_moments(names: Sequence[str]) -> FloatArray | None:
    """What numpy reads at once; None where a name is written in another way."""
    texts = [name.strip().replace(",", ".") for name in names]
    if all(_PLAIN_ISO.fullmatch(text) for text in texts):
        with suppress(ValueError):  # the 31st of February
            return np.array(texts, "datetime64[us]").astype(np.int64) / 1e6
    return None


def _moment(match: re.Match[str]) -> float:
    day, time, zone = match.groups()
    try:
        moment = np.datetime64(f"{day}T{time.replace(',', '.')}", "us")
    except ValueError:  # the 31st of February
        return float("nan")
    seconds = float(moment.astype(np.int64)) / 1e6
    if zone and zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
        seconds -= (1 if zone[0] == "+" else -1) * (hours * 3600 + minutes * 60)
    return seconds
