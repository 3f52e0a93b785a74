from __future__ import annotations

import numpy as np
import pytest

from plateau_support import findings
from support import make_curves


def test_a_bad_start_that_comes_down_to_guessing_has_learned_nothing() -> None:
    rng = np.random.default_rng(0)
    down = np.log(10.0) + 2.0 * np.exp(-np.arange(300) / 60.0)  # by more than a twentieth over the last half
    losses = {"train/loss": down + rng.normal(0.0, 0.02, 300), "val/loss": down + rng.normal(0.0, 0.01, 300)}
    guesses = 0.1 + rng.normal(0.0, 0.005, 300)
    [found] = findings(make_curves({**losses, "val/acc": guesses}))
    assert found.kind == "stuck"
    assert "guessing among 10 classes" in found.message
    assert findings(make_curves({**losses, "val/acc": guesses + 0.2})) == []
    assert findings(make_curves(losses)) == []


@pytest.mark.parametrize(("measured", "told"), [(1, False), (3, False), (4, True)])
def test_an_accuracy_of_the_first_steps_does_not_say_what_a_falling_loss_has_learned(
    measured: int, told: bool
) -> None:
    rng, steps = np.random.default_rng(0), np.arange(40)
    loss = np.log(10.0) + 2.0 * np.exp(-steps / 8.0) + rng.normal(0.0, 0.02, 40)
    tags = {"train/loss": loss, "val/acc": 0.1 + rng.normal(0.0, 0.005, measured)}
    found = findings(make_curves(tags, {"val/acc": range(0, 10 * measured, 10)}))
    assert bool(found) is told


def test_an_accuracy_that_improves_is_none_of_guessing() -> None:
    rng, steps = np.random.default_rng(0), np.arange(200)
    down = 0.61 + 1.5 / (1.0 + steps / 5.0)  # at what naming the larger of two classes costs at the end
    loss = down + rng.normal(0.0, 0.01, 200)
    names = 0.64 + rng.normal(0.0, 0.005, 200)
    [found] = findings(make_curves({"train/loss": loss, "val/acc": names}))
    assert "the larger of two classes" in found.message
    learns = names - 0.6 * np.exp(-steps / 60.0)
    assert findings(make_curves({"train/loss": loss, "val/acc": learns})) == []
