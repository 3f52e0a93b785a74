"""Means over the values so far that begin anew each epoch, as trainers log them at each step."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray

LEAST_PERIOD = 8  # values of an epoch: over fewer a mean is hardly calmer than what it is over
MOST_OF_RUN = 0.5  # that an epoch may be: it has to have begun anew
MOST_OFF = 0.25  # of the slope of -1 that means have: a fault that dies away falls steeper or slower
LEAST_Z = 9.0  # standard errors: the best of some thousand periods, and an order of the data repeats as well
MOST_LEFT = 3.0  # standard errors: what the means are over scatters alike wherever it stands in the epoch
MOST_OPPOSED = 2.0  # standard errors: nor does it swing, as what was no mean does where one is undone
MOST_TRIED = 32  # of the lags at which the steps repeat best: of few periods the best is often beside it
MOST_VALUES = 16_384  # at the beginning: a few epochs among these show what more would
DEVIATION = math.pi / math.sqrt(8.0)  # of the logarithm of the size of a normal value


def mean_period(values: FloatArray) -> int:
    """The number of `values`, shape (n,), finite, after which they are means that begin anew; 0 for none.

    The first value is the first of an epoch. A mean over j values moves by 1 / j of what the next one is off,
    so the logarithms of the steps fall with that of the place in the epoch, with slope -1, and repeat.
    """
    values = values[:MOST_VALUES]
    most = int(MOST_OF_RUN * len(values))
    if most <= LEAST_PERIOD or values.min() == values.max():
        return 0
    values = values / np.abs(values).max()  # the largest floats have no differences
    sizes = _sizes_of_steps(values)
    spectrum = np.fft.rfft(sizes, 2 << len(sizes).bit_length())
    repeated = np.fft.irfft(np.abs(spectrum) ** 2)[LEAST_PERIOD : most + 1]
    lags = np.arange(LEAST_PERIOD, most + 1)
    likely = lags[np.argsort(-repeated / np.sqrt(len(sizes) - lags))[:MOST_TRIED]]
    z, slope, period = max(_falling(sizes, int(lag)) for lag in likely)
    if z <= LEAST_Z or abs(slope - 1.0) > MOST_OFF:
        return 0
    return period if _are_alike(values_of_means(values, period), period) else 0


def _sizes_of_steps(values: FloatArray) -> FloatArray:
    """The logarithms of the sizes of the steps between `values`, not all equal, around their own course."""
    sizes = np.abs(np.diff(values))
    sizes = np.log(np.maximum(sizes, sizes[sizes > 0.0].min()))
    return _around_course(sizes)


def _around_course(values: FloatArray) -> FloatArray:
    """`values`, shape (n,), n > 1, less their mean and what goes with the logarithm of the index.

    Noise dies away with the learning rate, and a mean over all so far is ever calmer: that is neither for nor
    against means that begin anew.
    """
    course = np.log(np.arange(1.0, len(values) + 1.0))
    course -= course.mean()
    rest: FloatArray = values - values.mean()
    return rest - course * (float(course @ rest) / float(course @ course))


def _are_alike(single: FloatArray, period: int) -> bool:
    """Whether values scatter alike all through the epoch, and none swings back from the one before it."""
    ranks = np.argsort(np.argsort(single)) - (len(single) - 1) / 2.0
    opposed = -float(ranks[1:] @ ranks[:-1]) / float(ranks @ ranks) * math.sqrt(len(single))
    left, _, _ = _falling(_sizes_of_steps(single), period)
    return opposed < MOST_OPPOSED and abs(left) < MOST_LEFT


def _falling(sizes: FloatArray, period: int) -> tuple[float, float, int]:
    """How surely, in standard errors, and how steeply `sizes`, shape (n - 1,), fall with the place.

    Both beside their course over the run, as in a regression on the two. Sizes that span powers of ten, as of
    a loss that grows, scatter by more than those of normal steps do.
    """
    place = _around_course(np.resize(np.log(np.arange(1.0, period + 1.0)), len(sizes) + 1)[1:])
    fallen, spread = -float(place @ sizes), float(place @ place)
    slope = fallen / spread
    scatter = max(DEVIATION, float(np.std(sizes + slope * place)))
    return fallen / (scatter * math.sqrt(spread)), slope, period


def values_of_means(means: FloatArray, period: int) -> FloatArray:
    """What `means`, shape (n,), are over, where they begin anew every `period` values; shape (n,)."""
    place = _places(len(means), period)
    before = np.concatenate([means[:1], means[:-1]])
    single: FloatArray = place * means - (place - 1.0) * before
    return single


def _places(n: int, period: int) -> FloatArray:
    return np.resize(np.arange(1.0, period + 1.0), n)
