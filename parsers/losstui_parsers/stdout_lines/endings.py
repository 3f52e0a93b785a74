"""What terminal output says of the end of the run: how much was planned, that it is done, that it failed."""

from __future__ import annotations

import re

from losstui_parsers.stdout_lines.failures import GUARD_SIGN, Failure
from losstui_parsers.stdout_lines.record import Record

_OF_ALL = re.compile(r"(?<![\d/.-])(\d{1,12})\s?/\s*(\d{1,12})(?![\d/.-])")
_EPOCH_OF_ALL = re.compile(r"\bepoch:?\s*\[?\s*(\d{1,9})\s*/\s*(\d{1,9})(?![\d/.])", re.IGNORECASE)
_DONE = re.compile(
    r"'train_runtime'|`Trainer\.fit` stopped|epochs completed in \d|\bdone training\b"
    r"|\btraining (?:is |has )?(?:done|completed?|finished)\b(?! iteration)|\bfinished training\b",
    re.IGNORECASE,
)
# One of these is in each of those: to look for them is all that most lines cost.
_DONE_SIGNS = ("rain", "RAIN", "ompleted", "OMPLETED")
_LAST_RECORDS = 2  # of a final evaluation, which may follow the end of the training


class End:
    """Follows the lines of one text."""

    def __init__(self) -> None:
        self._failure = Failure()
        self._done = False
        self._records_since = 0
        self._last: tuple[Record, str] | None = None
        self._epoch: tuple[int, int] | None = None
        self._farthest = 0.0
        self._placed = False  # whether any line of the trainer told a step or an epoch

    @property
    def failure(self) -> str | None:
        """The line that tells why the run died; None where it did not."""
        return self._failure.cause

    def is_exception(self, line: str) -> bool:
        """Whether a line is the exception of a traceback."""
        return self._failure.is_exception(line)

    def record(self, record: Record, line: str) -> None:
        """Take a line of the trainer: what it goes on after was not the end.

        One without a place may be the last word, where others had one: losses that are printed as they fail.
        """
        placed = record.step is not None or record.epoch is not None
        self._placed = self._placed or placed
        if placed or not self._placed:
            self._failure.forget()
        if GUARD_SIGN in line:
            self._failure.look(line)
        self._records_since += 1
        self._done = self._done and self._records_since <= _LAST_RECORDS
        self._last = record, line
        self._farthest = max(self._farthest, record.step or 0.0)

    def other(self, line: str) -> None:
        """Take a line that holds no values."""
        self._failure.look(line)
        if any(sign in line for sign in _DONE_SIGNS) and _DONE.search(line):
            self._done, self._records_since = True, 0
        elif "poch" in line:
            match = _EPOCH_OF_ALL.search(line)
            if match:
                self._epoch = int(match.group(1)), int(match.group(2))

    def progress(self) -> float | None:
        """The share of what was planned that is done, by the last line with values and the epoch above it."""
        if self._done:
            return 1.0
        if self._last is None:
            return None
        record, line = self._last
        shares = {float(n): int(n) / int(of) for n, of in _OF_ALL.findall(line) if 0 < int(n) <= int(of)}
        named = _EPOCH_OF_ALL.search(line)
        epoch = (int(named.group(1)), int(named.group(2))) if named else self._epoch
        if epoch is not None and record.epoch in (None, epoch[0]) and 0 < epoch[0] <= epoch[1]:
            within = shares.get(record.step) if record.step else 1.0
            return None if within is None else (epoch[0] - 1 + within) / epoch[1]
        if record.epoch is None and record.step and record.step == self._farthest:
            return shares.get(record.step)  # where steps start anew, so many are those of an epoch
        return shares.get(record.epoch) if record.epoch and record.step is None else None
