from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.lr_too_low import LrTooLow
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 400
STEPS = np.arange(POINTS)


findings = partial(found_by, LrTooLow())


def run(**changed: FloatArray) -> dict[str, FloatArray]:
    """A run along a straight line with a steady gradient, but for the tags that are given."""
    noise = np.random.default_rng(0).normal(0.0, 0.03, POINTS)
    tags = {"loss": np.linspace(2.3, 1.7, POINTS) + noise, "lr": np.full(POINTS, 1e-5)}
    return {**tags, "grad_norm": np.full(POINTS, 0.8), **changed}


def test_a_straight_way_down_with_a_gradient_that_stays() -> None:
    [found] = findings(make_curves(run()))
    assert found.severity is Severity.INFO
    assert "rate of 1e-5 may" in found.message
    assert {one.name for one in found.measures} >= {"gradient at the end", "pace at the end", "noise"}


@pytest.mark.parametrize(
    "changed",
    [
        {"grad_norm": np.linspace(0.8, 0.1, POINTS)},
        {"lr": np.linspace(1e-5, 0.0, POINTS)},
        {"lr": np.linspace(0.0, 1e-5, POINTS)},
        {"loss": 1.5 + 0.8 * np.exp(-STEPS / 60.0)},
        {"loss": np.linspace(2.3, 0.2, POINTS)},
        {"loss": np.linspace(2.3, 1.7, POINTS) + 1e-4 * STEPS * np.cos(2.0 * STEPS)},
    ],
    ids=["gradient shrinks", "decay", "warm-up", "bends", "did learn", "noise grows"],
)
def test_what_speaks_against_it(changed: dict[str, FloatArray]) -> None:
    assert findings(make_curves(run(**changed))) == []


def noisier(times: float) -> FloatArray:
    """The loss of `run`, with so many times the noise in its last third."""
    straight = np.linspace(2.3, 1.7, POINTS)
    return straight + (run()["loss"] - straight) * np.where(3 * STEPS >= 2 * POINTS, times, 1.0)


@pytest.mark.parametrize(
    ("changed", "is_told"),
    [
        ({"grad_norm": np.linspace(0.8, 0.5, POINTS)}, True),
        ({"grad_norm": np.linspace(0.8, 0.3, POINTS)}, False),
        ({"lr": np.linspace(1e-5, 6e-6, POINTS)}, True),
        ({"lr": np.linspace(1e-5, 3e-6, POINTS)}, False),
        ({"loss": np.linspace(2.3, 0.9, POINTS)}, True),
        ({"loss": np.linspace(2.3, 0.5, POINTS)}, False),
        ({"loss": noisier(1.25)}, True),
        ({"loss": noisier(2.2)}, False),
        ({"val/loss": np.linspace(2.3, 1.8, POINTS)}, True),
        ({"val/loss": np.linspace(2.3, 1.8, POINTS).clip(2.0)}, False),
        (
            {"loss": np.linspace(2.3, 1.7, POINTS) + 6.0 * (run()["loss"] - np.linspace(2.3, 1.7, POINTS))},
            False,
        ),
    ],
    ids=[
        "gradient",
        "less",
        "rate",
        "lower",
        "left",
        "learned",
        "noise",
        "noisier",
        "validation",
        "level",
        "unsure",
    ],
)
def test_each_sign_has_its_bound(changed: dict[str, FloatArray], is_told: bool) -> None:
    assert bool(findings(make_curves(run(**changed)))) is is_told


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    assert len(findings(retold(run()))) == 1
    assert findings(retold(run(grad_norm=np.linspace(0.8, 0.1, POINTS)))) == []


def test_it_says_when_it_could_not_look() -> None:
    tags = run()
    for absent in ("lr", "grad_norm", "loss"):
        left = {tag: values for tag, values in tags.items() if tag != absent}
        assert isinstance(LrTooLow().detect(make_curves(left)), Skipped)
    assert isinstance(LrTooLow().detect(make_curves(run(loss=np.full(POINTS, -1.0)))), Skipped)
