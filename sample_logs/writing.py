"""Writes what was logged as the tools write it, and what has to be found in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from training import Row

# TensorBoard brings no types, its generated classes least of all.
EVENTS: Any = import_module("tensorboard.compat.proto.event_pb2")
SUMMARIES: Any = import_module("tensorboard.compat.proto.summary_pb2")
RECORDS: Any = import_module("tensorboard.summary.writer.record_writer")

START = 1_760_000_000.0  # seconds since 1970: a fixed clock makes the files the same on every machine
SECONDS_PER_STEP = 0.35


def write_events(folder: Path, rows: Iterable[Row], start: float = START) -> None:
    """An event file of TensorBoard, by TensorBoard's own record writer."""
    with (folder / f"events.out.tfevents.{start:.0f}.trainer.4711.0").open("wb") as stream:
        writer = RECORDS.RecordWriter(stream)
        source = EVENTS.SourceMetadata(writer="tensorboard.summary.writer.event_file_writer")
        first = EVENTS.Event(wall_time=start, file_version="brain.Event:2", source_metadata=source)
        writer.write(first.SerializeToString())
        first_step: int | None = None
        for step, values in rows:
            first_step = step if first_step is None else first_step
            wall_time = start + 2.0 + SECONDS_PER_STEP * (step - first_step)
            for tag, value in values.items():
                summary = SUMMARIES.Summary(value=[SUMMARIES.Summary.Value(tag=tag, simple_value=value)])
                event = EVENTS.Event(wall_time=wall_time, step=step, summary=summary)
                writer.write(event.SerializeToString())


def write_lightning(folder: Path, rows: Iterable[Row], steps_per_epoch: int) -> None:
    """The metrics.csv of Lightning's CSVLogger: one sparse row for each call of the logger."""
    names = {
        "train/loss": "train_loss",
        "train/lr": "lr-SGD",
        "val/loss": "val_loss",
        "val/accuracy": "val_acc",
    }
    lines = [",".join(["epoch", "step", *names.values()])]
    for step, values in rows:
        cells = [_number(values[tag]) if tag in values else "" for tag in names]
        lines.append(",".join([str(step // steps_per_epoch), str(step), *cells]))
    (folder / "metrics.csv").write_text("\n".join(lines) + "\n")


def write_keras(folder: Path, rows: Iterable[Row]) -> None:
    """The file of Keras' CSVLogger: one row for each epoch."""
    columns = ("accuracy", "loss", "val_accuracy", "val_loss")
    lines = [",".join(["epoch", *columns])]
    lines += [",".join([str(epoch), *(repr(values[name]) for name in columns)]) for epoch, values in rows]
    (folder / "training.log").write_text("\n".join(lines) + "\n")


def write_json_lines(folder: Path, rows: Iterable[Row], names: Mapping[str, str]) -> None:
    """One JSON object a line, as many hand-written loops log; `names` maps tags to keys."""
    with (folder / "log.jsonl").open("w") as stream:
        for step, values in rows:
            record: dict[str, Any] = {"step": step}
            record |= {names[tag]: float(_number(value)) for tag, value in values.items() if tag in names}
            record["time"] = round(START + SECONDS_PER_STEP * step, 3)
            stream.write(json.dumps(record) + "\n")


def write_trainer_state(folder: Path, rows: Iterable[Row], steps_per_epoch: int) -> None:
    """The trainer_state.json that Hugging Face's Trainer saves with a checkpoint; steps count from 1."""
    history: list[dict[str, Any]] = []
    for index, values in rows:
        step = index + 1
        entry: dict[str, Any] = {"epoch": round(step / steps_per_epoch, 4)}
        if "train/grad_norm" in values:
            entry["grad_norm"] = values["train/grad_norm"]
        if "train/loss" in values:
            entry |= {"learning_rate": values["train/lr"], "loss": round(values["train/loss"], 4)}
        if "val/loss" in values:
            entry |= {"eval_accuracy": values["val/accuracy"], "eval_loss": values["val/loss"]}
            entry |= {"eval_runtime": 1.8423, "eval_samples_per_second": 1085.6}
        history.append(entry | {"step": step})
    last = history[-1]
    state = {
        "best_metric": None,
        "best_model_checkpoint": None,
        "epoch": last["epoch"],
        "eval_steps": 100,
        "global_step": last["step"],
        "is_hyper_param_search": False,
        "is_local_process_zero": True,
        "is_world_process_zero": True,
        "log_history": history,
        "logging_steps": 10,
        "max_steps": last["step"],
        "num_train_epochs": round(last["step"] / steps_per_epoch),
        "total_flos": 0.0,
        "train_batch_size": 32,
        "trial_name": None,
        "trial_params": None,
    }
    (folder / "trainer_state.json").write_text(json.dumps(state, indent=2) + "\n")


def _number(value: float) -> str:
    return f"{value:.6g}"
