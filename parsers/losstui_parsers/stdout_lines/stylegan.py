"""StyleGAN 2 and 3: a line a tick, and a score of the images now and then."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class StyleGan(LineFamily):
    """`tick 12  kimg 48.0  sec/kimg 3.35  augment 0.006`, `{"results": {"fid50k_full": 47.5}, …}`.

    The step is the thousands of images that were shown.
    """

    title: ClassVar[str] = "StyleGAN"
    marks: ClassVar[tuple[str, ...]] = ("kimg ", '{"results": {', "network-snapshot-")
    distinctive: ClassVar[bool] = True

    _tick = re.compile(rf"\s*tick \d+\s+kimg ({NUMBER})\s+(\S.*)")
    _pair = re.compile(rf"(?<!\S)([A-Za-z][\w/]*)\s+({NUMBER})(?!\S)")
    _results = re.compile(r'\{"results": \{([^{}]*)\}')
    _result = re.compile(rf'"(\w+)": ({NUMBER})(?=,|$)')
    # before there was JSON: "network-snapshot-005734  time 4m 26s  fid50k_full 46.5"
    _snapshot = re.compile(r"network-snapshot-(\d+)\s+time\s+(\S.*)")

    def __init__(self) -> None:
        self._shown: float | None = None

    def read(self, line: str) -> Record | None:
        """The values of one tick or one evaluation."""
        tick = self._tick.fullmatch(line)
        if tick:
            self._shown = to_number(tick.group(1))
            return Record(self._pairs(tick.group(2)), self._shown)
        snapshot = self._snapshot.match(line)
        if snapshot:
            return Record(self._pairs(snapshot.group(2)), float(snapshot.group(1)))
        results = self._results.match(line) if self._shown is not None else None
        if results is None:
            return None
        scores = self._result.findall(results.group(1))
        return Record([(tag, to_number(number)) for tag, number in scores], self._shown)

    def _pairs(self, text: str) -> list[tuple[str, float]]:
        return [(tag, to_number(number)) for tag, number in self._pair.findall(text)]
