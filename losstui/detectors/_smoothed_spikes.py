"""Spikes of a loss that is logged as a running mean: they jump up at once and die away slowly."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curve import MOST_BLOCKS, Curve
from losstui.detectors._rises.corrected import single_values
from losstui.detectors._spike_search import Searched, SpikeSearch
from losstui.detectors._spikes import Apart
from losstui.frame import FloatArray
from losstui.stats.autocorrelation import values_before_smoothing
from losstui.stats.blocks import block_medians
from losstui.stats.noise import noise_between_spikes, noise_with_ties

SETTLED_SHARE = 0.25  # of the run: what it is a mean over is told from the rest, where it is no descent
LEAST_VALUES = 48  # values: of fewer their correlation is not known
# Of a gap: stricter than that of values which are logged as they are, since how they follow from the means is
# estimated as well.
MOST_PROBABILITY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class BeforeSmoothing:
    """What a curve may be a running mean over, `values` of shape (n,), and the spikes of that, if any."""

    values: FloatArray
    apart: Apart


def spikes_before_smoothing(search: SpikeSearch, curve: Curve, progress: float) -> BeforeSmoothing | None:
    """Spikes that all make `curve` rise by `search.least_height` of `progress` at once; None without any.

    A jump of a running mean is a small part of what the single value was off by, and takes as many values
    to die away as the mean is over: no value of it is a spike, though each person sees one.
    """
    logged = curve.descent
    begin = int(SETTLED_SHARE * len(logged))
    values = values_before_smoothing(logged, begin) if len(logged) >= LEAST_VALUES else None
    if values is None:
        return None
    apart = search.find(_searched(values, progress))
    rises = [float(logged[one.peak] - logged[one.first - 1]) for one in apart.spikes if one.first >= begin]
    shown = len(rises) == len(apart.spikes) > 0 and min(rises) >= search.least_height * progress
    is_sure = apart.probability <= MOST_PROBABILITY
    return BeforeSmoothing(values, apart) if is_sure and shown else None


def spikes_of_epoch_means(search: SpikeSearch, curve: Curve, progress: float) -> BeforeSmoothing | None:
    """The spikes of what `curve` is means of that begin anew each epoch; None where it is none.

    The first mean of an epoch scatters as a single value does, right behind the calm of the last ones before:
    by their noise each epoch would begin with a spike.
    """
    single = single_values(curve)
    if single is None:
        return None
    apart = search.find(_searched(single.descent, progress))
    is_sure = apart.probability <= MOST_PROBABILITY
    return BeforeSmoothing(single.descent, apart if is_sure else Apart((), 1.0))


def _searched(values: FloatArray, progress: float) -> Searched:
    scatter = noise_between_spikes(values, noise_with_ties(values))
    return Searched(values, block_medians(values, MOST_BLOCKS), scatter, progress)
