from __future__ import annotations

from pathlib import Path

import pytest

from losstui.discovery import discover
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui.roles import assign_roles
from losstui.run import StepUnit
from losstui_parsers import PARSERS
from losstui_parsers.kaldi import Kaldi
from text_logs import steps, values

TRAINED = """\
# nnet3-chain-train --use-gpu=yes
LOG (nnet3-train:Print():nnet.cc:1) Average objective function for 'output' for minibatches 0-9 is -9.5
LOG (nnet3-train:PrintTotalStats():nnet.cc:2) Overall average objective function for 'output' is \
{value} + -0.0625 = -7.5 over 512000 frames.
LOG (nnet3-train:PrintTotalStats():nnet.cc:2) Overall average objective function for 'output-xent' is \
-1.5 over 512000 frames.
"""
MEASURED = """\
# nnet3-compute-prob 7.raw
LOG (nnet3-compute-prob:PrintTotalStats():nnet.cc:3) Overall log-likelihood for 'output' is -2.5 per frame.
LOG (nnet3-compute-prob:PrintTotalStats():nnet.cc:4) Overall accuracy for 'output' is 0.5 per frame.
"""


def write(folder: Path, iterations: int = 3) -> None:
    folder.mkdir(parents=True)
    for iteration in range(iterations):
        for job in (1, 2):
            text = TRAINED.format(value=iteration / 8 - 3 - job)
            (folder / f"train.{iteration}.{job}.log").write_text(text)
        for data in ("train", "valid"):
            (folder / f"compute_prob_{data}.{iteration}.log").write_text(MEASURED)
    (folder / f"train.{iterations}.1.log").write_text(TRAINED.partition("LOG")[0])  # still running
    (folder / "progress.2.log").write_text("# nnet3-show-progress\n")


def test_the_logs_of_a_folder_are_one_run_by_iterations(tmp_path: Path) -> None:
    write(tmp_path / "tdnn" / "log")
    [log] = discover([tmp_path], [parser() for parser in PARSERS]).logs
    assert (log.id, log.parser.name) == ("tdnn/log", "kaldi")
    [run] = log.parser.read(log.group)
    assert run.step_unit is StepUnit.STEP
    assert steps(run, "train/objective") == [0, 0, 1, 1, 2, 2]
    assert values(run, "train/objective") == [-4.0, -5.0, -3.875, -4.875, -3.75, -4.75]
    assert values(run, "train/objective-xent") == [-1.5] * 6
    assert (steps(run, "valid/accuracy"), values(run, "valid/accuracy")) == ([0, 1, 2], [0.5] * 3)
    assert set(run.frame) == {
        "train/objective",
        "train/objective-xent",
        *(f"{data}/{what}" for data in ("train_subset", "valid") for what in ("objective", "accuracy")),
    }


def test_an_objective_rises_and_is_no_loss(tmp_path: Path) -> None:
    write(tmp_path / "log")
    [log] = discover([tmp_path], [parser() for parser in PARSERS]).logs
    [run] = log.parser.read(log.group)
    roles = assign_roles(run.frame)
    assert {tag: role.direction.name for tag, role in roles.items()} == dict.fromkeys(run.frame, "HIGHER")


def test_no_iteration_that_has_come_to_its_end_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "log", 0)
    [group] = Kaldi().group([LogFile(tmp_path / "log" / "train.0.1.log")])
    with pytest.raises(UnreadableLog, match="no iteration has come to its overall objective"):
        Kaldi().read(group)


def test_a_log_of_another_program_is_not_of_kaldi(tmp_path: Path) -> None:
    path = tmp_path / "train.1.2.log"
    path.write_text("epoch 1 loss 0.5\n")
    assert Kaldi().recognise(LogFile(path)) is None
