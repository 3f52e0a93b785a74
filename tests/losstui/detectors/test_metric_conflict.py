from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.metric_conflict import MetricConflict
from losstui.findings import Severity, Skipped
from retelling import OFFSET, RETELLINGS, Tags, later
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 200
BEST = 60
STEPS = np.arange(POINTS)


findings = partial(found_by, MetricConflict())


def run(
    rise: float, gain: float, split: str = "val", noise: float = 0.01, luck: float = 0.005
) -> dict[str, FloatArray]:
    """Loss and accuracy improve until `BEST`; from there they change by so much until the end.

    Values scatter by `noise` of the loss and by `luck` of the accuracy.
    """
    rng = np.random.default_rng(0)
    since = np.clip(STEPS - BEST, 0, None) / (POINTS - BEST)
    until = np.clip(STEPS / BEST, 0.0, 1.0)
    return {
        "val/loss": 2.3 - 1.3 * until + rise * since + rng.normal(0.0, noise, POINTS),
        f"{split}/accuracy": 0.1 + 0.6 * until + gain * since + rng.normal(0.0, luck, POINTS),
    }


def test_a_loss_that_rises_while_the_accuracy_improves() -> None:
    [found] = findings(make_curves(run(0.4, 0.1)))
    assert found.severity is Severity.INFO
    assert found.tag == "val/loss"
    assert found.onset.step == pytest.approx(BEST, abs=10)
    assert found.measures[2].value == pytest.approx(0.1 / 0.7, rel=0.3)


@pytest.mark.parametrize(("rise", "gain"), [(0.06, 0.1), (0.4, 0.05)])
def test_a_little_more_than_is_worth_a_word_is_told(rise: float, gain: float) -> None:
    assert len(findings(make_curves(run(rise, gain)))) == 1


@pytest.mark.parametrize(
    ("noise", "luck", "is_told"),
    [(0.1, 0.005, True), (0.15, 0.005, False), (0.01, 0.05, True), (0.01, 0.1, False)],
)
def test_either_change_has_to_stand_out_of_the_noise(noise: float, luck: float, is_told: bool) -> None:
    rise = 0.2 if noise > 0.01 else 0.4
    assert bool(findings(make_curves(run(rise, 0.1, noise=noise, luck=luck)))) is is_told


@pytest.mark.parametrize(("count", "is_told"), [(10, False), (11, True)])
def test_eight_evaluations_since_the_best_are_enough(count: int, is_told: bool) -> None:
    index = np.arange(count)
    best = 3
    loss = np.where(index < best, 2.0 - 0.3 * index, 1.1 + 0.05 * (index - best))
    found = findings(make_curves({"val/loss": loss, "val/accuracy": 0.1 + 0.05 * index}))
    assert [one.onset.step for one in found] == ([best] if is_told else [])


def test_of_a_loss_below_zero_no_rise_is_a_share() -> None:
    both = run(0.4, 0.1)
    assert findings(make_curves({**both, "val/loss": both["val/loss"] - 3.0})) == []


def test_an_accuracy_that_never_changes_has_gained_nothing() -> None:
    both = run(0.4, 0.1)
    assert findings(make_curves({**both, "val/accuracy": np.full(POINTS, 0.5)})) == []


@pytest.mark.parametrize(
    ("rise", "gain"), [(0.4, 0.0), (0.4, -0.1), (0.0, 0.1), (-0.3, 0.1), (0.03, 0.1), (0.4, 0.02)]
)
def test_two_metrics_that_agree_or_hardly_move(rise: float, gain: float) -> None:
    assert findings(make_curves(run(rise, gain))) == []


def test_the_accuracy_on_train_is_another_matter() -> None:
    assert isinstance(MetricConflict().detect(make_curves(run(0.4, 0.1, split="train"))), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    [found] = findings(retold(run(0.4, 0.1)))
    assert found.onset.step - (OFFSET if retold is later else 0) == pytest.approx(BEST, abs=10)
    assert findings(retold(run(0.4, 0.0))) == []


@pytest.mark.parametrize("values", [[], [1.0], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(values: list[float]) -> None:
    outcome = MetricConflict().detect(make_curves({"val/loss": values, "val/accuracy": values}))
    assert isinstance(outcome, Skipped)
    assert isinstance(MetricConflict().detect(make_curves({"val/loss": values})), Skipped)
