"""Kaldi's nnet3: a log a job and iteration, whose number is in its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.melting import runs_of
from losstui_parsers.plain_text import read_text, why_no_data
from losstui_parsers.rows import TableBuilder

_NAME = re.compile(r"(?:train\.(\d{1,9})\.(\d{1,9})|compute_prob_(train|valid)\.(\d{1,9}))\.log")
_NUMBER = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)"
# "is -0.51 + -0.007 = -0.52": the objective comes first, what the regularisation adds to it behind
_OVERALL = re.compile(
    r"Overall (average objective function|log-likelihood|log-probability|accuracy) for '([\w.-]+)' is "
    rf"({_NUMBER})"
)
_FIRST_OUTPUT = "output"  # others are named in the tag


class Kaldi:
    """Kaldi's nnet3: `train.ITERATION.JOB.log` and `compute_prob_valid.ITERATION.log`, one run a folder.

    A step is an iteration; each job of it is a point. The objective is a log-probability a frame, which
    rises. "train_subset" is what Kaldi measures on some of the training data, to be held against "valid".
    """

    name: ClassVar[str] = "kaldi"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the name has an iteration, and the text is of nnet3."""
        if _NAME.fullmatch(file.name) is None or b"nnet3" not in file.head or why_no_data(file):
            return None
        return "its numbered name, and nnet3 in it"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The logs of one folder, in the order of the iterations and jobs."""
        runs: dict[Path, list[tuple[int, int, LogFile]]] = {}
        for file in files:
            iteration, job, _ = _placed(file)
            runs.setdefault(file.path.parent, []).append((iteration, job, file))
        return [
            FileGroup(
                folder if len(own) > 1 else own[0][2].path,
                tuple(file for *_, file in sorted(own, key=lambda one: one[:2])),
            )
            for folder, own in runs.items()
        ]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read one run: of each log its averages, where it has come to them."""
        builder = TableBuilder()
        warnings: list[str] = []
        for file in group.files:
            iteration, _, data = _placed(file)
            try:
                told = _OVERALL.findall(read_text(file))
            except UnreadableLog as error:
                warnings.append(f"{file.path.name}: {error.reason}")
                continue
            values = {f"{data}/{_tag(*what)}": float(number) for *what, number in told}
            if values:
                builder.add({"step": iteration, **values})
        table = builder.build()
        table.warnings.extend(warnings)
        runs = runs_of(table)
        if not runs:
            raise UnreadableLog(str(group.label), "no iteration has come to its overall objective")
        return runs


def _placed(file: LogFile) -> tuple[int, int, str]:
    """The iteration, the job and the data of a log by its name."""
    match = _NAME.fullmatch(file.name)
    if match is None:
        raise UnreadableLog(str(file.path), "its name has no number of an iteration")
    trained, job, measured_on, measured = match.groups()
    if measured_on:
        return int(measured), 0, "valid" if measured_on == "valid" else "train_subset"
    return int(trained), int(job), "train"


def _tag(quantity: str, output: str) -> str:
    kind = "accuracy" if quantity == "accuracy" else "objective"
    return kind if output == _FIRST_OUTPUT else f"{kind}-{output.removeprefix(f'{_FIRST_OUTPUT}-')}"
