"""Runs that only repeat another: what a trainer prints is often what it also writes to a table beside it.

Two logs of one folder in different formats are compared by their values, never by their names: names differ
from logger to logger, and so do the axes. Every loss and metric of the one has to be a curve of the other,
value for value within the digits that were written. Then nothing is known that the other does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from losstui.frame import FloatArray, Frame, Series
from losstui.kinds import Kind
from losstui.run import Run, Status

LEAST_POINTS = 5  # values of a curve, before that they are those of another is no chance
# A log may be ahead of the other by what that has not been flushed yet.
LEAST_AHEAD = 3  # values
MOST_AHEAD = 0.05  # of the values
_FLOAT32 = 1e-6  # relative: event files hold single precision
_MOST_DIGITS = 10  # tried, from the fewest on: single precision has no more than nine
# What a trainer measures of itself; a run is the same run with or without it.
_BESIDE = (Kind.THROUGHPUT, Kind.STEP_TIME, Kind.EPOCH, Kind.OTHER, Kind.LEARNING_RATE)
_ENDED = (Status.FINISHED, Status.DEAD)
_PRINTED = "stdout"  # the format with the fewest digits


def without_repeats(runs: Sequence[Run]) -> list[Run]:
    """The runs of neighbouring logs but for those that repeat another, which then names them as sources.

    A note says which log was left out, and which of its curves, of time and the like, are not in the other.
    """
    kept: list[Run] = []
    for run in sorted(runs, key=lambda run: (run.format == _PRINTED, -run.frame.points)):
        index = next((i for i, other in enumerate(kept) if _repeats(run, other)), None)
        if index is None:
            kept.append(run)
        else:
            kept[index] = _with_note(kept[index], run)
    order = {run.id: place for place, run in enumerate(runs)}
    return sorted(kept, key=lambda run: order[run.id])


def _repeats(run: Run, other: Run) -> bool:
    if run.sources[0] == other.sources[0]:  # runs that one file tells apart
        return False
    measured = [series for tag, series in run.frame.items() if run.roles[tag].kind not in _BESIDE]
    varied = (len(series) >= LEAST_POINTS and np.ptp(_finite(series.values)) > 0 for series in measured)
    return any(varied) and all(_is_told(series, other.frame) for series in measured)


def _with_note(run: Run, repeated: Run) -> Run:
    alone = [tag for tag, series in repeated.frame.items() if not _is_told(series, run.frame)]
    only = f", but for {', '.join(alone[:5])}{', …' * (len(alone) > 5)}" if alone else ""
    note = f"{', '.join(repeated.sources)}: repeats this run{only}; not shown as a run of its own"
    run = replace(
        run,
        sources=(*run.sources, *repeated.sources),
        warnings=(*run.warnings, note),
        hyperparameters={**repeated.hyperparameters, **run.hyperparameters},
    )
    # The output ends with what went wrong, the table just ends.
    if repeated.status not in _ENDED or run.status in _ENDED:
        return run
    warnings = (*run.warnings, *repeated.warnings)
    return replace(run, status=repeated.status, fades=repeated.fades, warnings=warnings, cause=repeated.cause)


def _is_told(series: Series, frame: Frame) -> bool:
    """Whether the curve is one of `frame`, at the same steps or, where those count otherwise, in order."""
    tolerance = _written_to(series.values)
    named_alike = [frame[series.tag]] if series.tag in frame else []
    return any(_agree(series, other, tolerance) for other in (*named_alike, *frame.values()))


def _agree(one: Series, other: Series, tolerance: FloatArray) -> bool:
    ahead = max(LEAST_AHEAD, int(MOST_AHEAD * len(one)))
    for shift in (0, -1, 1):  # some count from 1, others from 0
        steps = one.steps + shift
        within = int(np.count_nonzero(steps <= other.steps[-1]))
        places = np.searchsorted(other.steps, steps[:within], side="right") - 1
        if not within or len(one) - within > ahead or places[0] < 0:
            continue
        at_same_steps = np.array_equal(other.steps[places], steps[:within])
        if at_same_steps and _are_close(one.values[:within], other.values[places], tolerance[:within]):
            return True
    count = min(len(one), len(other))
    if len(one) - count > ahead or len(other) - count > ahead:
        return False
    return _are_close(one.values[:count], other.values[:count], tolerance[:count])


def _are_close(one: FloatArray, other: FloatArray, tolerance: FloatArray) -> bool:
    if abs(one[0] - other[0]) > tolerance[0]:  # most pairs of curves differ from their first value on
        return False
    with np.errstate(invalid="ignore"):
        same = (np.abs(one - other) <= tolerance) | (one == other) | (np.isnan(one) & np.isnan(other))
    return bool(same.all())


def _finite(values: FloatArray) -> FloatArray:
    finite = values[np.isfinite(values)]
    return finite if len(finite) else np.zeros(1)


def _written_to(values: FloatArray) -> FloatArray:
    """How far each value may be from what was rounded to it: half a unit of the last digit written.

    All values of a curve are written with as many decimals, or with as many digits.
    """
    sizes = np.abs(np.where(np.isfinite(values), values, 0.0))
    with np.errstate(divide="ignore"):
        leading = np.floor(np.log10(sizes, out=np.zeros(len(sizes)), where=sizes > 0))
    tolerance = _FLOAT32 * sizes
    for exponents in (np.zeros(len(sizes)), leading):
        units = (10.0 ** (exponents - digits) for digits in range(_MOST_DIGITS))
        written = next((unit for unit in units if _are_multiples(sizes, unit)), None)
        if written is not None:
            tolerance = np.maximum(tolerance, 0.5001 * written)
    return tolerance


def _are_multiples(sizes: FloatArray, unit: FloatArray) -> bool:
    shares = sizes / unit
    inexact = np.minimum(_FLOAT32 * np.maximum(shares, 1.0), 0.01)
    return bool(np.all(np.abs(shares - np.round(shares)) <= inexact))
