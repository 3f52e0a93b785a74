"""The fast path for large JSON Lines: rows of the same keys become a table of numbers, without a JSON parser.

Lines of one template have the same text around their numbers. The text is held against the template
byte by byte, for all lines at once; then its letters are deleted, and what is left is a table that the C
parser of pandas reads.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.bulk_frame import exact_floats
from losstui_parsers.bulk_scan import NotPlain, WholeLines
from losstui_parsers.json_template import NAN_MARK, Template, template_of
from losstui_parsers.large_arrays import keep_freed
from losstui_parsers.rows import TableBuilder
from losstui_parsers.tables import Column

BLOCK_BYTES = 1 << 20  # taken at once: it stays in the processor's cache
PARSED_BYTES = 2 << 20  # of the numbers of one template, parsed at once
MOST_TEMPLATES = 64  # a log has a handful of shapes; each is looked for in every block
NEW_TEMPLATES = 4  # tried in one block
TRIED_BYTES = 8 << 20  # after which most lines must have fitted

_DIGITS = np.isin(np.arange(256), list(b"0123456789"))
_BEGINS = _DIGITS | (np.arange(256) == NAN_MARK[0])
_EDGES = np.isin(np.arange(256), list(b' :,"}\t'))  # what a value stands between

Lines = list[tuple[int, bytes]]


@dataclass(slots=True, eq=False)
class _Taken:
    """What stands in the lines that fit one template: numbers to be parsed yet, and columns of all before."""

    template: Template
    numbers: list[bytes] = field(default_factory=list[bytes])
    rows: list[IntArray] = field(default_factory=list[IntArray])
    size: int = 0
    parsed: list[tuple[IntArray, list[FloatArray]]] = field(
        default_factory=list[tuple[IntArray, list[FloatArray]]]
    )

    def take(self, numbers: bytes, rows: IntArray, left: Lines) -> None:
        """Keep the numbers of some lines, one for each of `rows`; what is no number goes to `left`."""
        self.numbers.append(numbers)
        self.rows.append(rows)
        self.size += len(numbers)
        if self.size >= PARSED_BYTES:
            self.parse(left)

    def parse(self, left: Lines) -> None:
        """Parse what was kept."""
        if not self.numbers:
            return
        numbers, rows = b"".join(self.numbers), np.concatenate(self.rows)
        self.numbers, self.rows, self.size = [], [], 0
        columns = _parse(numbers, len(rows), self.template)
        if columns is None:
            lines = self.template.with_text(numbers)
            left.extend((row + 1, line) for row, line in zip(rows.tolist(), lines, strict=True))
        else:
            self.parsed.append((rows, columns))

    def put_into(self, builder: TableBuilder) -> None:
        """Hand over all columns."""
        if not self.parsed:
            return
        rows = np.concatenate([part for part, _ in self.parsed])
        for index, name in enumerate(self.template.names):
            builder.add_column(name, Column(rows, np.concatenate([part[index] for _, part in self.parsed])))
        for name, value in self.template.constants:
            builder.add_column(name, Column(rows, np.full(len(rows), value)))


def _parse(numbers: bytes, rows: int, template: Template) -> list[FloatArray] | None:
    """The columns of numbers, each of shape (rows,), or None where a field holds anything else."""
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.BytesIO(numbers),
            header=None,
            names=range(template.fields),
            usecols=list(template.columns),
            keep_default_na=False,
            na_values=[""],
            dtype=np.float64,
            float_precision=exact_floats(),
        )
    except ValueError:
        return None
    if len(frame) != rows:
        return None
    return [frame[column].to_numpy(np.float64) for column in template.columns]


def _mark_nan(letters: NDArray[np.uint8], flags: NDArray[np.bool_]) -> None:
    """Mark each written NaN that stands where a value may."""
    first = np.flatnonzero(np.equal(letters, ord("N"), out=flags))
    first = first[first < len(letters) - len(NAN_MARK)]
    first = first[(letters[first + 1] == ord("a")) & (letters[first + 2] == ord("N"))]
    first = first[_EDGES[letters[first - 1]] & _EDGES[letters[first + len(NAN_MARK)]]]
    for distance, letter in enumerate(NAN_MARK):
        letters[first + distance] = letter


def read_bulk_lines(stream: BinaryIO, builder: TableBuilder) -> tuple[Lines, bool] | None:
    """Put the lines that templates fit into `builder`, by line; return the others with their line numbers.

    With them whether the last of all lines has no line end, and so may still be written. None where few
    lines fit, or the rows belong together in ways a table does not show.
    """
    keep_freed()
    reader = _Reader()
    whole = WholeLines(stream, BLOCK_BYTES)
    read = 0
    try:
        while end := whole.read():
            reader.take(whole.letters, end)
            read += end
            if read > TRIED_BYTES and len(reader.left) > reader.lines / 2:
                return None
    except NotPlain:
        return None
    rest = whole.unfinished
    left = reader.finish(rest, builder)
    # mmcv and MMEngine write rows that need the row before them
    needy = any(_needs_rows_before(taken.template.names) for taken in reader.taken)
    needy = needy or any(b'"iter"' in line or b'"data_time"' in line for _, line in left)
    return None if needy else (sorted(left), bool(rest))


def _needs_rows_before(names: Collection[str]) -> bool:
    return "iter" in names or ("epoch" in names and "data_time" in names)


class _Reader:
    """Finds for each line the template it fits."""

    def __init__(self) -> None:
        self.taken: list[_Taken] = []
        self.left: Lines = []
        self.lines = 0
        self._flags = np.empty(0, bool)

    def take(self, letters: bytearray, end: int) -> None:
        """Take some whole lines, the first `end` of these letters, which may be changed."""
        if len(self._flags) < end:
            self._flags = np.empty(len(letters), bool)
        flags = self._flags[:end]
        if any(letters.find(mark, 0, end) >= 0 for mark in NAN_MARK):
            self._leave(bytes(letters[:end]))
            return
        if letters.find(b"N", 0, end) >= 0:
            _mark_nan(np.frombuffer(letters, np.uint8, end), flags)
        with memoryview(letters) as view:
            lines = _Lines(bytes(view[:end]), flags)
        todo = np.ones(len(lines.ends), bool)
        for taken in self.taken:
            self._offer(taken, lines, todo)
            if not todo.any():
                break
        else:
            self._new_templates(lines, todo)
        self._leave_some(lines, np.flatnonzero(todo))
        self.lines += len(lines.ends)

    def _leave(self, block: bytes) -> None:
        lines = block.split(b"\n")[:-1]
        self.left.extend(enumerate(lines, self.lines + 1))
        self.lines += len(lines)

    def _leave_some(self, lines: _Lines, chosen: IntArray) -> None:
        for index in chosen.tolist():
            line = lines.block[lines.starts[index] : lines.ends[index]].replace(NAN_MARK, b"NaN")
            self.left.append((self.lines + index + 1, line))

    def _new_templates(self, lines: _Lines, todo: NDArray[np.bool_]) -> None:
        for attempt in range(NEW_TEMPLATES):
            waiting = np.flatnonzero(todo)
            if not len(waiting) or len(self.taken) >= MOST_TEMPLATES:
                return
            chosen = waiting[attempt * len(waiting) // NEW_TEMPLATES]
            template = template_of(lines.block[lines.starts[chosen] : lines.ends[chosen]])
            if template is not None:
                self.taken.append(_Taken(template))
                self._offer(self.taken[-1], lines, todo)

    def _offer(self, taken: _Taken, lines: _Lines, todo: NDArray[np.bool_]) -> None:
        chosen = lines.fitting(taken.template, todo)
        if len(chosen):
            todo[chosen] = False
            numbers = taken.template.without_text(lines.text_of(chosen), len(chosen))
            if numbers is None:
                self._leave_some(lines, chosen)
            else:
                taken.take(numbers, chosen + self.lines, self.left)

    def finish(self, rest: bytes, builder: TableBuilder) -> Lines:
        """Hand all columns over; return the lines that are left, the one without an end too."""
        for taken in self.taken:
            taken.parse(self.left)
            taken.put_into(builder)
        if rest:
            self.lines += 1
            self.left.append((self.lines, rest))
        builder.rows = self.lines
        return self.left


class _Lines:
    """The lines of a block, with the places of their line ends and colons."""

    def __init__(self, block: bytes, flags: NDArray[np.bool_]) -> None:
        self.block = block
        self.letters = np.frombuffer(block, np.uint8)
        self.ends = np.flatnonzero(np.equal(self.letters, ord("\n"), out=flags))
        self.starts = np.concatenate(([0], self.ends[:-1] + 1))
        self.colons = np.flatnonzero(np.equal(self.letters, ord(":"), out=flags))
        self.first_colons = np.searchsorted(self.colons, self.starts)
        self.counts = np.diff(self.first_colons, append=len(self.colons))

    def fitting(self, template: Template, todo: NDArray[np.bool_]) -> IntArray:
        """Which of the lines `todo` have the texts of the template in the places where they belong."""
        chosen = np.flatnonzero(todo & (self.counts == template.colons))
        if not len(chosen):
            return chosen
        places = self.first_colons[chosen]
        fits = np.ones(len(chosen), bool)
        before = self.starts[chosen]
        for text, colon, behind in zip(template.texts, template.last_colons, template.behind, strict=False):
            numbers = self.colons[places + colon] + behind
            starts = numbers - len(text)
            fits &= starts == before if text is template.texts[0] else self._spelled(before, starts)
            self._compare(starts, text, fits)
            before = numbers
        ends = self.ends[chosen]
        starts = ends - len(template.texts[-1])
        fits &= self._spelled(before, starts)
        self._compare(starts, template.texts[-1], fits)
        return chosen if fits.all() else chosen[fits]

    def _spelled(self, starts: IntArray, ends: IntArray) -> NDArray[np.bool_]:
        """Which numbers begin as JSON has it: behind their sign with a digit, zero before no other."""
        fits: NDArray[np.bool_] = ends > starts
        starts = starts + (self.letters.take(starts, mode="clip") == ord("-"))
        first = self.letters.take(starts, mode="clip")
        second = self.letters.take(starts + 1, mode="clip")
        fits &= _BEGINS[first] & ((first != ord("0")) | ~_DIGITS[second])
        return fits

    def _compare(self, starts: IntArray, text: bytes, fits: NDArray[np.bool_]) -> None:
        """Clear in `fits` the lines that do not have `text` at `starts`."""
        last = len(self.block) - len(text)
        if last < 0:
            fits[:] = False
            return
        windows = np.ndarray((last + 1,), f"V{len(text)}", self.block, strides=(1,))
        found = windows[np.clip(starts, 0, last)]
        if found.tobytes() != text * len(starts):
            same = found.view(np.uint8).reshape(len(starts), len(text)) == np.frombuffer(text, np.uint8)
            fits &= same.all(axis=1) & (starts >= 0) & (starts <= last)

    def text_of(self, chosen: IntArray) -> bytes:
        """Those lines, with their line ends."""
        if len(chosen) == len(self.ends):
            return self.block
        first = np.concatenate(([True], np.diff(chosen) > 1))
        starts = self.starts[chosen[first]].tolist()
        ends = (self.ends[chosen[np.append(first[1:], True)]] + 1).tolist()
        return b"".join([self.block[start:end] for start, end in zip(starts, ends, strict=True)])
