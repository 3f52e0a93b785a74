"""RAFT and the networks for optical flow and stereo that grew from it."""

from __future__ import annotations

import math
import re
from typing import ClassVar, Final

from losstui_parsers.stdout_lines.record import LineFamily, Record

_REAL = r"(\d+\.\d{4}|nan|inf)"
_ERROR_LAST: Final = ("train/1px", "train/3px", "train/5px", "train/epe")
_ERROR_FIRST: Final = ("train/epe", "train/1px", "train/3px", "train/5px")


class Raft(LineFamily):
    """`[   100, 0.0000250]     0.5000,     0.7500,     0.8750,     3.2500, `: step, rate and four averages.

    They are the shares of pixels that are less than 1, 3 and 5 pixels wrong, and the mean error behind
    them; some print it before them. Where all four may be shares, it stands where it stood before.
    """

    title: ClassVar[str] = "RAFT"
    marks: ClassVar[tuple[str, ...]] = (" 0.000",)
    distinctive: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True

    _line = re.compile(rf"\s*\[ *(\d+), +(\d\.\d{{7}})\] +{_REAL}, +{_REAL}, +{_REAL}, +{_REAL},\s*")

    def __init__(self) -> None:
        self._error_first = False

    def read(self, line: str) -> Record | None:
        """The averages over the latest steps; numbers that cannot be shares are something else."""
        match = self._line.fullmatch(line)
        if match is None:
            return None
        step, rate, *numbers = map(float, match.groups())
        first, last = _are_shares(numbers[1:]), _are_shares(numbers[:3])
        if not (first or last):
            return None
        if first != last:
            self._error_first = first
        names = _ERROR_FIRST if self._error_first else _ERROR_LAST
        return Record([*zip(names, numbers, strict=True), ("lr", rate)], step)


def _are_shares(numbers: list[float]) -> bool:
    """Whether numbers may be shares of errors below bounds that rise; after a breakdown they are NaN."""
    broken = any(math.isnan(one) for one in numbers)
    return broken or (numbers == sorted(numbers) and numbers[-1] <= 1.0)
