"""Whether a run memorises from its start: train improves, and validation gains nothing by it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import START_BLOCKS, Curve
from losstui.curves import Pair, RunCurves
from losstui.findings import Measure
from losstui.roles import Kind
from losstui.stats.medians import median
from losstui.stats.noise import times_of
from losstui.stats.trend import MEDIAN_ERROR, Estimate, effective_count
from losstui.wording import readable

TAIL_SHARE = 0.1  # of the values: what "at the end" is
LATE_SHARE = 0.2  # of the values: enough to see whether they follow each other
TAIL_LEAST = 3  # values: the fewest with a median
LEAST_Z = 3.0  # standard errors
LEAST_VALUES = 5  # of each: a level is the median of as many
LEAST_LEARNED = 0.2  # of the first train level: enough to show elsewhere, if it could
MOST_CARRIED = 0.1  # of the train gain: validation as good as level
MOST_ONCE = 0.25  # of the train gain: with more, something was learned and lost again
LEAST_BEHIND = 0.5  # of the train gain: where both end alike the two began apart
MOST_UNSEEN = 0.25  # of the train gain: with more, validation may have gained before it was measured


@dataclass(frozen=True, slots=True)
class Memorisation:
    """What train gained and how much of it the data held back shows.

    `first` and `end` are levels of train, lower is better, `stayed` is the last one of validation, in the
    unit of the curves. `fall` is what train gained as a share of its first level. As shares of that gain:
    `carried` is the 95 % bound above what validation gained, `once` what it had gained at its best level,
    `behind` how far it ends above train, `unseen` what train had gained at the first evaluation. `z` are
    standard errors: of the gain of train or of the distance of the two, whichever is less sure.
    """

    first: float
    end: float
    stayed: float
    fall: float
    carried: float
    once: float
    behind: float
    unseen: float
    z: float

    @property
    def size(self) -> float:
        """The gain or the distance, whichever is less, in units of what it has to be."""
        return min(self.fall / LEAST_LEARNED, self.behind / LEAST_BEHIND)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it was decided by."""
        return (
            Measure("train gain", self.fall, LEAST_LEARNED, "fraction of the first level"),
            Measure("validation gain", self.carried, MOST_CARRIED, "of the train gain, at most"),
            Measure("distance", self.behind, LEAST_BEHIND, "fraction of the train gain"),
            Measure("gain and distance", self.z, LEAST_Z, "standard errors"),
        )

    def told(self, train: Curve, validation: Curve) -> str:
        """In words, with the levels as they were logged."""
        first, end = (readable(train.as_logged(one)) for one in (self.first, self.end))
        stayed = readable(validation.as_logged(self.stayed))
        went = "worsened to" if self.carried < 0.0 else "stayed near"
        return (
            f"{train.tag} went from {first} to {end} while {validation.tag} {went} {stayed}: "
            "what is learned does not carry over"
        )


def memorisation(pair: Pair, curves: RunCurves) -> Memorisation | None:
    """How a run memorises: what train gained, of which next to nothing carried over to validation.

    None where another metric of the data held back has surely improved: a loss may stay from over-confidence
    alone.
    """
    if min(len(pair.train), len(pair.validation)) < LEAST_VALUES:
        return None
    found = _measured(pair, curves)
    if (
        found is None
        or found.fall < LEAST_LEARNED
        or found.carried > MOST_CARRIED
        or found.once > MOST_ONCE
        or found.behind < LEAST_BEHIND
        or found.unseen > MOST_UNSEEN
        or found.z < LEAST_Z
    ):
        return None
    return found


def _measured(pair: Pair, curves: RunCurves) -> Memorisation | None:
    """None where train gained nothing, or another metric has improved."""
    train, validation = pair.train, pair.validation
    # The level at the start may hide how much the first evaluation saw gained.
    gain, carried = _gain(train, train.start_level), _gain(validation, _start(validation))
    if gain.value <= 0.0 or any(_improved(one) for one in _others(validation, curves)):
        return None
    end, stayed = _end(train), _end(validation)
    seen = np.interp(
        pair.train_steps_of_validation[:1], train.block_steps.astype(np.float64), train.blocks.medians
    )
    error = math.hypot(_error_at_end(train), _error_at_end(validation))
    return Memorisation(
        first=train.start_level,
        end=end,
        stayed=stayed,
        fall=times_of(gain.value, pair.scale_of(train.start_level)),
        carried=carried.upper / gain.value,
        once=(validation.start_level - float(validation.levels[validation.best_block])) / gain.value,
        behind=(stayed - end) / gain.value,
        unseen=(train.start_level - float(seen[0])) / gain.value,
        z=min(times_of(gain.value, gain.error), times_of(stayed - end, error)),
    )


def _others(validation: Curve, curves: RunCurves) -> list[Curve]:
    """The metrics of the same data; a single value shows no gain."""
    metrics = [*curves.select(Kind.ACCURACY), *curves.select(Kind.ERROR)]
    return [
        one
        for one in metrics
        if one.role.split is validation.role.split and one is not validation and len(one) > 1
    ]


def _improved(curve: Curve) -> bool:
    gain = _gain(curve, _start(curve))
    return times_of(gain.value, gain.error) >= LEAST_Z


def _start(curve: Curve) -> float:
    """The highest that its start may have been; the first value where none was as low again."""
    first = float(curve.descent[0])
    return first if first < curve.descent[1:].min() else max(curve.start_level, first)


def _gain(curve: Curve, start: float) -> Estimate:
    """The level at the `start` less that at the end."""
    first = min(START_BLOCKS, len(curve))
    error = math.hypot(curve.noise * MEDIAN_ERROR / math.sqrt(first), _error_at_end(curve))
    return Estimate(start - _end(curve), error)


def _tail(curve: Curve) -> int:
    return min(len(curve), max(TAIL_LEAST, round(TAIL_SHARE * len(curve))))


def _end(curve: Curve) -> float:
    return median(curve.descent[-_tail(curve) :])


def _error_at_end(curve: Curve) -> float:
    """The standard error of `_end`, which is larger where neighbours follow each other."""
    late = curve.descent[-max(_tail(curve), round(LATE_SHARE * len(curve))) :]
    followed = float(np.std(late)) / math.sqrt(effective_count(late))
    return MEDIAN_ERROR * max(curve.noise / math.sqrt(_tail(curve)), followed)
