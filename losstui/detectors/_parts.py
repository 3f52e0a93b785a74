"""The parts that add up to a loss: which of them was given up, and which stayed at guessing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curve import SMOOTH_LEAST, START_BLOCKS, Curve
from losstui.curves import RunCurves
from losstui.roles import Direction, Kind
from losstui.stats.chance import FlatLoss, Guess, guess_at
from losstui.stats.medians import median
from losstui.stats.ranks import rank_z
from losstui.tags import any_word, quantity_of

SUM_OFF = 0.02  # of the total, in the median: digits and means over other batches; weights differ by more
# Elsewhere a part may rise in a run that learns: divergences, penalties, commitments, what rivals lose.
EQUATION = any_word(r"pde|ode|physics|equation|eqn?|governing|residuals?|dynamics|f")
CONDITION = any_word(
    r"initial|init|ics?|bcs?|boundary|boundaries|dirichlet|neumann|periodic|data|b|u|u0|0|[lu]b|inlet|outlet"
    r"|wall|measure\w*|observ\w*|sensors?"
)
CLASSIFIES = any_word(r"b?ce|cls|class\w*|clf|nll|xent|cross_entropy")
LEAST_FALL_Z = 2.0  # standard errors: the rest of a loss has come down, by the ranks of its values
LEAST_KEPT = 2 / 3  # of its highest level: a part that has come down from there is being learned


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A part that ends above where it began: `tag` from `start` to `level`, in the unit of the loss.

    `share` is that level, `rise` how far it lies above the start, each as a share of the total at the end.
    """

    tag: str
    start: float
    level: float
    share: float
    rise: float


def parts_of(curves: RunCurves, total: Curve) -> list[Curve]:
    """The component losses of the same data, at the same steps, that add up to `total`, or none."""
    beside = curves.select(Kind.COMPONENT_LOSS, total.role.split)
    parts = [part for part in beside if np.array_equal(part.steps, total.steps)]
    if not parts:
        return []
    off = np.abs(np.sum([part.values for part in parts], axis=0) - total.values)
    return parts if float(np.median(off)) <= SUM_OFF * float(np.median(np.abs(total.values))) else []


def part_given_up(curves: RunCurves, total: Curve, least_z: float) -> GivenUp | None:
    """The condition that has risen most, by `least_z` deviations of a value at least; None for none.

    What a part is, an equation or a condition that its solution fulfils, is told by its name.
    """
    parts = parts_of(curves, total)
    conditions = [part for part in parts if CONDITION.search(quantity_of(part.tag))]
    others = [part for part in parts if part not in conditions]
    if not any(EQUATION.search(quantity_of(part.tag)) for part in others):
        return None
    ended = float(total.levels[-1])
    if ended <= 0.0:
        return None
    risen = [
        GivenUp(part.tag, start, level, level / ended, (level - start) / ended)
        for part in conditions
        if (level := float(part.levels[-1])) - (start := _start(part)) > least_z * part.noise
        and level >= LEAST_KEPT * float(part.levels.max())
    ]
    return max(risen, key=lambda part: part.rise, default=None)


def regulariser_weighed_in(curves: RunCurves, total: Curve, step: int) -> bool:
    """Whether `total` rose since `step` by its neutral parts alone, while the sum of the others came down.

    As where the weight of that term in a variational model is raised bit by bit.
    Source: Bowman et al. 2016, "Generating Sentences from a Continuous Space".
    """
    parts = parts_of(curves, total)
    learned = [part.values for part in parts if part.role.direction is not Direction.NEUTRAL]
    if not learned or len(learned) == len(parts):
        return False
    rest = np.sum(learned, axis=0)
    before, since = rest[total.steps <= step], rest[total.steps > step]
    return len(before) > 0 and len(since) > 0 and rank_z(before[-len(since) :], since) <= -LEAST_FALL_Z


def part_at_guessing(curves: RunCurves, total: Curve, accuracy: float | None) -> tuple[Curve, Guess] | None:
    """The part by which classes are told, where it has been at the level of guessing since the start.

    `accuracy` is that of the run, within 0 and 1, or None.
    """
    for part in parts_of(curves, total):
        if not CLASSIFIES.search(quantity_of(part.tag)) or len(part.blocks) < SMOOTH_LEAST:
            continue
        level, first = median(part.levels), float(part.levels[0])
        if level <= 0.0:
            continue
        guess = guess_at(FlatLoss(level, first, part.noise / level), accuracy)
        if guess is not None and level - float(part.levels.min()) <= SUM_OFF * level:
            return part, guess
    return None


def _start(curve: Curve) -> float:
    """The level before anything was learned, by the very first values: a part may be given up at once."""
    return median(curve.descent[:START_BLOCKS])
