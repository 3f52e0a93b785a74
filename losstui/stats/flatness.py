"""Whether the last part of a curve is flat, proved rather than not disproved, and since when."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.isotonic import isotonic_fall
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation
from losstui.stats.trend import MEDIAN_ERROR, Estimate, effective_count, fall_over

END_SHARE = 0.25  # of the curve: what its end level is the median of
WIDER = 3.0  # times the band, and a third of it: a level that falls ever slower has no sharp last bend
LEAST_Z = 3.0  # standard errors of a level: lower than that is no luck
RARE = 10.0  # one level in so many may leave the band by chance: it is two to three errors wide


@dataclass(frozen=True, slots=True)
class FlatPart:
    """The last part of a curve, in the unit of its values.

    `fall` is what the curve still falls over its tail, `end` the level it ends at. `start` is the index
    of the first level from which on all lie within the band around the end, `low` and `high` the same
    for a band `WIDER` times as wide and as narrow, each further out by what the levels blur.
    """

    fall: Estimate
    end: Estimate
    start: int
    low: int
    high: int


def flat_part(
    medians: FloatArray, levels: FloatArray, tail_share: float, band: float, window: int = 1
) -> FlatPart:
    """Describe the last `tail_share` of a curve: its block `medians` and their `levels`, shape (n,), n >= 1.

    `band` is the half width, in the unit of the values, within which a level counts as unchanged;
    `window` is how many medians a level looks over.
    """
    n = len(medians)
    fall = fall_over(medians[min(n - 1, round(n * (1.0 - tail_share))) :])
    last = medians[-max(1, round(n * END_SHARE)) :]
    level = median(last)
    error = MEDIAN_ERROR * median_deviation(last) / math.sqrt(effective_count(last))
    start = _settled(levels, level, band + error)
    low = _settled(levels, level, WIDER * (band + error)) - window // 2
    high = _settled(levels, level, band / WIDER + error) + window // 2
    low, high = max(0, min(low, start)), min(n - 1, max(high, start))
    return FlatPart(fall, Estimate(level, error), start, low, high)


def since_along_course(
    part: FlatPart, medians: FloatArray, levels: FloatArray, band: float, window: int = 1
) -> FlatPart:
    """The same `part`, its start that of the never rising course nearest to the levels.

    Arguments as in `flat_part`. Noise throws single levels out of the band, but hardly moves that course, the
    less the longer it is flat. A level that lies lower than noise explains, as before a rise, counts itself.
    """
    last = medians[-max(1, round(len(medians) * END_SHARE)) :]
    noise = MEDIAN_ERROR * median_deviation(last) / math.sqrt(window)
    level, error = part.end.value, part.end.error
    luck = level - levels <= LEAST_Z * noise
    course = np.where(luck, np.maximum(isotonic_fall(levels), level), levels)
    start = _settled(course, level, math.hypot(band, error))
    low = _settled(course, level, WIDER * (band + error)) - window // 2
    high = _settled(course, level, band / WIDER) + window // 2
    return replace(
        part, start=start, low=max(0, min(low, start)), high=min(len(levels) - 1, max(high, start))
    )


def _settled(levels: FloatArray, level: float, band: float) -> int:
    """Where the longest last part begins of which at most one level in `RARE` is out of the band."""
    scores = np.where(np.abs(levels - level) > band, 1.0 - RARE, 1.0)
    from_here = np.cumsum(scores[::-1])[::-1]
    return int(np.argmax(from_here))
