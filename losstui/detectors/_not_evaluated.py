"""NaN that stands for "not evaluated here", as trainers and tables write it between evaluations."""

from __future__ import annotations

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.frame import BoolArray
from losstui.kinds import EVERY_LOSS, HELD_BACK
from losstui.stats.outliers import runs_of

LEAST_STRETCHES = 3  # of NaN: below, there is no cadence
LEAST_REGULAR = 0.8  # of the stretches have the usual length: the rest is a first or last one
LEAST_ABSENT = 0.5  # of the values are NaN: a broken run would have to recover more than it fails
LEAST_ELSEWHERE = 0.9  # of the NaN stand where another tag has its values


def means_not_evaluated(curve: Curve, curves: RunCurves) -> bool:
    """Whether all that is not finite in `curve` is NaN, and says that nothing was evaluated there.

    It is told from a fault by its cadence, and by what other curves have where it stands.
    """
    if not len(curve) or not np.isnan(curve.non_finite_values).all():
        return False
    order = np.argsort(np.concatenate([curve.steps, curve.non_finite_steps]), kind="stable")
    absent = order >= len(curve)
    gaps, evaluated = _lengths(absent), _lengths(~absent)
    if min(len(gaps), len(evaluated)) < LEAST_STRETCHES:
        return _may_be_due(gaps, evaluated, is_last=bool(absent[-1])) and _is_held_back_alone(curve, curves)
    # The last stretch is cut off where the log ends so far.
    whole = (_but_for_the_end(gaps), evaluated) if absent[-1] else (gaps, _but_for_the_end(evaluated))
    if min(_regularity(lengths) for lengths in whole) < LEAST_REGULAR:
        return False
    if float(np.mean(absent)) >= LEAST_ABSENT:
        return True
    return any(_complements(curve, curves.curve(tag)) for tag in curves.run.frame)


def _complements(curve: Curve, other: Curve) -> bool:
    """Whether `other` has its values where `curve` has NaN, and hardly any elsewhere."""
    if other.tag == curve.tag or not len(other):
        return False
    there = float(np.mean(np.isin(curve.non_finite_steps, other.steps)))
    of_it = float(np.mean(np.isin(other.steps, curve.non_finite_steps)))
    return min(there, of_it) >= LEAST_ELSEWHERE


def _may_be_due(gaps: list[int], evaluated: list[int], *, is_last: bool) -> bool:
    """Whether single values between `gaps` of NaN are of a cadence that the log is too short to show.

    Where two values follow each other every row was evaluated; where a gap, the last one if `is_last`, is
    longer than one before, an evaluation is overdue.
    """
    return max(evaluated) == 1 and (not is_last or gaps[-1] <= max(gaps[:-1], default=gaps[-1]))


def _is_held_back_alone(curve: Curve, curves: RunCurves) -> bool:
    """Whether `curve` is held back and where it is NaN train is finite, and nothing else held back is."""
    if curve.role.split not in HELD_BACK:
        return False
    every = [curves.curve(tag) for tag in curves.run.frame]
    trained = [one for one in every if one.role.kind in EVERY_LOSS and one.role.split not in HELD_BACK]
    beside = [one for one in every if one.role.split in HELD_BACK and one is not curve]
    absent = curve.non_finite_steps
    return (
        any(bool(np.isin(absent, one.steps).all()) for one in trained)
        and not any(len(one.non_finite_steps) for one in trained)
        and not any(bool(np.isin(absent, one.steps).any()) for one in beside)
    )


def _lengths(chosen: BoolArray) -> list[int]:
    """How many values each stretch of `chosen` has."""
    return [last - first + 1 for first, last in runs_of(chosen)]


def _but_for_the_end(lengths: list[int]) -> list[int]:
    """The lengths of stretches without the last where that is the shorter, for it may go on."""
    return lengths[:-1] if lengths[-1] < max(lengths[:-1], default=0) else lengths


def _regularity(lengths: list[int]) -> float:
    """The share of stretches that have the most frequent length."""
    return max(lengths.count(length) for length in set(lengths)) / len(lengths)
