"""MACE, which trains interatomic potentials: it prints its errors on the validation data."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import ENDED, NUMBER, to_number, under
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Mace(LineFamily):
    """`INFO: Epoch 3: head: Default, loss=0.53, RMSE_E_per_atom=  30.8 meV, RMSE_F=  210.9 meV / A`.

    All of it is of the validation data; the loss in training is in the `_train.txt` beside. Heads other than
    the default one are curves of their own.
    """

    title: ClassVar[str] = "MACE"
    marks: ClassVar[tuple[str, ...]] = ("MSE_", "MAE_")
    distinctive: ClassVar[bool] = True

    _line = re.compile(
        rf"\bEpoch (\d+): (?:head: ([\w.-]+), )?(loss=\s*{NUMBER}{ENDED}, (?:RMSE|MAE|REL_RMSE)_.*)"
    )
    _value = re.compile(rf"(?:^|, )(\w+)=\s*({NUMBER}){ENDED}")
    _default_head = "Default"

    def read(self, line: str) -> Record | None:
        """The validation of one epoch."""
        match = self._line.search(line)
        if match is None:
            return None
        epoch, head, told = float(match.group(1)), match.group(2), match.group(3)
        values = under("valid", [(name, to_number(text)) for name, text, *_ in self._value.findall(told)])
        if head and head != self._default_head:
            values = [(f"{head}/{tag}", value) for tag, value in values]
        return Record(values, epoch=epoch)
