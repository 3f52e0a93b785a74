"""Evaluations of detectors among the lines of a loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import LogFile
from losstui_parsers.stdout import Stdout
from text_logs import lines_of, read_output, roles, steps, values

ROW = " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.5"


@pytest.mark.parametrize(
    "kind", ["IoU metric: {}", "Running per image evaluation...\nEvaluate annotation type *{}*"]
)
def test_boxes_and_masks_are_told_apart_beside_named_numbers(kind: str, tmp_path: Path) -> None:
    tables = "".join(f"{kind.format(what)}\n{ROW}{digit}\n" for what, digit in (("bbox", 0), ("segm", 5)))
    run = read_output(tmp_path, lines_of("epoch: {n}/9, iter: {n}0/90, total_loss: {loss}\n" + tables))
    assert roles(run) == {
        "total_loss": "train_loss",
        "bbox/AP": "val_accuracy",
        "segm/AP": "val_accuracy",
    }
    assert values(run, "segm/AP") == [0.55] * 4
    assert steps(run, "bbox/AP") == steps(run, "total_loss")


def test_tables_alone_are_no_training(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.log"
    path.write_text(f"IoU metric: bbox\n{ROW}\n" * 9)
    assert Stdout().recognise(LogFile(path)) is None


def test_what_only_names_a_setting_of_the_evaluation_is_none_of_its_rows(tmp_path: Path) -> None:
    run = read_output(tmp_path, "maxDets=[1, 10, 100]\n" + lines_of("epoch {n} loss: {loss}\n" + ROW))
    assert set(run.frame) == {"loss", "bbox/AP"}


def test_the_averages_of_an_evaluation_whose_last_batch_is_not_printed_are_read(tmp_path: Path) -> None:
    line = (
        "Epoch: [{n}]  [0/9]  lr: 0.5  loss: {loss} (9.5)\nAveraged stats: lr: 0.5  loss: 9.5 (9.5)\n"
        "Test:  [0/9]  loss: 9.5 (9.5)\nAveraged stats: loss: 9.5 (1.5)"
    )
    run = read_output(tmp_path, lines_of(line))
    assert (values(run, "test/loss"), len(run.frame["loss"].values)) == ([1.5] * 4, 4)
