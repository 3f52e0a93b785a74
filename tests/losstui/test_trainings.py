"""Logs that hold several trainings: a jump where one begins is no fault, what goes wrong within one is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.detectors import DETECTORS
from losstui.findings import Finding, Severity
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run, StepUnit
from losstui.trainings import trainings
from support import make_curves, make_run

FloatArray = NDArray[np.float64]
Tags = dict[str, FloatArray]
FOLDS, ROWS = 5, 24


def folds(seed: int = 0, count: int = FOLDS, rows: int = ROWS) -> Tags:
    """Trainings of `rows` epochs each, with the losses alone."""
    rng = np.random.default_rng(seed)
    level = np.tile(0.25 + 0.9 * np.exp(-np.arange(rows) / (0.2 * rows)), count)
    return {
        "loss": level * (1.0 + 0.02 * rng.standard_normal(len(level))),
        "val_loss": (level + 0.08) * (1.0 + 0.04 * rng.standard_normal(len(level))),
    }


def fold_of(count: int = FOLDS, rows: int = ROWS) -> FloatArray:
    return np.repeat(np.arange(float(count)), rows)


def unequal(lengths: tuple[int, ...], seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    level = np.concatenate([0.25 + 0.9 * np.exp(-np.arange(rows) / (0.2 * rows)) for rows in lengths])
    return level * (1.0 + 0.02 * rng.standard_normal(len(level)))


def found_in(tags: Tags) -> list[Finding]:
    run = make_run(tags, step_unit=StepUnit.EPOCH)
    return list(analyse_run(run, [one() for one in DETECTORS]).findings)


def warnings_in(tags: Tags) -> list[str]:
    return [f"{one.name}:{one.kind}" for one in found_in(tags) if one.severity is not Severity.INFO]


COUNTED = [{"fold": fold_of()}, {"epoch": np.tile(np.arange(float(ROWS)), FOLDS)}]
COUNTERS = [*COUNTED, {"sparsity": 1.0 - 0.8 ** fold_of()}, {}]


@pytest.mark.parametrize("counter", COUNTERS)
@pytest.mark.parametrize("seed", range(4))
def test_folds_one_after_the_other_are_no_fault(counter: Tags, seed: int) -> None:
    assert warnings_in(folds(seed) | counter) == []


@pytest.mark.parametrize("counter", COUNTERS)
def test_the_trainings_are_told(counter: Tags) -> None:
    [told] = [one for one in found_in(folds() | counter) if one.name == "level-shift"]
    assert (told.severity, told.kind) == (Severity.INFO, "new-training")
    assert (told.onset.low, told.onset.step, told.onset.high) == (ROWS - 1, ROWS, ROWS)
    assert "begins anew 4 times" in told.message
    assert next(iter(counter), "each as long") in told.message
    assert [one.name for one in found_in(folds() | counter)] == ["level-shift"]


@pytest.mark.parametrize("counter", COUNTED)
@pytest.mark.parametrize("fold", [2, FOLDS - 1])
def test_what_diverges_within_a_fold_is_still_found(counter: Tags, fold: int) -> None:
    tags = folds() | counter
    since = slice(fold * ROWS + 12, (fold + 1) * ROWS)
    for tag in ("loss", "val_loss"):
        tags[tag][since] += 0.3 * np.arange(1.0, 13.0)
    [worst] = [one for one in found_in(tags) if one.name == "divergence"]
    assert worst.severity is not Severity.INFO
    assert fold * ROWS + 6 <= worst.onset.step <= fold * ROWS + 14


def test_a_log_cut_as_a_fold_begins_is_no_fault() -> None:
    tags = folds() | {"fold": fold_of()}
    for rows in range(3 * ROWS, 4 * ROWS, 4):
        assert warnings_in({tag: values[: rows + 1] for tag, values in tags.items()}) == []


def test_each_training_has_what_was_logged_in_it() -> None:
    anew = trainings(make_curves(folds() | {"fold": fold_of()}))
    assert anew is not None
    assert anew.begins.tolist() == [24, 48, 72, 96]
    for fold, one in enumerate(anew.curves):
        for tag in ("loss", "val_loss", "fold"):
            assert one.run.frame[tag].steps.tolist() == list(range(fold * ROWS, (fold + 1) * ROWS))


def test_validation_in_epochs_is_shared_out_by_the_share_of_the_run() -> None:
    builder = FrameBuilder()
    builder.add("loss", np.arange(5 * ROWS) * 100, folds()["loss"])
    builder.add("fold", np.arange(5 * ROWS) * 100, fold_of())
    builder.add("val_loss", np.arange(30), np.linspace(1.0, 0.5, 30))
    frame = builder.build()
    run = Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame))
    anew = trainings(RunCurves(run))
    assert anew is not None
    assert [len(one.run.frame["val_loss"]) for one in anew.curves] == [6, 6, 6, 6, 6]


def test_two_trainings_have_to_be_counted() -> None:
    loss = unequal((40, 40))
    assert trainings(make_curves({"loss": loss})) is None
    assert trainings(make_curves({"loss": loss, "task": fold_of(2, 40)})) is not None
    assert trainings(make_curves({"loss": loss, "momentum": 0.5 + 0.3 * fold_of(2, 40)})) is None


def test_a_loss_that_stays_up_where_a_counter_steps_is_no_new_training() -> None:
    loss = unequal((80,))
    loss[40:] += 0.9
    tags = {"loss": loss, "skipped": fold_of(2, 40)}
    assert trainings(make_curves(tags)) is None
    assert "divergence:after-learning" in warnings_in(tags)


@pytest.mark.parametrize(("back", "told"), [(0.65, True), (0.35, False)])
def test_a_new_training_comes_down_again_by_half_of_what_it_began_above_the_last_one(
    back: float, told: bool
) -> None:
    loss = unequal((40, 40))
    loss[40:] = 0.25 + 0.9 * (1.0 - back * np.minimum(np.arange(40) / 20.0, 1.0))
    assert (trainings(make_curves({"loss": loss, "task": fold_of(2, 40)})) is not None) is told


@pytest.mark.parametrize(("jumps", "told"), [(2, False), (3, True)])
def test_at_half_of_the_borders_the_loss_has_to_jump(jumps: int, told: bool) -> None:
    lengths = (ROWS,) * jumps + ((5 - jumps + 1) * ROWS,)  # a long last one goes through the other borders
    tags = {"loss": unequal(lengths), "stage": fold_of(6)}
    assert (trainings(make_curves(tags)) is not None) is told


def test_a_counter_that_steps_where_the_loss_does_not_jump_counts_no_trainings() -> None:
    assert trainings(make_curves({"loss": unequal((120,)), "stage": fold_of()})) is None


def test_jumps_that_nothing_counts_are_trainings_only_where_they_are_equally_long_and_evaluated() -> None:
    equal, lengths = folds(), (24, 35, 17, 29, 24)
    uneven = {tag: unequal(lengths, seed) for seed, tag in enumerate(("loss", "val_loss"))}
    assert trainings(make_curves(equal)) is not None
    assert trainings(make_curves({"loss": equal["loss"]})) is None
    assert trainings(make_curves(equal | {"val_loss": unequal((120,))})) is None
    assert trainings(make_curves(uneven)) is None


def test_noise_around_a_descent_is_one_training() -> None:
    rng = np.random.default_rng(0)
    for rows in (12, 24, 60, 200, 1000):
        for _ in range(60):
            level = 0.3 + np.exp(-5.0 * np.arange(rows) / rows)
            tags = {tag: level * np.exp(0.3 * rng.standard_t(3, rows)) for tag in ("loss", "val_loss")}
            stages = {"stage": np.floor(np.arange(rows) * 2.0 / rows), "epoch": np.arange(float(rows))}
            assert trainings(make_curves(tags | stages)) is None


def test_degenerate_counters_count_nothing() -> None:
    nothing = {"a": np.full(120, np.nan), "b": np.full(120, np.inf), "c": fold_of() * 0.0}
    assert trainings(make_curves({"loss": unequal((120,))} | nothing)) is None


def test_a_loop_that_begins_anew_all_the_time_is_within_one_training() -> None:
    few, many = (folds(0, count, 8) | {"cycle": fold_of(count, 8)} for count in (20, 21))
    assert trainings(make_curves(few)) is not None
    assert trainings(make_curves(many)) is None
