"""Loops of which only a progress bar tells where they stand: "33%|###   | 50/150 [01:00<02:00, loss=0.5]"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from losstui_parsers.stdout_lines.key_values import KeyValues
from losstui_parsers.stdout_lines.numbers import (
    NUMBER,
    any_measured,
    measured_under,
    pairs,
    phrase_pairs,
    to_number,
)
from losstui_parsers.stdout_lines.places import place_in, split_before
from losstui_parsers.stdout_lines.record import LineFamily, Record

# tqdm's: what it is about, the part that is done, and behind the speed what the loop shows of itself
_BAR = re.compile(
    r"(.{0,200}?)\d{1,3}%\|.{0,300}?\| *(\d{1,15}|\d[\d.]{0,5}[kKMG]?)/(\d{1,15}|\d[\d.]{0,5}[kKMG]) "
    r"\[[^\],]*,[^\],]*(.{0,500})"
)
# Segmentation Models' bar: "dice_loss - 0.5, iou_score - 0.7"
_DASHED = re.compile(rf"(?<![\w.])([A-Za-z_][\w/]*) - ({NUMBER})(?=,|$)")
_EPOCHS = re.compile(r"\W*epochs?\W*", re.IGNORECASE)
# Bars that are drawn before the training begins
_PREPARING = re.compile(
    r"map|token|load|filter|generat|pars|read|fetch|cach|extract|build|prepar|process", re.IGNORECASE
)

# tqdm's `unit_scale`: "1.25k/10.0k"
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}

_Bar = tuple[str, int]  # the split that it names, and its length


class Bars(LineFamily):
    """The values that a bar of tqdm shows, or that stand below one, at as many steps as are done by then.

    A bar that begins anew goes on counting. Of bars beside the first one, as of validation, only full ones
    count.
    """

    title: ClassVar[str] = "progress bars"
    marks: ClassVar[tuple[str, ...]] = ("%|", *KeyValues.marks)
    openings: ClassVar[tuple[str, ...]] = ("%|",)

    def __init__(self) -> None:
        self._done: dict[_Bar, int] = {}
        self._before: dict[_Bar, int] = {}  # what was done when it last began anew
        self._full: dict[_Bar, list[tuple[str, float]]] = {}  # what a bar showed that was drawn full
        self._latest: _Bar | None = None  # drawn on the line before
        self._moved: list[_Bar] = []  # since the last line with values
        self._leader: _Bar | None = None
        # The step of the last state, its values, how often it was drawn, and whether these were told.
        self._state: tuple[float, list[tuple[str, float]], int, bool] = (-1.0, [], 0, True)
        self._lines = KeyValues()

    def read(self, line: str) -> Record | None:
        """The values of a bar, or of a line between bars."""
        match = _BAR.search(line) if "%|" in line else None
        if match is not None:
            done, total = _count(match.group(2)), _count(match.group(3))
            return self._draw(match.group(1), done, total, match.group(4))
        self._latest = None
        if not self._done:
            return None
        self._lines.stand(Record([], 0.0))
        record = self._lines.read(line)
        if record is None:
            return None
        if self._leader not in self._moved and self._moved:
            self._leader = self._moved[0]
        self._moved = []
        return Record(record.values, None if self._leader is None else self._step(self._leader))

    def names(self) -> Mapping[str, str]:
        """Those for the lines between the bars."""
        return self._lines.names()

    def _draw(self, about: str, done: int, total: int, shown: str) -> Record | None:
        bar = (split_before(about), total)
        # what stands behind the bar was printed by something else, but for a loop that hangs its values there
        within = shown.partition("]")[0]
        inside = pairs(within) or [(match[1], to_number(match[2])) for match in _DASHED.finditer(within)]
        values = [(tag, value) for tag, value, _ in phrase_pairs(about)]
        values += inside if any_measured(inside) else pairs(shown)
        self._move(bar, done, values, preparing=bool(_PREPARING.search(about)))
        if not any_measured(values):
            return None
        self._leader = self._leader or bar
        values = measured_under(bar[0], values)
        if bar != self._leader:
            return Record(values if done == total else [])
        step = self._step(bar)
        if self._repeats(step, values):
            return Record([])
        if _EPOCHS.fullmatch(about):
            return Record(values, None, step)
        return Record(values, step, place_in(about).epoch)

    def _move(self, bar: _Bar, done: int, values: list[tuple[str, float]], *, preparing: bool) -> None:
        """Take note of how far a bar is, and whether it began anew."""
        before = self._done.get(bar, 0)
        # some keep only the last state of each bar: full, with other values, below other lines
        again = done == before == bar[1] and self._latest != bar and values != self._full.get(bar)
        if done < before or again:
            self._before[bar] = self._before.get(bar, 0) + bar[1]
        if (done != before or again) and bar not in self._moved and not preparing:
            self._moved.append(bar)
        self._done[bar], self._latest = done, bar
        if done == bar[1]:
            self._full[bar] = values

    def _step(self, bar: _Bar) -> float:
        return float(self._before.get(bar, 0) + self._done[bar])

    def _repeats(self, step: float, values: list[tuple[str, float]]) -> bool:
        """Whether a state says again what was told: a step may be drawn before its values are known."""
        before, shown, drawn, told = self._state
        if step == before:
            repeated = told and values == shown
            self._state = step, values, drawn + 1, told or not repeated
        else:
            repeated = drawn > 1 and values == shown
            self._state = step, values, 1, not repeated
        return repeated


def _count(text: str) -> int:
    """What "1.25k" counts."""
    return round(float(text.rstrip("kKMG")) * _SCALES.get(text[-1], 1.0))
