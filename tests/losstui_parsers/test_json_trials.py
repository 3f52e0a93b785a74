from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui.parsing import LogFile
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.json_trials import trials_of
from text_logs import runs_in

LOSS = [2.0, 1.5, 1.25, 1.0]
SERIES = {"train_loss": LOSS, "val_loss": LOSS[::-1]}
OTHER = {"train_loss": LOSS[::-1], "val_loss": LOSS}
ROWS = [{"epoch": epoch, "train_loss": loss, "val_loss": 3 - loss} for epoch, loss in enumerate(LOSS)]
FOLDS = ["fold=1", "fold=2"]


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"fold_1": SERIES, "fold_2": OTHER}, FOLDS),
        ({"Fold 1": SERIES, "Fold 2": OTHER, "mean_accuracy": 0.75}, FOLDS),
        ({"fold_1": ROWS, "fold_2": ROWS}, FOLDS),
        ({"config": {"lr": 0.1}, "results": {"fold1": {"history": ROWS}, "fold2": {"history": ROWS}}}, FOLDS),
        ({"folds": {"1": SERIES, "2": OTHER}}, FOLDS),
        ({"folds": [SERIES, OTHER]}, ["fold=0", "fold=1"]),
        ({"fold_results": [{"fold": 1, "history": SERIES}, {"fold": 2, "history": OTHER}]}, FOLDS),
        ([{"fold": 1, **SERIES}, {"fold": 2, **OTHER}], FOLDS),
        ([{"model": "small", "log": ROWS}, {"model": "large", "log": ROWS}], ["model=small", "model=large"]),
        ({"seeds": {"7": ROWS, "8": ROWS}}, ["seed=7", "seed=8"]),
        ({"small": SERIES, "large": OTHER}, ["small", "large"]),
        ({"lr": 0.1, "small": SERIES, "large": OTHER}, ["small", "large"]),
        ({"folds": {"mean": 0.75, "1": SERIES, "2": OTHER}}, FOLDS),
        ({"lr": 0.1, "models": {"small": SERIES, "large": OTHER}}, ["small", "large"]),
        ({"fold_1": SERIES, "fold_2": OTHER, "fold_3": {"train_loss": []}}, FOLDS),
    ],
)
def test_each_trial_of_a_document_is_a_run(document: object, names: list[str], tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(document))
    assert JsonRows().recognise(LogFile(path)) is not None
    runs = runs_in(JsonRows(), path, path.read_text())
    assert [run.name for run in runs] == names
    for run in runs:
        train, held_out = run.frame.values()
        assert train.tag.endswith("train_loss")
        assert held_out.tag.endswith("val_loss")
        assert len(train.values) == len(held_out.values) == len(LOSS)
        assert train.values.tolist() != held_out.values.tolist()


@pytest.mark.parametrize(
    "document",
    [
        {"train": {"loss": LOSS, "acc": LOSS}, "valid": {"loss": LOSS, "acc": LOSS}},
        {"generator": {"loss": LOSS}, "discriminator": {"loss": LOSS}},
        {"teacher": SERIES, "student": {"train_loss": LOSS}},
        {"history": SERIES, "settings": {"lr": 0.1}},
        {"history": SERIES},
        {"train": SERIES, "test": OTHER},
        {"loss": LOSS, "small": SERIES, "large": OTHER},
        [{"fold": 1, **row} for row in ROWS],
        {"model": "small", **SERIES},
    ],
    ids=["splits", "parts", "other series", "settings", "one", "by data", "beside a curve", "rows", "a name"],
)
def test_what_is_of_one_training_stays_one_run(document: object, tmp_path: Path) -> None:
    [run] = runs_in(JsonRows(), tmp_path / "results.json", json.dumps(document))
    assert run.name == ""


def test_a_document_that_was_cut_off_keeps_the_folds_before_the_break(tmp_path: Path) -> None:
    text = json.dumps({"fold_1": ROWS, "fold_2": ROWS})
    runs = runs_in(JsonRows(), tmp_path / "results.json", text[:-30])
    assert [run.name for run in runs] == FOLDS
    assert [len(run.frame["val_loss"].values) for run in runs] == [4, 3]
    assert all("what comes before it is kept" in run.warnings[0] for run in runs)


@pytest.mark.parametrize(
    "document",
    [
        {"fold_1": 0.5, "fold_2": 0.75},
        {"fold_1": LOSS, "fold_2": LOSS},
        {"folds": {"train_loss": LOSS, "val_loss": LOSS}},
        [{"fold": 1, "accuracy": 0.5}, {"fold": 2, "accuracy": 0.75}],
        [{"fold": 1, "log": ROWS}, {"fold": 1, "log": ROWS}],
        [{"fold": [1], "log": ROWS}, {"fold": [2], "log": ROWS}],
        [{"log": ROWS}, {"log": ROWS}],
        {"a": {"b": {"c": {"d": {"fold_1": ROWS, "fold_2": ROWS}}}}},
        LOSS,
        0.5,
    ],
)
def test_no_trials_are_told_apart_where_none_are_named(document: object) -> None:
    assert trials_of(document) == {}


def test_the_first_level_with_trials_counts() -> None:
    document = {"a": {"b": {"c": {"fold_1": {"run_1": ROWS, "run_2": ROWS}, "fold_2": ROWS}}}}
    assert list(trials_of(document)) == FOLDS
