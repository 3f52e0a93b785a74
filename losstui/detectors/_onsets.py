"""Onsets of findings from change points between the blocks of a curve."""

from __future__ import annotations

from losstui.curves import Curve
from losstui.findings import Onset
from losstui.stats.change_points import ChangePoint


def onset_in_blocks(curve: Curve, found: ChangePoint) -> Onset:
    """The onset in steps of a change point whose indices count the blocks of `curve`.

    A block says only that the change is within it, so the interval takes in whole blocks.
    """
    blocks, steps = curve.blocks, curve.steps
    return Onset(
        int(curve.block_steps[found.index]),
        int(steps[blocks.first[found.low]]),
        int(steps[blocks.last[found.high]]),
    )
