from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors._swings.in_step import around_trend
from losstui.detectors.noisy_validation import NoisyValidation
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 200


findings = partial(found_by, NoisyValidation())


def learning(noise: float, seed: int = 0) -> FloatArray:
    loss: FloatArray = 0.5 + 2.0 * np.exp(-np.arange(POINTS) / 20.0)
    return loss + np.random.default_rng(seed).normal(0.0, noise, POINTS)


def test_a_validation_loss_that_scatters_far_more_than_train() -> None:
    [found] = findings(make_curves({"train/loss": learning(0.03), "val/loss": learning(0.15, 1)}))
    assert found.severity is Severity.INFO
    assert found.tag == "val/loss"
    detectable = next(one for one in found.measures if one.name == "detectable difference")
    assert detectable.value == pytest.approx(3.96 * 0.15, rel=0.25)
    assert "gained nothing" in found.message or "gained 0.0" in found.message


def evaluated(train: FloatArray, validation: FloatArray) -> RunCurves:
    steps = {"train/loss": list(range(POINTS)), "val/loss": list(range(0, POINTS, 2))}
    return make_curves({"train/loss": train, "val/loss": validation[::2]}, steps)


def test_batches_around_an_evaluation_count_together_where_it_is_not_in_step() -> None:
    train = learning(0.15)
    assert len(findings(evaluated(train, learning(0.2, 1)))) == 1
    assert findings(evaluated(train, learning(0.06, 1))) == []
    moves = learning(0.15, 2) - learning(0.0)
    assert findings(evaluated(learning(0.02) + moves, learning(0.05, 1) + 1.2 * moves)) == []


@pytest.mark.parametrize("evaluations", [7, 10, 20, 40])
def test_validation_that_scatters_as_train_does_is_rarely_taken_for_more(evaluations: int) -> None:
    draws, every = 100, POINTS // evaluations
    taken = 0
    for seed in range(draws):
        train, validation = learning(0.2, seed)[::every], learning(0.2, draws + seed)[::every]
        taken += len(findings(make_curves({"train/loss": train, "val/loss": validation})))
    assert taken <= 0.1 * draws


def test_all_windows_of_train_tell_what_those_around_few_evaluations_tell_by_chance() -> None:
    draws, evaluations, every, taken = 200, 16, 10, 0
    points = evaluations * every
    train = 1.0 + np.exp(-8.0 * np.arange(points) / points)
    at = np.arange(every - 1, points, every)
    steps = {"train/loss": list(range(points)), "val/loss": at.tolist()}
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        tags = {
            "train/loss": train + rng.normal(0.0, 0.6, points),
            "val/loss": train[at] + rng.normal(0.0, 0.6 / every**0.5, evaluations),
        }
        taken += len(findings(make_curves(tags, steps)))
    assert taken <= 0.01 * draws


def test_ten_evaluations_are_enough_for_a_scatter_far_beyond_that_of_train() -> None:
    tags = {"train/loss": learning(0.02)[::20], "val/loss": learning(0.4, 1)[::20]}
    assert len(findings(make_curves(tags))) == 1


def test_of_seven_evaluations_all_but_the_first_tell() -> None:
    validation = np.array([2.5, 0.8, 0.5, 0.9, 0.45, 0.95, 0.5])
    every = POINTS // 7
    steps = {"val/loss": list(range(0, 7 * every, every))}
    [found] = findings(make_curves({"train/loss": learning(0.02), "val/loss": validation}, steps))
    assert found.spans[0].first_step == every
    six = make_curves({"train/loss": learning(0.02), "val/loss": validation[:6]})
    assert isinstance(NoisyValidation().detect(six), Skipped)


@pytest.mark.parametrize("rate", [2.0, 20.0])
def test_the_start_of_seven_evaluations_is_seldom_taken_for_scatter(rate: float) -> None:
    level = 0.3 + 1.7 * np.exp(-rate * np.arange(35) / 35)
    taken, draws = 0, 100
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        train = level * np.exp(rng.normal(0.0, 0.3, 35))
        validation = level[4::5] * np.exp(rng.normal(0.0, 0.3 / np.sqrt(5), 7))
        tags, steps = {"train/loss": train, "val/loss": validation}, {"val/loss": list(range(4, 35, 5))}
        taken += len(findings(make_curves(tags, steps)))
    assert taken <= 0.03 * draws


def test_scatter_nobody_sees_is_none() -> None:
    assert findings(make_curves({"train/loss": learning(0.001), "val/loss": learning(0.01, 1)})) == []


@pytest.mark.parametrize(("noise", "count"), [(0.046, 1), (0.033, 0)])
def test_noise_that_hides_a_sixth_of_the_level_counts(noise: float, count: int) -> None:
    train = 1.0 + 0.2 * learning(0.0)
    validation = train + np.random.default_rng(1).normal(0.0, noise, POINTS)
    assert len(findings(make_curves({"train/loss": train, "val/loss": validation}))) == count


@pytest.mark.parametrize(("of_train", "count"), [(0.012, 1), (0.03, 0)])
def test_a_small_scatter_has_to_be_far_beyond_that_of_train(of_train: float, count: int) -> None:
    train = 1.0 + 0.2 * learning(0.0)
    noise = np.random.default_rng(1).normal(0.0, 0.07, POINTS)
    beside = train + np.random.default_rng(2).normal(0.0, of_train, POINTS)
    assert len(findings(make_curves({"train/loss": beside, "val/loss": train + noise}))) == count


def test_few_evaluations_say_less() -> None:
    tags = {"train/loss": learning(0.1), "val/loss": learning(0.4, 1)}
    [many] = findings(make_curves(tags))
    [few] = findings(make_curves({tag: values[:: POINTS // 20] for tag, values in tags.items()}))
    assert few.confidence < many.confidence


def test_noise_that_the_gain_outweighs_does_no_harm() -> None:
    descent = np.linspace(4.0, 1.0, POINTS)
    noisy = descent + np.random.default_rng(0).normal(0.0, 0.13, POINTS)
    assert findings(make_curves({"train/loss": descent, "val/loss": noisy})) == []


def test_one_wild_evaluation_is_no_scatter() -> None:
    validation = learning(0.01, 1)
    validation[150] += 0.4
    assert findings(make_curves({"train/loss": learning(0.01), "val/loss": validation})) == []


def test_a_step_down_is_no_scatter() -> None:
    validation = learning(0.005, 1) - np.where(np.arange(POINTS) >= 150, 0.2, 0.0)
    assert findings(make_curves({"train/loss": learning(0.002), "val/loss": validation})) == []


def test_train_without_any_noise_leaves_no_ratio_to_name() -> None:
    [found] = findings(make_curves({"train/loss": np.full(POINTS, 1.0), "val/loss": learning(0.15)}))
    assert "times as much as train" not in found.message


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    for noise, count in ((0.2, 1), (0.02, 0)):
        tags = {"train/loss": learning(0.02), "val/loss": learning(noise, 1)}
        assert len(findings(retold(tags))) == count


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    outcome = NoisyValidation().detect(make_curves({"train/loss": loss, "val/loss": loss}))
    assert isinstance(outcome, Skipped)
    assert isinstance(NoisyValidation().detect(make_curves({"train/loss": loss})), Skipped)


def test_without_any_loss_a_metric_tells_and_beside_one_it_does_not() -> None:
    share = {"train/r2": 1.0 - 0.2 * learning(0.03), "val/r2": 1.0 - 0.2 * learning(0.5, 1)}
    [found] = findings(make_curves(share))
    assert found.tag == "val/r2"
    losses = {"train/loss": learning(0.03), "val/loss": learning(0.03, 1)}
    assert findings(make_curves({**share, **losses})) == []


def test_around_zero_a_scatter_is_held_against_what_the_loss_has_moved() -> None:
    tags = {"train/nll": learning(0.06) - 0.5, "val/nll": learning(0.12, 1) - 0.5}
    assert findings(make_curves(tags)) == []


@pytest.mark.parametrize(
    ("evaluations", "begin"), [(7, 1), (8, 2), (10, 2), (14, 5), (16, 5), (20, 7), (24, 8), (40, 20)]
)
def test_of_few_evaluations_more_than_the_last_half_tell(evaluations: int, begin: int) -> None:
    validation = 1.0 + 0.3 * (-1.0) ** np.arange(evaluations)
    tags = {"train/loss": 1.0 + np.exp(-np.arange(evaluations) / 2.0), "val/loss": validation}
    [found] = findings(make_curves(tags))
    assert found.spans[0].first_step == begin


def test_a_model_that_moves_between_few_evaluations_is_seldom_taken_for_noise() -> None:
    """Its moves are gone in the means of train, and the few values beside have the noise of their batches."""
    draws, evaluations, every, taken = 100, 10, 20, 0
    points = evaluations * every
    level = 0.5 + 1.5 * np.exp(-6.0 * np.arange(points) / points)
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        moves, batches = rng.normal(0.0, 0.1, (2, points))
        tags = {"train/loss": level + moves + batches, "val/loss": (level + moves)[::every]}
        taken += len(findings(make_curves(tags, {"val/loss": list(range(0, points, every))})))
    assert taken <= 0.15 * draws


@pytest.mark.parametrize(("together", "count"), [(0.38, 1), (0.55, 0)])
def test_in_step_by_chance_it_is_still_noisy(together: float, count: int) -> None:
    """As far in step as one run of validation samples in twenty is, and as one in a hundred."""
    rng = np.random.default_rng(0)
    sample, batches = (around_trend(one) for one in rng.normal(size=(2, 20)))
    batches -= sample * (batches @ sample) / (sample @ sample)
    sample, batches = sample / np.std(sample), batches / np.std(batches)
    train = 1.0 + 0.1 * rng.choice([-1.0, 1.0], 400)
    train[:200] += 2.0 * np.exp(-np.arange(200) / 20.0)
    train[200::10] = 1.0 + 0.2 * (together * sample + (1.0 - together**2) ** 0.5 * batches)
    validation = np.concatenate([train[:200:10], 1.0 + 0.2 * sample])
    steps = {"val/loss": list(range(0, 400, 10))}
    assert len(findings(make_curves({"train/loss": train, "val/loss": validation}, steps))) == count


@pytest.mark.parametrize(("gain", "count"), [(0.4, 1), (0.6, 0)])
def test_a_gain_that_may_be_none_is_no_reason_to_compare(gain: float, count: int) -> None:
    """Two evaluations have to differ by 0.4; the line through ten of them is known within 0.1."""
    scatter = 0.05 * (-1.0) ** np.arange(20)
    level = 0.5 + gain * np.linspace(19.0 / 9.0, 0.0, 20)
    assert len(findings(make_curves({"train/loss": level, "val/loss": level + scatter}))) == count


@pytest.mark.parametrize(("every", "error"), [(1, 1.0), (10, 0.8)])
def test_what_it_is_held_against_is_known_better_from_many_values(every: int, error: float) -> None:
    rng = np.random.default_rng(1)
    train = 1.0 + rng.normal(0.0, 0.05, 20 * every)
    validation = 1.0 + rng.normal(0.0, 0.3, 20)
    curves = make_curves(
        {"train/loss": train, "val/loss": validation}, {"val/loss": range(0, 20 * every, every)}
    )
    [found] = findings(curves)
    ratio = next(one for one in found.measures if one.unit == "times that of train")
    assert ratio.bound == pytest.approx(np.exp(2.0 * 1.3 * np.sqrt((1.0 + error**2) / 13)))


@pytest.mark.parametrize(("slope", "gained"), [(0.02, "it gained 1.2"), (-0.08, "it gained nothing")])
def test_it_says_what_the_evaluations_that_tell_still_gained(slope: float, gained: str) -> None:
    scatter = 0.3 * (-1.0) ** np.arange(40)
    [found] = findings(
        make_curves({"train/loss": np.ones(40), "val/loss": 2.0 - slope * np.arange(40) + scatter})
    )
    assert f"since step 20 {gained}" in found.message
    assert "as much as train" not in found.message  # which does not scatter


@pytest.mark.parametrize(("start", "count"), [(10.0, 0), (4.0, 1)])
def test_scatter_that_nobody_sees_beside_the_fall_is_none(start: float, count: int) -> None:
    """A thirtieth of it, and a tenth."""
    level = 1.0 + (start - 1.0) * np.exp(-np.arange(80) / 4.0)
    validation = level + np.random.default_rng(0).normal(0.0, 0.3, 80)
    assert len(findings(make_curves({"train/loss": level, "val/loss": validation}))) == count
