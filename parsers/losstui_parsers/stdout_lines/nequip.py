"""NequIP's and Allegro's epochs: a header of names, and below it a row of training and one of validation."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_AXES = ("Epoch", "wal", "LR")  # and the seconds since the start


class NequIp(LineFamily):
    """`! Train  1  3.455  0.005  1.02  0.788` and `! Validation …` below `Train  #  Epoch  wal  LR  loss`.

    The rows of single batches, which it prints as well, are left to its tables `metrics_batch_….csv`.
    """

    title: ClassVar[str] = "NequIP"
    marks: ClassVar[tuple[str, ...]] = (
        "Epoch      wal",
        "! Train ",
        "! Validation ",
        "! Initial Validation ",
    )
    distinctive: ClassVar[bool] = True

    _header = re.compile(r"\s*(?:Train|Initialization)\s+#\s+(Epoch\s+wal\s+LR\s.*)")
    _row = re.compile(rf"! (?:Initial )?(Train|Validation)((?:\s+{NUMBER})+)\s*")

    def __init__(self) -> None:
        self._names: list[str] = []

    def read(self, line: str) -> Record | None:
        """The values of one row, and the learning rate with those of training."""
        header = self._header.match(line)
        if header:
            self._names = header[1].split()
            return Record([])
        row = self._row.fullmatch(line) if self._names else None
        cells = row[2].split() if row else []
        if row is None or len(cells) != len(self._names):
            return None
        named = dict(zip(self._names, map(to_number, cells), strict=True))
        values = [(f"{row[1]}/{name}", value) for name, value in named.items() if name not in _AXES]
        rate = [("LR", named["LR"])] if row[1] == "Train" else []
        return Record([*rate, *values], epoch=named["Epoch"])
