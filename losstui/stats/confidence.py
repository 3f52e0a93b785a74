"""How sure a finding is: one mapping from the evidence of every detector to a number within 0 and 1."""

from __future__ import annotations

import math
from statistics import NormalDist

# A finding rests on two comparisons. Each alone can be right by luck, so the weaker one decides.
SIGNIFICANCE_SCALE = 2.0  # standard errors beyond the bound at which significance alone is worth 88 %
EFFECT_SCALE = math.log(2.0)  # an effect of twice its bound is worth as much
LEAST = 0.5  # at the bound a finding is as likely wrong as right
MOST = 0.99  # no curve alone proves anything
SMALLEST = 0.1  # of its bound: what has to be small and is smaller makes no finding surer
LEAST_HELD = -300.0  # powers of ten: of a probability that a float holds to all its digits


def confidence(z: float, least_z: float, effect: float, least_effect: float) -> float:
    """Return how likely a finding is right, from `LEAST` at its bounds to `MOST` far beyond them.

    `z` is the test statistic in standard errors and `least_z` the bound it had to pass; `effect` and
    `least_effect`, both positive, are the size of the effect and its bound in any unit they share.
    Infinite values count as far beyond. A value below its bound gives `LEAST`, never less.
    """
    significance = (z - least_z) / SIGNIFICANCE_SCALE
    size = _log_ratio(effect, least_effect) / EFFECT_SCALE
    beyond = max(0.0, min(significance, size))
    return LEAST + (MOST - LEAST) * math.tanh(beyond)


def confidence_of_shares(*pairs: tuple[float, float]) -> float:
    """Return the same for a finding that rests on effects alone: `pairs` of (value, bound), all positive."""
    beyond = min(_log_ratio(value, bound) / EFFECT_SCALE for value, bound in pairs)
    return LEAST + (MOST - LEAST) * math.tanh(max(0.0, beyond))


def below(value: float, most: float) -> tuple[float, float]:
    """The pair of `confidence_of_shares` for a `value` of any sign that has to lie below `most`, positive."""
    return most, max(value, SMALLEST * most)


def normal_z(log10_probability: float) -> float:
    """The standard errors at which a normal tail has that probability, its logarithm to base 10; at least 0.

    Where a float holds no such probability, by how the tail falls far out: right to a third of a percent.
    """
    if log10_probability < LEAST_HELD:
        return math.sqrt(-2.0 * math.log(10.0) * log10_probability)
    return max(0.0, -NormalDist().inv_cdf(min(10.0**log10_probability, 0.5)))


def _log_ratio(value: float, bound: float) -> float:
    if value <= 0.0 or math.isnan(value):
        return -math.inf
    return math.inf if math.isinf(value) else math.log(value / bound)
