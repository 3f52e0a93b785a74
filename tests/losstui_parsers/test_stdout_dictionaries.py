"""Rows that are printed as dictionaries, beside lines of another kind and with more than a row in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from text_logs import claim_of, lines_of, read_output, steps, values

LINES = "".join(f"Epoch {n}, Train Loss: {1 / n}, Val Loss: {2 / n}\n" for n in range(1, 7))


@pytest.mark.parametrize(
    "results", ["{'test_loss': 0.23, 'test_acc': 0.91}\n", "{'loss': 0.23, 'accuracy': 0.91}\n"]
)
def test_the_results_at_the_end_are_not_all_there_is_to_read(results: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, LINES + results)
    assert run.step_unit is StepUnit.EPOCH
    assert steps(run, "Train Loss") == steps(run, "Val Loss") == [1, 2, 3, 4, 5, 6]


def test_rows_without_a_place_are_a_log_once_there_are_several_that_differ(tmp_path: Path) -> None:
    row = "{{'loss': {loss}, 'accuracy': 0.5}}\n"
    told = [row.format(loss=loss) for loss in (3.0, 2.0, 1.0)]
    assert claim_of(Stdout(), tmp_path / "one.log", told[0] * 3) is None
    assert values(read_output(tmp_path, "".join(told)), "loss") == [3.0, 2.0, 1.0]


def test_rows_that_tell_the_time_so_far_are_rows(tmp_path: Path) -> None:
    row = "{{'loss': {loss}, 'epoch': {n}.0, 'train_runtime': 3.5, 'train_tokens_per_second': 99.5}}\n"
    rows = "".join(row.format(loss=3 - n / 2, n=n) for n in range(1, 4))
    total = "{'train_runtime': 10.5, 'train_loss': 2.0, 'epoch': 3.0}\n"
    run = read_output(tmp_path, rows + total)
    assert values(run, "loss") == [2.5, 2.0, 1.5]
    assert "train_loss" not in run.frame


def test_a_step_may_be_told_with_how_many_there_are(tmp_path: Path) -> None:
    row = "{{'loss': {loss}, 'epoch': 0.{n}, 'global_step/max_steps': '{n}0/500', 'percentage': '2.00%'}}\n"
    run = read_output(tmp_path, "".join(row.format(loss=3 - n / 2, n=n) for n in range(1, 4)))
    assert run.step_unit is StepUnit.STEP
    assert steps(run, "loss") == [10, 20, 30]


@pytest.mark.parametrize("signs", [("train=", "val="), ("Train: ", "Val: ")])
def test_two_dictionaries_on_a_line_are_each_of_the_split_before_it(
    signs: tuple[str, str], tmp_path: Path
) -> None:
    train, held_out = signs
    row = "INFO Fit: [Epoch {n}0] {a}{{'nll': {loss}, 'kl': 0.5}}, {b}{{'nll': {worse}, 'kl': 0.5}}, 3.5s\n"
    told = [row.format(n=n, a=train, b=held_out, loss=3 - n / 2, worse=4 - n / 2) for n in range(1, 5)]
    run = read_output(tmp_path, "".join(told))
    assert (steps(run, "train/nll"), values(run, "train/nll")) == ([10, 20, 30, 40], [2.5, 2.0, 1.5, 1.0])
    assert (steps(run, "val/nll"), values(run, "val/nll")) == ([10, 20, 30, 40], [3.5, 3.0, 2.5, 2.0])


def test_a_dictionary_of_each_split_within_another_is_read(tmp_path: Path) -> None:
    row = "{{'train': {{'loss': {loss}, 'acc': 0.5}}, 'val': {{'loss': {loss}5, 'acc': 0.25}}}}"
    run = read_output(tmp_path, lines_of("epoch {n} " + row))
    assert sorted(run.frame) == ["train/acc", "train/loss", "val/acc", "val/loss"]
    assert values(run, "train/loss") == [3.375, 3.25, 3.125, 3.0]
    assert steps(run, "val/loss") == [1, 2, 3, 4]
