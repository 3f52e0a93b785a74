"""Whether a run has reached its level: it made its progress, and its last part falls no further."""

from __future__ import annotations

import math
from dataclasses import replace

from losstui.curves import RunCurves
from losstui.detectors._flat_bounds import FlatBounds, flat_tails
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail, together
from losstui.stats.final_slope import fall_at_end, fall_from_level, fall_of_few
from losstui.stats.flatness import since_along_course
from losstui.stats.trend import pooled

TAIL_SHARE = 0.25  # of the run: long enough for a bound, short enough to end a long descent ...
LONG_TAIL_SHARE = 0.5  # ... and where noise leaves that one open, a longer one proves more
LEAST_FALL = 0.03  # of the gain: a fall worth going on for
MOST_OPEN = 1.67  # times that: a bound on the fall which noise alone may hold up
LEAST_Z = 3.0  # standard errors of a fall or rise that is no noise
LEAST_GAIN = 0.05  # of the first level: a run that gained less has nothing to be done with
LEAST_SAVED = 0.2  # of the run: fewer steps are not worth a word
MUCH_LEFT = 0.3  # of the first level: of runs with as much left, a good part are stuck
MANY = 12  # values: of fewer the last quarter has no slope with an error, but the last two thirds a course
FEWEST = 5  # values: evaluations beside a longer curve, of which a line is all that tells


def arrived(curves: RunCurves, long_tail_share: float = LONG_TAIL_SHARE) -> tuple[FlatTail, float] | None:
    """The curve that shows the run at its level, and over which share of it; None where none does.

    The usual share is `TAIL_SHARE`. Where noise leaves that one open `long_tail_share` is looked at, which
    has to show the same pace: the curve may fall by so much more over all of it. Then come curves of too few
    values for either.
    """
    looks = ((TAIL_SHARE, LEAST_BLOCKS), (long_tail_share, LEAST_BLOCKS), (TAIL_SHARE, FEWEST))
    for share, least_levels in looks:
        tails = flat_tails(curves, FlatBounds(share, LEAST_FALL, least_levels=least_levels))
        tails = [_of_few(tail, share) for tail in tails]
        longer = share / TAIL_SHARE
        if not tails or any(tail.moves(longer * tail.bound, LEAST_Z) for tail in tails):
            return None
        # Validation that is too noisy to tell counts for as little as it is sure.
        fall = together(tails)
        if fall.lower > longer:
            return None
        left_open = fall.upper > MOST_OPEN * longer or tails[-1].risen
        left_open |= share > TAIL_SHARE and _falls_again(tails)
        tail = None if left_open else _proven(tails, longer)
        if tail is not None:
            return _dated(tail), share
    return None


def done_or_stuck(curves: RunCurves) -> FlatTail | None:
    """The loss at its level with so much of its first one left that it may be stuck; None for none.

    Nor where the other loss has less left, or nobody knows how much, as below 0.
    """
    found = arrived(curves)
    if found is None or would_halve(*found):
        return None
    tail, share = found
    tails = flat_tails(curves, FlatBounds(share, LEAST_FALL))
    return tail if all(one.of_loss and 1.0 - one.fallen >= MUCH_LEFT for one in tails) else None


def would_halve(tail: FlatTail, share: float) -> bool:
    """Whether, going on as over its tail, the loss would halve in as many steps as the run has."""
    fall, level = tail.part.fall, tail.left
    if not tail.of_loss or fall.value <= LEAST_Z * fall.error:
        return False
    return math.log1p(fall.value / level) >= share * math.log(2.0)


def _falls_again(tails: list[FlatTail]) -> bool:
    """Whether the last quarter lies lower than the one before by more than may count as flat.

    A fall that began again there makes up little of the pace of a whole half.
    """
    bounded = [(tail.curve.blocks.medians, tail.bound) for tail in tails if tail.bound > 0.0]
    halves = [(medians[-round(2.0 * TAIL_SHARE * len(medians)) :], bound) for medians, bound in bounded]
    return pooled([fall_from_level(half).over(bound) for half, bound in halves]).value > 1.0


def _proven(tails: list[FlatTail], longer: float) -> FlatTail | None:
    """The curve that is shown to be flat, within `longer` times its bound, after a gain.

    Validation says when to stop. Where it is too noisy to prove it, the train loss may answer.
    """
    for tail in reversed(tails):
        flat = 1.0 - tail.since
        proven = tail.part.fall.upper <= MOST_OPEN * longer * tail.bound
        enough = tail.fallen >= LEAST_GAIN or tail.curve.floor is None
        gained = tail.gained > 0.0 and enough and not tail.risen
        if proven and gained and flat >= max(LEAST_SAVED, tail.waited):
            return tail
    return None


def _dated(tail: FlatTail) -> FlatTail:
    """The `tail`, dated: flat since its course along the levels is within `LEAST_FALL` of its end."""
    curve = tail.curve
    band = max(tail.bound, LEAST_FALL * (tail.untrained - float(curve.levels[curve.best_block])))
    part = since_along_course(tail.part, curve.blocks.medians, curve.levels, band, curve.level_window)
    return replace(tail, part=part)


def _of_few(tail: FlatTail, share: float) -> FlatTail:
    """The `tail`; if its values are few, its fall is that of the last two thirds of them, or of a line."""
    medians = tail.curve.blocks.medians
    if len(medians) >= MANY:
        return tail
    fall = fall_of_few(medians, share) if len(medians) < LEAST_BLOCKS else fall_at_end(medians, share)
    return replace(tail, part=replace(tail.part, fall=fall))
