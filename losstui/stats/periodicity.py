"""Whether what is left of a curve without its trend goes up and down in an order that noise does not have."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation

CLIP_SIGMAS = 4.0  # robust standard deviations: a spike beyond is cut, or it alone would fill the spectrum
LEAST_VALUES = 8  # below, no order can be told from chance
FINENESS = 2  # frequencies looked at for each Fourier frequency: a period between two shows as well
LEAST_SINE = 1e-9  # mean square: a sine with a period of two values is rounding alone
MOST_CORRELATION = 0.9999  # beyond, its inverse hyperbolic tangent says no more


@dataclass(frozen=True, slots=True)
class Peak:
    """The strongest frequency: its period in values, its share of all power, and how noise would have it."""

    period: float
    share: float
    log10_probability: float


NO_PEAK = Peak(period=math.inf, share=0.0, log10_probability=0.0)


def clipped(residuals: FloatArray) -> FloatArray:
    """`residuals`, shape (n,), finite, centred at their median, without what lies beyond `CLIP_SIGMAS`."""
    if not len(residuals):
        return residuals
    centred = residuals - median(residuals)
    sigma = median_deviation(centred) or float(np.std(centred))
    limited: FloatArray = np.clip(centred, -CLIP_SIGMAS * sigma, CLIP_SIGMAS * sigma)
    return limited


def detrended(values: FloatArray) -> FloatArray:
    """`values`, shape (n,), finite, less the parabola that fits them best.

    A parabola follows the descent of half a run and is too stiff to follow a cycle.
    """
    if len(values) < LEAST_VALUES:
        return values - np.mean(values) if len(values) else values
    x = np.linspace(-1.0, 1.0, len(values))
    bend = x * x - float(np.mean(x * x))  # on this grid at right angles to the constant and to x
    residuals: FloatArray = values - np.mean(values)
    for shape in (x, bend):
        # Not with @, which wakes every core for a long curve and adds in an order of its own.
        residuals -= shape * (float(np.sum(shape * residuals)) / float(np.sum(shape * shape)))
    return residuals


def alternation(residuals: FloatArray) -> float:
    """Standard errors by which the von Neumann ratio of `residuals`, shape (n,), exceeds that of white noise.

    The ratio of the mean squared step to the variance is 2 for white noise, below for a drifting curve,
    and 4 where each value lies opposite the one before. 0.0 for too few or equal values, and for those so
    large that their squares have no number.
    Source: von Neumann 1941, Annals of Mathematical Statistics 12.
    """
    n = len(residuals)
    variance = float(np.var(residuals)) if n else 0.0
    if n < LEAST_VALUES or not 0.0 < variance < math.inf:
        return 0.0
    ratio = float(np.mean(np.diff(residuals) ** 2)) / variance
    return (ratio - 2.0) / (2.0 * math.sqrt((n - 2.0) / (n * n - 1.0)))


def correlation_z(one: FloatArray, other: FloatArray) -> float:
    """Standard errors by which the correlation of two residuals, shape (n,) both, lies above that of noise.

    0.0 for too few or equal values. Source: Fisher 1921, Metron 1.
    """
    n = len(one)
    a, b = one - np.mean(one), other - np.mean(other)
    size = math.sqrt(float(a @ a)) * math.sqrt(float(b @ b)) if n >= LEAST_VALUES else 0.0
    if size == 0.0:
        return 0.0
    correlation = min(max(float(a @ b) / size, -MOST_CORRELATION), MOST_CORRELATION)
    return math.atanh(correlation) * math.sqrt(n - 3)


def strongest_period(residuals: FloatArray) -> Peak:
    """The largest peak of the periodogram of `residuals`, shape (n,), equally spaced, with Fisher's g-test.

    Looked for at each Fourier frequency and half-way between two: there a period has up to three fifths less
    power at either. The probability is Fisher's bound 2 m (1 - g)^(m - 1), m the Fourier frequencies, twice
    as many looked at. `NO_PEAK` for too few or equal values.
    Source: Fisher 1929, Proceedings of the Royal Society A 125; Bonferroni's bound for those between.
    """
    n = len(residuals)
    if n < LEAST_VALUES:
        return NO_PEAK
    power = _powers(residuals)
    total = float(power[::FINENESS].sum())
    if total == 0.0:
        return NO_PEAK
    strongest = int(np.argmax(power))
    share = min(float(power[strongest]) / total, 1.0)  # in this order no number stays none
    log10_probability = math.log10(len(power)) + (n // 2 - 1) * math.log10(max(1.0 - share, 1e-300))
    frequency = 1.0 + (strongest + _between(power, strongest)) / FINENESS
    return Peak(n / frequency, share, min(0.0, log10_probability))


def prominence(residuals: FloatArray, period: float) -> float:
    """How many times the usual power around it that of `period`, in values, is in `residuals`, shape (n,).

    A curve that wanders, or a running mean, has much power in no frequency of its own, but more below some
    frequency than above. So the usual power is the median of the octave below or above, whichever has more,
    next neighbours left out, of what is left without the sine of that period: a sine that is cut off at both
    ends has power around it as well. Infinite where nothing is left.
    """
    n = len(residuals)
    at = n / period
    frequencies = np.arange(FINENESS, FINENESS * n // 2 + 1) / FINENESS
    rest = _powers(_without(residuals, period))
    below = rest[(frequencies < at - 1.0) & (2.0 * frequencies >= at)]
    above = rest[(frequencies > at + 1.0) & (frequencies <= 2.0 * at)]
    usual = max((median(side) for side in (below, above) if len(side)), default=0.0)
    own = (0.5 * n * strength_at(residuals, period)) ** 2
    return own / usual if usual > 0.0 else math.inf


def strength_at(residuals: FloatArray, period: float) -> float:
    """The amplitude of the cosine with that period, in values, in `residuals`, shape (n,), n >= 1.

    At a period of two values it is twice that: the sine has none there.
    """
    turns = np.arange(len(residuals)) * (2.0 * math.pi / period)
    return (
        2.0 * math.hypot(float(np.cos(turns) @ residuals), float(np.sin(turns) @ residuals)) / len(residuals)
    )


def _powers(residuals: FloatArray) -> FloatArray:
    """The power of `residuals`, shape (n,), from one cycle on, `FINENESS` to each further cycle."""
    spectrum = np.fft.rfft(residuals - np.mean(residuals), FINENESS * len(residuals))
    sizes: FloatArray = np.abs(spectrum[FINENESS:])
    return sizes**2


def _without(residuals: FloatArray, period: float) -> FloatArray:
    """`residuals`, shape (n,), less the sine of `period` that fits them best."""
    turns = np.arange(len(residuals)) * (2.0 * math.pi / period)
    cosine, sine = np.cos(turns), np.sin(turns)
    sine -= cosine * (float(np.sum(cosine * sine)) / float(np.sum(cosine * cosine)))
    rest = residuals.copy()
    for shape in (cosine, sine):
        size = float(np.sum(shape * shape))
        if size > LEAST_SINE * len(rest):
            rest -= shape * (float(np.sum(shape * rest)) / size)
    return rest


def _between(power: FloatArray, strongest: int) -> float:
    """Where, in bins from the strongest, the parabola through its logarithm and its neighbours' peaks."""
    if not 0 < strongest < len(power) - 1 or float(power[strongest - 1 : strongest + 2].min()) <= 0.0:
        return 0.0
    before, at, after = np.log(power[strongest - 1 : strongest + 2]).tolist()
    curvature = before - 2.0 * at + after
    return 0.5 * (before - after) / curvature if curvature < 0.0 else 0.0
