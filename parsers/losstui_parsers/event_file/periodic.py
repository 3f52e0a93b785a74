"""Finds out whether a stretch of records repeats itself, and after how many of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.layout import Template
from losstui_parsers.event_file.plan import Plan

_Kinds = NDArray[np.int32]

_MOST_PERIODS_TRIED = 64  # distances to the last records of the same kind: of no end of them the shortest
_MOST_EARLIER = 3  # plans of earlier stretches
_FEWEST_PERIODS = 3  # times a kind of record must have come for the time between to be a period
_GLANCE = 64  # records at the end, looked at before all are
_LIKELY = 0.5  # share of them that must be as one period before; the step's width may just have changed
_EXPLAINED = 0.97  # share of the records that must be as they were one period before


def find_plans(
    kinds: _Kinds, steps: NDArray[np.int64], templates: Sequence[Template]
) -> tuple[list[Plan], int] | None:
    """Return the plans of a stretch that repeats itself, the last one's last, and where a period begins.

    `kinds` are template numbers, `steps` the records' steps, shapes (n,). A period begins where the step
    changes, so that the next change of the step's width falls between two periods. Plans before the last
    are those of steps of another width: the next file of a sweep needs them at its beginning.
    """
    period = _period(kinds)
    if not period:
        return None
    changes = np.flatnonzero(steps[1:] != steps[:-1]) + 1
    changes = changes[changes >= period]
    # Behind the rarest record is where shorter periods and single records lead back to.
    behind_rarest: NDArray[np.intp] = changes[kinds[changes - 1] == _rarest(kinds)]
    begins = behind_rarest if len(behind_rarest) else changes
    begin = int(begins[-1]) if len(begins) else len(kinds)
    ends = [*_earlier_ends(kinds, begins, period), begin]
    plans = [_make_plan(kinds[end - period : end].tolist(), templates) for end in ends]
    usable = [plan for plan in plans if plan is not None]
    return None if plans[-1] is None else (usable, begin)


def _make_plan(chosen: list[int], templates: Sequence[Template]) -> Plan | None:
    if min(chosen) < 0:
        return None
    return Plan([templates[number] for number in chosen])


def _earlier_ends(kinds: _Kinds, begins: NDArray[np.intp], period: int) -> list[int]:
    """Return an end of a period in each of the last stretches before the one that is going on."""
    breaks = np.flatnonzero(kinds[period:] != kinds[:-period]) + period
    breaks = np.concatenate([[period], breaks])
    ends: list[int] = []
    for start, stop in zip(breaks[:-1].tolist(), breaks[1:].tolist(), strict=True):
        if stop - start >= 2 * period:
            inside = begins[(begins >= start) & (begins <= stop)]
            ends += inside[:1].tolist()
    return ends[-_MOST_EARLIER:]


def _period(kinds: _Kinds) -> int:
    """Return after how many records a stretch repeats itself, or 0."""
    if len(kinds) < 2 or kinds[-1] < 0:
        return 0
    for distance in _distances(kinds):
        if _repeats(kinds, distance):
            return distance
    return 0


def _distances(kinds: _Kinds) -> list[int]:
    """Return the periods that the last records allow, the one between the rarest kind of record first."""
    rarest = np.flatnonzero(kinds == _rarest(kinds))
    last = np.flatnonzero(kinds == kinds[-1])
    before = (last[-1] - last[-2 : -2 - _MOST_PERIODS_TRIED : -1]).tolist()
    long = [int(rarest[-1] - rarest[-2])] if len(rarest) > 1 else []
    likely = np.array([distance for distance in [*long, *before] if 2 * distance <= len(kinds)], np.intp)
    glance = np.arange(max(0, len(kinds) - _GLANCE), len(kinds))
    earlier = glance - likely[:, None]
    same = (kinds[earlier] == kinds[glance]) & (earlier >= 0)
    repeating: list[int] = likely[
        np.count_nonzero(same, axis=1) >= _LIKELY * np.count_nonzero(earlier >= 0, axis=1)
    ].tolist()
    return repeating


def _rarest(kinds: _Kinds) -> int:
    counts = np.bincount(kinds[kinds >= 0])
    counts[counts < _FEWEST_PERIODS] = len(kinds)
    return int(np.argmin(counts))


def _repeats(kinds: _Kinds, distance: int) -> bool:
    same = np.count_nonzero(kinds[distance:] == kinds[:-distance])
    return bool(same >= _EXPLAINED * (len(kinds) - distance))
