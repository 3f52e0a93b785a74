"""Steps that are printed in thousands, "step:1K", so that several lines name the same one."""

from __future__ import annotations

import re

_STEP = re.compile(r"(?<![A-Za-z_])(steps?\s?[:=]\s?)(\d+(?:\.\d+)?)([KkMB]?)(?![\w.])")
_UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9}


class ShortSteps:
    """The steps of one text in full.

    As long as they come at the interval of those that were printed in full, that tells them: 600, 800, 1K, 1K
    are 600, 800, 1000, 1200. A step that does not round to what is printed is taken as it stands there.
    """

    def __init__(self) -> None:
        self._latest: float | None = None
        self._interval = 0.0

    def in_full(self, line: str) -> str:
        """The line with its step written out."""
        match = _STEP.search(line)
        if match is None:
            return line
        before, number, letter = match.groups()
        unit = _UNITS[letter.lower()]
        step = float(number) * unit
        if not letter:
            self._interval = step - self._latest if self._latest is not None else 0.0
            self._latest = step
            return line
        digit = unit * 10.0 ** -len(number.partition(".")[2])
        counted = step if self._latest is None else self._latest + self._interval
        if self._interval > 0.0 and abs(counted - step) <= digit / 2:
            step = counted
        self._latest = step
        return f"{line[: match.start()]}{before}{step:.0f}{line[match.end() :]}"
