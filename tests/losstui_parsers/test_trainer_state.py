from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui_parsers.trainer_state import TrainerState

HISTORY: list[dict[str, object]] = [
    {"epoch": 0.5, "grad_norm": 2.0, "learning_rate": 1e-4, "loss": 1.5, "step": 50},
    {"epoch": 0.5, "eval_loss": 1.4, "eval_runtime": 92.0, "step": 50},
    {"epoch": 1.0, "grad_norm": math.nan, "learning_rate": 0.0, "loss": 1.2, "step": 100},
    {"epoch": 1.0, "step": 100, "total_flos": 1e19, "train_loss": 1.35, "train_runtime": 900.0},
]


def write(path: Path, history: Sequence[Mapping[str, object]], **state: object) -> LogFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"epoch": 1.0, "log_history": history, **state}, indent=2))
    return LogFile(path)


def read(*files: LogFile) -> LoggedRun:
    parser = TrainerState()
    assert all(parser.recognise(file) for file in files)
    groups = parser.group(files)
    assert len(groups) == 1
    runs = parser.read(groups[0])
    assert len(runs) == 1
    return runs[0]


def test_the_history_is_the_log_and_its_keys_are_the_tags(tmp_path: Path) -> None:
    run = read(write(tmp_path / "trainer_state.json", HISTORY[:3], global_step=100, max_steps=200))
    assert sorted(run.frame) == ["eval_loss", "eval_runtime", "grad_norm", "learning_rate", "loss"]
    assert run.frame["loss"].steps.tolist() == [50, 100]
    assert run.frame["loss"].values.tolist() == [1.5, 1.2]
    assert run.frame["eval_loss"].steps.tolist() == [50]
    np.testing.assert_array_equal(run.frame["grad_norm"].values, [2.0, math.nan])
    epochs = run.frame["loss"].epochs
    assert epochs is not None
    assert epochs.tolist() == [0.5, 1.0]
    assert not run.finished


def test_the_summary_of_the_run_is_no_point(tmp_path: Path) -> None:
    run = read(write(tmp_path / "trainer_state.json", HISTORY))
    assert not {"train_loss", "train_runtime", "total_flos"} & set(run.frame)
    assert len(run.frame["loss"]) == 2
    assert run.finished


def test_the_last_step_finishes_the_run(tmp_path: Path) -> None:
    assert (
        read(write(tmp_path / "trainer_state.json", HISTORY[:3], global_step=100, max_steps=100)).progress
        == 1
    )


def test_settings_are_hyperparameters(tmp_path: Path) -> None:
    file = write(
        tmp_path / "trainer_state.json",
        HISTORY,
        max_steps=100,
        num_train_epochs=sys.maxsize,
        train_batch_size=4,
        trial_name=None,
    )
    assert dict(read(file).hyperparameters) == {"max_steps": 100, "train_batch_size": 4}


def test_the_checkpoints_of_a_run_are_one_run_told_by_the_farthest(tmp_path: Path) -> None:
    files = [
        write(
            tmp_path / "out" / f"checkpoint-{step}" / "trainer_state.json", HISTORY[:rows], global_step=step
        )
        for step, rows in ((50, 2), (100, 3), (9, 1))
    ]
    run = read(*files)
    assert run.frame["loss"].steps.tolist() == [50, 100]
    assert run.frame["loss"].sessions is None
    assert TrainerState().group(files)[0].label == tmp_path / "out"


def test_the_state_beside_the_checkpoints_belongs_to_them(tmp_path: Path) -> None:
    files = [
        write(tmp_path / "out" / "checkpoint-50" / "trainer_state.json", HISTORY[:2], global_step=50),
        write(tmp_path / "out" / "trainer_state.json", HISTORY, global_step=100),
        write(tmp_path / "other" / "trainer_state.json", HISTORY, global_step=100),
    ]
    groups = TrainerState().group(files)
    assert [group.label for group in groups] == [tmp_path / "out", tmp_path / "other"]
    assert len(TrainerState().read(groups[0])[0].frame["loss"]) == 2


def test_a_broken_checkpoint_leaves_the_one_before(tmp_path: Path) -> None:
    files = [
        write(tmp_path / f"checkpoint-{step}" / "trainer_state.json", HISTORY, global_step=step)
        for step in (50, 100)
    ]
    files[1].path.write_bytes(b"")
    run = read(*[LogFile(file.path) for file in files])
    assert len(run.frame["loss"]) == 2
    assert run.warnings == ("checkpoint-100/trainer_state.json: the file is empty",)


def test_a_state_that_is_cut_keeps_its_whole_rows(tmp_path: Path) -> None:
    path = tmp_path / "trainer_state.json"
    text = json.dumps({"epoch": 1.0, "log_history": HISTORY})
    path.write_text(text[: text.index('"loss": 1.2') + 10])
    run = read(LogFile(path))
    assert run.frame["loss"].values.tolist() == [1.5]
    assert len(run.warnings) == 1
    assert run.warnings[0].startswith("trainer_state.json: line 1 column ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:9\nsize 4\n", "Git LFS pointer"),
        ('{"balance": -186.4, "stats": {"losses": 76}}', 'no "log_history"'),
        ('{"log_history": []}', "no curve"),
        ('{"log_history": [{"train_loss": 1.3, "train_runtime": 5.0, "step": 3}]}', "no curve"),
        ('{"log_history": 3}', 'no "log_history"'),
        ('{"log_history": [{"loss"', "line 1 column"),
        ("{" + '"a":[' * 100_000, "nested too deep|line 1 column"),
    ],
)
def test_a_state_without_a_curve_is_refused(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "trainer_state.json"
    path.write_text(content)
    with pytest.raises(UnreadableLog, match=reason):
        read(LogFile(path))


def test_another_object_is_not_claimed(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"hidden_size": 768}')
    assert TrainerState().recognise(LogFile(path)) is None


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_state_cut_anywhere_gives_a_prefix(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    losses = [1.0 / (1 + row) for row in range(8)]
    rows = [{"loss": loss, "step": 10 * row} for row, loss in enumerate(losses)]
    indent = data.draw(st.sampled_from([None, 2]))
    text = json.dumps({"epoch": 1.0, "log_history": rows, "max_steps": 80}, indent=indent)
    path = tmp_path_factory.mktemp("cut") / "trainer_state.json"
    path.write_text(text[: data.draw(st.integers(0, len(text)))])
    try:
        run = read(LogFile(path))
    except UnreadableLog:
        return
    series = run.frame["loss"]
    assert series.values.tolist() == losses[: len(series)]
    assert series.steps.tolist() == [10 * row for row in range(len(series))]
