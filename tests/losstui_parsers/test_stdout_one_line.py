"""Lines that say several things at once: of two splits, of dictionaries, of a program and its driver."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import LogFile
from losstui.roles import Split, assign_roles
from losstui.run import StepUnit
from losstui_parsers.delimited import Delimited
from losstui_parsers.stdout import Stdout
from text_logs import claim_of, epochs, read_output, steps, values

FALLING = [1.875, 1.75, 1.625, 1.5]
HIGHER = [2.125, 2.0, 1.875, 1.75]


def printed(template: str, count: int = 4) -> str:
    """`template` for n = 1 to `count`, with `a` and `b` that fall and `c` that rises."""
    return "".join(
        template.format(n=n, a=2 - n / 8, b=2.25 - n / 8, c=0.5 + n / 16) for n in range(1, count + 1)
    )


@pytest.mark.parametrize(
    "template",
    [
        "Epoch [{n}/9] Train: loss {a}, acc {c} | Val: loss {b}, acc {c}\n",
        "Epoch [{n}/9] train - loss: {a} acc: {c} - valid - loss: {b} acc: {c}\n",
        "Epoch {n} | Train Loss: {a} | Train Metrics: {{'PCK': '0.5'}} | Val Loss: {b} | Val Metrics: {{}}\n",
        "Ep {n:02d} trn_loss={a} vld_loss={b} t=12s\n",
    ],
)
def test_both_splits_of_a_line_are_told(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, printed(template))
    roles = assign_roles(list(run.frame))
    losses = {roles[tag].split: tag for tag in run.frame if "loss" in tag.lower()}
    train = losses.get(Split.TRAIN) or losses[Split.NONE]
    assert values(run, train) == FALLING
    assert values(run, losses[Split.VALIDATION]) == HIGHER
    assert (run.step_unit, steps(run, train)) == (StepUnit.EPOCH, [1, 2, 3, 4])


def test_dictionaries_beside_named_numbers_are_of_the_split_before_them(tmp_path: Path) -> None:
    line = "Epoch {n} | Train Loss: {a} | {{'f1': {c}}} | Val Loss: {b} | {{'f1': 0.25}}\n"
    run = read_output(tmp_path, printed(line))
    assert values(run, "train/f1") == [0.5625, 0.625, 0.6875, 0.75]
    assert values(run, "val/f1") == [0.25] * 4


@pytest.mark.parametrize(
    "template",
    [
        "{n}/9 (epoch 0), batch_loss = {a}, time/batch = 0.5\n",
        "   {n} / 90 | batch_loss: {a} | lr: 1.0e-04\n",
        "[{n} | 12.50] batch_loss={a} avg={b}\n",
    ],
)
def test_how_many_are_done_stands_first(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, printed(template))
    assert (steps(run, "batch_loss"), values(run, "batch_loss")) == ([1, 2, 3, 4], FALLING)


def test_batches_of_swin_count_on_over_its_epochs(tmp_path: Path) -> None:
    head = "[2021-01-01 10:00:00 swin_tiny](main.py 200): INFO "
    text = "".join(
        f"{head}Train: [{epoch}/300][{batch}/20]\teta 1:00:00 lr 0.001\tloss {2 - batch / 40} (2.5)\n"
        for epoch in (0, 1)
        for batch in (0, 10)
    )
    text += f"{head} * Acc@1 75.500 Acc@5 92.500\n"
    run = read_output(tmp_path, text)
    assert (steps(run, "loss"), values(run, "loss")) == ([0, 10, 20, 30], [2.0, 1.75, 2.0, 1.75])
    assert epochs(run, "loss") == [0.0, 0.0, 1.0, 1.0]
    assert values(run, "test/Acc@1") == [75.5]


def test_beside_deepspeed_the_program_it_drives_tells_its_loss(tmp_path: Path) -> None:
    line = (
        "[2024-01-01 10:00:00,123] [INFO] [logging.py:96:log_dist] [Rank 0] step={n}0, skipped=0, "
        "lr=[0.5], mom=[0.9]\nEpoch: 0, Step: {n}0, Rank: 0, loss = {a}\n"
    )
    run = read_output(tmp_path, printed(line))
    assert (steps(run, "loss"), values(run, "loss")) == ([10, 20, 30, 40], FALLING)
    assert values(run, "lr") == [0.5] * 4


@pytest.mark.parametrize(
    "template",
    [
        "completed step: {n}, seconds: 1.5, TFLOP/s/device: 100.5, total_weights: 8192, loss: {a}\n",
        "Epoch {n}: 100%|██| 9/9 [00:10<00:00, 9.9it/s, v_num=0, train_loss={a}, val_loss={b}]\n",
        "Steps:  9%|█ | {n}/9 [00:10<00:00, 9.9it/s, lr=1e-5, step_loss={a}]\r",
    ],
)
def test_lines_with_commas_are_no_header_of_a_table(template: str, tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    assert claim_of(Delimited(), path, printed(template)) is None
    assert Stdout().recognise(LogFile(path)) is not None
    assert claim_of(Delimited(), tmp_path / "log.txt", "epoch,train_loss,val_loss\n") == "its header"
