from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from event_files import event, event_pb2, frame_payload, scalars, simple, summary_pb2, version
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui_parsers.tensorboard import Tensorboard

hparams_pb2: Any = importlib.import_module("tensorboard.plugins.hparams.plugin_data_pb2")


def write(folder: Path, *records: bytes, time: int = 1_700_000_000, end: str = "host.1.0") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"events.out.tfevents.{time}.{end}"
    path.write_bytes(version() + b"".join(records))


def read_all(root: Path) -> dict[str, LoggedRun]:
    """The runs below `root` by their labels."""
    parser = Tensorboard()
    files = [LogFile(path) for path in sorted(root.rglob("*")) if path.is_file()]
    assert all(parser.recognise(file) for file in files)
    runs: dict[str, LoggedRun] = {}
    for group in parser.group(files):
        (runs[group.label.relative_to(root).as_posix()],) = parser.read(group)
    return runs


def hparams(**values: float | str | bool) -> bytes:
    data = hparams_pb2.HParamsPluginData()
    for key, value in values.items():
        kind = "bool" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
        setattr(data.session_start_info.hparams[key], f"{kind}_value", value)
    value = summary_pb2.Summary.Value(tag="_hparams_/session_start_info")
    value.metadata.plugin_data.plugin_name = "hparams"
    value.metadata.plugin_data.content = data.SerializeToString()
    made = event_pb2.Event(wall_time=1.7e9)
    made.summary.value.append(value)
    return frame_payload(made.SerializeToString())


def test_files_of_one_folder_are_one_run_in_the_order_of_their_times(tmp_path: Path) -> None:
    write(tmp_path / "run", scalars("loss", [4.0, 3.0]), time=1_700_000_000)
    write(tmp_path / "run", scalars("loss", [2.0, 1.0], first_step=2), time=1_700_000_900)
    (run,) = read_all(tmp_path).values()
    loss = run.frame["loss"]
    assert loss.values.tolist() == [4.0, 3.0, 2.0, 1.0]
    assert loss.sessions is not None
    assert loss.sessions.tolist() == [0, 0, 1, 1]


def test_files_of_one_second_are_ordered_by_their_numbers(tmp_path: Path) -> None:
    for number in (9, 10, 11):
        write(tmp_path, scalars("loss", [number], first_step=number), end=f"host.1.{number}")
    (run,) = read_all(tmp_path).values()
    assert run.frame["loss"].values.tolist() == [9.0, 10.0, 11.0]
    sessions = run.frame["loss"].sessions
    assert sessions is not None
    assert sessions.tolist() == [0, 1, 2]


def test_a_run_restarted_within_one_file_has_two_sessions(tmp_path: Path) -> None:
    values = b"".join(
        event(step, simple("loss", first + step), simple("acc", step))
        for first in (0, 100)
        for step in range(300)
    )
    write(tmp_path, values)
    (run,) = read_all(tmp_path).values()
    for tag in ("loss", "acc"):
        sessions = run.frame[tag].sessions
        assert sessions is not None
        assert sessions.tolist() == [0, 1] * 300
        assert len(run.frame[tag]) == 600


def test_a_resumed_run_keeps_what_was_written_twice(tmp_path: Path) -> None:
    write(tmp_path, scalars("loss", range(10)), time=1_700_000_000)
    write(tmp_path, scalars("loss", range(100, 110), first_step=5), time=1_700_000_001)
    (run,) = read_all(tmp_path).values()
    loss = run.frame["loss"]
    assert loss.steps.tolist() == [0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11, 12, 13, 14]
    assert loss.values.tolist()[5:8] == [5.0, 100.0, 6.0]


def test_the_splits_that_keras_writes_are_one_run(tmp_path: Path) -> None:
    write(tmp_path / "fit/train", scalars("epoch_loss", [2.0, 1.0]), scalars("epoch_learning_rate", [0.1]))
    write(
        tmp_path / "fit/validation",
        scalars("epoch_loss", [3.0, 2.5]),
        scalars("evaluation_loss_vs_iterations", [3.0]),
    )
    runs = read_all(tmp_path)
    assert list(runs) == ["fit"]
    frame = runs["fit"].frame
    assert list(frame) == [
        "evaluation_loss_vs_iterations",
        "train/epoch_learning_rate",
        "train/epoch_loss",
        "validation/epoch_loss",
    ]
    assert frame["validation/epoch_loss"].values.tolist() == [3.0, 2.5]
    assert frame["train/epoch_loss"].sessions is None


def test_numbered_splits_are_one_run_a_number(tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path / f"{number}_train", scalars("loss", [number]))
        write(tmp_path / f"{number}_val", scalars("loss", [number + 10]))
    runs = read_all(tmp_path)
    assert sorted(runs) == ["1", "2"]
    assert runs["2"].frame["val/loss"].values.tolist() == [12.0]


def test_an_estimators_evaluation_belongs_to_the_run_above(tmp_path: Path) -> None:
    write(tmp_path / "model", scalars("loss", [2.0, 1.0]))
    write(tmp_path / "model/eval", scalars("loss", [3.0]), scalars("accuracy", [0.5]))
    runs = read_all(tmp_path)
    assert list(runs) == ["model"]
    assert list(runs["model"].frame) == ["eval/accuracy", "eval/loss", "loss"]


def test_charts_of_several_curves_belong_to_the_run_above(tmp_path: Path) -> None:
    write(tmp_path / "exp", scalars("lr", [0.1]))
    for curve in ("train", "val"):
        write(tmp_path / f"exp/Loss_epoch_{curve}", scalars("Loss/epoch", [1.0, 0.5]))
    runs = read_all(tmp_path)
    assert list(runs) == ["exp"]
    assert list(runs["exp"].frame) == ["Loss/epoch/train", "Loss/epoch/val", "lr"]


def test_add_hparams_gives_hyperparameters_and_no_run(tmp_path: Path) -> None:
    write(tmp_path / "exp", scalars("loss", [2.0, 1.0]))
    write(
        tmp_path / "exp/1700000003.5571",
        hparams(lr=0.5, optimizer="sgd", nesterov=True),
        scalars("loss", [1.0]) + scalars("hparam/accuracy", [0.9]),
    )
    runs = read_all(tmp_path)
    assert list(runs) == ["exp"]
    assert dict(runs["exp"].hyperparameters) == {"lr": 0.5, "optimizer": "sgd", "nesterov": True}
    assert runs["exp"].frame["loss"].values.tolist() == [2.0, 1.0]
    assert list(runs["exp"].frame) == ["hparam/accuracy", "loss"]


def test_trials_that_one_writer_wrote_stay_apart(tmp_path: Path) -> None:
    write(tmp_path / "search", scalars("progress", [1.0]))
    for trial in range(4):
        write(tmp_path / f"search/170000000{trial}.25", hparams(lr=trial), scalars("hparam/loss", [trial]))
    runs = read_all(tmp_path)
    assert len(runs) == 5
    assert runs["search/1700000002.25"].hyperparameters == {"lr": 2.0}


@pytest.mark.parametrize(
    "names",
    [
        [f"run_{i}" for i in range(40)],
        ["loss_a", "loss_b", "test"],
        ["test", "eval"],
        ["train"],
        ["train_small", "train_large", "val_large"],
        ["1700000001.5", "1700000002.5"],
    ],
)
def test_siblings_stay_runs_of_their_own(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        write(tmp_path / name, scalars("loss", [1.0]))
    runs = read_all(tmp_path)
    assert sorted(runs) == sorted(names)
    assert all(list(run.frame) == ["loss"] for run in runs.values())


def test_runs_below_a_folder_with_a_stray_file_stay_apart(tmp_path: Path) -> None:
    write(tmp_path, scalars("stray", [1.0]))
    for name in ("baseline", "test", "wide"):
        write(tmp_path / name, scalars("loss", [1.0]))
    assert sorted(read_all(tmp_path)) == [".", "baseline", "test", "wide"]


def test_one_bad_file_does_not_cost_the_others(tmp_path: Path) -> None:
    write(tmp_path, scalars("loss", [1.0]))
    empty = tmp_path / "events.out.tfevents.1700000009.host.2.0"
    empty.write_bytes(b"")
    (run,) = read_all(tmp_path).values()
    assert run.frame["loss"].values.tolist() == [1.0]
    assert run.warnings == (f"{empty}: the file is empty",)


def test_only_bad_files_give_the_first_reason_once(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"events.out.tfevents.170000000{number}.host.2.0").write_bytes(b"")
    parser = Tensorboard()
    (group,) = parser.group([LogFile(path) for path in tmp_path.iterdir()])
    with pytest.raises(UnreadableLog, match="the file is empty") as caught:
        parser.read(group)
    assert caught.value.reason == "the file is empty (and 2 more files like it)"
