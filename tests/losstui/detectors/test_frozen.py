from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from plateau_support import POINTS, findings
from support import make_curves


def frozen(fall: float = 0.3210987) -> dict[str, FloatArray]:
    """A train loss with the scatter of its batches, a validation loss that has stopped dead."""
    exact = 4.0 - fall * np.minimum(np.arange(POINTS) / 200.0, 1.0)
    return {"train/loss": exact + np.random.default_rng(0).normal(0, 0.1, POINTS), "val/loss": exact}


def test_validation_that_does_not_change_at_all_is_stuck_without_a_learning_rate_to_say_why() -> None:
    [found] = findings(make_curves(frozen()))
    assert found.kind == "stuck"
    assert "val/loss no longer changes at all" in found.message
    assert found.onset.low <= 200 <= found.onset.high


@pytest.mark.parametrize(("off", "told"), [(0.0, True), (1e-3, False)])
def test_a_loss_that_came_down_to_exactly_the_level_of_guessing_has_learned_nothing(
    off: float, told: bool
) -> None:
    down = np.maximum(np.log(10.0), np.linspace(9.0, 2.3, POINTS // 6)) + off
    found = findings({"train/loss": np.append(down, np.full(5 * POINTS // 6, np.log(10.0) + off))})
    assert [one.kind for one in found] == ["stuck"] * told
    assert all("no longer changes in a digit, at ln 10 (2.303)" in one.message for one in found)


def test_validation_that_has_learned_and_does_not_change_may_be_at_its_minimum() -> None:
    assert findings(make_curves(frozen(2.469134))) == []


def test_a_frozen_loss_may_be_rounded_or_the_end_of_a_schedule() -> None:
    tags = frozen()
    for unit, decimals in ((1.0, 2), (1e4, -2)):
        rounded = {tag: unit * values for tag, values in tags.items()}
        rounded["val/loss"] = np.round(rounded["val/loss"], decimals)
        [found] = findings(make_curves(rounded))
        assert found.kind == "or-done"
    rate = np.linspace(1.0, 0.0, POINTS)
    assert findings(make_curves({**tags, "lr": rate})) == []
