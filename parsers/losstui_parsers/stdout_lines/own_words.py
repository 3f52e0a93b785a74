"""Programs with lines of no habit but their own: llama2.c, Tacotron 2, DLRM, WeNet, Paddle's Model.fit."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import (
    NUMBER,
    any_measured,
    measured_under,
    pairs,
    phrase_pairs,
    to_number,
    under,
)
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Llama2C(LineFamily):
    """`10 | loss 2.3125 | lr 1.0e-04 | 50.12ms | mfu 10.12%`."""

    title: ClassVar[str] = "llama2.c"
    marks: ClassVar[tuple[str, ...]] = (" | loss ",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(rf"\s*(\d+) \| (loss {NUMBER}(?: \| .*)?)")
    _pair = re.compile(rf"(?:^|\| )(loss|lr|mfu) ({NUMBER})")

    def read(self, line: str) -> Record | None:
        """The values of one iteration."""
        match = self._line.fullmatch(line)
        if match is None:
            return None
        values = [(tag, to_number(number)) for tag, number in self._pair.findall(match.group(2))]
        return Record(values, float(match.group(1)))


class Tacotron2(LineFamily):
    """`Train loss 10 0.534 Grad Norm 1.5 2.1s/it` and `Validation loss 1000:  0.61`."""

    title: ClassVar[str] = "Tacotron 2"
    marks: ClassVar[tuple[str, ...]] = ("Train loss ", "Validation loss ")
    distinctive: ClassVar[bool] = True

    _train = re.compile(rf"Train loss (\d+) ({NUMBER}) Grad Norm ({NUMBER}) ({NUMBER})s/it\s*")
    _held_out = re.compile(rf"Validation loss (\d+):\s+({NUMBER})\s*")

    def read(self, line: str) -> Record | None:
        """The values of one iteration or one evaluation."""
        match = self._train.fullmatch(line)
        if match:
            names = ("train_loss", "grad_norm", "seconds_per_iteration")
            values = [to_number(number) for number in match.groups()[1:]]
            return Record(list(zip(names, values, strict=True)), float(match.group(1)))
        match = self._held_out.fullmatch(line)
        return Record([("val_loss", to_number(match.group(2)))], float(match.group(1))) if match else None


class Dlrm(LineFamily):
    """`Finished training it 1024/2048 of epoch 0, 10.5 ms/it, loss 0.512`."""

    title: ClassVar[str] = "DLRM"
    marks: ClassVar[tuple[str, ...]] = ("Finished training it ",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(r"Finished training it (\d+)/\d+ of epoch (\d+), (.*)")

    def read(self, line: str) -> Record | None:
        """The values of one iteration."""
        match = self._line.search(line)
        if match is None:
            return None
        values = [(tag, value) for tag, value, _ in phrase_pairs(match.group(3))]
        place = float(match.group(1)), float(match.group(2))
        return Record(values, *place) if any_measured(values) else None


class WeNet(LineFamily):
    """`TRAIN Batch 3/100 loss 12.5 loss_att 10.25`, of epoch and batch, and `Epoch 3 CV info cv_loss 9.5`."""

    title: ClassVar[str] = "WeNet"
    marks: ClassVar[tuple[str, ...]] = (" Batch ", " CV info ")
    distinctive: ClassVar[bool] = True

    _batch = re.compile(r"\b(TRAIN|CV) Batch (\d+)/(\d+) (loss .*)")
    _pair = re.compile(rf"(?<!\S)(\w*loss\w*|lr) ({NUMBER})(?!\S)")
    _held_out = re.compile(rf"\bEpoch (\d+) CV info cv_loss ({NUMBER})")

    def read(self, line: str) -> Record | None:
        """The values of one batch, or the average over all of an evaluation."""
        match = self._batch.search(line)
        if match:
            values = [(tag, to_number(number)) for tag, number in self._pair.findall(match.group(4))]
            if match.group(1) == "CV":
                return Record([])
            return Record(measured_under("train", values), float(match.group(3)), float(match.group(2)))
        match = self._held_out.search(line)
        if match is None:
            return None
        return Record([("val/loss", to_number(match.group(2)))], None, float(match.group(1)))


class PaddleModel(LineFamily):
    """`Epoch 3/20`, `step 10/30 - loss: 0.5 - acc: 0.8 - 20ms/step`, and the same below `Eval begin...`."""

    title: ClassVar[str] = "Paddle Model.fit"
    marks: ClassVar[tuple[str, ...]] = ("Epoch ", "step ", "Eval begin")
    redrawn: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True

    _epoch = re.compile(r"\s*Epoch (\d+)/\d+\s*")
    _line = re.compile(r"\s*step +(\d+)/(\d+)(?: \[.*?\])? - (\w+: .*)")

    def __init__(self) -> None:
        self._number: float | None = None
        self._evaluates = False

    def read(self, line: str) -> Record | None:
        """The values of a step, or the average at the end of an evaluation."""
        epoch = self._epoch.fullmatch(line)
        if epoch or line.startswith("Eval begin"):
            self._number = float(epoch.group(1)) if epoch else self._number
            self._evaluates = epoch is None
            return None
        match = self._line.fullmatch(line) if self._number is not None else None
        values = pairs(match.group(3)) if match else []
        if match is None or not any_measured(values):
            return None
        if not self._evaluates:
            return Record(values, float(match.group(1)), self._number)
        return Record(under("val", values) if match.group(1) == match.group(2) else [], None, self._number)
