from __future__ import annotations

import re

import numpy as np
import pytest

from converged_support import STEPS, done, findings
from losstui.analysis import analyse_run
from losstui.detectors.converged import Converged
from losstui.detectors.exploding_gradient import ExplodingGradient
from losstui.detectors.vanishing_gradient import VanishingGradient
from losstui.findings import Severity, Skipped
from support import make_curves


def test_it_says_how_many_steps_could_have_been_saved() -> None:
    [found] = findings(make_curves({"train/loss": done(), "val/loss": done(0.002, 1)}))
    assert found.severity is Severity.INFO
    assert found.tag == "val/loss"
    assert 300 < 499 - found.onset.step < 450
    until = int(re.findall(r"flat at [\d.]+ since step (\d+)", found.message)[0])
    assert found.onset.step < until < 200
    assert f"{499 - until} steps" in found.message


def test_steps_that_a_decaying_rate_took_are_not_told_to_be_saved_first() -> None:
    rate = 0.5 * (1.0 + np.cos(np.pi * STEPS / 500.0))
    tags = {"train/loss": done(0.002), "lr": rate}
    [decayed] = analyse_run(make_curves(tags).run, [Converged()]).findings
    [constant] = analyse_run(make_curves({**tags, "lr": np.ones(500)}).run, [Converged()]).findings
    assert (decayed.kind, constant.kind) == ("while-decaying", None)
    assert decayed.remedies[0].id == "try-a-shorter-schedule"
    assert constant.remedies[0].id == "stop-and-save-compute"


def test_what_is_small_beside_the_gain_may_be_much_of_what_is_left() -> None:
    loss = 8.0 + 2000.0 * np.exp(-STEPS / 60.0)
    [found] = findings(make_curves({"train/loss": loss}))
    assert found.kind == "still-falling"
    assert "still falls, by over 10 % of the 9.363 that is left" in found.message
    [found] = findings(make_curves({"val_acc": 0.996 - 0.98 * np.exp(-STEPS / 60.0)}))
    assert found.kind == "still-falling"
    assert "still gains over 10 % of what it lacks at 0.99" in found.message
    [small] = findings(make_curves({"train/loss": 800.0 + loss}))
    assert small.kind is None
    assert "going on" not in small.message


def test_a_loss_that_has_risen_again_is_not_done() -> None:
    train = np.array([0.65, 0.6, 0.3, 0.2, 0.12, 0.25, 0.14, 0.15])
    risen = np.array([0.62, 0.5, 0.45, 0.43, 0.42, 0.48, 0.49, 0.5])
    assert findings(make_curves({"train loss": train, "val loss": risen})) == []


def test_a_bound_that_noise_holds_up_is_enough_and_less_sure() -> None:
    [found] = findings(make_curves({"train/loss": 0.5 + done(0.07)}))
    [sure] = findings(make_curves({"train/loss": 0.5 + done(0.005)}))
    value, bound = found.measures[0].value, found.measures[0].bound
    assert 0.6 * bound < value < bound
    assert found.confidence < sure.confidence
    assert findings(make_curves({"train/loss": 0.8 + done(0.25)})) == []


def test_no_steps_are_called_saved_where_the_learning_rate_was_lowered() -> None:
    rate = 0.5 * (1.0 + np.cos(np.pi * STEPS / 500))
    [found] = findings(make_curves({"train/loss": done(), "lr": rate}))
    assert "saved" not in found.message
    assert found.message.endswith("so a shorter run needs a shorter schedule too")


def test_no_steps_are_called_saved_while_a_held_out_metric_improves() -> None:
    tags = {"train/loss": done(), "val/loss": done(0.002, 1)}
    errors = 0.1 + 0.5 * np.exp(-STEPS / 100.0) + np.random.default_rng(2).normal(0, 0.002, 500)
    [found] = findings(make_curves({**tags, "val/wer": errors}))
    [alone] = findings(make_curves(tags))
    assert found.onset == alone.onset
    assert "val/wer improved until about step 2" in found.message
    assert "could have been saved" in found.message
    [found] = findings(make_curves({**tags, "val/accuracy": STEPS / 600.0}))
    assert found.message.endswith("val/accuracy still improves")
    [found] = findings(make_curves({**tags, "train/accuracy": STEPS / 600.0}))
    assert found.message == alone.message


def test_a_metric_that_improves_is_told_beside_a_learning_rate_that_was_lowered() -> None:
    tags = {"train/loss": done(), "val/loss": done(0.002, 1), "lr": np.linspace(0.1, 0.0, 500)}
    [found] = findings(make_curves({**tags, "val/accuracy": STEPS / 600.0}))
    assert found.message.endswith("val/accuracy still improves")
    errors = 0.1 + 0.5 * np.exp(-STEPS / 100.0) + np.random.default_rng(2).normal(0, 0.002, 500)
    [found] = findings(make_curves({**tags, "val/wer": errors}))
    assert "val/wer improved until about step 2" in found.message
    assert "and the learning rate fell meanwhile" in found.message


@pytest.mark.parametrize("first", [4.3, 82.0])
def test_a_descent_is_not_flat_because_of_its_first_step(first: float) -> None:
    loss = np.append(first, 2.0 + 0.7 * np.exp(-np.arange(23) / 12.0))
    assert findings(make_curves({"train/loss": loss, "val/loss": loss + 0.01})) == []


def test_a_loss_that_still_falls_is_not_done() -> None:
    loss = 2.0 / (1.0 + STEPS / 100.0) + np.random.default_rng(0).normal(0, 0.005, 500)
    assert findings(make_curves({"train/loss": loss})) == []


def test_a_run_that_waited_longer_than_it_has_been_flat_may_wait_again() -> None:
    loss = np.where(STEPS < 300, 1.0, 0.2 + 0.8 * np.exp(-(STEPS - 300.0) / 10.0))
    assert findings(make_curves({"train/loss": loss})) == []
    assert len(findings(make_curves({"train/loss": loss[200:]}))) == 1


def test_noise_that_hides_the_last_quarter_leaves_the_last_half() -> None:
    curves = make_curves({"train/loss": 0.4 + done(0.1, 3)})
    assert Converged(long_tail_share=0.25).detect(curves) == []
    assert len(findings(curves)) == 1


def test_what_falls_ever_slower_may_fall_twice_as_far_over_twice_the_tail() -> None:
    slower = 0.12 * np.exp(-STEPS / 350.0)  # 0.03 of the gain in the last half, 0.013 in the last quarter
    curves = make_curves({"train/loss": 0.4 + slower + done(0.1, 3)})
    assert Converged(long_tail_share=0.25).detect(curves) == []
    assert len(findings(curves)) == 1
    [found] = findings(make_curves({"train/loss": 0.4 + 2.5 * slower + done(0.1, 3)}))
    assert found.measures[0].value <= found.measures[0].bound
    assert findings(make_curves({"train/loss": 0.4 + 12.0 * slower + done(0.1, 3)})) == []


def test_validation_too_noisy_to_tell_is_no_veto_and_surer_one_is() -> None:
    noise = np.random.default_rng(4).normal(0, 1.0, 500)
    train = 0.3 + done(0.02, 3)
    said = [
        bool(findings(make_curves({"train/loss": train, "val/loss": 0.5 + done() + scatter * noise + rise})))
        for scatter, rise in ((0.8, 0.0), (0.8, 0.6 - STEPS / 800), (0.02, 0.6 - STEPS / 800))
    ]
    assert said == [True, True, False]


def test_spikes_do_not_hide_that_it_is_done() -> None:
    loss = done()
    loss[[200, 300, 400, 450]] += 50.0
    [found] = findings(make_curves({"train/loss": loss}))
    [calm] = findings(make_curves({"train/loss": done()}))
    assert abs(found.onset.step - calm.onset.step) <= 10


def test_a_fall_from_where_exploded_gradients_threw_the_loss_is_no_gain() -> None:
    curves = make_curves({"train/loss": 40.0 * done(), "train/grad_norm": 4e3 * done()})
    assert findings(curves)
    report = analyse_run(curves.run, [ExplodingGradient(), Converged()])
    assert [found.name for found in report.findings] == ["exploding-gradient"]


def test_gradients_that_exploded_on_the_way_leave_a_run_done_that_came_back() -> None:
    norm = 1.0 + 0.1 * np.random.default_rng(2).normal(size=500)
    norm[[120, 125, 131, 140]] *= 1e3
    report = analyse_run(
        make_curves({"train/loss": done(), "train/grad_norm": norm}).run, [ExplodingGradient(), Converged()]
    )
    assert [found.name for found in report.findings] == ["exploding-gradient", "converged"]


def test_what_falls_again_in_the_last_quarter_is_not_done_however_long_it_stood() -> None:
    part = np.arange(400) / 400.0
    told = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        loss = 0.3 + 0.94 * np.exp(-part / 0.06) + 0.06 * np.minimum(1.0, 4.0 * (1.0 - part))
        every = loss[::20]
        tags = {
            "train/loss": loss + rng.normal(0.0, 0.1, 400),
            "val/loss": every + rng.normal(0.0, 0.01, len(every)),
        }
        told += bool(findings(make_curves(tags, {"val/loss": range(0, 400, 20)})))
    assert told <= 6


@pytest.mark.parametrize("scatter", [0.02, 0.1, 0.2])
def test_noise_does_not_move_the_step_since_when_it_is_flat(scatter: float) -> None:
    settled = 30.0 * np.log(1.0 / 0.03)  # within 3 % of its gain
    off: list[float] = []
    held: list[bool] = []
    for seed in range(30):
        for found in findings({"train/loss": 0.5 + done(scatter, seed)}):
            off.append((found.onset.step - settled) / 500.0)
            held.append(found.onset.low <= settled <= found.onset.high)
    assert len(off) >= 10
    assert abs(float(np.median(off))) <= 0.03
    assert np.mean(held) >= 0.85


def test_the_more_is_left_the_less_sure_it_is() -> None:
    [low] = findings(make_curves({"train/loss": done()}))
    [high] = findings(make_curves({"train/loss": done() + 2.0}))
    assert high.confidence < 0.6 < low.confidence
    assert (low.kind, high.kind) == (None, "or-stuck")
    assert "with 53 % of its first level left, done or stuck" in high.message


def test_validation_that_still_falls_speaks_against_it() -> None:
    validation = np.linspace(2.0, 1.0, 500)
    assert findings(make_curves({"train/loss": done(), "val/loss": validation})) == []


def test_a_run_that_gained_nothing_is_not_done() -> None:
    loss = np.random.default_rng(0).normal(2.0, 0.01, 500)
    assert findings(make_curves({"train/loss": loss})) == []


@pytest.mark.parametrize("scale", [1e-4, 1e3])
def test_units_do_not_matter(scale: float) -> None:
    [plain] = findings(make_curves({"train/loss": done()}))
    [scaled] = findings(make_curves({"train/loss": scale * done()}))
    assert scaled.onset == plain.onset
    assert scaled.confidence == pytest.approx(plain.confidence)


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    assert isinstance(Converged().detect(make_curves({"train/loss": loss})), Skipped)


def test_an_accuracy_alone_may_be_done() -> None:
    accuracy = 0.92 - 0.6 * np.exp(-STEPS / 30.0) + np.random.default_rng(0).normal(0.0, 0.003, 500)
    [found] = findings(make_curves({"val_acc": accuracy, "train_acc": accuracy}))
    assert found.kind is None
    gained, _, flat = found.message.partition(f" had made nearly all of its gain by step {found.onset.step}")
    assert gained == "val_acc"
    assert flat.startswith(", and has been flat at 0.92")
    [percent] = findings(make_curves({"val_acc": 100.0 * accuracy, "train_acc": 100.0 * accuracy}))
    assert percent.onset == found.onset
    [low] = findings(make_curves({"val_acc": accuracy - 0.3}))
    assert low.kind == "or-stuck"
    assert findings(make_curves({"val_acc": 0.2 + STEPS / 1000.0})) == []
    assert findings(make_curves({"val_acc": np.ones(500)})) == []


@pytest.mark.parametrize("tag", ["rollout/ep_rew_mean", "train/elbo_loss"])
def test_what_has_no_best_level_is_done_by_the_share_of_its_gain(tag: str) -> None:
    gain = 40.0 - 50.0 * np.exp(-STEPS / 30.0)
    values = gain if "rew" in tag else -gain
    values = values + np.random.default_rng(0).normal(0.0, 0.5, 500)
    [found] = findings(make_curves({tag: values}))
    assert found.kind == "or-stuck"
    assert found.message.startswith(f"{tag if 'rew' in tag else 'The loss'} has been flat")
    assert "done or stuck: the last" in found.message
    [shifted] = findings(make_curves({tag: values + (1e3 if "rew" in tag else -1e3)}))
    assert shifted.onset == found.onset
    assert findings(make_curves({tag: np.full(500, -3.25)})) == []


def test_a_loss_is_flat_since_it_last_improved() -> None:
    loss = 2.0 * (1.0 + np.arange(300)) ** -0.3
    [finding] = findings({"train/loss": loss})
    assert "improved until" not in finding.message
    assert "since step 219: the last 80 steps" in finding.message
    assert loss[219] <= 1.1 * loss[-1] < loss[211]


def test_a_smooth_fall_is_told_from_where_it_ends_not_from_its_middle() -> None:
    loss = 2.0 * (1.0 + np.arange(300)) ** -0.5
    assert loss[240] > 1.1 * loss[-1]  # within a tenth only in the last fifth of the run
    [finding] = findings({"train/loss": loss})
    assert finding.kind == "still-falling"
    assert "could have been saved" not in finding.message


@pytest.mark.parametrize("n", [30, 100, 400, 5000])
def test_what_halves_in_as_many_steps_again_is_still_falling(n: int) -> None:
    part = np.arange(n) / n
    [found] = findings({"train/loss": 2.0 * np.exp(-part) + 100.0 * np.exp(-30.0 * part)})
    assert found.kind == "still-falling"


def test_a_loss_that_comes_down_to_next_to_nothing_can_be_judged() -> None:
    steps = np.arange(5000)
    loss = 2.0 * 0.99**steps + 20.0 * np.exp(-steps / 3.0)
    assert not any("could have been saved" in one.message for one in findings({"train/loss": loss}))


def test_a_run_whose_gradient_or_units_are_gone_is_not_called_done() -> None:
    gone = {f"grad_norm/layer_{i}": np.full(500, 10.0 ** (i - 6)) for i in range(1, 6)}
    run = make_curves({"train/loss": done(), **gone}).run
    assert findings(make_curves({"train/loss": done(), **gone}))
    report = analyse_run(run, [VanishingGradient(), Converged()])
    assert [found.name for found in report.findings] == ["vanishing-gradient"]
    assert report.checks["converged"] == "skipped: explained by vanishing-gradient"
