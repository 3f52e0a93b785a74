"""Jupyter notebooks: what their cells printed and showed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui.discovery import discover
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui.run import StepUnit
from losstui_parsers import PARSERS
from losstui_parsers.notebook import Notebook
from text_logs import claim_of, roles, runs_in, steps, values

EPOCHS = range(1, 5)
ERROR = {"output_type": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": ["\x1b[31mstop"]}


def printed(text: str) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}


def shown(*rows: str, head: str = "epoch train_loss valid_loss time") -> dict[str, object]:
    header = "".join(f"<th>{cell.replace('_', ' ')}</th>\n" for cell in head.split())
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split())}</tr>\n" for row in rows)
    table = f'<table border="1"><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table><p>'
    return {"output_type": "display_data", "data": {"text/html": [table], "text/plain": ["<HTML>"]}}


def notebook(*cells: object, version: int = 4) -> str:
    """A notebook with a cell for each list of outputs, the first one a text."""
    code = [
        {"cell_type": "code", "execution_count": number, "source": ["fit()\n"], "outputs": outputs}
        for number, outputs in enumerate(cells, 1)
    ]
    listed = [{"cell_type": "markdown", "source": ["# Train\n"]}, *code]
    if version == 3:
        return json.dumps({"worksheets": [{"cells": listed}], "nbformat": 3})
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4}, indent=1)


def losses(start: float = 3.0) -> str:
    return "".join(f"Epoch {n}/4 train_loss={start - n / 4} val_loss=0.5\n" for n in EPOCHS)


def read(folder: Path, content: str) -> list[LoggedRun]:
    return runs_in(Notebook(), folder / "train.ipynb", content)


@pytest.mark.parametrize("version", [3, 4])
def test_what_a_cell_printed_is_read_as_output(version: int, tmp_path: Path) -> None:
    [run] = read(tmp_path, notebook([printed("cuda\n")], [printed(losses())], version=version))
    assert (run.name, run.failed, run.step_unit) == ("", False, StepUnit.EPOCH)
    assert (steps(run, "train_loss"), values(run, "train_loss")) == ([1, 2, 3, 4], [2.75, 2.5, 2.25, 2.0])


def test_lines_that_come_in_several_outputs_are_one_text(tmp_path: Path) -> None:
    lines = losses().splitlines(keepends=True)
    [run] = read(tmp_path, notebook([printed(line) for line in lines]))
    assert values(run, "train_loss") == [2.75, 2.5, 2.25, 2.0]


def test_a_table_that_is_shown_is_read(tmp_path: Path) -> None:
    rows = [f"{n} {3 - n / 4} 0.5 00:12" for n in range(4)]
    [run] = read(tmp_path, notebook([shown(*rows)]))
    assert values(run, "train loss") == [3.0, 2.75, 2.5, 2.25]
    assert (roles(run)["valid loss"], run.step_unit) == ("val_loss", StepUnit.EPOCH)
    assert set(run.frame) == {"train loss", "valid loss"}


def test_a_data_frame_below_other_lines_is_read(tmp_path: Path) -> None:
    frame = "   epoch  train_loss  valid_loss\n" + "".join(
        f"{n - 1}      {n}        {4 - n / 4}         0.5\n" for n in EPOCHS
    )
    result = {"output_type": "execute_result", "data": {"text/plain": frame.splitlines(keepends=True)}}
    cells = notebook([printed("Using cuda:0\n3 epochs of 100 steps\n"), result])
    [run] = runs_in(Notebook(), tmp_path / "train.ipynb", cells)
    assert steps(run, "train_loss") == [1, 2, 3, 4]
    assert values(run, "train_loss") == [3.75, 3.5, 3.25, 3.0]
    assert values(run, "valid_loss") == [0.5] * 4


def test_the_trainer_has_no_value_where_it_did_not_log(tmp_path: Path) -> None:
    rows = ["100 No_log 0.75", "200 2.5 0.625", "300 2.25 0.5"]
    [run] = read(tmp_path, notebook([shown(*rows, head="Step Training_Loss Validation_Loss")]))
    assert (steps(run, "Training Loss"), steps(run, "Validation Loss")) == ([200, 300], [100, 200, 300])


def test_each_cell_that_trains_is_a_run_and_an_error_ends_it(tmp_path: Path) -> None:
    content = notebook([printed(losses())], [], [printed(losses(5.0)), ERROR])
    first, second = read(tmp_path, content)
    assert (first.name, first.failed) == ("In [1]", False)
    assert (second.name, second.failed, values(second, "train_loss")[0]) == ("In [3]", True, 4.75)
    assert (first.cause, second.cause) == ("", "train.ipynb: In [3]: ends with: KeyboardInterrupt")
    assert second.warnings == (second.cause,)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (notebook([printed("hello\n")]), "without a cell that tells a loss"),
        (notebook([shown("a 0.5", "b 0.75", head="model accuracy")]), "without a cell that tells a loss"),
        (notebook([]), "saved without the output"),
        (notebook([printed(losses())])[:200], "line 1"),
    ],
)
def test_a_notebook_without_curves_says_what_it_lacks(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    assert claim_of(Notebook(), path, content) is None
    found = discover([path], [parser() for parser in PARSERS])
    assert not found.logs
    assert reason in str(found.errors[0])


def test_a_notebook_that_broke_since_it_was_found_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    assert claim_of(Notebook(), path, notebook([printed(losses())])) is not None
    path.write_text('{\n "cells": [\n')
    with pytest.raises(UnreadableLog, match="line 3"):
        Notebook().read(Notebook().group([LogFile(path)])[0])


def test_notebooks_are_found_in_folders(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "cnn.ipynb").write_text(notebook([printed(losses())]))
    [log] = discover([tmp_path], [parser() for parser in PARSERS]).logs
    assert (log.id, log.parser.name) == ("work", "notebook")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"ename": "ValueError", "evalue": "no such\x1b mode\nmore of it"}, "ValueError: no such\\x1b mode"),
        ({}, "an error"),
    ],
)
def test_the_error_of_a_cell_is_told_in_one_line(error: dict[str, str], told: str, tmp_path: Path) -> None:
    [run] = read(tmp_path, notebook([printed(losses()), {"output_type": "error", **error}]))
    assert run.cause == f"train.ipynb: In [1]: ends with: {told}"
