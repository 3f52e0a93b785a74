"""Whether a loss that seems to be at its start has left it, or is about to, by its levels."""

from __future__ import annotations

import numpy as np

from losstui.detectors._flat_tail import FlatTail
from losstui.stats.end_of_course import fall_at_end
from losstui.stats.medians import median
from losstui.stats.ranks import rank_z


def goes_on_falling(tail: FlatTail, most_fall: float, parts: int, least_z: float) -> bool:
    """Whether the levels after the first of `parts`, in which an output layer finds its bias, still fall.

    By more than `most_fall` over as long as the run is, in the unit of the loss, and by `least_z` standard
    errors.
    """
    levels = tail.curve.blocks.medians[len(tail.curve.blocks) // parts :]
    earlier, later = np.array_split(levels, 2)
    # The middles of two halves lie half of a steady fall apart.
    fallen = median(earlier) - median(later) > 0.5 * most_fall
    return fallen and rank_z(later, earlier) >= least_z


def sets_off(tail: FlatTail, most_fall: float, parts: int, least_z: float) -> bool:
    """Whether the loss, at its pace over the last of `parts`, would fall by `most_fall` in as long again.

    What has hardly moved yet may fall ever faster, as a loss does that comes off a saddle. The pace is told
    by `least_z` standard errors.
    """
    share = 1.0 / parts
    pace = fall_at_end(tail.curve.blocks.medians, share).over(share)
    return pace.value > max(most_fall, least_z * pace.error)


def left_the_others(tail: FlatTail, tails: list[FlatTail], least_fall: float) -> bool:
    """Whether the loss fell to below the level of another: learned by heart, so that one is no guess.

    Both by more than `least_fall`, a share. That may happen so fast that the line through the run shows
    nothing of it.
    """
    highest = max(one.level for one in tails)
    return tail.fallen > least_fall and tail.level < (1.0 - least_fall) * highest
