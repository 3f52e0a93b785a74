from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.doubts import lost_in_between, rose_of_its_level
from benchmarks.detection.generator import recipes_of
from benchmarks.detection.labelling import Reachable, label
from benchmarks.detection.labels import Labels
from benchmarks.detection.recipes import FAULTS, HEALTHY
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.tasks import TASKS, Logging
from benchmarks.detection.varied.family import VARIED_FAMILY
from label_support import DESCENT, FAULTY, ROWS, STEPS, FloatArray, labelled, open_of
from support import make_run


def test_a_run_that_lost_all_it_had_gained_and_came_back_is_no_healthy_control() -> None:
    breakdown = DESCENT + 2.0 * np.exp(-(((STEPS - 80) / 8.0) ** 2))
    assert {"healthy", "converged"} <= labelled(DESCENT, DESCENT).sure
    labels = labelled(breakdown, breakdown)
    assert not labels.sure & {"healthy", "converged"}
    faults = {"divergence", "loss_spikes", "oscillation", "late_instability"}
    assert {"healthy", "converged"} | faults <= open_of(labels)


def test_a_run_whose_log_lost_all_as_other_data_came_is_no_sure_control() -> None:
    other_data_at_80 = np.concatenate([DESCENT[:80], DESCENT[:-80]])
    plain, fed = (
        labelled(DESCENT, DESCENT, logged=other_data_at_80, setup=setup)
        for setup in (Setup(), Setup(fed=lambda done, rng, data: data))
    )
    assert "healthy" in plain.sure
    assert {"healthy", "late_instability"} <= open_of(fed)


@pytest.mark.parametrize(("height", "lost"), [(0.5, False), (0.8, True)])
def test_all_is_of_what_had_been_gained_by_then(height: float, lost: bool) -> None:
    level = np.exp(-STEPS / 10.0)
    level[100:110] += height
    assert lost_in_between(level) is lost
    at_first = np.concatenate([[1.0, 0.9, 3.0], level])
    assert lost_in_between(at_first) is lost


def test_one_high_value_is_no_loss_of_all() -> None:
    level = np.exp(-STEPS / 10.0)
    level[100] += 2.0
    assert not lost_in_between(level)
    level[101] += 2.0
    assert lost_in_between(level)


@pytest.mark.parametrize(
    ("lost", "told"),
    [(0.3, {"late_instability", "divergence"}), (0.15, {"late_instability"}), (0.03, set[str]())],
)
def test_what_a_run_that_had_learnt_little_loses_again_could_be_called_a_breakdown(
    lost: float, told: set[str]
) -> None:
    little = 1.0 - 0.36 * (1.0 - np.exp(-STEPS / 10.0)) + lost * np.clip((STEPS - 50) / 100.0, 0.0, 1.0)
    labels = labelled(little, little)
    assert open_of(labels) & {"late_instability", "divergence"} == told
    assert not labels.sure & {"late_instability", "divergence"}


@pytest.mark.parametrize("swings", [False, True])
def test_a_swing_up_from_the_lowest_of_many_is_not_surely_a_late_instability(swings: bool) -> None:
    swing = 0.12 * np.sin(STEPS / 3.0) * np.interp(STEPS, [60, 80, 120, 130], [0.0, 1.0, 1.0, 0.2])
    rise = 0.15 * np.clip((STEPS - 100) / 20.0, 0.0, 1.0)
    loss = DESCENT + swing if swings else DESCENT + rise
    labels = labelled(loss, loss, recipe=FAULTY)
    assert ("late_instability" in labels.sure) is not swings
    assert "late_instability" in labels.sure | labels.gray


def test_what_is_gained_at_once_may_be_lost_late() -> None:
    at_once = np.where(STEPS < 1, 1.0, 0.6 + 0.14 * STEPS / ROWS)
    assert "late_instability" in open_of(labelled(at_once, at_once))


def test_a_loss_that_ends_at_twice_its_best_has_not_surely_converged() -> None:
    before = 0.04 + 0.9 * np.exp(-STEPS / 10.0)
    after = before + 0.04 * (STEPS >= 90)
    tags = {"train/loss": after, "val/loss": after, "train/grad_norm": np.ones(ROWS)}
    goal = Reachable(train=0.04, validation=0.04, start=0.94)
    for curve, rose in ((before, False), (after, True)):
        tags |= {"train/loss": curve, "val/loss": curve}
        recorded = Recorded(make_run(tags).frame, STEPS.astype(float), curve, curve, TASKS[0].logging)
        labels = label(recorded, HEALTHY[0], Setup(), goal)
        assert ("converged" in labels.sure) is not rose
        assert ({"converged", "late_instability"} <= open_of(labels)) is rose


def test_a_rise_is_held_against_a_level_where_there_is_one_and_has_to_be_seen() -> None:
    rising = np.linspace(0.1, 0.2, ROWS)
    assert rose_of_its_level(rising, 1.0)
    assert not rose_of_its_level(rising, 10.0)
    assert not rose_of_its_level(rising + 1.0, 1.0)
    assert not rose_of_its_level(rising - 1.0, 1.0)


def test_a_run_that_overfits_has_not_surely_converged() -> None:
    labels = labelled(DESCENT, 0.1 + DESCENT + 0.0015 * STEPS)
    assert "overfitting" in labels.sure
    assert "converged" in open_of(labels)


@pytest.mark.parametrize(("logged_rise", "sure"), [(0.0, True), (0.0003, True), (0.0006, False)])
def test_where_the_logged_train_loss_rises_with_validation_no_overfitting_is_sure(
    logged_rise: float, sure: bool
) -> None:
    labels = labelled(DESCENT, DESCENT + 0.0015 * STEPS, logged=DESCENT + logged_rise * STEPS)
    assert ("overfitting" in labels.sure) is sure
    assert "overfitting" in labels.sure | labels.gray


def test_a_rise_of_much_of_what_a_log_without_its_first_row_shows_may_be_called_overfitting() -> None:
    shown = replace(TASKS[0].logging, without_first=True)
    train = DESCENT.copy()
    train[0] = 10.0
    validation = train + 0.0015 * STEPS
    assert "overfitting" in open_of(labelled(train, validation, logging=shown))
    assert "overfitting" not in open_of(labelled(train, validation))
    assert "overfitting" not in open_of(labelled(train, train, logging=shown))


def evaluated_at(places: NDArray[np.int64], logged: FloatArray, validation: FloatArray) -> Labels:
    """The labels where the log has `logged`, shape (n,), of these rows alone, and `validation` is exact."""
    frame = make_run(
        {"train/loss": DESCENT, "train/grad_norm": np.ones(ROWS), "val/loss": logged[places]},
        steps={"val/loss": places.tolist()},
    ).frame
    recorded = Recorded(frame, STEPS.astype(float), DESCENT, validation, TASKS[0].logging)
    return label(recorded, HEALTHY[0], Setup(), Reachable(train=0.1, validation=0.1, start=1.0))


def test_the_scatter_of_a_handful_of_evaluations_is_not_surely_noise() -> None:
    noisy = DESCENT + 0.5 * np.random.default_rng(0).normal(size=ROWS)
    for many, sure in ((40, True), (5, False)):
        labels = evaluated_at(np.linspace(0, ROWS - 1, many).astype(np.int64), noisy, DESCENT)
        assert ("noisy_validation" in labels.sure) is sure
        assert "noisy_validation" in labels.sure | labels.gray


def test_a_rise_between_two_evaluations_is_not_surely_overfitting() -> None:
    rising = DESCENT + 0.0015 * STEPS
    for places, sure in ((STEPS, True), (np.array([0, 199]), False), (np.array([0, 60, 199]), True)):
        labels = evaluated_at(places, rising, rising)
        assert ("overfitting" in labels.sure) is sure
        assert "overfitting" in labels.sure | labels.gray


@pytest.mark.parametrize(("times", "told"), [(20, ""), (48, "gray"), (120, "sure")])
def test_norms_near_the_bound_could_be_said_to_explode(times: float, told: str) -> None:
    norms = np.where(STEPS >= 190, float(times), 1.0)
    high = np.full(ROWS, 1.0)  # where nothing is learnt, norms do not grow by learning
    labels = labelled(high, high, norms=norms)
    assert ("exploding_gradients" in labels.sure) is (told == "sure")
    assert ("exploding_gradients" in open_of(labels)) is (told == "gray")


@pytest.mark.parametrize(("times", "told"), [(1.0, False), (5.0, False), (20.0, True)])
def test_a_start_far_above_any_plain_one_could_be_said_to_explode(times: float, told: bool) -> None:
    descent = 0.1 + 0.9 * times * np.exp(-STEPS / 10.0)
    assert ("exploding_gradients" in open_of(labelled(descent, descent))) is told


def test_a_gap_beside_the_little_a_faulty_run_gained_could_be_said() -> None:
    stuck = 0.9 + 0.1 * np.exp(-STEPS / 10.0)
    for apart, told in ((0.0, False), (0.02, False), (0.1, True)):
        labels = labelled(stuck, stuck, held_out=stuck + apart)
        assert "plateau" in labels.sure
        assert ("train_val_gap" in open_of(labels)) is told
    lost = np.linspace(0.9, 2.9, ROWS)
    labels = labelled(lost, lost, held_out=lost + 0.1)
    assert "divergence" in labels.sure
    assert "train_val_gap" not in open_of(labels)  # there is no gain to hold it against
    without_fault = labelled(DESCENT, DESCENT, held_out=DESCENT + 0.4)
    assert "healthy" in without_fault.sure
    assert "train_val_gap" not in without_fault.sure | without_fault.gray


def test_a_gap_is_sure_where_the_log_shows_the_train_loss_that_was_judged() -> None:
    apart = DESCENT + 0.4
    for train, logged, sure, gray in (
        (DESCENT, DESCENT, True, False),
        (DESCENT, apart, False, True),
        (apart, DESCENT, False, True),
        (apart, apart, False, False),
    ):
        labels = labelled(train, apart, logged=logged)
        assert ("train_val_gap" in labels.sure) is sure
        assert ("train_val_gap" in open_of(labels)) is gray


def test_small_batches_are_made_of_tasks_tuned_with_nearly_as_few() -> None:
    small = next(recipe for recipe in VARIED_FAMILY.recipes if recipe.name == "small-batch")
    takers = {task.batch for task in VARIED_FAMILY.tasks if small in recipes_of(task)}
    assert takers == {16, 32}


def test_a_norm_that_overflows_for_a_moment_beside_finite_losses_is_not_surely_a_nan() -> None:
    norms = np.ones(ROWS)
    norms[[30, 90, 150, ROWS - 1]] = np.inf
    labels = labelled(DESCENT, DESCENT, norms=norms)
    assert {"healthy", "converged"} <= labels.sure
    assert "nan" in open_of(labels)
    assert "exploding_gradients" not in labels.sure | labels.gray
    norms[-2] = np.inf
    assert "nan" in labelled(DESCENT, DESCENT, norms=norms).sure
    lost = np.where(STEPS == 90, np.nan, DESCENT)
    assert "nan" in labelled(DESCENT, DESCENT, logged=lost).sure


@pytest.mark.parametrize(("height", "open_then"), [(0.015, False), (0.03, True)])
def test_a_late_instability_that_was_meant_and_cost_little_could_be_said(
    height: float, open_then: bool
) -> None:
    loss = DESCENT + height * (STEPS > 120)
    late = next(recipe for recipe in FAULTS if recipe.intended == "late_instability")
    labels = labelled(loss, loss, recipe=late)
    assert ("late_instability" in open_of(labels)) is open_then
    assert ("converged" in labels.sure) is not open_then
    assert "late_instability" not in open_of(labelled(loss, loss))


def test_rows_that_did_not_come_through_may_be_told() -> None:
    assert "resumed" not in labelled(DESCENT, DESCENT).gray
    logging = replace(TASKS[0].logging, lost=(0.4, 0.5))
    assert "resumed" in open_of(labelled(DESCENT, DESCENT, logging=logging))


def test_rows_that_share_a_step_of_the_log_may_be_told() -> None:
    for units, told in ((0.25, False), (0.2, True)):  # of a row every fourth step
        logging = Logging(every=4, units=units)
        assert ("resumed" in open_of(labelled(DESCENT, DESCENT, logging=logging))) is told


@pytest.mark.parametrize(
    ("back", "timed", "told"), [(0.0, True, False), (9.0, True, True), (9.0, False, False)]
)
def test_a_clock_that_was_set_back_may_be_told(back: float, timed: bool, told: bool) -> None:
    clock = np.arange(ROWS) - back * (STEPS >= 90)
    frame = make_run(
        {"train/loss": DESCENT, "val/loss": DESCENT, "train/grad_norm": np.ones(ROWS)},
        wall_times={"train/loss": clock},
    ).frame
    recorded = Recorded(frame, STEPS.astype(float), DESCENT, DESCENT, Logging(timed=timed))
    labels = label(recorded, HEALTHY[0], Setup(), Reachable(train=0.1, validation=0.1, start=1.0))
    assert ("resumed" in open_of(labels)) is told
    assert "healthy" in labels.sure


def test_swings_that_come_back_near_the_best_level_are_not_surely_a_divergence() -> None:
    rising = 1.0 + 0.6 * (STEPS > 20) + 0.2 * np.sin(STEPS / 4.0)
    assert "divergence" in labelled(rising, rising).sure
    swinging = 1.0 - 0.6 * np.sin(STEPS / 3.2)
    labels = labelled(swinging, swinging, recipe=FAULTY)
    assert "divergence" in open_of(labels)
    assert "oscillation" in labels.sure


@pytest.mark.parametrize("without_first", [False, True])
def test_a_rise_before_the_first_row_of_the_log_is_not_surely_a_divergence(without_first: bool) -> None:
    at_once = np.where(STEPS < 1, 1.0, 3.0 + np.exp(-STEPS / 20.0))
    logging = replace(TASKS[0].logging, without_first=without_first)
    labels = labelled(at_once, at_once, logging=logging)
    assert ("divergence" in labels.sure) is not without_first
    assert ("divergence" in open_of(labels)) is without_first
    by_and_by = 1.0 + STEPS / 50.0
    assert "divergence" in labelled(by_and_by, by_and_by, logging=logging).sure


@pytest.mark.parametrize("without_first", [False, True])
def test_a_rise_that_is_much_of_what_the_log_shows_could_be_told(without_first: bool) -> None:
    at_once = np.where(STEPS < 1, 1.0, 0.1 + 0.1 * np.exp(-STEPS / 20.0))
    rising = at_once + 0.03 * np.clip((STEPS - 80) / 60.0, 0.0, 1.0)
    logging = replace(TASKS[0].logging, without_first=without_first)
    labels = labelled(at_once, rising, recipe=FAULTY, logging=logging)
    assert not labels.sure & {"overfitting", "train_val_gap"}
    assert ({"overfitting", "train_val_gap"} <= labels.gray) is without_first
    assert ("converged" in labels.sure) is not without_first


@pytest.mark.parametrize("late", [False, True])
def test_how_far_apart_a_breakdown_throws_both_losses_is_no_sure_gap(late: bool) -> None:
    thrown = np.clip((STEPS - 120) / 60.0, 0.0, 1.0)
    labels = labelled(DESCENT + 0.3 * late * thrown, DESCENT + 0.35 + 0.4 * late * thrown)
    assert ("late_instability" in labels.sure) is late
    assert ("train_val_gap" in labels.sure) is not late
    assert "train_val_gap" in labels.sure | labels.gray


def test_the_validation_loss_of_a_run_that_diverged_is_not_surely_noisy() -> None:
    rising = DESCENT + np.clip((STEPS - 80) / 60.0, 0.0, 2.0)
    scatter = 0.3 * np.random.default_rng(0).normal(size=ROWS)
    assert "noisy_validation" in labelled(DESCENT, DESCENT, held_out=DESCENT + scatter).sure
    labels = labelled(rising, rising, held_out=rising + scatter)
    assert "divergence" in labels.sure
    assert "noisy_validation" in open_of(labels)
