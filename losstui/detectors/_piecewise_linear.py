"""How well a piecewise linear function explains a curve, by the Bayesian information criterion (BIC)."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from losstui.frame import FloatArray, IntArray

PARAMETERS = 2  # of a line between two borders
TINY = float(np.finfo(np.float64).tiny)


class PiecewiseLinear:
    """Piecewise linear fits to `levels`, shape (n,), n >= 1, finite.

    Running sums are made once, so that no fit goes through the levels again.
    """

    def __init__(self, levels: FloatArray) -> None:
        y = levels - levels.mean()
        x = np.linspace(-1.0, 1.0, len(y))
        self._n = len(y)
        self._sums = np.zeros((5, self._n + 1))
        np.cumsum((x, x * x, y, x * y, y * y), axis=1, out=self._sums[:, 1:])

    def bic(self, borders: IntArray) -> float:
        """The BIC of a fit of one line between each two of 0, `borders` and n; the lowest is the best.

        Source: Schwarz 1978, Annals of Statistics 6.
        """
        edges = np.concatenate(([0], borders, [self._n]))
        residual = float(self._residuals(edges[:-1], edges[1:]).sum())
        penalty = PARAMETERS * (len(borders) + 1) * math.log(self._n)
        return self._n * math.log(max(residual / self._n, TINY)) + penalty

    @cached_property
    def best_border(self) -> int:
        """The one at which two lines explain the curve best."""
        inside = np.arange(PARAMETERS, self._n - PARAMETERS + 1)
        rest = self._residuals(np.zeros_like(inside), inside) + self._residuals(
            inside, np.full_like(inside, self._n)
        )
        return int(inside[np.argmin(rest)])

    def _residuals(self, first: IntArray, end: IntArray) -> FloatArray:
        """The sums of squares that lines from each `first` until before its `end` leave; shape (m,)."""
        count = np.maximum(end - first, 1)
        x, xx, y, xy, yy = self._sums[:, end] - self._sums[:, first]
        spread = xx - x * x / count
        covariance = xy - x * y / count
        slope = np.where(spread > TINY, covariance**2 / np.maximum(spread, TINY), 0.0)
        rest: FloatArray = yy - y * y / count - slope
        return rest
