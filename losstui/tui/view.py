"""How to look at curves: the axis, the scale, the smoothing and the stretch that is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from losstui.tui.axes import XAxis
from losstui.tui.marker import Marker
from losstui.tui.smoothing import DEFAULT_SHARE, SHARES


@dataclass(frozen=True, slots=True)
class View:
    """How to look at a plot. `zoom` is the visible x range, None for all of it."""

    axis: XAxis = XAxis.STEP
    log: bool = False
    smoothing: int = DEFAULT_SHARE  # index in SHARES
    raw: bool = True  # whether the logged values are drawn behind their average
    cut_outliers: bool = False
    zoom: tuple[float, float] | None = None
    marker: Marker = Marker.BRAILLE

    @property
    def share(self) -> float:
        """Of a curve's points, the share that is averaged."""
        return SHARES[self.smoothing]

    def smoother(self, steps: int) -> View:
        """The view that many levels of smoothing further, at most to either end."""
        return replace(self, smoothing=max(0, min(len(SHARES) - 1, self.smoothing + steps)))
