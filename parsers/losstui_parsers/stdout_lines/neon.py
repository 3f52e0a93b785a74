"""neon's bar of an epoch, with the evaluation behind it."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Neon(LineFamily):
    """`Epoch 0   [Train |████|  390/390  batches, 0.75 cost, 3.50s] [CrossEntropyMulti Loss 0.5, 0.25s]`."""

    title: ClassVar[str] = "neon"
    marks: ClassVar[tuple[str, ...]] = (" batches, ",)
    redrawn: ClassVar[bool] = True
    distinctive: ClassVar[bool] = True

    _line = re.compile(
        rf"\bEpoch (\d+)\s+\[Train \|[^|]*\|\s*\d+/\d+\s+batches, ({NUMBER}) cost, {NUMBER}s\]"
        rf"(?: +\[(\w+) Loss ({NUMBER}), {NUMBER}s\])?"
    )

    def read(self, line: str) -> Record | None:
        """The average cost of one epoch, and the loss on held-out data where that is measured."""
        match = self._line.search(line)
        if match is None:
            return None
        epoch, cost, name, loss = match.groups()
        values = [("train/cost", to_number(cost))]
        values += [(f"val/{name} loss", to_number(loss))] if loss else []
        return Record(values, None, float(epoch))
