from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.log_quality import LogQuality
from losstui.findings import Finding, Severity, Skipped
from retelling import RETELLINGS, Tags
from support import make_curves

FloatArray = NDArray[np.float64]
POINTS = 800


def losses(seed: int = 0, noise: float = 0.1, points: int = POINTS) -> FloatArray:
    rng = np.random.default_rng(seed)
    return 0.3 + 2.0 / (1.0 + np.arange(points) / 40.0) + rng.normal(0, noise, points)


def findings(curves: RunCurves) -> list[Finding]:
    outcome = LogQuality().detect(curves)
    assert not isinstance(outcome, Skipped)
    assert all(one.severity is Severity.INFO for one in outcome)
    return list(outcome)


@pytest.mark.parametrize("window", [5, 20, 50])
@pytest.mark.parametrize("seed", range(3))
def test_a_running_mean_is_told_with_its_window(window: int, seed: int) -> None:
    smoothed = np.convolve(losses(seed, points=POINTS + window), np.full(window, 1.0 / window), "valid")
    [found] = findings(make_curves({"train/loss": smoothed}))
    assert found.kind == "smoothed"
    assert f"a running mean over {window} values" in found.message
    assert "less certain" in found.message


@pytest.mark.parametrize("tag", ["train/loss_smoothed", "train_loss_ema", "running_loss", "val_loss_smooth"])
def test_a_tag_that_says_so_is_believed(tag: str) -> None:
    [found] = findings(make_curves({tag: losses()}))
    assert found.kind == "smoothed"


@pytest.mark.parametrize("tag", ["ema_val_loss", "Loss/ema_val", "test_loss_ema", "swa_val_loss"])
def test_the_validation_of_averaged_weights_is_not_smoothed(tag: str) -> None:
    curves = make_curves({"train_loss": losses(), tag: losses(1)})
    assert curves.validation_loss is not None
    assert curves.validation_loss.tag == tag
    assert findings(curves) == []


@pytest.mark.parametrize("tag", ["smooth_l1_loss", "label_smoothed_cross_entropy_loss", "smoothness_loss"])
def test_a_loss_that_is_smooth_by_its_formula_is_not_smoothed(tag: str) -> None:
    assert findings(make_curves({tag: losses()})) == []


@pytest.mark.parametrize("seed", range(8))
def test_noise_a_wandering_loss_a_cycle_and_a_smooth_curve_are_not_smoothed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wander = 1.0 + 0.01 * np.cumsum(rng.standard_normal(POINTS))
    cycle = losses(seed) + 0.3 * np.sin(np.arange(POINTS) / 5.0)
    for loss in (losses(seed), wander, cycle, losses(seed, noise=0.0)):
        assert findings(make_curves({"train/loss": loss})) == []


def test_values_rounded_to_a_staircase() -> None:
    [found] = findings(make_curves({"train/loss": np.round(losses(), 1)}))
    assert found.kind == "quantised"
    assert "rounded to 0.1" in found.message
    assert findings(make_curves({"train/loss": np.round(losses(), 3)})) == []
    assert findings(make_curves({"train/loss": np.round(losses(), 1)[:10]})) == []
    two_levels = np.where(np.arange(POINTS) % 2, 1.0, np.where(np.arange(POINTS) < 9, 2.0, 1.5))
    assert findings(make_curves({"train/loss": two_levels})) == []


@pytest.mark.parametrize("retelling", RETELLINGS, ids=lambda one: one.__name__)
def test_rounding_is_told_in_any_unit(retelling: Callable[[Tags], RunCurves]) -> None:
    [found] = findings(retelling({"train/loss": np.round(losses(), 1)}))
    assert found.kind == "quantised"


@pytest.mark.parametrize("unit", [1000.0, 1.0, 0.1, 0.01, 0.001])
def test_a_bound_that_is_met_exactly_is_met_in_any_unit(unit: float) -> None:
    falling_by_50 = np.concatenate((np.full(40, 50.0), np.arange(50.0, 0.0, -1.0), np.zeros(40)))
    [found] = findings(make_curves({"train/loss": unit * (3387.0 + falling_by_50)}))
    assert found.kind == "quantised"


def test_too_few_values_and_a_value_that_never_changes() -> None:
    [found] = findings(make_curves({"train/loss": [2.0, 1.0, 0.7]}))
    assert (found.kind, found.measures[0].value) == ("too-short", 3.0)
    [found] = findings(make_curves({"train/loss": losses(), "val/loss": np.full(20, 2.302585)}))
    assert (found.kind, found.tag) == ("constant", "val/loss")
    ended_early = make_curves({"train/loss": [2.0, 1.9, np.nan, np.nan, np.nan, np.nan]})
    assert findings(ended_early) == []


def test_all_flaws_are_one_finding() -> None:
    tags = {"train/loss": np.round(losses(), 1), "val/loss": np.full(20, 0.5)}
    [found] = findings(make_curves(tags))
    assert found.kind == "quantised"
    assert "val/loss is 0.5 all the time" in found.message
    assert len(found.measures) == 2


@pytest.mark.parametrize("retelling", RETELLINGS, ids=lambda one: one.__name__)
def test_an_ordinary_log_is_clear_however_it_is_told(retelling: Callable[[Tags], RunCurves]) -> None:
    assert findings(retelling({"train/loss": losses(), "val/loss": losses(1, 0.01)})) == []


def test_values_near_the_end_of_the_range_are_survived() -> None:
    assert findings(make_curves({"train/loss": 1e307 * losses()})) == []


def test_without_a_loss_it_does_not_look() -> None:
    assert isinstance(LogQuality().detect(make_curves({"lr": np.ones(50)})), Skipped)
