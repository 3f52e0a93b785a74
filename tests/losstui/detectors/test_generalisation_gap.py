from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.generalisation_gap import GeneralisationGap
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 300
STEPS = np.arange(POINTS)


findings = partial(found_by, GeneralisationGap())


def learning(end: float, seed: int = 0) -> FloatArray:
    loss: FloatArray = end + (2.5 - end) * np.exp(-STEPS / 40.0)
    return loss + np.random.default_rng(seed).normal(0.0, 0.02, POINTS)


def test_validation_that_stays_behind() -> None:
    [found] = findings(make_curves({"train/loss": learning(0.2), "val/loss": learning(1.2, 1)}))
    assert found.kind == "growing"
    assert found.severity is Severity.INFO
    assert found.tag == "val/loss"
    assert found.measures[0].value == pytest.approx(1.0 / 2.3, rel=0.1)
    # Half of the gap of 1.0 is there after 40 ln 2 steps.
    assert found.onset.step == pytest.approx(28, abs=10)


def test_a_part_of_the_train_loss_has_no_gap_to_the_whole_of_validation() -> None:
    tags = {"loss_kd": learning(0.2), "loss_oh": learning(0.1, 1), "test/loss": learning(1.2, 2)}
    found = GeneralisationGap().detect(make_curves(tags))
    assert isinstance(found, Skipped)
    assert "parts of the loss" in found.reason


def test_the_best_validation_is_named_where_much_of_the_gap_came_after_it() -> None:
    train = learning(0.2)
    rising = learning(0.4, 1) + np.maximum(0.0, STEPS - 150) * 0.01
    [found] = findings(make_curves({"train/loss": train, "val/loss": rising}))
    assert "val/loss was best near step 14" in found.message
    [found] = findings(make_curves({"train/loss": train, "val/loss": learning(1.2, 1)}))
    assert "best" not in found.message


def test_a_gap_that_was_there_from_the_start() -> None:
    [found] = findings(make_curves({"train/loss": learning(0.2), "val/loss": learning(0.2, 1) + 1.5}))
    assert found.kind == "constant"
    assert "from the start" in found.message


@pytest.mark.parametrize(
    ("first", "end", "kinds"), [(0, 0.2, []), (10, 0.2, ["constant"]), (0, 1.7, ["growing"])]
)
def test_a_gap_before_training_says_nothing_of_what_was_learned(
    first: int, end: float, kinds: list[str]
) -> None:
    evaluated = STEPS[first::10]
    validation = learning(end, 1)[evaluated] + (1.5 if end < 1.0 else 0.0)
    tags = {"train/loss": learning(0.2), "val/loss": validation}
    found = findings(make_curves(tags, {"val/loss": evaluated.tolist()}))
    assert [one.kind for one in found] == kinds


def test_one_evaluation_that_is_off_does_not_make_a_gap_that_was_always_there_one_of_learning() -> None:
    evaluated = STEPS[::15]
    validation = learning(0.2, 1)[evaluated] + 1.5
    validation[8] -= 1.5
    tags = {"train/loss": learning(0.2), "val/loss": validation}
    assert findings(make_curves(tags, {"val/loss": evaluated.tolist()})) == []


def test_four_evaluations_are_enough_and_three_are_not() -> None:
    def beside_train(values: list[float]) -> RunCurves:
        steps = np.linspace(5, POINTS - 1, len(values)).astype(int).tolist()
        tags = {"train/loss": learning(0.2), "val/loss": np.array(values)}
        return make_curves(tags, {"val/loss": steps})

    [found] = findings(beside_train([2.2, 1.25, 1.2, 1.22]))
    assert found.kind == "growing"
    assert isinstance(GeneralisationGap().detect(beside_train([2.2, 1.25, 1.2])), Skipped)


def test_what_was_gained_counts_from_the_first_value_however_steep_it_falls() -> None:
    steep = 0.2 + np.where(STEPS < 3, 6.0 * 0.4**STEPS, 0.4 * np.exp(-STEPS / 60.0))
    train, validation = steep + 0.0 * STEPS, 0.9 + 0.4 * np.exp(-STEPS / 60.0)
    assert findings(make_curves({"train/loss": train, "val/loss": validation})) == []
    assert findings(make_curves({"train/loss": train[3:], "val/loss": validation[3:]})) != []


@pytest.mark.parametrize(("first", "share"), [(1.5, 0.43), (8.0, None), (0.4, 0.73)])
def test_what_was_gained_counts_from_one_first_value_far_out_and_not_from_one_that_is_low_by_luck(
    first: float, share: float | None
) -> None:
    steps, scatter = np.arange(40), np.random.default_rng(0).normal(0.0, 0.01, (2, 40))
    train = 0.5 + np.exp(-steps / 4.0) + scatter[0]
    validation = 0.95 + 0.6 * np.exp(-steps / 4.0) + scatter[1]
    train[0] = validation[0] = first
    found = findings(make_curves({"train/loss": train, "val/loss": validation}))
    told = [one.measures[0].value for one in found]
    assert told == ([] if share is None else [pytest.approx(share, abs=0.05)])


def test_a_gap_nobody_saw_begin_has_grown_where_it_is_as_large_as_the_train_level() -> None:
    late = STEPS[200:].tolist()
    for end, kinds in ((0.2, ["growing"]), (1.5, ["constant"])):
        tags = {"train/loss": learning(end), "val/loss": learning(end + 0.7, 1)[200:]}
        found = findings(make_curves(tags, {"val/loss": late}))
        assert [one.kind for one in found] == kinds


def test_losses_close_to_each_other() -> None:
    assert findings(make_curves({"train/loss": learning(0.2), "val/loss": learning(0.4, 1)})) == []


def test_a_gap_that_was_small_from_the_start_may_be_another_computation() -> None:
    assert findings(make_curves({"train/loss": learning(0.2), "val/loss": learning(0.2, 1) + 0.6})) == []


def test_batches_of_which_most_lie_below_their_mean_are_no_gap() -> None:
    tall = 3.0 * np.random.default_rng(3).pareto(2.2, POINTS)
    train, alike = learning(0.2) + tall, learning(0.2 + float(tall.mean()), 1)
    assert findings(make_curves({"train/loss": train, "val/loss": alike})) == []
    assert findings(make_curves({"train/loss": train, "val/loss": 2.0 * alike})) != []


def test_batches_with_a_heavy_tail_logged_rarely_at_the_end_are_no_gap() -> None:
    """Two values of train lie beside the last evaluations: too few to know that their mean is lower."""
    steps = {"train/loss": [*range(0, 100, 5), *range(100, 600, 60)], "val/loss": range(0, 600, 30)}
    batches = np.tile([1.0, 0.6], 10) * (0.6 + 1.2 * np.exp(-np.arange(20) / 12.0))
    last = [1.8, 1.2, 0.4, 0.1, 0.9, 0.1, 0.04, 0.2, 0.1]
    validation = 0.53 + 1.2 * np.exp(-np.arange(20) / 2.0)
    told = findings(make_curves({"train/loss": [*batches, *last], "val/loss": validation}, steps))
    assert told == []


def test_where_train_swings_as_high_as_validation_it_knows_nothing_more() -> None:
    swings = np.where(STEPS % 40 < 28, 0.3, 3.0) + 0.0 * STEPS
    ruined = np.where(STEPS < 60, 1.5, 6.0) + 0.0 * STEPS
    assert findings(make_curves({"train/loss": swings, "val/loss": ruined})) == []
    [found] = findings(make_curves({"train/loss": learning(0.3), "val/loss": ruined}))
    assert found.kind == "growing"


def test_a_gap_that_has_closed_at_the_last_evaluation_is_none() -> None:
    train = np.where(STEPS < 250, learning(0.2), 0.9)
    validation = {"val/loss": np.array([2.5, 1.5, 1.4, 1.4, 0.9])}
    steps = {"val/loss": [0, 70, 140, 210, 280]}
    assert findings(make_curves({"train/loss": train, **validation}, steps)) == []
    assert findings(make_curves({"train/loss": learning(0.2), **validation}, steps))


def test_train_above_validation_is_no_gap() -> None:
    assert findings(make_curves({"train/loss": learning(1.2), "val/loss": learning(0.2, 1)})) == []


def test_a_gap_within_the_noise_of_validation() -> None:
    noise = np.random.default_rng(2).normal(0.0, 3.0, POINTS)
    assert findings(make_curves({"train/loss": learning(0.2), "val/loss": learning(0.7, 1) + noise})) == []


@pytest.mark.parametrize("apart", [[0.0, 0.2, 1.2, 1.7], [0.0, 0.1, 0.3, 0.9, 1.5]])
def test_that_a_gap_still_grows_does_not_count_as_its_noise(apart: list[float]) -> None:
    steps = np.linspace(5, POINTS - 1, len(apart)).astype(int)
    tags = {"train/loss": learning(0.2), "val/loss": learning(0.2, 1)[steps] + apart}
    [found] = findings(make_curves(tags, {"val/loss": steps.tolist()}))
    assert found.kind == "growing"


def test_few_evaluations_that_scatter_as_far_as_they_lie_above_train_have_no_gap() -> None:
    steps = np.arange(29, POINTS, 30)
    found = 0
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(0.0, 0.5, len(steps))
        tags = {"train/loss": learning(0.2), "val/loss": learning(0.2, 1)[steps] + noise}
        found += len(findings(make_curves(tags, {"val/loss": steps.tolist()})))
    assert found <= 4


def test_where_little_was_gained_a_small_gap_is_none() -> None:
    train, validation = learning(0.0) * 0.01 + 10.0, np.full(POINTS, 10.02)
    assert findings(make_curves({"train/loss": train, "val/loss": validation})) == []


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    for end, kinds in ((1.2, ["growing"]), (0.4, [])):
        tags = {"train/loss": learning(0.2), "val/loss": learning(end, 1)}
        assert [one.kind for one in findings(retold(tags))] == kinds


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    outcome = GeneralisationGap().detect(make_curves({"train/loss": loss, "val/loss": loss}))
    assert isinstance(outcome, Skipped)
    assert isinstance(GeneralisationGap().detect(make_curves({"train/loss": loss})), Skipped)


def test_a_steep_start_of_few_values_hides_no_gap_that_has_grown() -> None:
    steps = np.arange(16)
    train = 1.0 + 9.6 * np.exp(-steps / 2.5)
    validation = np.maximum(train + 0.2 * np.minimum(steps, 15), 4.0 + 6.6 * np.exp(-steps / 2.5))
    [found] = findings(make_curves({"train loss": train, "val loss": validation}))
    assert found.kind == "growing"


def test_an_evaluation_that_is_the_best_of_a_few_is_named_for_no_rise() -> None:
    tags = {"train": [0.38, 0.18, 0.13, 0.11, 0.1], "val": [0.43, 0.175, 0.244, 0.256, 0.133]}
    curves = make_curves({f"{split}_loss": np.array(values) for split, values in tags.items()})
    assert all("was best near" not in found.message for found in findings(curves))


def accuracy(end: float, seed: int = 0) -> FloatArray:
    share: FloatArray = 100.0 * (end - (end - 0.1) * np.exp(-STEPS / 40.0))
    return share + np.random.default_rng(seed).normal(0.0, 1.0, POINTS)


def test_the_metrics_tell_where_no_loss_is_logged() -> None:
    tags = {"train_acc": accuracy(0.98), "val_acc": accuracy(0.7, 1)}
    [found] = findings(make_curves(tags))
    assert (found.kind, found.tag) == ("growing", "val_acc")
    assert found.measures[0].value == pytest.approx(28.0 / 88.0, rel=0.1)
    assert "val_acc stays 27.8 below train_acc" in found.message
    errors = {tag.replace("acc", "error"): 100.0 - values for tag, values in tags.items()}
    [found] = findings(make_curves(errors))
    assert "above train_error" in found.message
    assert findings(make_curves({"train_acc": accuracy(0.98), "val_acc": accuracy(0.9, 1)})) == []


def test_the_metrics_beside_a_loss_tell_nothing() -> None:
    tags = {"train_acc": accuracy(0.98), "val_acc": accuracy(0.7, 1)}
    assert findings(make_curves({**tags, "train_loss": learning(0.2), "val_loss": learning(0.3, 1)})) == []
    assert isinstance(GeneralisationGap().detect(make_curves({**tags, "loss": learning(0.2)})), Skipped)
