"""One JSON document an epoch or a step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui.discovery import discover
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui.run import StepUnit
from losstui_parsers import PARSERS
from losstui_parsers.epoch_documents import EpochDocuments
from text_logs import claim_of, steps, values
from tracker_logs import groups_of


def write(folder: Path, name: str = "metrics_epoch_{n}.json", count: int = 12) -> None:
    folder.mkdir(exist_ok=True)
    for n in range(count):
        metrics = {
            "best_epoch": n,
            "epoch": n,
            "training_loss": 2 - n / 8,
            "validation": {"loss": 2.5 - n / 8},
            "training_duration": "0:01:02",
        }
        (folder / name.format(n=n)).write_text(json.dumps(metrics))


def read_one(root: Path) -> LoggedRun:
    [group] = groups_of(EpochDocuments(), root)
    [run] = EpochDocuments().read(group)
    return run


def test_the_documents_of_a_folder_are_one_run_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    write(tmp_path / "model")
    [log] = discover([tmp_path], [parser() for parser in PARSERS]).logs
    assert (log.id, log.parser.name) == ("model", "epoch-documents")
    [run] = log.parser.read(log.group)
    assert run.step_unit is StepUnit.EPOCH
    assert set(run.frame) == {"best_epoch", "training_loss", "validation/loss"}
    assert steps(run, "training_loss") == list(range(12))
    assert values(run, "validation/loss") == [2.5 - n / 8 for n in range(12)]
    assert not run.warnings


def test_steps_in_the_name_are_steps(tmp_path: Path) -> None:
    write(tmp_path, "eval-step-{n}00.json", 3)
    run = read_one(tmp_path)
    assert (run.step_unit, steps(run, "training_loss")) == (StepUnit.STEP, [0, 100, 200])


def test_two_names_in_one_folder_are_two_runs(tmp_path: Path) -> None:
    write(tmp_path, "small_epoch_{n}.json", 3)
    write(tmp_path, "large_epoch_{n}.json", 2)
    groups = groups_of(EpochDocuments(), tmp_path)
    assert sorted(len(group.files) for group in groups) == [2, 3]
    assert len({group.label for group in groups}) == 2


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ("", "the file is empty"),
        ('{"training_loss": 1.5,', "line 1 column 23"),
        ("[1, 2]", "no JSON object"),
    ],
)
def test_a_damaged_document_costs_itself(damaged: str, reason: str, tmp_path: Path) -> None:
    write(tmp_path, count=3)
    [group] = groups_of(EpochDocuments(), tmp_path)
    (tmp_path / "metrics_epoch_1.json").write_text(damaged)
    [run] = EpochDocuments().read(group)
    assert steps(run, "training_loss") == [0, 2]
    [warning] = run.warnings
    assert warning.startswith(f"metrics_epoch_1.json: {reason}")


def test_nothing_but_damaged_documents_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, count=1)
    [group] = groups_of(EpochDocuments(), tmp_path)
    (tmp_path / "metrics_epoch_0.json").write_text("")
    with pytest.raises(UnreadableLog, match="the file is empty"):
        EpochDocuments().read(group)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metrics.json", '{"training_loss": 1.5}'),
        ("config_epoch_1.json", '{"width": 5, "name": "loss"}'),
        ("metrics_epoch_1.json", "[1.5]"),
        ("metrics_epoch_1.json", '{"training_loss": 1.5'),
        ("metrics_epoch_1.json", ""),
    ],
)
def test_other_documents_are_not_claimed(name: str, content: str, tmp_path: Path) -> None:
    assert claim_of(EpochDocuments(), tmp_path / name, content) is None


def test_a_name_without_a_number_is_an_error(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "metrics.json")
    with pytest.raises(UnreadableLog, match="no number of an epoch"):
        EpochDocuments().group([file])
