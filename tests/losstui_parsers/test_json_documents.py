from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from losstui.parsing import LogFile
from losstui.run import StepUnit
from losstui_parsers.json_documents import named_by_file, rows_of_document
from losstui_parsers.json_rows import JsonRows
from text_logs import claim_of, roles, runs_in, steps, values
from text_logs import read_rows as read

NAN = math.nan


def test_keras_history_is_counted_in_epochs(tmp_path: Path) -> None:
    history = {"loss": [1.0, NAN, 0.5], "val_loss": [2.0, None, 1.0], "params": {"epochs": 3}}
    run = read(tmp_path, json.dumps(history), "history.json")
    np.testing.assert_array_equal(run.frame["loss"].values, [1.0, NAN, 0.5])
    assert steps(run, "val_loss") == [0, 2]
    assert run.step_unit is StepUnit.EPOCH


def test_the_metrics_of_each_epoch_stand_beside_the_series(tmp_path: Path) -> None:
    metrics = [{"mae": 0.75, "r2": 0.25}, {"mae": 0.5}]
    content = {"train_loss": [3.0, 2.0], "val_loss": [2.5, 1.75], "val_metrics": metrics}
    run = read(tmp_path, json.dumps(content), "history.json")
    assert values(run, "val_metrics/mae") == [0.75, 0.5]
    assert values(run, "val_metrics/r2") == [0.25]
    assert set(run.frame) == {"train_loss", "val_loss", "val_metrics/mae", "val_metrics/r2"}


@pytest.mark.parametrize("between", ["", "\n", ",\n", " "])
@pytest.mark.parametrize("indent", [None, 4])
def test_rows_appended_one_after_the_other_are_a_list(
    between: str, indent: int | None, tmp_path: Path
) -> None:
    rows = [{"epoch": e, "loss": 2.0 / e, "val": {"loss": 3.0 / e}} for e in range(1, 6)]
    text = between.join(json.dumps(row, indent=indent) for row in rows)
    run = read(tmp_path, text, "log.json")
    assert steps(run, "loss") == [1, 2, 3, 4, 5]
    assert values(run, "val/loss") == [3.0 / e for e in range(1, 6)]
    assert run.warnings == ()


def test_printed_dictionaries_one_after_the_other_are_output(tmp_path: Path) -> None:
    text = "".join(f"{{'loss': {2 - e / 4}, 'grad_norm': nan, 'epoch': {e}.0}}\n" for e in range(4))
    assert claim_of(JsonRows(), tmp_path / "train.log", text) is None


def test_the_last_of_appended_rows_may_be_cut(tmp_path: Path) -> None:
    rows = [json.dumps({"epoch": e, "loss": 2.0 / e}, indent=1) for e in range(1, 5)]
    run = read(tmp_path, "".join(rows)[:-8], "log.json")
    assert steps(run, "loss") == [1, 2, 3]
    [warning] = run.warnings
    assert warning.startswith("log.json: line ")
    assert warning.endswith("what comes before it is kept")


def test_series_may_bring_their_axis(tmp_path: Path) -> None:
    document = {"train": {"step": [0, 5, 10], "loss": [3.0, 2.0, 1.0]}, "val": {"step": [10], "loss": [4.0]}}
    run = read(tmp_path, json.dumps(document), "log.json")
    assert steps(run, "train/loss") == [0, 5, 10]
    assert steps(run, "val/loss") == [10]
    assert run.step_unit is StepUnit.STEP


def test_validation_may_have_an_axis_of_its_own(tmp_path: Path) -> None:
    content = {"train_loss": [3.0, 2.0, 1.5, 1.25], "val_loss": [2.5, 1.75], "val_epochs": [1, 3]}
    run = read(tmp_path, json.dumps(content), "log.json")
    assert sorted(run.frame) == ["train_loss", "val_loss"]
    assert steps(run, "train_loss") == [0, 1, 2, 3]
    assert steps(run, "val_loss") == [1, 3]


@pytest.mark.parametrize(
    ("losses", "unit"),
    [
        ([{"epoch": 1, "value": 2.5}, {"epoch": 3, "value": 1.5}], StepUnit.EPOCH),
        ([{"step": 1, "value": 2.5}, {"step": 3, "value": 1.5}], StepUnit.STEP),
        ([[1, 2.5], [3, 1.5]], StepUnit.STEP),
    ],
)
def test_a_curve_may_be_a_list_of_points(losses: list[object], unit: StepUnit, tmp_path: Path) -> None:
    run = read(tmp_path, json.dumps({"train_loss": losses, "val_loss": losses[1:]}), "log.json")
    assert run.step_unit is unit
    assert (steps(run, "train_loss"), values(run, "train_loss")) == ([1, 3], [2.5, 1.5])
    assert (steps(run, "val_loss"), values(run, "val_loss")) == ([3], [1.5])


@pytest.mark.parametrize(
    ("keys", "unit"),
    [
        (("1", "2", "10"), StepUnit.EPOCH),
        (("epoch_1", "epoch_2", "epoch_10"), StepUnit.EPOCH),
        (("Iter 1", "Iter 2", "Iter 10"), StepUnit.STEP),
        (("round_1", "round_2", "round_10"), StepUnit.STEP),
    ],
)
def test_rows_may_be_numbered_by_their_keys(keys: tuple[str, ...], unit: StepUnit, tmp_path: Path) -> None:
    content = {key: {"loss": 3.0 / at, "val_loss": 4.0 / at} for at, key in enumerate(keys, 1)}
    run = read(tmp_path, json.dumps(content), "log.json")
    assert run.step_unit is unit
    assert (steps(run, "loss"), values(run, "val_loss")) == ([1, 2, 10], [4.0, 2.0, 4.0 / 3])


def test_the_rounds_of_a_federation_may_stand_below_its_members(tmp_path: Path) -> None:
    rounds = {str(n): {"loss": 3.0 / n} for n in (1, 2, 10)}
    content = {"global": rounds, "clients": {"0": rounds, "1": {"2": {"loss": 0.5}, "3": {"loss": 0.25}}}}
    run = read(tmp_path, json.dumps(content), "log.json")
    assert set(run.frame) == {"global/loss", "clients/0/loss", "clients/1/loss"}
    assert (steps(run, "global/loss"), values(run, "global/loss")) == ([1, 2, 10], [3.0, 1.5, 0.3])
    assert (steps(run, "clients/1/loss"), values(run, "clients/1/loss")) == ([2, 3], [0.5, 0.25])
    assert roles(run)["global/loss"] == "train_loss"


@pytest.mark.parametrize("keys", [("0", "1"), ("0", "1", "mean"), ("fold_0", "fold_1")])
def test_classes_and_folds_are_no_epochs(keys: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({key: {"precision": 0.5, "recall": 0.75, "support": 8} for key in keys}))
    assert JsonRows().recognise(LogFile(path)) is None


def test_a_history_that_pandas_wrote_is_read_by_its_columns(tmp_path: Path) -> None:
    history = {"val_loss": {"0": 2.0, "1": None, "2": 1.5}, "loss": {"0": 3.0, "1": 2.0, "2": 1.0}}
    run = read(tmp_path, json.dumps(history), "history.json")
    assert run.step_unit is StepUnit.EPOCH
    assert (steps(run, "loss"), values(run, "loss")) == ([0, 1, 2], [3.0, 2.0, 1.0])
    assert (steps(run, "val_loss"), values(run, "val_loss")) == ([0, 2], [2.0, 1.5])


def test_a_history_may_count_its_epochs_from_one(tmp_path: Path) -> None:
    history = {"loss": {"1": 3.0, "2": 2.0}, "acc": {"1": 0.5, "2": 0.75}}
    run = read(tmp_path, json.dumps(history), "history.json")
    assert run.step_unit is StepUnit.EPOCH
    assert (steps(run, "loss"), values(run, "acc")) == ([1, 2], [0.5, 0.75])


@pytest.mark.parametrize(
    "content",
    [
        {"precision": {"0": 0.5, "1": 0.75}, "recall": {"0": 0.5, "1": 0.25}},
        {"loss": {"0": 0.5, "1": 0.75}, "epochs": 10},
        {"loss": {"3": 0.5, "7": 0.75}},
    ],
    ids=["no loss", "beside single values", "numbers of folds"],
)
def test_values_by_class_are_no_columns(content: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(content))
    assert JsonRows().recognise(LogFile(path)) is None


def test_results_by_data_set_are_curves(tmp_path: Path) -> None:
    results = {"training": {"l2": [1.0, 0.5]}, "valid_1": {"l2": [2.0, 1.5]}}
    run = read(tmp_path, json.dumps(results), "evals.json")
    assert values(run, "training/l2") == [1.0, 0.5]
    assert values(run, "valid_1/l2") == [2.0, 1.5]


def test_a_printed_dictionary_of_series_is_read(tmp_path: Path) -> None:
    series = {"loss": [2.0, 1.5, math.nan, 1.25], "val_acc": [0.5, None, 0.75, 0.875], "amp": True}
    [run] = runs_in(JsonRows(), tmp_path / "history.txt", f"\n{series}\n")
    assert steps(run, "val_acc") == [0, 2, 3]
    assert str(values(run, "loss")) == "[2.0, 1.5, nan, 1.25]"
    numpy = "{'loss': [np.float32(2.0), np.float32(1.5)]}"
    [wrapped] = runs_in(JsonRows(), tmp_path / "numpy.txt", numpy)
    assert values(wrapped, "loss") == [2.0, 1.5]
    assert claim_of(JsonRows(), tmp_path / "settings.txt", "{'lr': 0.1, 'epochs': 30}\n") is None


@pytest.mark.parametrize(
    "document",
    [
        {"loss": [[1, 2.0], [1, 1.5]]},
        {"loss": [[2, 2.0], [1, 1.5]]},
        {"loss": [[1, 2.0], [2, "low"]]},
        {"loss": [[1.5, 2.0], [2.5, 1.5]]},
        {"loss": [{"step": 1, "epoch": 1, "value": 2.0}, {"step": 2, "epoch": 1, "value": 1.5}]},
        {"loss": [{"step": "a", "value": 2.0}, {"step": "b", "value": 1.5}]},
    ],
    ids=["twice", "backwards", "a text", "no whole number", "two axes", "named places"],
)
def test_what_has_no_place_of_its_own_is_no_point(document: dict[str, object]) -> None:
    assert not any("loss" in row for row in rows_of_document(document))


@pytest.mark.parametrize("content", [[[1, 2.0], [2]], [[1, 2.0], [2, "low"]], [True, False], [], 0.5])
def test_uneven_lists_and_other_values_are_no_series_of_a_file(content: object) -> None:
    assert named_by_file(content, "train_loss") is None


def test_numbers_below_names_are_looked_for_three_levels_deep() -> None:
    rounds = {"1": {"loss": 2.0}, "2": {"loss": 1.5}}
    assert [row["a/b/c/loss"] for row in rows_of_document({"a": {"b": {"c": rounds}}})] == [2.0, 1.5]
    assert rows_of_document({"a": {"b": {"c": {"d": rounds}}}}) == []


def test_points_may_stand_below_their_split(tmp_path: Path) -> None:
    points = [[0, 2.0], [5, 1.5], [10, 1.25]]
    document = {"loss": {"train": points, "val": points[1:]}, "accuracy": {"train": points}}
    run = read(tmp_path, json.dumps(document), "scalars.json")
    assert roles(run) == {
        "loss/train": "train_loss",
        "loss/val": "val_loss",
        "accuracy/train": "train_accuracy",
    }
    assert steps(run, "loss/val") == [5, 10]
    assert values(run, "loss/val") == [1.5, 1.25]
