from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.detectors.non_finite import NonFinite
from losstui.findings import Finding, Onset, Severity, Skipped, Span
from losstui.run import StepUnit
from support import found_by, make_curves, make_run

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
    assert finding.confidence == 1.0
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
    assert (finding.kind, finding.confidence) == ("transient", 0.9)
    assert finding.message.endswith("becomes NaN at step 50 and recovers: 3 values in all")
    assert finding.spans == (Span(50, 50), Span(110, 111))
    assert finding.measures[0].value == 3


def test_one_value_that_the_trainer_skipped_is_told_as_one() -> None:
    [finding] = found({"train/loss": [*learning(50), INF, *learning(50)]})
    assert finding.message.endswith("becomes infinite at step 50 and recovers: a single value in all")


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


def test_metrics_of_absent_classes_are_no_fault() -> None:
    assert found({"train/loss": learning(), "bbox/AP-small": [NAN] * 20}) == []
    assert found({"train/acc": learning(), "val/acc": learning(), "val/auc": [NAN] * 200}) == []


def test_a_validation_loss_that_was_evaluated_and_never_finite_is_a_fault_of_the_evaluation() -> None:
    validation = {"train/loss": learning(), "val/loss": [NAN] * 10}
    evaluated = {"train/loss": list(range(200)), "val/loss": list(range(19, 200, 20))}
    [finding] = found(validation, evaluated)
    assert (finding.kind, finding.severity) == ("in-validation", Severity.WARNING)
    assert finding.message == (
        "val/loss is NaN in all of its 10 values, while train/loss is finite: "
        "the evaluation, or the data that it reads, gives no number"
    )
    assert found({**validation, "val/loss": [NAN] * 2}, {**evaluated, "val/loss": [19, 39]}) == []


def test_what_else_is_measured_there_shows_that_it_was_evaluated() -> None:
    tags = {"train/loss": learning(20), "val/loss": [NAN] * 20}
    [finding] = found(tags)
    assert (finding.severity, finding.confidence) == (Severity.INFO, 0.5)
    assert finding.message.endswith("nothing was evaluated, or the evaluation gives no number")
    [finding] = found({**tags, "val/accuracy": learning(20)})
    assert (finding.severity, finding.confidence) == (Severity.WARNING, 0.8)
    assert finding.message.endswith("the evaluation, or the data that it reads, gives no number")
    assert "train/loss is finite and so is val/accuracy there" in finding.message


def test_an_evaluation_that_was_never_finite_may_be_infinite() -> None:
    [finding] = found({"train/loss": learning(20), "val/loss": [INF] * 20})
    assert "val/loss is infinite in all of its 20 values" in finding.message


def test_a_table_that_waits_for_its_first_evaluation_is_silent() -> None:
    assert found({"train/loss": learning(9), "val/loss": [NAN] * 9}) == []


def test_epochs_end_in_an_evaluation() -> None:
    run = replace(make_run({"train/loss": learning(10), "val/loss": [NAN] * 10}), step_unit=StepUnit.EPOCH)
    assert [one.severity for one in found_by(NonFinite(), RunCurves(run))] == [Severity.WARNING]


def test_a_held_back_metric_without_a_number_is_told_where_train_has_the_same() -> None:
    metric = {"train_r2": learning(20), "val_r2": [NAN] * 20}
    assert [one.kind for one in found(metric)] == ["in-validation"]
    assert found({"train_r2": learning(20), "val_auc": [NAN] * 20}) == []
    assert found({**metric, "train_loss": learning(20)}) == []


def test_one_finite_measure_of_its_kind_is_enough() -> None:
    tags = {"train/loss": learning(20), "val/loss": learning(20), "test/loss": [NAN] * 20}
    assert found(tags) == []


@pytest.mark.parametrize(
    ("tag", "value"),
    [("lr", NAN), ("val/r2", -INF), ("val/perplexity", INF)],
    ids=str,
)
def test_a_rate_or_metric_that_is_lost_for_good_is_a_warning_beside_a_loss(tag: str, value: float) -> None:
    tags = {"train/loss": learning(60), tag: [0.5] * 50 + [value] * 10}
    [finding] = found(tags)
    assert (finding.tag, finding.kind, finding.severity) == (tag, "beside-training", Severity.WARNING)
    tags[tag] = [0.5] * 10 + [value] * 10 + [0.5] * 40
    assert found(tags) == []


@pytest.mark.parametrize(("tag", "value"), [("val/psnr", INF), ("val/r2", NAN)])
def test_a_metric_that_is_perfect_or_undefined_is_no_fault_beside_a_loss(tag: str, value: float) -> None:
    assert found({"train/loss": learning(60), tag: [0.5] * 50 + [value] * 10}) == []


def test_a_lost_learning_rate_is_named_as_what_came_first() -> None:
    tags = {"train/loss": learning(60)[:52] + [NAN] * 8, "lr": [0.5] * 50 + [NAN] * 10}
    [finding] = found(tags)
    assert (finding.tag, finding.severity) == ("train/loss", Severity.CRITICAL)
    assert "lr came first, at step 50" in finding.message


def test_a_loss_that_fails_is_named_before_a_rate_or_metric_that_failed_sooner() -> None:
    tags = {"val/loss": [0.5] * 52 + [NAN] * 8, "lr": [0.5] * 50 + [NAN] * 10}
    [finding] = found({"train/loss": learning(60), **tags})
    assert (finding.tag, finding.severity) == ("val/loss", Severity.CRITICAL)


def test_a_learning_rate_with_a_number_at_its_last_step_is_not_lost() -> None:
    rate = [0.5] * 59 + [INF, 0.5]
    steps = {"lr": [*range(59), 59, 59]}
    assert found({"train/loss": learning(60), "lr": rate}, steps) == []


def test_a_learning_rate_without_a_number_was_not_read() -> None:
    assert found({"train/loss": learning(), "lr": [NAN] * 200}) == []


def test_gradient_norm_of_a_skipped_step_is_named_where_a_loss_fails_later() -> None:
    norm = [1.0] * 50 + [INF] + [1.0] * 149
    validation = learning()[:150] + [NAN] * 50
    [finding] = found({"train/loss": learning(), "val/loss": validation, "grad_norm": norm})
    assert finding.tag == "val/loss"
    assert "grad_norm came first, at step 50" in finding.message


def test_gradient_norm_of_skipped_steps_is_no_fault_while_losses_are_finite() -> None:
    norm = [INF, INF, NAN] + [1.0] * 197
    assert found({"train/loss": learning(), "grad_norm": norm}) == []
    norm = [1.0] * 150 + [NAN] * 50
    assert [one.tag for one in found({"train/loss": learning(), "grad_norm": norm})] == ["grad_norm"]


def test_a_log_that_ends_in_one_more_skipped_step_has_not_failed_for_good() -> None:
    norm = [1.0] * 199 + [INF]
    assert found({"train/loss": learning(), "grad_norm": norm}) == []
    norm[20] = norm[21] = norm[-2] = INF  # as many in a row as before
    assert found({"train/loss": learning(), "grad_norm": norm}) == []
    norm[-3] = INF
    assert [one.kind for one in found({"train/loss": learning(), "grad_norm": norm})] == ["permanent"]


def test_a_finite_run_is_clear_and_one_that_measures_nothing_is_skipped() -> None:
    assert found({"train/loss": learning()}) == []
    assert found({"accuracy": [0.1, 0.2]}) == []
    assert isinstance(NonFinite().detect(make_curves({"lr": [0.1, 0.2]})), Skipped)


def test_a_discriminator_that_is_not_evaluated_has_no_loss_on_validation_data() -> None:
    trained = {"train/lossD": [0.7] * 30, "train/lossG": [0.8] * 30}
    assert found({**trained, "val/lossD": [NAN] * 3, "val/lossG": [0.9] * 3}) == []
    [finding] = found({**trained, "train/lossD": [NAN] * 30})
    assert finding.kind == "from-start"
