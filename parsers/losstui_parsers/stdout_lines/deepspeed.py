"""DeepSpeed's own lines, which stand between those of the trainer it drives."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class DeepSpeed(LineFamily):
    """The loss scale after an overflow, the learning rate and the speed of a step, the pipeline's loss."""

    title: ClassVar[str] = "DeepSpeed"
    marks: ClassVar[tuple[str, ...]] = ("OVERFLOW!", " step=", "steps: ", "SamplesPerSec=")
    distinctive: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True  # it drives them: the losses are theirs to tell

    _overflow = re.compile(rf"OVERFLOW!.*?(?:reducing to|loss scale to) ({NUMBER})")
    _step = re.compile(rf"\] step=([1-9]\d*), skipped=\d+, lr=\[({NUMBER})")
    _speed = re.compile(rf"/(\d+), .*?SamplesPerSec=({NUMBER})")
    _pipeline = re.compile(rf"steps: (\d+) loss: ({NUMBER}) iter time")

    def read(self, line: str) -> Record | None:
        """The value of the line; an overflow has no step of its own."""
        match = self._overflow.search(line)
        if match:
            return Record([("loss_scale", to_number(match.group(1)))])
        for tag, pattern in (("lr", self._step), ("samples/s", self._speed), ("loss", self._pipeline)):
            match = pattern.search(line)
            if match:
                return Record([(tag, to_number(match.group(2)))], float(match.group(1)))
        return None
