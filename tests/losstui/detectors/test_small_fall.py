"""A loss that fell little at a rate that is still high: its gradient says whether more can be gained."""

from __future__ import annotations

import pytest

from losstui.frame import FloatArray
from plateau_support import batch_noise, falling, findings, lasting_norm, steady
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
