"""A train loss that steps down at equal distances and is level between: what shows the borders of epochs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from statistics import fmean

import numpy as np

from losstui.curve import Curve
from losstui.detectors._piecewise_linear import PiecewiseLinear
from losstui.frame import FloatArray, IntArray
from losstui.roles import Direction
from losstui.stats.medians import median
from losstui.stats.noise import noise_sigma, times_of
from losstui.stats.sawtooth import excess_of_steps, outdo_steps
from losstui.stats.trend import MEDIAN_ERROR

CEILING = 1.0  # of an accuracy, an overlap, an explained share: none is above


@dataclass(frozen=True, slots=True, eq=False)
class Staircase:
    """Steps down at equal distances: the blocks they are at, their heights and standard errors each."""

    period: float  # blocks
    borders: tuple[int, ...]
    heights: tuple[float, ...]  # of the levels, or of their logarithms where all are positive
    net: tuple[float, ...]  # how far the next epoch as a whole lies below, in the same unit
    z: tuple[float, ...]
    apart: float  # standard errors by which they stand out of the steps between them
    outdo: tuple[bool, ...]  # whether each is higher than all steps around it
    share: float  # of the whole fall of the train loss
    later: float  # of its fall since the end of the first epoch

    @property
    def sure(self) -> float:
        """Standard errors by which all borders together drop."""
        return sum(self.z) / math.sqrt(len(self.z))


@dataclass(frozen=True)
class StaircaseSearch:
    """Which periods are tried, and what a staircase has to be."""

    least_values: int = 6  # blocks an epoch: fewer do not show whether it is level
    enough_values: int = 8  # the same: of fewer the windows are most, and with them most of any descent
    least_drops: int = 2  # borders: one drop is any drop, but in the very middle
    window_share: float = 0.2  # of an epoch: near the border, and enough for a median
    window_least: int = 4  # blocks: the fewest with a median worth the name
    resolution: float = 0.25  # blocks: periods are tried this far apart, at least,
    relative_resolution: float = 0.02  # of the period: and longer ones this, which moves no border by much
    least_z: float = 3.0  # standard errors of all drops together, by the scatter of single blocks
    least_each_z: float = 2.0  # standard errors of the two highest drops
    least_apart: float = 5.0  # standard errors beyond the steps elsewhere: the best of some hundred periods
    least_even: float = 0.2  # of the highest drop: drops become smaller as there is less to memorise
    even_borders: float = 0.75  # of the borders have such a drop
    most_left: float = 0.2  # of all drops: the borders after, of many, are smaller than the noise
    least_first: int = 3  # borders: two that outdo all around them lie at equal distances by chance
    least_net: float = 1 / 3  # of the drops: where the epochs take back more, their samples come in an order
    least_net_beside: float = 0.5  # of the drops: where validation takes part, train comes down from that
    most_pieces: int = 6  # lines an epoch may be made of, where it bends
    likeliest: int = 3  # periods that explain the curve better than those beside them: half of it is one
    least_share: float = 0.6  # of the fall: an even descent has a fifth of it in such windows
    least_later: float = 0.75  # of that since the first epoch: means that begin anew make 0.6 of any descent

    def find(self, train: Curve, counted: IntArray, beside: FloatArray | None = None) -> Staircase | None:
        """The first of the staircases tried that is one.

        `counted` are the blocks at which epochs begin by what the log counts; empty where it counts none.
        `beside`, shape (k,), is how far each block lies above validation; None where they do not compare.
        """
        levels = _to_lose(train)
        fall = median(levels[: self.enough_values]) - median(levels[-self.enough_values :])
        if fall <= 0.0:
            return None
        likeliest = 1 if len(counted) else self.likeliest  # what the log counts is no other period
        tried = (
            self._measured(levels, period, borders, fall)
            for period, borders in chain(self._told(counted, len(levels)), self._found(levels, likeliest))
        )
        clear = next((stairs for stairs in tried if self._is_clear(stairs)), None)
        # Some epochs of a saw together lie as far below as each drop is high: what it is shows in the first.
        if clear is None or not self._is_saw(clear):
            return clear
        return clear if beside is not None and self._leaves(train.blocks.medians, beside, clear) else None

    def _told(self, counted: IntArray, n: int) -> Iterator[tuple[float, IntArray]]:
        """The borders of the epochs that the log counts: a value may be the mean since the one before it."""
        period = median(np.diff(np.concatenate(([0], counted)))) if len(counted) else 0.0
        for borders in (counted, counted + 1):
            borders = borders[borders + self.window_least <= n]
            if len(borders) and min(period, float(borders[0])) >= self.least_values:
                yield period, borders

    def _found(self, levels: FloatArray, likeliest: int) -> Iterator[tuple[float, IntArray]]:
        """Periods that the curve shows, and their borders, the likeliest first."""
        n = len(levels)
        pieces = PiecewiseLinear(levels)
        for period in self._likely(n, pieces, likeliest):
            borders = _borders(n, period)
            borders = borders[borders + self.window_least <= n]
            if len(borders) >= self.least_drops:
                yield period, borders
        yield from self._whole(levels, pieces)

    def _likely(self, n: int, pieces: PiecewiseLinear, likeliest: int) -> list[float]:
        """The period whose lines explain the curve best, some times as long, and the next best ones.

        Where the log ends within an epoch, or epochs bend, others explain it as well: `likeliest` in all.
        """
        periods = self._periods((n - self.window_least) / self.least_drops)
        if not periods:
            return []
        said = np.array([pieces.bic(_borders(n, one)) for one in periods])
        beside = np.concatenate(([math.inf], said, [math.inf]))
        lowest = np.flatnonzero((said <= beside[:-2]) & (said < beside[2:]))
        best, *others = lowest[np.argsort(said[lowest])][:likeliest].tolist()
        return [
            *(times * periods[best] for times in range(1, self.most_pieces + 1)),
            *(periods[i] for i in others),
        ]

    def _periods(self, longest: float) -> list[float]:
        """The periods to try, in blocks, up to `longest`."""
        periods: list[float] = []
        period = float(self.least_values)
        while period < longest:
            periods.append(period)
            period += max(self.resolution, self.relative_resolution * period)
        return periods

    def _whole(self, levels: FloatArray, pieces: PiecewiseLinear) -> Iterator[tuple[float, IntArray]]:
        """Those of a whole number of epochs, as most runs have, whose steps stand out most.

        A value may be the mean since the one before it, so that an epoch shows one value later. A single step
        counts where no other place parts the curve into two lines as well: that it is in the very middle is
        what is not expected of anything else.
        """
        n = len(levels)
        tried: list[tuple[float, float, IntArray]] = []
        for epochs in range(2, n // self.least_values + 1):
            period = n / epochs
            for late in (0, 1):
                borders = late + np.ceil(period * np.arange(1, epochs)).astype(np.int64)
                if len(borders) >= self.least_drops or pieces.best_border == borders[0]:
                    apart = excess_of_steps(levels, borders, period, self._width(period))
                    tried.append((apart, period, borders))
        for apart, period, borders in sorted(tried, key=lambda one: one[0], reverse=True):
            if apart < self.least_apart:
                return
            yield period, borders

    def _measured(self, levels: FloatArray, period: float, borders: IntArray, fall: float) -> Staircase:
        heights, z = zip(*(self._drop(levels, one, period) for one in borders.tolist()), strict=True)
        net = tuple(_net(levels, one, round(period)) for one in borders.tolist())
        width = self._width(period)
        apart = excess_of_steps(levels, borders, period, width)
        outdo = tuple(outdo_steps(levels, borders, period, width).tolist())
        # Nothing comes again within the first epoch: what is learned there is no memory.
        before = median(levels[borders[0] - self.window(period) : borders[0]])
        since = before - median(levels[-self.enough_values :])
        share, later = sum(heights) / fall, sum(heights) / since if since > 0.0 else 0.0
        return Staircase(period, tuple(borders.tolist()), heights, net, z, apart, outdo, share, later)

    def _is_clear(self, stairs: Staircase) -> bool:
        """Whether it goes down at its borders: far enough, surely enough, and at nearly every one."""
        fewest = min(self.least_drops, len(stairs.z))
        return (
            sorted(stairs.z)[-fewest] >= self.least_each_z
            and min(stairs.z) > -self.least_z
            and stairs.sure >= self.least_z
            and stairs.apart >= self.least_apart
            and self._is_even(stairs, fewest)
        )

    def _is_even(self, stairs: Staircase, fewest: int) -> bool:
        """Whether most of the fall is at the borders, and nearly each has its part, `fewest` at least.

        Of a descent that is over early only the first borders are on it: unless these outdo all around them,
        as where most is known by heart soon, half of all borders have to drop. Short epochs have to drop at
        such places: what windows that cover most of an epoch hold of the fall says nothing.
        """
        heights = np.array(stairs.heights)
        if float(heights.sum()) <= 0.0:
            return False
        following = np.cumsum(heights[::-1])[::-1]
        worth = int(np.flatnonzero(following >= self.most_left * following[0])[-1]) + 1
        half = max(worth, math.ceil(len(heights) / 2))
        first = max(worth, self.least_first)
        clear = np.array(stairs.outdo) & (np.array(stairs.z) >= self.least_each_z)
        # What outdoes all around beyond doubt is a drop as well, however much higher the first ones were.
        sure = np.array(stairs.outdo) & (np.array(stairs.z) >= self.least_apart)
        drops = sure | (heights >= self.least_even * float(heights.max()))
        is_long = stairs.period >= self.enough_values
        by_height = is_long and stairs.share >= self.least_share and fmean(drops[:half]) >= self.even_borders
        by_place = stairs.later >= self.least_later and fmean(clear[:first]) >= self.even_borders
        return int(np.count_nonzero(drops)) >= fewest and (by_height or by_place)

    def share_of_fall(self, stairs: Staircase) -> tuple[float, float]:
        """What the drops are of the fall, or of that after the first epoch, and have to be of it."""
        if stairs.period >= self.enough_values and stairs.share >= self.least_share:
            return stairs.share, self.least_share
        return stairs.later, self.least_later

    def _is_saw(self, stairs: Staircase) -> bool:
        """Whether the epochs take back most of the drops, as where samples come in the same order."""
        return sum(stairs.net) < self.least_net * sum(stairs.heights)

    def _leaves(self, train: FloatArray, beside: FloatArray, stairs: Staircase) -> bool:
        """Whether train comes down from validation, with which it goes until samples come again.

        What the epochs of `train` take back may be what validation rises by: to know some samples by heart
        hurts all others, and those that are to come again as well. Samples in an order lie as far `beside`
        validation in the first epoch as in any other. One that rises by more is no measure of train.
        """
        drops = [self.height(train, border, stairs.period) for border in stairs.borders]
        net = sum(_net(beside, border, round(stairs.period)) for border in stairs.borders)
        first = stairs.borders[0]
        until = median(beside[first - self.window(stairs.period) : first])
        least, most = self.least_net_beside * sum(drops), sum(drops) / (1.0 - self.window_share)
        return abs(until) <= drops[0] and least <= net <= most

    def window(self, period: float) -> int:
        """How many blocks on each side of a border its drop is told from: none stands for two borders."""
        return min(max(self.window_least, round(self.window_share * period)), int(period / 2))

    def _width(self, period: float) -> int:
        """The same where steps between the borders are to be told from those at them."""
        return min(self.window(period), int(period / 3))

    def _drop(self, levels: FloatArray, border: int, period: float) -> tuple[float, float]:
        """How far the level drops at the border, and in how many standard errors."""
        height = self.height(levels, border, period)
        around = levels[max(0, round(border - period)) : border + round(period)]
        width = self.window(period)
        after = min(width, len(levels) - border)
        error = noise_sigma(around) * MEDIAN_ERROR * math.sqrt(1.0 / width + 1.0 / after)
        return height, times_of(height, error)

    def height(self, levels: FloatArray, border: int, period: float) -> float:
        """How far `levels` drop at the border, between the medians on both sides of it."""
        width = self.window(period)
        return median(levels[border - width : border]) - median(levels[border : border + width])


def _to_lose(train: Curve) -> FloatArray:
    """What is left to lose at each block, by its logarithm where it is positive everywhere."""
    levels = train.blocks.medians
    if train.role.direction is Direction.HIGHER and float(levels.min()) > -CEILING:
        levels = CEILING + levels  # what is left to gain
    return np.log(levels) if float(levels.min()) > 0.0 else levels  # noise and drops go with the level


def _net(levels: FloatArray, border: int, period: int) -> float:
    """How far the level of the epoch after the border lies below that of the epoch before."""
    return median(levels[max(0, border - period) : border]) - median(levels[border : border + period])


def _borders(n: int, period: float) -> IntArray:
    """The blocks, of `n`, at which the second epoch of `period` blocks begins, and each after it."""
    return np.rint(period * np.arange(1, math.ceil(n / period))).astype(np.int64)
