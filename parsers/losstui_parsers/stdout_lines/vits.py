"""VITS and the programs for voices that came of it: the losses of a step as a list without names."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, any_measured, pairs, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

# In the order in which the program prints them.
_LOSSES = {
    1: ("loss",),
    5: ("loss_disc", "loss_gen", "loss_fm", "loss_mel", "loss_kl"),
    6: ("loss_disc", "loss_gen", "loss_fm", "loss_mel", "loss_dur", "loss_kl"),
}


class Vits(LineFamily):
    """`Train Epoch: 3 [50%]`, below it `[2.5, 2.1, 8.2, 25.1, 1.5, 2.1, 200, 0.0002]`.

    The last two are the step and the learning rate; RVC prints these two alone, and the losses with their
    names below them, so-vits-svc `Losses: [2.5, 2.1, 8.2, 25.1, 2.1], step: 200, lr: 0.0002`.
    """

    title: ClassVar[str] = "VITS"
    marks: ClassVar[tuple[str, ...]] = ("Train Epoch: ", "]", "loss_disc=", "Losses: [")
    distinctive: ClassVar[bool] = True

    _epoch = re.compile(r"Train Epoch: (\d+) \[\d+(?:\.\d+)?%\]\s*$")
    _list = re.compile(rf"(?:^|[\s:])\[((?:{NUMBER}, ){{1,12}}{NUMBER})\]\s*$")
    _with_names = re.compile(rf"Losses: \[((?:{NUMBER}, ){{1,12}}{NUMBER})\], step: (\d+), (lr: {NUMBER}.*)")

    def __init__(self) -> None:
        self._number: float | None = None
        self._place: tuple[float, float] | None = None  # the step and the learning rate of losses below

    def read(self, line: str) -> Record | None:
        """The values of one step."""
        epoch = self._epoch.search(line)
        if epoch:
            self._number, self._place = float(epoch.group(1)), None
            return Record([])
        if self._number is None:
            return None
        if self._place is not None and "loss_disc=" in line:
            values, (step, rate) = pairs(line), self._place
            return Record([*values, ("lr", rate)], step, self._number) if any_measured(values) else None
        told = self._with_names.search(line)
        if told:
            values = [*_named([to_number(one) for one in told.group(1).split(", ")]), *pairs(told.group(3))]
            return Record(values, float(told.group(2)), self._number)
        found = self._list.search(line)
        return self._of_list([to_number(one) for one in found.group(1).split(", ")]) if found else None

    def _of_list(self, numbers: list[float]) -> Record | None:
        *losses, step, rate = numbers
        if step % 1 or step < 0:
            return None
        self._place = None if losses else (step, rate)
        return Record([*_named(losses), ("lr", rate)] if losses else [], step, self._number)


def _named(losses: list[float]) -> list[tuple[str, float]]:
    names = _LOSSES.get(len(losses), tuple(f"loss_{place}" for place in range(1, len(losses) + 1)))
    return list(zip(names, losses, strict=True))
