"""Swings of what has no level to hold them against: losses below 0, and metrics."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.findings import Severity
from support import make_curves
from swing_support import STEPS, both_swing, findings


@pytest.mark.parametrize("seed", range(5))
def test_of_a_negative_loss_the_noise_of_both_is_no_swing(seed: int) -> None:
    """No level says how large it is, and that validation scatters too is no evidence by itself."""
    rng = np.random.default_rng(seed)
    descent = -4.0 + 2.0 * np.exp(-np.arange(1000) / 200.0)
    at = np.arange(9, 1000, 33)
    tags = {
        "train/loss": descent + 0.3 * rng.normal(size=1000),
        "val/loss": descent[at] + 0.3 * rng.normal(size=len(at)),
    }
    assert findings(make_curves(tags, {"val/loss": at.tolist()})) == []


def test_without_a_level_rises_of_validation_are_no_evidence_where_little_was_gained() -> None:
    """A model that was trained before gains no more than its batches scatter, and a sample rises as high."""
    rng = np.random.default_rng(5)
    level = -0.2 + 0.15 * np.exp(-np.arange(100) / 30.0)
    train = level + 0.08 * rng.standard_normal(100)
    validation = level[::5] + 0.03 * rng.standard_normal(20)
    curves = make_curves({"train/loss": train, "val/loss": validation}, {"val/loss": range(0, 100, 5)})
    assert findings(curves) == []


@pytest.mark.parametrize("seed", [41, 52])
def test_without_a_level_the_swings_have_to_be_a_larger_part_of_the_gain(seed: int) -> None:
    """Noise of batches and of a small validation set, each a tenth of what the run gained."""
    rng = np.random.default_rng(seed)
    model = -1.0 + 2.5 * np.exp(-STEPS / 15.0)
    train = model + 0.3 * rng.standard_normal(400)
    tags = {"train/loss": train, "val/loss": model[::40] + 0.3 * rng.standard_normal(10)}
    assert findings(make_curves(tags, {"val/loss": range(0, 400, 40)})) == []


@pytest.mark.parametrize(("swings", "count"), [(0.05, 0), (0.4, 1)])
def test_without_a_level_validation_has_to_swing_by_much_of_what_it_gained(swings: float, count: int) -> None:
    rng = np.random.default_rng(0)
    model = -1.0 + 1.2 * np.exp(-np.arange(60) / 3.0) + swings * rng.standard_normal(60)
    train = model + 0.3 * rng.standard_normal(60)
    curves = make_curves({"train/loss": train, "val/loss": model[::6]}, {"val/loss": range(0, 60, 6)})
    assert len(findings(curves)) == count


def test_a_loss_that_was_below_0_before_has_no_level_above_it() -> None:
    """A likelihood about 0, of which nothing was learned: that validation lies above 0 at the end is luck."""
    found = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        before, after = rng.uniform(-0.008, 0.004, 10), rng.uniform(0.0001, 0.0079, 10)
        tags = {"train/loss": 0.02 * rng.standard_normal(120), "val/loss": np.concatenate((before, after))}
        found += len(findings(make_curves(tags, {"val/loss": range(0, 120, 6)})))
    assert found <= 4


@pytest.mark.parametrize(("name", "best"), [("psnr", 2.2), ("r2", 1.0), ("mean_return", 2.0)])
def test_metrics_of_both_tell_where_no_loss_is_logged(name: str, best: float) -> None:
    tags = f"train/{name}", f"val/{name}"

    def metrics(together: bool) -> RunCurves:
        values = (best - loss for loss in both_swing(together=together).values())
        return make_curves(dict(zip(tags, values, strict=True)), {tags[1]: range(0, 400, 8)})

    [found] = findings(metrics(together=True))
    assert (found.kind, found.severity, found.tag) == ("irregular", Severity.WARNING, tags[0])
    assert "in step with validation" in found.message
    assert findings(metrics(together=False)) == []
