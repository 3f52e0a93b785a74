"""Habits of loggers and libraries whose lines are read as those of anyone's loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_logs import epochs, lines_of, read_output, roles, steps, values


@pytest.mark.parametrize(
    ("template", "tags"),
    [
        ("Epoch {n} Loss: {loss} Acc: 50.5 Acc: 80.5", {"Loss", "Acc", "Acc.2"}),
        ("Epoch {n} Train Loss: {loss} Acc@1 50.5 Acc@5 80.5", {"Train Loss", "train/Acc@1", "train/Acc@5"}),
        ("step {n} time: 12.5 sec loss: {loss}", {"time", "loss"}),
        ("step {n} speed : 12.5 img/s loss : {loss}", {"speed", "loss"}),
        ("[Epoch {n}] Training cost: 12.5, CrossEntropy={loss}", {"Training time", "training/CrossEntropy"}),
        (
            "epoch: {n} - train loss: {loss} - valid loss: 0.5, valid PER: 5.5",
            {"train loss", "valid loss", "valid PER"},
        ),
        ("I0301 10:00:00.123456 14 writer.py:48] [{n}0] accuracy=0.5, loss={loss}", {"accuracy", "loss"}),
        ("Mar 01 10:00:0{n} host python[12]: Epoch {n} | train loss: {loss} | lr: 0.5", {"train loss", "lr"}),
    ],
)
def test_what_a_line_names_is_told_apart(template: str, tags: set[str], tmp_path: Path) -> None:
    assert set(read_output(tmp_path, lines_of(template)).frame) == tags


def test_seconds_and_error_rates_are_no_losses(tmp_path: Path) -> None:
    line = "[Epoch {n}] Training cost: 12.5, CrossEntropy={loss}"
    assert roles(read_output(tmp_path, lines_of(line)))["Training time"] == "train_step_time"
    line = "epoch: {n} - train loss: {loss} - valid loss: 0.5, valid PER: 59.5"
    assert roles(read_output(tmp_path, lines_of(line)))["valid PER"] == "val_error"


def test_a_cost_alone_is_a_loss(tmp_path: Path) -> None:
    assert roles(read_output(tmp_path, lines_of("Epoch {n} Training cost: {loss}"))) == {
        "Training cost": "train_loss"
    }


def test_the_epoch_stands_in_brackets_behind_the_split(tmp_path: Path) -> None:
    text = "".join(
        f"train ({n}/9) loss: {3 - n / 8}\nvalid ({n}/9) loss: 0.5\n* Epoch ({n}/9) lr: 0.5\n"
        for n in (1, 2, 3)
    )
    run = read_output(tmp_path, text)
    assert (epochs(run, "train/loss"), values(run, "train/loss")) == ([1, 2, 3], [2.875, 2.75, 2.625])
    assert epochs(run, "valid/loss") == [1, 2, 3]


def test_the_split_of_a_cell_stands_behind_its_epoch(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("{n}/9 * Epoch {n} (train): acc=0.5 | loss={loss}"))
    assert set(run.frame) == {"train/acc", "train/loss"}


@pytest.mark.parametrize("batch", ["Iteration[{}/900]", "Batch [0-{}]"])
def test_batches_in_brackets_have_several_names(batch: str, tmp_path: Path) -> None:
    text = "".join(f"Epoch[{n}] {batch.format(count)} Loss: 2.5\n" for n in (1, 2) for count in (300, 600))
    assert steps(read_output(tmp_path, text), "Loss") == [300, 600, 900, 1200]


def test_the_bar_before_a_row_on_its_line_tells_the_step(tmp_path: Path) -> None:
    text = "".join(
        f"\r {n}%|#  | {n}/60 [00:0{n}<01:00, 1.2s/it]{{'loss': {3 - n / 8}, 'epoch': 0.{n}}}\n"
        for n in range(1, 7)
    )
    assert steps(read_output(tmp_path, text), "loss") == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "label",
    [
        "2023-03-01T10:00:0{n}.123456789Z ",
        "2023-03-01T10:00:0{n}.123456789+02:00 stdout F ",
        "[pod/train-abc/main] 2023-03-01T10:00:0{n}Z ",
        "(Worker pid=12, ip=10.0.0.1) ",
    ],
)
def test_tables_stand_behind_what_a_container_says(label: str, tmp_path: Path) -> None:
    rows = [
        "epoch     train_loss  valid_loss  time",
        *(f"{n}         2.{n}00000    2.500000    00:12" for n in range(3)),
    ]
    run = read_output(tmp_path, "".join(label.format(n=n) + row + "\n" for n, row in enumerate(rows)))
    assert (epochs(run, "train_loss"), values(run, "train_loss")) == ([0, 1, 2], [2.0, 2.1, 2.2])
    assert (run.frame["train_loss"].wall_times is not None) == ("2023" in label)
