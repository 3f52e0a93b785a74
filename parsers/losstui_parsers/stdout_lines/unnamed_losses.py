"""Programs whose lines give their losses a letter or the name of a task: YOLACT, XLM."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_YOLACT_LOSSES: Final[dict[str, str]] = {
    "B": "box_loss",
    "C": "class_loss",
    "M": "mask_loss",
    "S": "segmentation_loss",
    "P": "prototype_loss",
    "D": "diversity_loss",
    "E": "existence_loss",
    "I": "mask_iou_loss",
    "T": "loss",
}


class Yolact(LineFamily):
    """`[  0]     10 || B: 5.25 | C: 9.5 | T: 14.75 || ETA: 1:02:03 || timer: 0.5`, of epoch and iteration."""

    title: ClassVar[str] = "YOLACT"
    marks: ClassVar[tuple[str, ...]] = (" || ",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(r"\s*\[ *(\d+)\] +(\d+) \|\| (.*?T: .*?) \|\| ETA: .*")
    _pair = re.compile(rf"(?:^|\| )([BCMSPDEIT]): ({NUMBER})(?= \||$)")

    def read(self, line: str) -> Record | None:
        """The losses of one iteration, averaged over the latest ones."""
        match = self._line.fullmatch(line)
        if match is None:
            return None
        found = self._pair.findall(match.group(3))
        values = [(_YOLACT_LOSSES[letter], to_number(number)) for letter, number in found]
        return Record(values, float(match.group(2)), float(match.group(1))) if values else None


class Xlm(LineFamily):
    """`10 -  34.5 sent/s -  1100.5 words/s - AE-en: 7.25 || BT-en-fr-en: 8.5 - model LR = 1e-04`.

    The evaluations, `valid_en-fr_mt_ppl -> 295.5` below `epoch -> 2.0`, are read as those of anyone's loop.
    """

    title: ClassVar[str] = "XLM"
    marks: ClassVar[tuple[str, ...]] = (" sent/s - ",)
    distinctive: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True

    _line = re.compile(rf" - +(\d+) - +({NUMBER}) sent/s - +({NUMBER}) words/s - (.*)")
    _task = re.compile(rf"(?:^|\|\| |- )([A-Z]{{2,5}}(?:-\w+){{1,4}}): +({NUMBER})(?=\s|$)")
    _rate = re.compile(rf"\bmodel LR = ({NUMBER})")

    def read(self, line: str) -> Record | None:
        """The losses of the tasks, averaged over the latest iterations."""
        match = self._line.search(line)
        if match is None:
            return None
        step, sentences, words, told = match.groups()
        values = [(f"{task}_loss", to_number(number)) for task, number in self._task.findall(told)]
        values += [("lr", to_number(number)) for number in self._rate.findall(told)]
        values += [("sent/s", to_number(sentences)), ("words/s", to_number(words))]
        return Record(values, float(step))
