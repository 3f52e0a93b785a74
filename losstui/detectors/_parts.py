"""Which part of a loss that is the sum of several was given up for the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curve import START_BLOCKS, Curve
from losstui.curves import RunCurves
from losstui.roles import Direction, Kind
from losstui.stats.medians import median
from losstui.tags import any_word, quantity_of

SUM_OFF = 0.02  # of the total, in the median: digits and means over other batches; weights differ by more
# What holds a model back costs the more the more it has learned: by its name, or because it began at nothing.
PRICE = any_word(
    r"reg|regular\w*|l_?[12]|weight_decay|wd|penalty|gp|prior|latent|kl\w*|entropy|spars\w*|commit\w*|vq"
    r"|codebook|quanti\w*|aux|auxiliary|balanc\w*|router|orth\w*|smooth\w*|tv|total_variation|content"
    r"|inv\w*|cov\w*|align\w*"
)
LEAST_START = 0.05  # of the total at the start


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


def part_given_up(curves: RunCurves, total: Curve, least_z: float) -> GivenUp | None:
    """The part of `total` that has risen most, by `least_z` deviations of a value at least; None for none.

    The parts are the component losses of the same data, logged at the same steps, that add up to it. One
    that is the price of learning, a regulariser or a divergence, is not given up for the others.
    """
    beside = curves.select(Kind.COMPONENT_LOSS, total.role.split)
    parts = [part for part in beside if np.array_equal(part.steps, total.steps)]
    if len(parts) < 2 or float(total.levels[-1]) <= 0.0:
        return None
    off = np.abs(np.sum([part.values for part in parts], axis=0) - total.values)
    if float(np.median(off)) > SUM_OFF * float(np.median(np.abs(total.values))):
        return None
    least, ended = LEAST_START * _start(total), float(total.levels[-1])
    risen = [
        GivenUp(part.tag, start, level, level / ended, (level - start) / ended)
        for part in parts
        if part.role.direction is Direction.LOWER
        and not PRICE.search(quantity_of(part.tag))
        and (start := _start(part)) >= least
        and (level := float(part.levels[-1])) - start > least_z * part.noise
    ]
    return max(risen, key=lambda part: part.rise, default=None)


def _start(curve: Curve) -> float:
    """The level before anything was learned, by the very first values: a part may be given up at once."""
    return median(curve.descent[:START_BLOCKS])
