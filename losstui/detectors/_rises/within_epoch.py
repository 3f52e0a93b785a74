"""A rise that a loss makes in each epoch, and that the next one takes back."""

from __future__ import annotations

import numpy as np

from losstui.curve import Curve
from losstui.detectors._rises.rise import LOGARITHMIC, SWING_SHARE, least_scale


def is_within_epoch(loss: Curve, height: float, least_lost: float) -> bool:
    """Whether `loss` rises by about `height` in each epoch, and its epochs as a whole do not rise.

    The mean over the last epoch then lies above the lowest mean over one by less than `least_lost` of the
    progress, and the loss comes back in that epoch by about as much as it rose, of powers of ten by nearly
    all. A loss that is taken before the step on its batch rises through an epoch while the model forgets what
    it knows by heart; samples in a fixed order may be harder towards the end.
    """
    teeth = loss.sawtooth
    if teeth is None or SWING_SHARE * height > abs(teeth.height):
        return False
    levels, width = loss.blocks.medians, round(teeth.period)
    lowest, last = float(levels.min()), float(levels[-width:].min())
    if last - lowest > (1.0 - SWING_SHARE) * height or 0.0 < LOGARITHMIC * lowest < last:
        return False
    sums = np.concatenate(([0.0], np.cumsum(levels)))
    epochs = (sums[width:] - sums[:-width]) / width
    scale = max(loss.progress, least_scale(loss, loss.start_level))
    return float(epochs[-1] - epochs.min()) < least_lost * scale
