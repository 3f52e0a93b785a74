"""Losses that rise from where they began, or began low by luck."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from divergence_support import found, noise
from losstui.detectors._rises.never_below import never_below
from losstui.findings import Severity
from losstui.frame import FloatArray
from support import make_curves


@pytest.mark.parametrize(
    "loss",
    [
        2.3 + 0.05 * np.arange(100) + 0.1 * noise(100),
        np.geomspace(1.0, 1e18, 40) * np.exp(0.2 * noise(40)),
        np.array([2.3, *(120.0 + 0.5 * noise(60))]),
    ],
    ids=["straight", "exponential", "at once"],
)
def test_loss_that_rises_from_its_start(loss: FloatArray) -> None:
    [finding] = found({"train/loss": loss})
    assert (finding.kind, finding.severity) == ("from-start", Severity.CRITICAL)
    assert finding.onset.low <= 20


def swinging(n: int, size: float, seed: int) -> FloatArray:
    """Leaves its first value, 1.0, for swings of no period up to `size` above it."""
    rng = np.random.default_rng(seed)
    return np.append(1.0, 1.0 + size * rng.random(n - 1))


def test_a_run_that_swings_above_its_start_has_never_learnt() -> None:
    train, validation = swinging(200, 3.0, 0) + 0.5 * np.abs(noise(200)), swinging(40, 3.0, 1)
    steps = {"val/loss": range(0, 200, 5)}
    [finding] = found(make_curves({"train/loss": train, "val/loss": validation}, steps))
    assert (finding.kind, finding.severity) == ("from-start", Severity.CRITICAL)
    learns = np.append(2.0, 0.2 + 0.3 * np.abs(noise(199)))
    assert found(make_curves({"train/loss": learns, "val/loss": validation}, steps)) == []
    often_below = np.where(np.arange(40) % 3 == 2, 0.8, validation)
    assert found(make_curves({"train/loss": train, "val/loss": often_below}, steps)) == []
    level = 1.0 + 0.02 * np.abs(noise(200))
    level[0] = 1.0
    assert found(make_curves({"train/loss": level, "val/loss": validation}, steps)) == []
    back = np.where(np.arange(40) >= 36, 0.9, validation)
    assert found(make_curves({"train/loss": train, "val/loss": back}, steps)) == []


def test_an_error_on_data_held_back_bears_witness_where_no_loss_is_measured_there() -> None:
    train, error = swinging(200, 3.0, 0) + 0.5 * np.abs(noise(200)), 40.0 * swinging(40, 3.0, 1)
    steps = {"val/mse": range(0, 200, 5)}
    assert found({"train/loss": train}) == []
    [finding] = found(make_curves({"train/loss": train, "val/mse": error}, steps))
    assert (finding.kind, finding.tag) == ("from-start", "train/loss")
    falls = 40.0 * np.geomspace(1.0, 0.3, 40)
    assert found(make_curves({"train/loss": train, "val/mse": falls}, steps)) == []
    assert (
        found(make_curves({"train/loss": train, "train/mse": error}, {"train/mse": range(0, 200, 5)})) == []
    )


def test_batches_of_a_heavy_tail_beside_a_level_validation_hardly_ever_diverge() -> None:
    told, steps = 0, {"val/loss": range(0, 100, 5)}
    for seed in range(100):
        rng = np.random.default_rng(seed)
        train, validation = np.exp(1.2 * rng.normal(size=100)), np.exp(0.4 * rng.normal(size=20))
        told += bool(found(make_curves({"train/loss": train, "val/loss": validation}, steps)))
    assert told <= 8


def test_batches_that_are_learned_to_the_last_digit_do_not_hide_that_validation_never_learns() -> None:
    train = np.where(np.arange(200) % 10 < 4, 20.0, 0.0)
    train[0] = 1.0
    tags = {"train/loss": train, "val/loss": swinging(40, 8.0, 1)}
    [finding] = found(make_curves(tags, {"val/loss": range(0, 200, 5)}))
    assert finding.kind == "from-start"


def heavy_tailed(n: int, seed: int) -> FloatArray:
    return 2.0 + 0.3 * np.random.default_rng(seed).standard_t(2, n)


def lognormal(n: int, seed: int) -> FloatArray:
    return np.random.default_rng(seed).lognormal(0.0, 2.0, n)


def autocorrelated(n: int, seed: int) -> FloatArray:
    values = noise(n, seed)
    for at in range(1, n):
        values[at] += 0.5 * values[at - 1]
    return 4.0 + 0.3 * values


@pytest.mark.parametrize("stationary", [heavy_tailed, lognormal, autocorrelated])
@pytest.mark.parametrize("n", [10, 30, 100])
def test_a_first_value_that_is_low_by_luck_is_no_rise(
    stationary: Callable[[int, int], FloatArray], n: int
) -> None:
    rises = [one for seed in range(200) for one in found({"train/loss": stationary(n, seed)})]
    assert sum(one.kind == "from-start" for one in rises) <= 2


@pytest.mark.parametrize("n", [10, 30, 400])
def test_a_first_value_far_below_all_others_is_where_the_run_began(n: int) -> None:
    [finding] = found({"train/loss": np.array([2.3, *(120.0 + 5.0 * noise(n))])})
    assert (finding.kind, finding.severity) == ("from-start", Severity.CRITICAL)


@pytest.mark.parametrize("scatter", [0.2, 0.4])
@pytest.mark.parametrize("n", [16, 100])
def test_two_losses_around_a_level_began_low_by_luck(scatter: float, n: int) -> None:
    rises = [
        one
        for seed in range(200)
        for one in found(
            {
                "train/loss": np.exp(scatter * noise(n, seed)),
                "val/loss": np.exp(scatter * noise(n, seed + 1000)),
            }
        )
    ]
    assert sum(one.kind == "from-start" for one in rises) <= 3


def test_losses_that_swing_far_above_their_start_diverge_from_there() -> None:
    swings = np.exp(0.5 * noise(50, 1) + 2.0 * np.abs(np.sin(np.arange(50))))
    both = {"train/loss": np.array([0.5, *swings]), "val/loss": np.array([0.5, *(1.1 * swings)])}
    assert [one.kind for one in found(both)] == ["from-start"]


@pytest.mark.parametrize("learns", [False, True])
def test_train_rises_from_its_start_while_a_few_evaluations_fall(learns: bool) -> None:
    rising = 0.1 + 0.08 * np.minimum(np.arange(48) / 16.0, 1.0) + 0.003 * noise(48)
    evaluations = np.array([0.32, 0.33, 0.31, 0.30, 0.29, 0.28]) if learns else np.full(6, 0.32)
    curves = make_curves({"loss": rising, "val_loss": evaluations}, {"val_loss": range(0, 48, 8)})
    assert [one.kind for one in found(curves)] == ([] if learns else ["from-start"])
    late = make_curves({"loss": rising, "val_loss": evaluations}, {"val_loss": range(4, 48, 8)})
    assert [one.kind for one in found(late)] == ["from-start"]


def test_a_short_run_that_never_learned_may_rise_after_its_middle() -> None:
    [finding] = found({"loss": np.repeat([1.05, 6.0], [20, 19]) * (1.0 + 0.04 * noise(39))})
    assert (finding.kind, finding.onset.step) == ("from-start", 20)


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_losses_below_0_that_were_lowest_where_they_began(seed: int) -> None:
    scatter = noise(60, seed)
    train = np.array([0.05, *(1.1 + 0.35 * scatter[:59])])
    validation = np.array([-0.13, *(1.28 + 0.05 * scatter[:9])])
    steps = {"val/loss": list(range(0, 60, 6))}
    [finding] = found(make_curves({"train/loss": train, "val/loss": validation}, steps))
    assert finding.kind == "from-start"
    level = np.append(validation[1:], validation[1])
    assert found(make_curves({"train/loss": train[1:], "val/loss": level}, steps)) == []


def test_the_first_few_values_of_both_losses_are_low_together() -> None:
    later = np.linspace(16.0, 8.0, 18)
    train, validation = (
        np.array([1.8, first, *(later + 2.0 * noise(18, seed))]) for first, seed in ((1.4, 0), (1.3, 1))
    )
    [finding] = found({"train/loss": train, "val/loss": validation})
    assert finding.kind == "from-start"


def test_losses_that_wander_up_from_their_start_by_far_more_than_they_scatter() -> None:
    climb = 5.0 * (1.0 - np.exp(-np.arange(90) / 25.0)) + np.cumsum(0.1 * noise(90))
    train = np.array([*np.linspace(2.4, 2.2, 10), *(2.3 + climb)])  # each follows the one before, as means do
    validation = 2.3 + np.array([0.0, *climb[9::10]])
    curves = make_curves({"train/loss": train, "val/loss": validation}, {"val/loss": range(0, 100, 10)})
    train_loss, validation_loss = curves.train_loss, curves.validation_loss
    assert train_loss is not None
    assert validation_loss is not None
    assert never_below(train_loss, validation_loss) is not None


def test_a_run_of_few_evaluations_swings_above_its_start_with_train() -> None:
    train, validation = swinging(100, 8.0, 0), np.array([1.0, 0.9, 6.0, 9.0, 2.0, 7.0, 4.0, 6.0])
    curves = make_curves({"train/loss": train, "val/loss": validation}, {"val/loss": range(0, 96, 12)})
    assert [one.kind for one in found(curves)] == ["from-start"]


@pytest.mark.parametrize("evaluations", [4, 5, 7])
def test_a_run_that_has_been_evaluated_a_few_times_only_is_judged_as_one_that_goes_on(
    evaluations: int,
) -> None:
    train, validation = swinging(100, 8.0, 0), np.array([1.0, 2.9, 6.0, 9.0, 2.0, 7.0, 4.0, 6.0])
    tags = {"train/loss": train[: 12 * evaluations], "val/loss": validation[:evaluations]}
    steps = {"val/loss": range(0, 12 * evaluations, 12)}
    assert [one.kind for one in found(make_curves(tags, steps))] == ["from-start"]
    level = {**tags, "val/loss": 1.0 + 0.02 * noise(evaluations)}
    assert found(make_curves(level, steps)) == []


def test_what_three_evaluations_scatter_by_does_not_say_that_the_first_is_low_by_no_luck() -> None:
    train = 1.0 + 0.1 * np.random.default_rng(3).standard_normal(40)
    train[0] = 0.9
    tags = {"train/loss": train, "val/loss": np.array([1.0, 1.2, 1.3, 1.4])}
    curves = make_curves(tags, {"val/loss": range(0, 40, 10)})
    assert curves.train_loss is not None
    assert curves.validation_loss is not None
    assert never_below(curves.train_loss, curves.validation_loss) is None


@pytest.mark.parametrize("overfits", [False, True])
def test_a_train_loss_that_comes_down_while_validation_does_not_overfits(overfits: bool) -> None:
    steps = {"val/loss": range(0, 100, 4)}
    rising, falling = np.linspace(8.0, 16.0, 50), np.linspace(11.0, 10.0, 50)
    train = np.concatenate((rising, falling)) + 0.3 * noise(100)
    end = np.linspace(16.0, 17.0, 13) if overfits else falling[::4]
    validation = np.concatenate((rising[::4][:12], end)) + 0.1 * noise(25, 1)
    curves = make_curves({"train/loss": train, "val/loss": validation}, steps)
    assert curves.train_loss is not None
    assert curves.validation_loss is not None
    assert (never_below(curves.train_loss, curves.validation_loss) is None) is overfits
