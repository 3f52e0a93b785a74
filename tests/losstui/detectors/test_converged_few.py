"""Whether a run is done, by few evaluations."""

from __future__ import annotations

import numpy as np

from converged_support import STEPS, done, findings
from losstui.curves import RunCurves
from losstui.frame import FloatArray
from support import make_curves


def few_evaluations(last: float, seed: int) -> dict[str, FloatArray]:
    """Ten evaluations beside noisy batches, of which the last quarter gains that share of all."""
    rng = np.random.default_rng(seed)
    exact = 0.2 + 0.8 * np.exp(-STEPS / 60.0) - 0.8 * last * np.maximum(0.0, STEPS / 125.0 - 2.0)
    validation = exact[::55] + 0.016 * rng.normal(size=10)
    return {"train/loss": exact + 0.12 * rng.normal(size=500), "val/loss": validation}


def share_told(last: float) -> float:
    every = {"val/loss": range(0, 500, 55)}
    return float(np.mean([bool(findings(make_curves(few_evaluations(last, i), every))) for i in range(40)]))


def test_few_evaluations_tell_by_the_course_of_their_last_two_thirds() -> None:
    assert share_told(0.0) >= 0.75
    assert share_told(0.06) <= 0.05


EVALUATED = np.linspace(0, 499, 7).astype(np.int64)[1:]


def evaluated(train: FloatArray, seed: int) -> RunCurves:
    """A train loss of small batches, and six evaluations that scatter by half a percent of the gain."""
    rng = np.random.default_rng(seed)
    tags = {"train/loss": train + rng.normal(0.0, 0.4, 500), "val/loss": train[EVALUATED]}
    tags["val/loss"] = tags["val/loss"] + rng.normal(0.0, 0.01, len(EVALUATED))
    return make_curves(tags, {"train/loss": STEPS.tolist(), "val/loss": EVALUATED.tolist()})


def test_few_evaluations_tell_what_the_noise_of_small_batches_hides() -> None:
    runs = [evaluated(2.0 + done(0.0), seed) for seed in range(20)]
    alone = [make_curves({"train/loss": run.curve("train/loss").values}) for run in runs]
    assert sum(bool(findings(run)) for run in alone) <= 4
    told = [found for run in runs for found in findings(run)]
    assert len(told) >= 16
    assert {found.tag for found in told} >= {"val/loss"}


def test_few_evaluations_that_still_fall_are_not_done() -> None:
    falling = 2.0 + 2.2 - 1.5 * STEPS / 500.0 - 0.5 * (1.0 - np.exp(-STEPS / 30.0))
    assert not any(findings(evaluated(falling, seed)) for seed in range(20))


def test_few_evaluations_that_fall_again_in_the_last_quarter_are_not_done() -> None:
    flat = 2.0 + done(0.0)
    again = flat - 0.07 * (flat[0] - flat[-1]) * np.maximum(0.0, STEPS / 125.0 - 3.0)
    assert sum(bool(findings(evaluated(again, seed))) for seed in range(40)) <= 4


def test_few_evaluations_take_back_nothing_that_the_longer_curve_shows() -> None:
    tags = {"train/loss": done(), "val/loss": np.array([2.2, 0.9, 0.5, 0.4, 0.35, 0.3])}
    steps = {"train/loss": STEPS.tolist(), "val/loss": EVALUATED.tolist()}
    [found] = findings(make_curves(tags, steps))
    assert found.tag == "train/loss"


def test_a_metric_of_held_back_data_answers_where_no_loss_of_them_is_logged() -> None:
    noisy = 2.0 + done(0.4)
    metric = 0.9 - 0.8 * np.exp(-STEPS / 30.0) + np.random.default_rng(1).normal(0.0, 0.002, 500)
    assert not findings(make_curves({"train/loss": noisy}))
    [found] = findings(make_curves({"train/loss": noisy, "val/accuracy": metric}))
    assert found.tag == "val/accuracy"
    rising = 0.1 + 0.8 * STEPS / 500.0
    assert not findings(make_curves({"train/loss": done(0.01), "val/accuracy": rising}))
