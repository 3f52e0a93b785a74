"""DLLogger: what it is called with, its file of JSON, and the steps it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import LogFile
from losstui.run import StepUnit
from losstui_parsers import PARSERS
from losstui_parsers.stdout import Stdout
from stdout_texts import DLLOGGER
from text_logs import lines_of, runs_in, steps, values


def test_the_parameters_are_hyperparameters(tmp_path: Path) -> None:
    [run] = runs_in(Stdout(), tmp_path / "train.log", DLLOGGER)
    assert run.hyperparameters == {"epochs": 2, "arch": "resnet50"}


@pytest.mark.parametrize(
    "text", [DLLOGGER, DLLOGGER.replace("DLLL ", "")], ids=["with the word", "without it"]
)
def test_its_file_of_json_is_read_whatever_its_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "dllogger.json"
    path.write_text(text)
    claims = [parser for parser in PARSERS if parser().recognise(LogFile(path))]
    assert claims == [Stdout]
    [run] = Stdout().read(Stdout().group([LogFile(path)])[0])
    assert steps(run, "train.loss") == [0, 10, 20, 30]


@pytest.mark.parametrize(("step", "unit"), [("{n}0", StepUnit.STEP), ("[{n}0]", StepUnit.EPOCH)])
def test_a_number_is_a_step_and_one_in_a_list_an_epoch(step: str, unit: StepUnit, tmp_path: Path) -> None:
    line = 'DLLL {{"elapsedtime": "1.5", "type": "LOG", "step": ' + step + ', "data": {{"loss": {loss}}}}}'
    [run] = runs_in(Stdout(), tmp_path / "train.log", lines_of(line))
    assert (run.step_unit, steps(run, "loss")) == (unit, [10, 20, 30, 40])
    assert values(run, "loss") == [3.375, 3.25, 3.125, 3.0]


def test_a_torn_line_costs_itself(tmp_path: Path) -> None:
    torn = DLLOGGER.replace('"step": [0, 10], "data": {"train.loss"', '"step": [0, 10], "da', 1)
    [run] = runs_in(Stdout(), tmp_path / "train.log", torn)
    assert values(run, "train.loss") == [2.5, 2.0, 1.75]
