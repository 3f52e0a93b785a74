from __future__ import annotations

import math

import pytest

from losstui.detectors.divergence import Divergence
from losstui.findings import Severity, Skipped
from support import found_by, make_curves


@pytest.mark.parametrize(
    "loss",
    [
        [0.8, 1e10, 6e25],
        [0.8, 5.0, 90.0, 4e4, 6e25],
        [1.1, 0.8, 0.7, 4e4, 2e4],
        [2.3, 1.9, 3.0, 50.0, 700.0, 6e4],
    ],
)
def test_powers_of_ten_need_few_values(loss: list[float]) -> None:
    [finding] = found_by(Divergence(), {"train/loss": loss})
    assert (finding.kind, finding.severity) == ("blow-up", Severity.CRITICAL)
    assert "has not come back" in finding.message


@pytest.mark.parametrize(
    ("last", "told"), [([40.0, 900.0], True), ([2.4, 2.6], False), ([40.0, 30.0], False)]
)
def test_the_last_values_before_nan_have_to_grow_by_a_power_of_ten_over_all_before(
    last: list[float], told: bool
) -> None:
    found = found_by(Divergence(), {"train/loss": [2.3, 2.2, 2.1, 2.0, 1.9, *last, math.nan]})
    assert [(one.kind, one.onset.low, one.onset.step) for one in found] == [("blow-up", 4, 5)] * told


@pytest.mark.parametrize(
    "tags",
    [
        {"train/loss": [0.001, 2.3, 2.2, 2.1]},
        {"train/loss": [0.0, 2.3, 300.0, 4e4]},
        {"train/loss": [2.3, 1e-6, 1e-5, 1e-3, 0.02]},
        {"train/loss": [1.1, 0.8, 0.7, 4e4]},
        {"train/loss": [1.1, 0.8, 4e4, 0.7]},
        {"lr": [1e-7, 1e-5, 1e-3], "train/loss": [2.3, 2.2, 2.1]},
        {"reward": [1.0, 100.0, 1e4, 1e6]},
        {"tokens": [1.0, 1e4, 1e8], "train/loss": [2.3, 2.2, 2.1]},
    ],
)
def test_a_few_values_that_are_no_explosion(tags: dict[str, list[float]]) -> None:
    assert isinstance(Divergence().detect(make_curves(tags)), Skipped)
