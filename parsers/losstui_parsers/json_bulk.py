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
from losstui_parsers.bulk_scan import LONGEST_ROW
from losstui_parsers.json_template import NAN_STAND_IN, Template, template_of
from losstui_parsers.rows import TableBuilder
from losstui_parsers.tables import Column

BLOCK_BYTES = 1 << 20  # taken at once: it stays in the processor's cache
PARSED_BYTES = 8 << 20  # of one template, parsed at once
MOST_TEMPLATES = 64  # a log has a handful of shapes; each is looked for in every block
NEW_TEMPLATES = 4  # tried in one block
TRIED_BYTES = 8 << 20  # after which most lines must have fitted

Lines = list[tuple[int, bytes]]


@dataclass(slots=True, eq=False)
class _Taken:
    """The lines that fit one template: those to be parsed yet, and the numbers of all before."""

    template: Template
    texts: list[bytes] = field(default_factory=list[bytes])
    rows: list[IntArray] = field(default_factory=list[IntArray])
    size: int = 0
    parsed: list[tuple[IntArray, FloatArray]] = field(default_factory=list[tuple[IntArray, FloatArray]])

    def take(self, text: bytes, rows: IntArray, left: Lines) -> None:
        """Keep some whole lines, one for each of `rows`; what turns out to be no numbers goes to `left`."""
        self.texts.append(text)
        self.rows.append(rows)
        self.size += len(text)
        if self.size >= PARSED_BYTES:
            self.parse(left)

    def parse(self, left: Lines) -> None:
        """Parse what was kept."""
        if not self.texts:
            return
        text, rows = b"".join(self.texts), np.concatenate(self.rows)
        self.texts, self.rows, self.size = [], [], 0
        values = _parse(text, len(rows), self.template)
        if values is None:
            lines = text.replace(NAN_STAND_IN, b"NaN").split(b"\n")
            left.extend((row + 1, line) for row, line in zip(rows.tolist(), lines, strict=False))
        else:
            self.parsed.append((rows, values))

    def put_into(self, builder: TableBuilder) -> None:
        """Hand over all columns."""
        if not self.parsed:
            return
        rows = np.concatenate([part for part, _ in self.parsed])
        for index, name in enumerate(self.template.names):
            builder.add_column(name, Column(rows, np.concatenate([part[index] for _, part in self.parsed])))
        for name, value in self.template.constants:
            builder.add_column(name, Column(rows, np.full(len(rows), value)))


def _parse(text: bytes, rows: int, template: Template) -> FloatArray | None:
    """The numbers, shape (names, rows), or None where the text holds anything else."""
    numbers = template.without_text(text, rows)
    if numbers is None:
        return None
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.BytesIO(numbers),
            header=None,
            names=range(template.fields),
            usecols=list(template.columns),
            na_filter=False,
            dtype=np.float64,
            float_precision=exact_floats(),
        )
    except ValueError:
        return None
    if len(frame) != rows:
        return None
    values = np.empty((len(template.columns), rows))
    for index, column in enumerate(template.columns):
        values[index] = frame[column].to_numpy(np.float64)
    if NAN_STAND_IN in text:
        values[values == float(NAN_STAND_IN)] = np.nan
    return values


def _stand_in(block: bytes) -> bytes:
    """The block with a number for each written NaN."""
    letters = np.frombuffer(block, np.uint8)
    found = np.flatnonzero(letters == ord("N"))  # one letter is found many times as fast as three
    first, last = found[::2], found[1::2]
    if len(first) != len(last) or np.any(last - first != 2) or np.any(letters[first + 1] != ord("a")):
        return block.replace(b"NaN", NAN_STAND_IN)
    edges = zip([0, *(last + 1).tolist()], [*first.tolist(), len(block)], strict=True)
    return NAN_STAND_IN.join([block[start:end] for start, end in edges])


def read_bulk_lines(stream: BinaryIO, builder: TableBuilder) -> tuple[Lines, bool] | None:
    """Put the lines that templates fit into `builder`, by line; return the others with their line numbers.

    With them whether the last of all lines has no line end, and so may still be written. None where few
    lines fit, or the rows belong together in ways a table does not show.
    """
    reader = _Reader()
    rest = b""
    read = 0
    while piece := stream.read(BLOCK_BYTES):
        end = piece.rfind(b"\n") + 1
        if end:
            reader.take(rest + piece[:end])
            rest = piece[end:]
        else:
            rest += piece
        read += len(piece)
        if len(rest) > LONGEST_ROW or (read > TRIED_BYTES and len(reader.left) > reader.lines / 2):
            return None
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

    def take(self, block: bytes) -> None:
        """Take some whole lines."""
        if b"N" in block:
            if NAN_STAND_IN in block:
                self._leave(block)
                return
            block = _stand_in(block)
        lines = _Lines(block)
        todo = np.ones(len(lines.ends), bool)
        for taken in self.taken:
            self._offer(taken, lines, todo)
            if not todo.any():
                break
        else:
            self._new_templates(lines, todo)
        for index in np.flatnonzero(todo).tolist():
            line = block[lines.starts[index] : lines.ends[index]].replace(NAN_STAND_IN, b"NaN")
            self.left.append((self.lines + index + 1, line))
        self.lines += len(lines.ends)

    def _leave(self, block: bytes) -> None:
        lines = block.split(b"\n")[:-1]
        self.left.extend(enumerate(lines, self.lines + 1))
        self.lines += len(lines)

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
            taken.take(lines.text_of(chosen), chosen + self.lines, self.left)

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

    def __init__(self, block: bytes) -> None:
        self.block = block
        self.letters = np.frombuffer(block, np.uint8)
        self.ends = np.flatnonzero(self.letters == ord("\n"))
        self.starts = np.concatenate(([0], self.ends[:-1] + 1))
        self.colons = np.flatnonzero(self.letters == ord(":"))
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
        fits = ends > starts
        starts = starts + (self.letters.take(starts, mode="clip") == ord("-"))
        # What is less than "0" is far above it without a sign.
        first = self.letters.take(starts, mode="clip") - np.uint8(ord("0"))
        second = self.letters.take(starts + 1, mode="clip") - np.uint8(ord("0"))
        return fits & (first <= 9) & ((first > 0) | (second > 9))

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
