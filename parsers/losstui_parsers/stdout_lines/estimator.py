"""TensorFlow's Estimator: `loss = 0.69, step = 100 (12.3 sec)`, `Saving dict for global step 500: ...`."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, pairs, to_number, under
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Estimator(LineFamily):
    """The loss of a step, the speed, and the results of an evaluation, whose `loss` is another one."""

    title: ClassVar[str] = "TensorFlow Estimator"
    marks: ClassVar[tuple[str, ...]] = (", step = ", "Saving dict for global step", "global_step/sec: ")

    _loss = re.compile(rf"(?:^|[: ])loss = ({NUMBER}), step = (\d+)")
    _speed = re.compile(rf"global_step/sec: ({NUMBER})")
    _results = re.compile(r"Saving dict for global step (\d+): (.*)")

    def read(self, line: str) -> Record | None:
        """The values of a line."""
        loss = self._loss.search(line)
        if loss:
            return Record([("loss", to_number(loss.group(1)))], float(loss.group(2)))
        results = self._results.search(line)
        if results:
            values = [(tag, value) for tag, value in pairs(results.group(2)) if tag != "global_step"]
            return Record(under("eval", values), float(results.group(1)))
        speed = self._speed.search(line)
        return Record([("global_step/sec", to_number(speed.group(1)))]) if speed else None
