"""Progress bars that carry metrics: Keras and Lightning; the bar of tqdm, which tells the step."""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np

from losstui_parsers.stdout_lines.numbers import ENDED, NUMBER, any_measured, pairs, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.tables import Column

_BAR = re.compile(r"\| *(\d{1,15})/(\d{1,15}) \[\d+:\d\d")
_MOST_BARS = 64  # of different lengths in one log; a bar a file or a batch tells nothing
_TAIL = re.compile(rf" - ([A-Za-z_][\w/.@ ]*): ({NUMBER}){ENDED}")


class Keras(LineFamily):
    """`Epoch 3/10`, then `60/60 [=====] - 2s 3ms/step - loss: 0.5 - val_loss: 0.4` or with `━━━`."""

    title: ClassVar[str] = "Keras"
    marks: ClassVar[tuple[str, ...]] = ("Epoch ", " - ")
    redrawn: ClassVar[bool] = True

    _epoch = re.compile(r"\s*Epoch (\d+)/\d+\s*$")
    _drawn = re.compile(r"\s*(?:(\d+)/(\d+) *(?:\[|━|- )|\d+m?s - |- \d+m?s)")

    def __init__(self) -> None:
        self._number: float | None = None

    def read(self, line: str) -> Record | None:
        """The averages over the epoch: those of a bar that is not full are not told."""
        match = self._epoch.match(line)
        if match:
            self._number = float(match.group(1))
        if self._number is None:
            return None
        drawn = self._drawn.match(line)
        if drawn is None or drawn.group(1) != drawn.group(2):
            return None
        values = [(tag, to_number(number)) for tag, number, _ in _TAIL.findall(line)]
        return Record(values, epoch=self._number) if any_measured(values) else None


class Lightning(LineFamily):
    """`Epoch 3: 100%|███| 938/938 [00:10<00:00, 90it/s, v_num=0, train_loss=0.5]`, full."""

    title: ClassVar[str] = "Lightning"
    marks: ClassVar[tuple[str, ...]] = ("Epoch ", "epoch ")
    redrawn: ClassVar[bool] = True

    _line = re.compile(
        r"[Ee]poch:? \[?(\d+)(?:/\d+)?\]?[^\d|]{0,40}:\s*100%\|.{0,300}?\| (\d+)/(\d+) "
        r"\[[^,\]]*,[^,\]]*,? ?(.*)"
    )

    def read(self, line: str) -> Record | None:
        """The values at the end of a full bar."""
        match = self._line.search(line)
        if match is None:
            return None
        values = [(tag, value) for tag, value in pairs(match.group(4)) if tag != "v_num"]
        return Record(values, epoch=float(match.group(1))) if any_measured(values) else None


class GlobalStepBar(LineFamily):
    """NeMo's bar, which shows the loss of each step: `[..., reduced_train_loss=2.5, global_step=10.0]`."""

    title: ClassVar[str] = "NeMo"
    marks: ClassVar[tuple[str, ...]] = ("global_step=",)

    _step = re.compile(r"\[\d+:\d\d.*[ ,]global_step=(\d+(?:\.0)?)[,\]]")
    _counters = frozenset(("v_num", "global_step", "consumed_samples"))

    def __init__(self) -> None:
        self._last = ""

    def read(self, line: str) -> Record | None:
        """The values of a step; a bar drawn again says nothing new."""
        match = self._step.search(line)
        if match is None or match.group(1) == self._last:
            return None
        self._last = match.group(1)
        values = [(tag, value) for tag, value in pairs(line[match.start() :]) if tag not in self._counters]
        return Record(values, float(match.group(1))) if any_measured(values) else None


class StepsOfBars:
    """The steps of rows that tell none, from the bar of tqdm that is drawn around them."""

    def __init__(self) -> None:
        self._positions: dict[int, int] = {}
        self._rows: list[tuple[int, dict[int, int]]] = []

    def look(self, line: str) -> None:
        """Take note of the bars in `line`."""
        if "%|" not in line:
            return
        for done, total in _BAR.findall(line):
            if len(self._positions) < _MOST_BARS or int(total) in self._positions:
                self._positions[int(total)] = int(done)

    def record(self, row: int) -> None:
        """Say that the row of that number tells no step."""
        if self._positions:
            self._rows.append((row, dict(self._positions)))

    def steps(self) -> Column | None:
        """The steps: those of the longest bar that moves on with the rows, or None."""
        for total in sorted(self._positions, reverse=True):
            told = [(row, positions[total]) for row, positions in self._rows if total in positions]
            rows = np.array([row for row, _ in told], np.int64)
            steps = np.array([step for _, step in told], np.float64)
            # rows of evaluations stand still beside those of training
            moves = np.diff(steps)
            if len(told) >= 0.9 * len(self._rows) and np.count_nonzero(moves > 0) > len(moves) / 3:
                return Column(rows, steps)
        return None
