"""Whether a loss that seems stuck at its start has left it, or is about to."""

from __future__ import annotations

import numpy as np

from losstui.detectors._flat_tail import FlatTail
from losstui.stats.final_slope import fall_at_end
from losstui.stats.medians import median
from losstui.stats.ranks import rank_z


def goes_on_falling(tail: FlatTail, most_fall: float, parts: int, least_z: float) -> bool:
    """Whether the levels still fall after the first of `parts`, in which an output layer finds its bias.

    They fall by more than `most_fall`, in the unit of the loss, over the length of the run, and by at least
    `least_z` standard errors.
    """
    levels = tail.curve.blocks.medians[len(tail.curve.blocks) // parts :]
    earlier, later = np.array_split(levels, 2)
    # The middles of two halves lie half of a steady fall apart.
    fallen = median(earlier) - median(later) > 0.5 * most_fall
    return fallen and rank_z(later, earlier) >= least_z


def is_leaving(tail: FlatTail, most_fall: float, parts: int, least_z: float) -> bool:
    """Whether the loss, at its pace over the last of `parts`, would fall by `most_fall` in as long again.

    A loss that leaves a saddle point falls faster and faster, though it has hardly moved yet. The pace is
    at least `least_z` standard errors.
    """
    share = 1.0 / parts
    pace = fall_at_end(tail.curve.blocks.medians, share).over(share)
    return pace.value > max(most_fall, least_z * pace.error)


def left_the_others(tail: FlatTail, tails: list[FlatTail], least_fall: float) -> bool:
    """Whether the loss fell below the level of another curve: it was memorised, so that it is no guess.

    It fell by more than the share `least_fall`, and lies below the other by more than that. This may happen
    so fast that a line through the whole run does not show it.
    """
    highest = max(one.level for one in tails)
    return tail.fallen > least_fall and tail.level < (1.0 - least_fall) * highest
