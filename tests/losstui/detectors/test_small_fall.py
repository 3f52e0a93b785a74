"""A loss that fell little at a rate that is still high: its gradient says whether more can be gained."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.findings import Severity
from losstui.frame import FloatArray
from plateau_support import POINTS, batch_noise, falling, findings, lasting_norm, steady
from support import make_curves

DIRECTIONS = 1000  # so many that the norm of their noise hardly changes


def kinds(level: float, norm: FloatArray) -> list[str | None]:
    loss = falling(4.0, level, 0.4, 0.02)
    return [
        one.kind for one in findings(make_curves({"train/loss": loss, "grad_norm": norm, "lr": steady(0.1)}))
    ]


def test_a_gradient_that_the_noise_of_batches_explains_leaves_it_open() -> None:
    assert kinds(3.2, lasting_norm()) == ["lr-floor"]
    assert kinds(3.2, batch_noise(DIRECTIONS)) == ["or-done"]


@pytest.mark.parametrize(("level", "told"), [(3.95, ["stuck"]), (3.2, ["lr-floor"]), (1.3, ["or-done"])])
def test_what_has_not_begun_is_stuck_and_what_has_learned_may_be_done(level: float, told: list[str]) -> None:
    assert kinds(level, lasting_norm()) == told


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (steady(0.1), [("stuck", Severity.WARNING)]),
        (steady(2e-5), [("or-done", Severity.INFO)]),
        (None, [("or-done", Severity.INFO)]),
    ],
    ids=["a rate of training", "a rate of tuning", "no rate"],
)
def test_without_a_gradient_norm_the_rate_says_that_it_is_no_tuning(
    rate: FloatArray | None, told: list[tuple[str, Severity]]
) -> None:
    logged = {"train/loss": falling(4.0, 3.2, 0.4, 0.005)} | ({} if rate is None else {"lr": rate})
    assert [(one.kind, one.severity) for one in findings(make_curves(logged))] == told


def test_a_small_fall_until_the_schedule_ended_is_not_told_as_stuck() -> None:
    logged = {"train/loss": falling(4.0, 3.2, 0.4, 0.005), "lr": np.linspace(0.1, 0.0, POINTS)}
    assert not any(one.severity is Severity.WARNING for one in findings(make_curves(logged)))
