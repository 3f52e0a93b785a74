"""Progress bars that carry metrics: Keras and Lightning; the bar of tqdm, which tells the step."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from losstui.frame import FloatArray
from losstui.tags import split_of
from losstui_parsers.stdout_lines.numbers import (
    ENDED,
    NUMBER,
    any_measured,
    measured_under,
    pairs,
    to_number,
    under,
)
from losstui_parsers.stdout_lines.places import split_before
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.tables import Column

TQDM_BAR = re.compile(r"\| *(\d{1,15})/(\d{1,15}) \[\d+:\d\d")
_MOST_BARS = 64  # of different lengths in one log; a bar a file or a batch tells nothing
_TAIL = re.compile(rf" - ([A-Za-z_][\w/.@ ]*): ({NUMBER}){ENDED}")


class Keras(LineFamily):
    """`Epoch 3/10`, then `60/60 [=====] - 2s 3ms/step - loss: 0.5 - val_loss: 0.4` or with `━━━`.

    A bar that is full again is that of an `evaluate` after the training, but where each state has a line of
    its own: there the last one before the validation is full as well.
    """

    title: ClassVar[str] = "Keras"
    marks: ClassVar[tuple[str, ...]] = ("Epoch ", " - ")
    redrawn: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True

    _epoch = re.compile(r"\s*Epoch (\d+)/\d+\s*$")
    _drawn = re.compile(r"\s*(?:(\d+)/(\d+) *(?:\[|━|- )|\d+m?s - |- \d+m?s)")

    def __init__(self) -> None:
        self._number: float | None = None
        self._full: str | None = None  # the length of the bar that was full in this epoch
        self._again = False  # whether that was the line before

    def read(self, line: str) -> Record | None:
        """The averages over the epoch: those of a bar that is not full are not told."""
        match = self._epoch.match(line)
        if match:
            self._number, self._full = float(match.group(1)), None
        if self._number is None:
            return None
        drawn = self._drawn.match(line)
        if drawn is None:
            return None
        if drawn.group(1) != drawn.group(2) or " - ETA: " in line:
            self._again = False
            return Record([])  # its callbacks print between the bar that is full and its last state
        values = [(tag, to_number(number)) for tag, number, _ in _TAIL.findall(line)]
        return self._record(drawn.group(2) or "", values) if any_measured(values) else None

    def _record(self, length: str, values: list[tuple[str, float]]) -> Record:
        redraws = self._again and length == self._full
        if self._full is not None and not redraws:
            return Record(under("test", values), epoch=self._number)
        self._full, self._again = length, not any(split_of(tag) == "val" for tag, _ in values)
        return Record(values, epoch=self._number, redraws=redraws)


class Lightning(LineFamily):
    """`Epoch 3: 100%|███| 938/938 [00:10<00:00, 90it/s, v_num=0, train_loss=0.5]`, full.

    The bar is drawn full before the validation too, with what that told an epoch ago: its last state counts.
    """

    title: ClassVar[str] = "Lightning"
    marks: ClassVar[tuple[str, ...]] = ("Epoch ", "epoch ")
    of_loops: ClassVar[bool] = True

    _line = re.compile(
        r"([Ee]poch:? \[?(\d+)(?:/\d+)?\]?[^\d|]{0,40}):\s*100%\|.{0,300}?\| (\d+)/(\d+) "
        r"\[[^,\]]*,[^,\]]*,? ?(.*)"
    )

    def __init__(self) -> None:
        self._bar: tuple[str, str] | None = None  # what the latest full one is about, and its length

    def read(self, line: str) -> Record | None:
        """The values at the end of a full bar."""
        match = self._line.search(line) if "100%|" in line else None
        if match is None:
            return Record([]) if "%|" in line and "v_num=" in line else None
        values = [(tag, value) for tag, value in pairs(match.group(5)) if tag != "v_num"]
        if not any_measured(values):
            return None
        # a loop of one's own may draw a bar for each split: "Epoch 3 [val]: 100%"
        values = measured_under(split_before(line[: match.end(1)]), values)
        before, self._bar = self._bar, (match.group(1), match.group(4))
        return Record(values, epoch=float(match.group(2)), redraws=before == self._bar)


class GlobalStepBar(LineFamily):
    """NeMo's bar, which shows the loss of each step: `[..., reduced_train_loss=2.5, global_step=10.0]`."""

    title: ClassVar[str] = "NeMo"
    marks: ClassVar[tuple[str, ...]] = ("global_step=",)

    _step = re.compile(r"\[\d+:\d\d.*[ ,]global_step=(\d+(?:\.0)?)[,\]]")
    _counters = frozenset(("v_num", "global_step", "consumed_samples"))
    _seconds = re.compile(r"(_timing) in s(?==)")

    def __init__(self) -> None:
        self._last = ""

    def read(self, line: str) -> Record | None:
        """The values of a step; a bar drawn again says nothing new."""
        match = self._step.search(line)
        if match is None or match.group(1) == self._last:
            return None
        self._last = match.group(1)
        shown = self._seconds.sub(r"\1", line[match.start() :])
        values = [(tag, value) for tag, value in pairs(shown) if tag not in self._counters]
        return Record(values, float(match.group(1))) if any_measured(values) else None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row, its epoch, and where the bars stood, by their length, before it and when next drawn."""

    row: int
    epoch: float
    before: dict[int, int]
    after: dict[int, int] = field(default_factory=dict[int, int])


class StepsOfBars:
    """The steps of rows that tell their epoch alone, from the bar of tqdm that is drawn around them.

    A bar drawn before a row may lag behind: tqdm leaves out what would be drawn too soon. `tqdm.write`
    draws it again right after the row, but behind a plain `print` the next one is a step later.
    """

    def __init__(self) -> None:
        self._positions: dict[int, int] = {}
        self._rows: list[_Placed] = []
        self.progress: float | None = None  # the share of the longest bar that is done, by `steps`

    def look(self, line: str) -> None:
        """Take note of the bars in `line`."""
        if "%|" not in line:
            return
        for done, total in TQDM_BAR.findall(line):
            if len(self._positions) < _MOST_BARS or int(total) in self._positions:
                self._positions[int(total)] = int(done)
                if self._rows:
                    self._rows[-1].after.setdefault(int(total), int(done))

    def record(self, row: int, epoch: float) -> None:
        """Say that the row of that number tells no step but the epoch."""
        if self._positions:
            self._rows.append(_Placed(row, epoch, dict(self._positions)))

    def steps(self) -> Column | None:
        """The steps: those of the longest bar that moves on with the rows, or None."""
        for total in sorted(self._positions, reverse=True):
            told = [one for one in self._rows if total in one.before]
            if not told:
                continue
            before = np.array([one.before[total] for one in told], np.float64)
            after = np.array([one.after.get(total, one.before[total]) for one in told], np.float64)
            epochs = np.array([one.epoch for one in told])
            steps = after if _unlike(after, epochs) < _unlike(before, epochs) else before
            # Rows of evaluations stand still beside those of training. The place of a row that no state of
            # the bar follows was read before it, and is no move from those that were read behind theirs.
            seen = len(told) if steps is before else sum(total in one.after for one in told)
            moves = np.diff(steps[:seen])
            if len(told) >= 0.9 * len(self._rows) and np.count_nonzero(moves > 0) > len(moves) / 3:
                self.progress = self._positions[total] / total if bool(np.all(moves >= 0)) else None
                return Column(np.array([one.row for one in told], np.int64), steps)
        return None


def _unlike(steps: FloatArray, epochs: FloatArray) -> float:
    """How far `steps` are from so many an epoch, both of shape (n,); NaN where the epochs are no numbers."""
    with np.errstate(all="ignore"):
        square = np.sum(epochs**2)
        slope = np.sum(steps * epochs) / square if square > 0 else 0.0
        return float(np.abs(steps - slope * epochs).sum())
