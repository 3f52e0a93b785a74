"""The line that loops around RLlib's trainers print for each iteration."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class RlLib(LineFamily):
    """`  1 reward   9.00/ 22.50/ 84.00 len  22.50` and `  1: Min/Mean/Max reward:   9.00/ 22.50/ 84.00`."""

    title: ClassVar[str] = "RLlib"
    marks: ClassVar[tuple[str, ...]] = (" reward ", "ax reward:")
    of_loops: ClassVar[bool] = True

    _line = re.compile(
        rf"\s*(\d+):?\s+(?:reward|min/mean/max reward:)\s+({NUMBER})/\s*({NUMBER})/\s*({NUMBER})"
        rf"(?:,? len(?: mean)?:?\s+({NUMBER}))?(?![\w./]).*",
        re.IGNORECASE,
    )
    _names = ("reward_min", "reward_mean", "reward_max", "episode_len_mean")

    def read(self, line: str) -> Record | None:
        """The smallest, the mean and the largest return of one iteration; not in that order it is none."""
        match = self._line.fullmatch(line)
        if match is None:
            return None
        step, *numbers = [to_number(text) for text in match.groups() if text is not None]
        if numbers[:3] != sorted(numbers[:3]):
            return None
        return Record(list(zip(self._names, numbers, strict=False)), step)
