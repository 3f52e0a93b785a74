"""pycls, SlowFast and their kin: rows of JSON that tell what was measured, and both places as shares."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.dictionaries import number_items
from losstui_parsers.stdout_lines.numbers import any_measured, measured_under
from losstui_parsers.stdout_lines.record import LineFamily, Record


class JsonStats(LineFamily):
    """`json_stats: {"_type": "train_iter", "epoch": "1/50", "iter": "10/40", "loss": 2.1}`.

    Averages over an epoch of training are curves of their own; batches of an evaluation, and the least error
    so far, are none.
    """

    title: ClassVar[str] = "pycls or SlowFast"
    marks: ClassVar[tuple[str, ...]] = ("json_stats: {",)
    distinctive: ClassVar[bool] = True

    _type = re.compile(r'"_type": "(train|val|test)_(iter|epoch)')
    _place = re.compile(r'"(epoch|cur_epoch|iter|cur_iter)": "?(\d+)(?:/\d+)?"?[,}]')
    _no_value = re.compile(r"(?:cur_)?(?:epoch|iter)|min_.*")

    def read(self, line: str) -> Record | None:
        """The numbers of one row."""
        told = self._type.search(line)
        if told is None:
            return None
        split, over = told.groups()
        if over == "iter" and split != "train":
            return Record([])
        places = {name.removeprefix("cur_"): float(number) for name, number in self._place.findall(line)}
        values = [(tag, value) for tag, value in number_items(line) if not self._no_value.fullmatch(tag)]
        averages = over == "epoch" and split == "train"
        values = measured_under("train_epoch" if averages else split, values)
        step = places.get("iter") if over == "iter" else None
        return Record(values, step, places.get("epoch")) if any_measured(values) else None
