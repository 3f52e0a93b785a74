from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.level_shift import LevelShift
from losstui.findings import Severity, Skipped
from losstui.frame import Frame, FrameBuilder
from losstui.roles import assign_roles
from retelling import RETELLINGS, Tags
from support import found_by, make_curves, make_run

FloatArray = NDArray[np.float64]


def learning(n: int = 600, seed: int = 0, sigma: float = 0.02) -> FloatArray:
    rng = np.random.default_rng(seed)
    return 0.6 + 2.0 * np.exp(-5.0 * np.arange(n) / n) + sigma * rng.standard_normal(n)


def shifted(height: float, n: int = 600, at: int = 400) -> FloatArray:
    return learning(n) + height * (np.arange(n) >= at)


def of_frame(frame: Frame) -> RunCurves:
    return RunCurves(replace(make_run({}), frame=frame, roles=assign_roles(frame)))


found = partial(found_by, LevelShift())


@pytest.mark.parametrize(("height", "verb"), [(0.4, "rises"), (-0.4, "falls")])
def test_step_that_nothing_explains(height: float, verb: str) -> None:
    [finding] = found({"train/loss": shifted(height)})
    assert (finding.severity, finding.kind) == (Severity.INFO, "unexplained")
    assert finding.onset.low <= 400 <= finding.onset.high
    assert verb in finding.message


def test_fall_at_a_cut_of_the_learning_rate_is_good_news() -> None:
    rate = np.where(np.arange(600) < 400, 0.1, 0.01)
    [finding] = found({"train/loss": shifted(-0.4), "lr": rate})
    assert finding.kind == "rate-cut"
    assert "as it should" in finding.message
    [finding] = found({"train/loss": shifted(0.4), "lr": 0.11 - rate})
    assert finding.kind == "rate-raised"


def test_step_where_the_run_was_resumed() -> None:
    builder = FrameBuilder()
    builder.add("train/loss", range(400), shifted(0.4)[:400])
    builder.add("train/loss", range(398, 600), shifted(0.4)[398:])
    [finding] = found(of_frame(builder.build()))
    assert finding.kind == "resumed"


def test_step_at_the_border_of_an_epoch() -> None:
    builder = FrameBuilder()
    builder.add("train/loss", range(600), shifted(0.4), epochs=np.arange(600) / 200.0)
    [finding] = found(of_frame(builder.build()))
    assert finding.kind == "epoch"


@pytest.mark.parametrize("height", [0.5, -0.5])
@pytest.mark.parametrize("every", [6, 10])
def test_step_of_the_validation_alone_is_one_of_the_evaluation(every: int, height: float) -> None:
    evaluated = np.arange(0, 600, every)
    validation = learning(seed=1)[evaluated] + height * (evaluated >= 300)
    steps = {"val/loss": evaluated.tolist()}
    [finding] = found(make_curves({"train/loss": learning(), "val/loss": validation}, steps))
    assert (finding.severity, finding.kind, finding.tag) == (Severity.INFO, "evaluation", "val/loss")
    assert finding.onset.low <= 300 <= finding.onset.high
    assert "while the train loss does not" in finding.message
    both = {"train/loss": shifted(height), "val/loss": shifted(height)[evaluated]}
    assert [one.tag for one in found(make_curves(both, steps))] == ["train/loss"]


def test_validation_without_progress_has_no_step() -> None:
    validation = 2.0 + 0.001 * np.arange(100) + 0.5 * (np.arange(100) >= 50)
    outcome = found(make_curves({"train/loss": learning()[::6], "val/loss": validation}))
    assert outcome == []


def test_the_largest_of_several_steps_is_reported() -> None:
    loss = shifted(-0.4) - 0.3 * (np.arange(600) >= 200)
    [finding] = found({"train/loss": loss})
    assert finding.onset.low <= 400 <= finding.onset.high
    assert "largest of 2" in finding.message


def test_humps_slopes_and_spikes_are_no_steps() -> None:
    index = np.arange(600)
    hump = 0.5 * ((index >= 300) & (index < 380))
    ramp = 0.5 * np.clip((index - 300) / 60, 0.0, 1.0)
    spike = 3.0 * (index == 300)
    bend = -0.003 * np.clip(index - 300, 0, None)
    for change in (hump, ramp, spike, bend):
        assert found({"train/loss": learning() + change}) == []


@pytest.mark.parametrize("seed", range(5))
def test_healthy_curves_have_none(seed: int) -> None:
    assert found({"train/loss": learning(seed=seed)}) == []
    assert found({"train/loss": learning(seed=seed, sigma=0.3)}) == []
    assert found({"train/loss": np.round(learning(seed=seed), 1)}) == []
    wander = learning() + np.cumsum(np.random.default_rng(seed).standard_normal(600)) * 0.01
    assert found({"train/loss": wander}) == []


def test_fall_while_the_log_pauses_is_no_step() -> None:
    steps = [*range(100), *range(2000, 12_000, 100)]
    loss = np.concatenate((np.linspace(3.0, 2.0, 100), np.linspace(0.6, 0.5, 100)))
    noise = 0.01 * np.random.default_rng(0).standard_normal(200)
    assert found(make_curves({"train/loss": loss + noise}, {"train/loss": steps})) == []


def test_short_and_absent_losses_are_skipped() -> None:
    assert isinstance(LevelShift().detect(make_curves({"lr": [0.1] * 90})), Skipped)
    assert isinstance(LevelShift().detect(make_curves({"train/loss": [1.0] * 40})), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    [finding] = found(retold({"train/loss": shifted(0.5)}))
    assert finding.kind == "unexplained"
    assert found(retold({"train/loss": learning()})) == []
