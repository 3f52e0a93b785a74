"""Whether a log says by anything that a loss has come to a stand too high.

How low the loss of a task can come stands in no log: a run that stopped too high and one that is done draw
the same line. Whoever reads a log can tell the two by these signs alone:

- The loss lost next to nothing, so it lies about where it began.
- An accuracy is as bad.
- The learning rate had gone half way through the run.
- No weight moves any more, or nothing reaches some of them, and the log says so.
- One of the parts of the loss rose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.classes import UNSEEN
from benchmarks.detection.doubts import end_of
from benchmarks.detection.labels import Labels
from benchmarks.detection.recording import Recorded
from losstui.frame import Series

FloatArray = NDArray[np.float64]

TOO_HIGH = frozenset(UNSEEN)
MOVING = frozenset({"improving", "divergence", "late_instability", "oscillation"})
# Of the first loss. Well-trained runs leave as much of it on one task in sixteen of those that are trained
# here, half of it on one in eight and two fifths on one in five.
HARDLY_LOST = 0.6
HARDLY_GAINED = 0.1  # D: as little in any unit, where a loss has no level of which a share is left
MOST_SKILL = 0.5  # of the way from where an accuracy began to all right: what is better may be all there is
RATE_GONE = 0.05  # of its highest, half way
UNMOVED = 1e-9  # D: no weight moves
PART_ROSE = 0.05  # D
STOPPED = frozenset({"vanishing_gradients", "dead_relu"})  # what of a log says that weights are not reached
NOT_PARTS = frozenset({"loss", "grad_norm", "lr"})


def doubt_what_no_log_shows(labels: Labels, recorded: Recorded, size: float) -> None:
    """Leave open whether a run stopped too high where nothing in its log says so; `size` is its D.

    What could be said either way is one that could be said to be done.
    """
    if (labels.sure | labels.gray) & TOO_HIGH and not _shows_too_high(recorded, labels, size):
        labels.sure |= {UNSEEN[name] for name in labels.sure & TOO_HIGH}
        labels.doubt(TOO_HIGH)
    if labels.gray & TOO_HIGH and not labels.sure & (TOO_HIGH | MOVING):
        labels.gray.add("converged")


def _shows_too_high(recorded: Recorded, labels: Labels, size: float) -> bool:
    """Whether what is in the log of a run says that its losses ended too high."""
    logged = [one for tag, one in recorded.frame.items() if tag not in recorded.logging.unlogged]
    half = len(recorded.validation) // 2
    unmoved = float(np.ptp(recorded.validation[half:])) <= UNMOVED * size
    stopped = bool((labels.sure | labels.gray) & STOPPED)
    said = any(_is_bad_accuracy(one) or _is_rate_gone(one) or _is_rising_part(one, size) for one in logged)
    return _hardly_lost(recorded, size) or unmoved or stopped or said


def _hardly_lost(recorded: Recorded, size: float) -> bool:
    """Whether the loss ends about where the log begins."""
    logging = recorded.logging
    # Of other quantities than those of the log the curve of the log tells.
    exact = recorded.train if recorded.as_logged else recorded.frame["train/loss"].values
    values = exact[1:] if logging.without_first else exact
    first, end = float(values[0]), end_of(values)
    if first - end <= HARDLY_GAINED * size:
        return True
    has_floor = float(np.min(values)) > 0.0 and logging.upwards_from is None
    return has_floor and end >= HARDLY_LOST * first


def _is_bad_accuracy(series: Series) -> bool:
    if not series.tag.endswith("/accuracy"):
        return False
    first, end = float(series.values[0]), end_of(series.values)
    return end - first <= MOST_SKILL * (1.0 - first)


def _is_rate_gone(series: Series) -> bool:
    rates = series.values
    return series.tag == "train/lr" and float(rates[len(rates) // 2]) <= RATE_GONE * float(np.max(rates))


def _is_rising_part(series: Series, size: float) -> bool:
    split, _, name = series.tag.partition("/")
    if split != "train" or name in NOT_PARTS or "/" in name:
        return False
    return end_of(series.values) - float(series.values[0]) >= PART_ROSE * size
