"""Losses of the patchwork tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tape import (
    Node,
    exp,
    half_square,
    log,
    log_softmax,
    log_sum_exp,
    relu,
    sigmoid,
    softplus,
)
from benchmarks.detection.varied.losses import log_gamma
from sample_logs.training import Array

SLOWEST = 0.05  # hazard of a runner, and how fast it grows
LEAST_SCALE = 0.1  # of what is beyond a bound
FAR_OFF = 1e4  # a score that no yes or no comes near to
MOMENTS = 16  # of a sound
WINDOWS = (8, 16)  # moments that a spectrum is of
QUIET = 0.05  # what is less is as good as silent
SIDE = 5  # places of a map along one side
BLUR = 0.1  # weight of how far a map is spread
NARROWEST = 0.15  # width of an estimate to either side


def shares_between(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a share between 0 and 1 under a beta distribution; below 0 if sure.

    Source: Ferrari and Cribari-Neto 2004, "Beta Regression for Modelling Rates and Proportions".
    """
    mean, sure = sigmoid(scores[:1]), softplus(scores[1:]) + 1.0
    above, below = mean * sure + 0.05, (1.0 - mean) * sure + 0.05
    spread = log_gamma(above) + log_gamma(below) - log_gamma(above + below)
    return (spread - (above - 1.0) * np.log(targets) - (below - 1.0) * np.log(1.0 - targets)).mean()


def gave_up(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of when somebody gives up, which ever more do, or has not done so yet.

    `targets` are the time and whether it was seen. Source: Gompertz 1825, "On the Nature of the Function
    Expressive of the Law of Human Mortality".
    """
    time, seen = targets[:, :1], targets[:, 1:]
    hazard, faster = softplus(scores[:1]) + SLOWEST, softplus(scores[1:]) + SLOWEST
    gone = hazard * (exp(time * faster) - 1.0) * exp(-1.0 * log(faster))
    return (gone - seen * (log(hazard) + time * faster)).mean()


def beyond(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of how far something is beyond a bound: generalised Pareto.

    Source: Pickands 1975, "Statistical Inference Using Extreme Order Statistics".
    """
    scale, tail = softplus(scores[:1]) + LEAST_SCALE, 0.05 + 0.5 * sigmoid(scores[1:])
    far = log(1.0 + tail * targets * exp(-1.0 * log(scale)))
    return (log(scale) + (1.0 + exp(-1.0 * log(tail))) * far).mean()


def apart_from_nought(scores: Node, targets: Array) -> Node:
    """Of tags those that are there have to be above nought and the others below, the worst one most of all.

    Source: Su et al. 2022, "ZLPR: A Novel Loss for Multi-Label Classification".
    """
    off = scores * (1.0 - 2.0 * targets)
    missed, wrong = (log_sum_exp(off - FAR_OFF * left_out) for left_out in (1.0 - targets, targets))
    return (softplus(missed) + softplus(wrong)).mean()  # nought is one of those that are added up


def _absolute(node: Node) -> Node:
    return relu(node) + relu(-1.0 * node)


def _waves_of(window: int) -> tuple[Array, Array]:
    """What the cosines and sines of all windows are, of half of which each overlaps with the next one."""
    turns = np.arange(1, window // 2 + 1)
    begins = range(0, MOMENTS - window + 1, window // 2)
    both = (np.zeros((MOMENTS, len(begins) * len(turns))) for _ in range(2))
    cosines, sines = both
    for i, begin in enumerate(begins):
        angles = 2.0 * np.pi * np.arange(window)[:, None] * turns / window
        columns = slice(i * len(turns), (i + 1) * len(turns))
        cosines[begin : begin + window, columns] = np.cos(angles)
        sines[begin : begin + window, columns] = np.sin(angles)
    return cosines / np.sqrt(window), sines / np.sqrt(window)


def of_spectra(scores: Node, targets: Array) -> Node:
    """How far a sound is off at each moment, and in logarithms of its spectra of shorter and longer windows.

    Source: Yamamoto, Song and Kim 2020, "Parallel WaveGAN".
    """
    loss = _absolute(scores - targets).mean()
    for window in WINDOWS:
        cosines, sines = _waves_of(window)
        squares = (scores @ cosines) * (scores @ cosines) + (scores @ sines) * (scores @ sines)
        wanted = (targets @ cosines) ** 2 + (targets @ sines) ** 2
        loss = loss + 0.25 * _absolute(log(squares + QUIET) - np.log(wanted + QUIET)).mean()
    return loss


def expected_places(scores: Node, targets: Array) -> Node:
    """How far the middle of a map is from where something is, and how far that map is spread around it.

    Source: Nibali et al. 2018, "Numerical Coordinate Regression with Convolutional Neural Networks".
    """
    across, along = np.meshgrid(np.linspace(-1.0, 1.0, SIDE), np.linspace(-1.0, 1.0, SIDE))
    places = np.column_stack([across.ravel(), along.ravel()])
    shares = exp(log_softmax(scores))
    middle = shares @ places
    spread = (shares @ places**2 - middle * middle).rows().mean()
    return half_square(middle - targets) + BLUR * spread


def of_two_halves(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a number that scatters further to one side than to the other.

    Source: Wallis 2014, "The Two-Piece Normal, Binormal, or Double Gaussian Distribution".
    """
    widths = softplus(scores[1:]) + NARROWEST
    below, above = widths[:1], widths[1:]
    off = targets - scores[:1]
    is_above = np.where(off.value > 0.0, 1.0, 0.0)
    own = is_above * above + (1.0 - is_above) * below
    far = off * exp(-1.0 * log(own))
    return (0.5 * far * far + log(below + above)).mean() + float(0.5 * np.log(np.pi / 2.0))


def by_evidence(scores: Node, targets: Array) -> Node:
    """The squared error of shares of which only so much is known as evidence was found, and their scatter.

    Source: Sensoy, Kaplan and Kandemir 2018, "Evidential Deep Learning to Quantify Classification
    Uncertainty".
    """
    found = softplus(scores) + 1.0
    whole = found.rows()
    shares = found * exp(-1.0 * log(whole))
    scatter = shares * (1.0 - shares) * exp(-1.0 * log(whole + 1.0))
    off = shares - targets
    return (off * off + scatter).rows().mean()
