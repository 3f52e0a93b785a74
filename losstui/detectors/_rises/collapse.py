"""Whether a reward fell back, and is not gained anew: to where it had begun, its policy has collapsed."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.detectors._rises.explosion import POWERS
from losstui.detectors._rises.lasting_rise import ALL_LOST, BLOW_UP_RATIO
from losstui.detectors._rises.rise import AFTER_LEARNING, Rise
from losstui.frame import FloatArray
from losstui.stats.change_points import ChangePoint
from losstui.stats.confidence import normal_z
from losstui.stats.medians import median
from losstui.stats.outliers import runs_of
from losstui.stats.ranks import rank_z

COLLAPSE = "collapse"
BEST_SHARE = 0.1  # of the blocks reach the best level: one lucky episode is no policy
LEAST_LOST = 0.9  # of what was gained: the floor
NEAR_FLOOR = 0.75  # of the fall: what lies below has come down with it
START_LEAST, START_SHARE = 3, 0.04  # blocks, and of the run: its first level
LEAST_SINCE, LEAST_SINCE_SHARE = 16, 0.04  # blocks, and of the run: what is shorter may be a reset
LONGER = 3  # times the longest stay at the floor before, since the policy had learned
MOST_LOG10_PROBABILITY = -6.0  # that a policy which fails as often as before fails so often in a row
ONSET_LEVEL = 0.05  # of the interval of the onset
LEAST_CLIMB_Z = 2.0  # standard errors: from there on it learns anew, as on another task


def collapse(reward: Curve) -> Rise | None:
    """Return the fall of a reward to its floor, of which nothing has come back since; None without one.

    Block by block the best episode counts, so that a policy which fails now and then is told from one
    that always fails. How often it had failed since it had learned says how likely so many failures in a
    row are.
    """
    best_of, levels = reward.blocks.lowest, reward.blocks.medians  # the lower the better
    least = max(LEAST_SINCE, round(LEAST_SINCE_SHARE * len(levels)))
    if len(levels) < 2 * least:
        return None
    start = median(levels[: max(START_LEAST, round(START_SHARE * len(levels)))])
    best, tail = float(np.quantile(best_of, BEST_SHARE)), median(levels[-least:])
    gained = start - best
    if gained <= 0.0 or tail - best < LEAST_LOST * gained:
        return None
    failed = best_of > best + NEAR_FLOOR * (tail - best)
    learned = np.flatnonzero(~failed)
    begin = int(learned[-1]) + 1
    since, before = levels[begin:], failed[learned[0] : begin]
    longest = max((last - first + 1 for first, last in runs_of(before)), default=0)
    if len(since) < max(least, LONGER * longest):
        return None
    often = (np.count_nonzero(before) + 1) / (len(before) + 2)  # Laplace's rule of succession
    log10_probability = len(since) * math.log10(often)
    if log10_probability > MOST_LOG10_PROBABILITY or climbs(since):
        return None
    well = int(np.flatnonzero(best_of <= best + (1.0 - NEAR_FLOOR) * (tail - best))[-1])
    # It would have failed as often as that anyway, before it always did.
    by_chance = int(math.log(ONSET_LEVEL) / math.log(often))
    change = ChangePoint(well + 1, well, begin + by_chance)
    return Rise(change, start, best, tail, (tail - best) / gained, normal_z(log10_probability), COLLAPSE)


def lasting_fall(reward: Curve, rise: Rise | None) -> Rise | None:
    """The `rise` of a reward, turned round, that had been gained and is not gained anew.

    A policy that explores may do worse than the first one for long, but not by `POWERS` of ten. Nor does one
    explore that had been as good as the first for `LEAST_SINCE` blocks: it has lost what it could, if that is
    `BLOW_UP_RATIO` times all it might have gained.
    """
    if rise is None:
        return None
    knew = rise.begin.low >= LEAST_SINCE and rise.lost >= BLOW_UP_RATIO
    if rise.kind != AFTER_LEARNING and not knew and rise.tail < 10.0**POWERS * abs(rise.start):
        return None
    since = reward.blocks.medians[rise.begin.index :]
    settled = len(since) >= LEAST_SINCE and not climbs(since[len(since) // 2 :])
    is_gone = rise.lost >= BLOW_UP_RATIO or (settled and rise.lost >= ALL_LOST)
    return rise if is_gone or not climbs(since) else None


def climbs(levels: FloatArray) -> bool:
    """Whether the second half of `levels`, shape (n,), the lower the better, is better than the first."""
    half = len(levels) // 2
    return rank_z(levels[:half], levels[half:]) < -LEAST_CLIMB_Z
