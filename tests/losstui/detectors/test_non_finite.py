from __future__ import annotations

import numpy as np
import pytest

from losstui.detectors.non_finite import NonFinite
from losstui.findings import Finding, Onset, Severity, Skipped, Span
from support import make_curves

NAN, INF = float("nan"), float("inf")


def learning(n: int = 200) -> list[float]:
    rng = np.random.default_rng(0)
    return list(0.5 + 2.0 * np.exp(-np.arange(n) / 50.0) + 0.02 * rng.standard_normal(n))


def found(tags: dict[str, list[float]], steps: dict[str, list[int]] | None = None) -> list[Finding]:
    outcome = NonFinite().detect(make_curves(tags, steps))
    assert not isinstance(outcome, Skipped)
    return list(outcome)


@pytest.mark.parametrize("value", [NAN, INF, -INF], ids=repr)
def test_loss_that_never_recovers(value: float) -> None:
    loss = learning()
    loss[120:] = [value] * 80
    [finding] = found({"train/loss": loss})
    assert (finding.kind, finding.severity) == ("permanent", Severity.CRITICAL)
    assert finding.onset == Onset(120, 119, 120)
    assert finding.spans == (Span(120, 199),)


def test_what_recovers_before_it_fails_for_good_is_told_so() -> None:
    loss = learning()
    loss[50] = NAN
    loss[120:] = [NAN] * 80
    [finding] = found({"train/loss": loss})
    assert (finding.kind, finding.onset.step) == ("permanent", 50)
    assert finding.message == (
        "train/loss becomes NaN at step 50 and recovers, and fails for good at step 120"
    )


def test_values_that_the_trainer_skipped_are_told_with_the_recovery() -> None:
    loss = learning()
    loss[50] = loss[110] = loss[111] = NAN
    [finding] = found({"train/loss": loss})
    assert finding.kind == "transient"
    assert "recovers" in finding.message
    assert finding.spans == (Span(50, 50), Span(110, 111))
    assert finding.measures[0].value == 3


def test_a_metric_that_ends_nan_is_told_where_neither_loss_nor_reward_is_logged() -> None:
    score = [*np.linspace(0.2, 0.8, 30), NAN, NAN, NAN]
    [finding] = found({"train/iou": score, "lr": [1.0] * 33})
    assert (finding.kind, finding.severity, finding.onset.step) == ("permanent", Severity.CRITICAL, 30)
    assert found({"train/iou": score, "train/loss": learning(33)}) == []


@pytest.mark.parametrize("undefined", [[10, 20], [10, 32]], ids=["once and again", "at the end too"])
def test_a_metric_that_is_undefined_now_and_then_is_none(undefined: list[int]) -> None:
    score = np.linspace(0.2, 0.8, 33)
    score[undefined] = NAN
    assert found({"val/auc": score.tolist()}) == []


def test_regular_but_rare_nan_is_no_filler() -> None:
    loss = learning(400)
    loss[99::100] = [NAN] * 4
    assert [one.kind for one in found({"train/loss": loss})] == ["permanent"]


def test_run_without_a_finite_value() -> None:
    [finding] = found({"reward": [NAN] * 30})
    assert finding.kind == "from-start"
    [finding] = found({"0": [NAN] * 30})
    assert finding.tag == "0"


def test_what_was_never_finite_may_have_been_so_before_it_was_logged() -> None:
    [finding] = found({"reward": [NAN] * 30}, {"reward": list(range(70, 2170, 70))})
    assert (finding.onset.low, finding.onset.step, finding.onset.high) == (0, 70, 70)


def test_the_loss_is_named_and_so_is_what_came_first() -> None:
    loss, norm = learning(), [1.0] * 200
    norm[99:] = [NAN] * 101
    loss[100:] = [NAN] * 100
    [finding] = found({"train/loss": loss, "grad_norm": norm})
    assert finding.tag == "train/loss"
    assert "grad_norm came first, at step 99" in finding.message


def test_rising_rate_and_gradient_are_named() -> None:
    loss = learning()
    loss[100:] = [NAN] * 100
    norm = [1.0] * 98 + [20.0, 60.0]
    rate = [float(one) for one in np.geomspace(1e-4, 1e-2, 200)]
    [finding] = found({"train/loss": loss, "grad_norm": norm, "learning_rate": rate})
    assert "learning rate was rising" in finding.message
    assert "gradient norm was 60 times its usual" in finding.message


def test_nan_where_nothing_was_evaluated_is_no_fault() -> None:
    validation = [NAN] * 200
    validation[9::10] = learning(20)
    assert found({"train/loss": learning(), "val/loss": validation}) == []


@pytest.mark.parametrize("end", range(1, 41))
def test_nan_where_nothing_was_evaluated_is_no_fault_while_the_log_grows(end: int) -> None:
    validation = [NAN] * 40
    validation[::5] = learning(8)
    assert found({"train/loss": learning()[:end], "val/loss": validation[:end]}) == []


@pytest.mark.parametrize(
    ("train", "validation", "accuracy"),
    [
        ([2.0, 1.8, 1.6, 1.5, 1.4], [2.1, 1.9, NAN, NAN, NAN], []),  # evaluated at every step
        ([2.0, 1.8, 1.6, NAN, NAN], [2.1, NAN, NAN, NAN, NAN], []),  # train fails as well
        ([2.0, 1.8, 1.6, 1.5, 1.4], [2.1, NAN, NAN, NAN, NAN], [0.1, 0.2, 0.3, 0.3, 0.3]),  # was evaluated
        ([2.0, 1.8, 1.6, 1.5, 1.4, 1.3], [2.1, NAN, 1.9, NAN, NAN, NAN], []),  # overdue
    ],
    ids=["each-step", "train-too", "accuracy", "overdue"],
)
def test_a_validation_loss_that_fails_is_told_from_one_that_is_not_evaluated(
    train: list[float], validation: list[float], accuracy: list[float]
) -> None:
    tags = {"train/loss": train, "val/loss": validation} | ({"val/accuracy": accuracy} if accuracy else {})
    assert len(found(tags)) == 1


def test_nan_in_the_rows_of_another_tag_is_no_fault() -> None:
    # One table, an evaluation row after every four training rows: each tag is NaN in the other's rows.
    training = learning()
    training[4::5] = [NAN] * 40
    validation = [NAN] * 200
    validation[4::5] = learning(40)
    assert found({"train/loss": training, "val/loss": validation}) == []


def test_metrics_of_absent_classes_and_losses_never_computed_are_no_fault() -> None:
    assert found({"train/loss": learning(), "bbox/AP-small": [NAN] * 20}) == []
    assert found({"train/loss": learning(), "val/loss": [NAN] * 20}) == []


def test_gradient_norm_of_skipped_steps_is_no_fault_while_losses_are_finite() -> None:
    norm = [INF, INF, NAN] + [1.0] * 197
    assert found({"train/loss": learning(), "grad_norm": norm}) == []
    norm = [1.0] * 150 + [NAN] * 50
    assert [one.tag for one in found({"train/loss": learning(), "grad_norm": norm})] == ["grad_norm"]


def test_a_finite_run_is_clear_and_one_that_measures_nothing_is_skipped() -> None:
    assert found({"train/loss": learning()}) == []
    assert found({"accuracy": [0.1, 0.2]}) == []
    assert isinstance(NonFinite().detect(make_curves({"lr": [0.1, 0.2]})), Skipped)


def test_a_discriminator_that_is_not_evaluated_has_no_loss_on_validation_data() -> None:
    trained = {"train/lossD": [0.7] * 30, "train/lossG": [0.8] * 30}
    assert found({**trained, "val/lossD": [NAN] * 3, "val/lossG": [0.9] * 3}) == []
    [finding] = found({**trained, "train/lossD": [NAN] * 30})
    assert finding.kind == "from-start"
