from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.missing_warmup import MissingWarmup
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 400
STEPS = np.arange(POINTS)
RATE = np.full(POINTS, 0.1)


findings = partial(found_by, MissingWarmup())


def learning(noise: float = 0.03, seed: int = 0) -> FloatArray:
    loss: FloatArray = 0.3 + 2.0 * np.exp(-STEPS / 60.0)
    return loss + np.random.default_rng(seed).normal(0.0, noise, POINTS)


def hump(height: float = 2.0, width: float = 6.0) -> FloatArray:
    """A loss that first rises by that much and is back after some `width` steps."""
    top: FloatArray = height * (STEPS / width) * np.exp(1.0 - STEPS / width)
    return learning() + top


def test_a_hump_with_the_rate_at_its_peak_from_the_first_step() -> None:
    [found] = findings(make_curves({"train/loss": hump(), "lr": RATE}))
    assert found.severity is Severity.INFO
    assert found.onset.step == 0
    assert found.onset.high == pytest.approx(6, abs=3)
    assert 12 < found.spans[0].last_step < 80


def test_with_a_warm_up_the_hump_has_another_cause() -> None:
    assert findings(make_curves({"train/loss": hump(), "lr": np.minimum(STEPS / 20.0, 1.0) * RATE})) == []


def test_a_decay_from_the_peak_had_no_warm_up_either() -> None:
    assert len(findings(make_curves({"train/loss": hump(), "lr": np.linspace(0.1, 0.0, POINTS)}))) == 1


@pytest.mark.parametrize(
    "loss",
    [
        learning(),
        hump(height=0.2),
        learning() + np.where(STEPS == 3, 3.0, 0.0),
        learning() + 3.0 * (STEPS > 2),
    ],
    ids=["no hump", "a small one", "one odd batch", "never back"],
)
def test_what_is_no_hump(loss: FloatArray) -> None:
    assert findings(make_curves({"train/loss": loss, "lr": RATE})) == []


def test_batches_that_differ_much_make_no_hump() -> None:
    for seed in range(20):
        assert findings(make_curves({"train/loss": learning(0.5, seed), "lr": RATE})) == []


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    assert len(findings(retold({"train/loss": hump(), "lr": RATE}))) == 1
    assert findings(retold({"train/loss": learning(), "lr": RATE})) == []


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 80])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    assert isinstance(MissingWarmup().detect(make_curves({"train/loss": loss, "lr": RATE})), Skipped)
    assert isinstance(MissingWarmup().detect(make_curves({"train/loss": learning()})), Skipped)
