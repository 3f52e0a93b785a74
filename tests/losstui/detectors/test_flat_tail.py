from __future__ import annotations

import numpy as np
import pytest

from losstui.detectors._flat_bounds import FlatBounds, flat_tails
from losstui.detectors._flat_tail import LEAST_BLOCKS, LONGER_LEAST
from losstui.frame import FloatArray
from support import make_curves


def tails(values: int, scatter: float) -> list[bool]:
    """Whether each loss is proven flat, of a run that has made its gain in the first third."""
    rng = np.random.default_rng(0)
    loss = 1.0 + np.exp(-np.linspace(0.0, 25.0, values)) + rng.normal(0.0, scatter, values)
    return [tail.proven for tail in flat_tails(make_curves({"val/loss": loss}), FlatBounds(0.5, 0.05, 0.01))]


def test_few_values_prove_a_flat_tail_where_they_hardly_scatter() -> None:
    assert tails(LEAST_BLOCKS, 0.0005) == [True]


@pytest.mark.parametrize("values", [LEAST_BLOCKS, 12])
def test_few_values_that_scatter_prove_nothing(values: int) -> None:
    assert tails(values, 0.1) == [False]


def proven(course: FloatArray, seeds: int = 200) -> tuple[float, float]:
    """In what share of noisy runs of that course the tail proves it flat, alone and with a longer part."""
    alone = longer = 0
    for seed in range(seeds):
        loss = course + np.random.default_rng(seed).normal(0.0, 0.03, len(course))
        [tail] = flat_tails(make_curves({"val/loss": loss}), FlatBounds(0.5, 0.0, 0.05))
        alone += tail.proven
        longer += tail.as_proven(0.5).proven
    return alone / seeds, longer / seeds


def test_a_longer_part_proves_flat_what_noise_leaves_open() -> None:
    alone, longer = proven(np.full(40, 1.0))
    assert longer > alone + 0.2
    assert longer > 0.8


def test_of_few_values_a_longer_part_proves_no_more() -> None:
    alone, longer = proven(np.full(LONGER_LEAST - 1, 1.0), 50)
    assert longer == alone


@pytest.mark.parametrize(("fall", "begins"), [(0.055, 0.0), (0.055, 0.25), (0.07, 0.5), (0.07, 0.75)])
def test_a_longer_part_proves_nothing_of_what_falls(fall: float, begins: float) -> None:
    steps = np.linspace(0.0, 1.0, 40)  # over the tail 0.055 counts as flat
    course = np.maximum(steps - begins, 0.0) / (1.0 - max(begins, 0.5))
    _, longer = proven(1.1 - fall * course)
    assert longer <= 0.1


def test_fewer_have_no_tail() -> None:
    assert tails(LEAST_BLOCKS - 1, 0.0) == []


def test_a_validation_loss_first_logged_late_is_measured_by_all_that_was_gained() -> None:
    steps = np.arange(0, 1000, 10)
    loss = 0.1 + np.exp(-steps / 50.0)
    every = {"train/loss": steps.tolist(), "val/loss": steps[10::10].tolist()}
    curves = make_curves({"train/loss": loss, "val/loss": loss[10::10]}, every)
    train, validation = flat_tails(curves, FlatBounds(0.5, 0.05, 0.0))
    assert validation.gained < 0.2 * train.gained
    assert validation.bound == pytest.approx(train.bound, rel=0.1)


@pytest.mark.parametrize("seed", range(20))
def test_the_lowest_of_many_levels_of_a_flat_loss_is_luck(seed: int) -> None:
    steps = np.linspace(0.0, 1.0, 80)
    loss = 1.0 + 2.0 * np.exp(-steps / 0.03) + np.random.default_rng(seed).normal(0.0, 0.15, 80)
    [flat] = flat_tails(make_curves({"train/loss": loss}), FlatBounds(0.5, 0.03, 0.0))
    assert not flat.risen
    [higher] = flat_tails(make_curves({"train/loss": loss + 0.5 * (steps > 0.5)}), FlatBounds(0.5, 0.03, 0.0))
    assert higher.risen
