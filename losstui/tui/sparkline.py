"""A curve in one line of text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from losstui.curve import Curve
from losstui.tui.glyphs import Glyphs

WIDTH = 6  # cells: enough for the course of a run, beside its name in a narrow list


def sparkline(curve: Curve | None, glyphs: Glyphs, width: int = WIDTH) -> str:
    """The medians of `width` equal stretches of the run as bars; ends in the critical mark on NaN.

    A stretch without values is a blank. Spaces where there is no curve or no finite value.
    """
    if curve is None or len(curve) + len(curve.non_finite_steps) == 0:
        return " " * width
    ends = [steps[i] for steps in (curve.steps, curve.non_finite_steps) if len(steps) for i in (0, -1)]
    edges = np.linspace(float(min(ends)), float(max(ends)), width + 1)
    bounds = np.searchsorted(curve.steps, edges)
    bounds[-1] = len(curve)
    levels = [
        float(np.median(curve.values[low:high])) if high > low else None
        for low, high in pairwise(bounds.tolist())
    ]
    present = [level for level in levels if level is not None]
    if not present:
        return " " * (width - 1) + glyphs.critical
    low, high = min(present), max(present)
    top = len(glyphs.spark) - 1
    # Halved, because the difference of the largest numbers there are would overflow.
    span = (high / 2 - low / 2) or 1.0
    bars = [
        " " if level is None else glyphs.spark[round((level / 2 - low / 2) / span * top)] for level in levels
    ]
    if len(curve.non_finite_steps) and (not len(curve) or curve.non_finite_steps[-1] > curve.steps[-1]):
        bars[-1] = glyphs.critical
    return "".join(bars)
