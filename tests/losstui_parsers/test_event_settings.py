from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from event_files import Value, event, scalars, simple, tensor, version
from losstui.parsing import FileGroup, LogFile
from losstui_parsers.tensorboard import Tensorboard

NAME = "events.out.tfevents.1700000000.host.1.0"
hparams_api: Any = importlib.import_module("tensorboard.plugins.hparams.summary_v2")


def text(tag: str, words: str) -> Value:
    """A text as torch writes it."""
    return tensor(
        f"{tag}/text_summary",
        plugin="text",
        dtype=7,
        string_val=[words.encode()],
        tensor_shape={"dim": [{"size": 1}]},
    )


def read(folder: Path, *values: Value, behind: bytes = b"") -> dict[str, object]:
    path = folder / NAME
    records = b"".join(event(0, value) for value in values)
    path.write_bytes(version() + records + scalars("loss", [1.0, 0.5]) + behind)
    (run,) = Tensorboard().read(FileGroup(folder, (LogFile(path),)))
    assert run.frame["loss"].values.tolist() == [1.0, 0.5]
    assert run.warnings == ()
    return dict(run.hyperparameters)


def test_what_tensorboards_own_interface_writes(tmp_path: Path) -> None:
    given = {"lr": 0.5, "units": 64, "optimizer": "adam", "augment": True}
    made = hparams_api.hparams_pb(given, trial_id="a trial")
    assert read(tmp_path, *made.value) == given


def test_very_many_of_them_are_read_whole(tmp_path: Path) -> None:
    given = {f"layers/{i}/dropout_probability": i / 512 for i in range(3000)}
    (value,) = hparams_api.hparams_pb(given, trial_id="a trial").value
    assert len(value.SerializeToString()) > 100_000
    assert read(tmp_path, value) == given


def test_a_configuration_written_as_json(tmp_path: Path) -> None:
    arguments = {"learning_rate": 5e-5, "optim": "adamw_torch", "fsdp": {"min_num_params": 0}, "seed": None}
    found = read(
        tmp_path, text("args", json.dumps(arguments)), text("model_config", '{"hidden_size": 768, "_v": 1}')
    )
    assert found == {
        "learning_rate": 5e-5,
        "optim": "adamw_torch",
        "fsdp/min_num_params": 0,
        "model_config/hidden_size": 768,
    }


@pytest.mark.parametrize("size", [1, 40, 900])
def test_a_configuration_written_as_a_table(tmp_path: Path, size: int) -> None:
    rows = "\n".join(f"|option_{i}|{i / 8}|" for i in range(size))
    found = read(tmp_path, text("hyperparameters", f"|param|value|\n|-|-|\n{rows}\n|env_id|CartPole-v1|"))
    assert found == {**{f"option_{i}": i / 8 for i in range(size)}, "env_id": "CartPole-v1"}


def test_a_configuration_written_as_lines(tmp_path: Path) -> None:
    words = "```\nlr: 0.1\nname: 'wide: 2'\nschedule:\n  warmup: 5\n```"
    of_tensorflow = tensor("config", plugin="text", dtype=7, string_val=[words.encode()], tensor_shape={})
    assert read(tmp_path, of_tensorflow) == {"lr": 0.1, "name": "wide: 2"}


def test_arguments_written_one_by_one(tmp_path: Path) -> None:
    given = {f"argument_{i}": i for i in range(12)} | {"lr_decay_style": "cosine", "bf16": True}
    assert read(tmp_path, *(text(name, str(value)) for name, value in given.items())) == given


def test_texts_that_are_a_log_are_no_settings(tmp_path: Path) -> None:
    said = [text(f"sample_{i}", "Once upon a time") for i in range(12)] * 2
    assert read(tmp_path, *said, text("notes", "lr: too high"), text("config", "{broken")) == {}


def test_the_plugins_data_count_more_than_texts(tmp_path: Path) -> None:
    made = hparams_api.hparams_pb({"lr": 0.5}, trial_id="a trial")
    assert read(tmp_path, *made.value, text("config", "lr: 0.1\nwidth: 3")) == {"lr": 0.5, "width": 3}


def test_a_damaged_configuration_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / NAME
    damaged = bytearray(event(0, text("config", "lr: 0.1")))
    damaged[-6] ^= 1
    path.write_bytes(version() + bytes(damaged) + scalars("loss", [1.0]))
    (run,) = Tensorboard().read(FileGroup(tmp_path, (LogFile(path),)))
    assert run.hyperparameters == {}
    assert len(run.warnings) == 1


def test_settings_that_come_later_are_followed(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(version() + scalars("loss", range(20)))
    follower = Tensorboard().follow(FileGroup(tmp_path, (LogFile(path),)))
    follower.poll()
    with path.open("ab") as stream:
        stream.write(event(20, text("config", "lr: 0.1")))
    assert follower.poll()
    (run,) = follower.runs()
    assert run.hyperparameters == {"lr": 0.1}


def test_a_run_of_keras_has_the_settings_of_the_folder_above(tmp_path: Path) -> None:
    made = hparams_api.hparams_pb({"units": 64}, trial_id="a trial")
    for folder in ("", "train", "validation"):
        (tmp_path / folder).mkdir(exist_ok=True)
        values = [simple("epoch_loss", 1.0)] if folder else made.value
        (tmp_path / folder / NAME).write_bytes(version() + event(0, *values))
    parser = Tensorboard()
    (group,) = parser.group([LogFile(path) for path in sorted(tmp_path.rglob("events*"))])
    (run,) = parser.read(group)
    assert list(run.frame) == ["train/epoch_loss", "validation/epoch_loss"]
    assert run.hyperparameters == {"units": 64.0}


def test_what_is_written_again_counts_however_long_it_is(tmp_path: Path) -> None:
    first = text("config", '{"learning_rate": 0.1}')
    between = b"".join(event(step, simple(f"l{step % 9}", step)) for step in range(2, 60))
    again = text("config", json.dumps({"learning_rate": 0.25, "note": "as tuned " * 20}))
    assert read(tmp_path, first, behind=between + event(60, again))["learning_rate"] == 0.25
