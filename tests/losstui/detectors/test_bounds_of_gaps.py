"""Each bound that learning by heart, and a gap, is held against, from both sides."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors._gap_search import FoundGap, GapSearch
from losstui.detectors._memorisation import Memorisation, memorisation
from support import make_curves

FloatArray = NDArray[np.float64]
COUNT = 60
DONE = np.linspace(0.0, 1.0, COUNT)


def noise(seed: int) -> FloatArray:
    return np.random.default_rng(seed).normal(0.0, 0.002, COUNT)


def train(end: float = 0.5) -> FloatArray:
    """A loss that falls from 2 to `end`, straight."""
    return 2.0 - (2.0 - end) * DONE + noise(0)


def learned(train_loss: FloatArray, validation: float | FloatArray, first: int = 0) -> Memorisation | None:
    """What of a run is by heart whose evaluations before that of index `first` were not logged."""
    losses = {"train_loss": train_loss, "val_loss": (validation + noise(1))[first:]}
    curves = make_curves(losses, {"val_loss": range(first, COUNT)})
    [pair] = curves.whole_pairs
    return memorisation(pair, curves)


@pytest.mark.parametrize(("end", "told"), [(1.4, True), (1.7, False)])
def test_train_has_to_learn_a_fifth(end: float, told: bool) -> None:
    assert (learned(train(end), 2.0) is not None) is told


@pytest.mark.parametrize(("gained", "told"), [(0.07, True), (0.13, False)])
def test_validation_gains_a_tenth_of_that_at_most(gained: float, told: bool) -> None:
    assert (learned(train(), 2.0 - gained * 1.5 * DONE) is not None) is told


@pytest.mark.parametrize(("level", "told"), [(1.5, True), (1.2, False)])
def test_validation_ends_behind_by_half_of_it(level: float, told: bool) -> None:
    assert (learned(train(), level) is not None) is told


@pytest.mark.parametrize(("once", "told"), [(0.2, True), (0.4, False)])
def test_validation_had_never_gained_over_a_quarter(once: float, told: bool) -> None:
    assert (learned(train(), 2.0 - once * 1.5 * np.sin(np.pi * DONE)) is not None) is told


@pytest.mark.parametrize(("first", "told"), [(10, True), (20, False)])
def test_train_had_gained_a_quarter_at_most_before_the_first_evaluation(first: int, told: bool) -> None:
    assert (learned(train(), 2.0, first) is not None) is told


def gap(above: FloatArray) -> FoundGap | None:
    """The gap of a validation loss that lies `above` a train loss which goes from 2 to 0.5."""
    [pair] = make_curves({"train_loss": train(), "val_loss": train() + above + noise(1)}).whole_pairs
    return GapSearch().find(pair)


@pytest.mark.parametrize(("left", "told"), [(0.4, True), (0.15, False)])
def test_a_quarter_of_the_gap_is_left_at_the_last_evaluation(left: float, told: bool) -> None:
    above = 0.8 * DONE
    above[-1] = left * 0.72
    assert (gap(above) is not None) is told


@pytest.mark.parametrize(("above", "told"), [(0.15, False), (0.35, True)])
def test_a_gap_is_a_tenth_of_the_train_level(above: float, told: bool) -> None:
    [pair] = make_curves(
        {"train_loss": train(1.0) + 1.0, "val_loss": train(1.0) + 1.0 + above * DONE + noise(1)}
    ).whole_pairs
    assert (GapSearch(least_share=0.05).find(pair) is not None) is told
