"""The fast path for large JSON Lines: rows of the same keys become a table of numbers, without a JSON parser.

What is left of a line without the characters of numbers is its shape. Lines of one shape have the same
text between their numbers; with that text replaced by separators they are a table that the C parser of
pandas reads. Every line is held against the template, so a key that differs in a digit alone is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from losstui.frame import IntArray
from losstui_parsers.bulk import LARGE, parse
from losstui_parsers.json_text import NotJson, as_object, load
from losstui_parsers.rows import TableBuilder
from losstui_parsers.tables import Column

_OF_NUMBERS = b"0123456789.eE+-"
_NUMBER = re.compile(rb":\s*(-?\d[\d.eE+-]*)(?=\s*[,}])")
BLOCK_BYTES = 1 << 20  # taken at once: it stays in the processor's cache
MOST_TEMPLATES = 64  # a log has a handful of shapes; each is looked for in every block
_FIRST_SEPARATOR = 128  # separators are bytes that no ASCII text holds
_MOST_SEPARATORS = 128


@dataclass(slots=True, eq=False)
class _Template:
    """Lines of one shape: the texts around the numbers, their names, the keys with the same value in all.

    `pieces` are the numbers of the lines met so far, with commas between, `rows` the rows they stand in.
    """

    texts: tuple[bytes, ...]
    names: tuple[str, ...]
    constants: tuple[tuple[str, float], ...]
    pieces: list[bytes] = field(default_factory=list[bytes])
    rows: list[IntArray] = field(default_factory=list[IntArray])

    def take(self, block: bytes, rows: IntArray) -> bool:
        """Take the whole lines of `block`, one for each of `rows`, if all of them fit."""
        if not block.isascii():
            return False
        separators = [bytes((_FIRST_SEPARATOR + index,)) for index in range(len(self.texts))]
        # A text may be part of a longer one: "}" of "}, ".
        for text, separator in sorted(
            zip(self.texts, separators, strict=True), key=lambda pair: len(pair[0]), reverse=True
        ):
            block = block.replace(text, separator)
        if block.translate(None, _OF_NUMBERS) != (b"".join(separators) + b"\n") * len(rows):
            return False
        commas = bytes.maketrans(b"".join(separators), b"," * len(separators))
        self.pieces.append(block.translate(commas, separators[0] + separators[-1]))
        self.rows.append(rows)
        return True

    def put_into(self, builder: TableBuilder) -> bool:
        """Parse what was taken into `builder`, if all of it is numbers."""
        rows = np.concatenate(self.rows)
        frame = parse(b"".join(self.pieces), self.names, ",")
        if frame is None or len(frame) != len(rows) or any(kind.kind not in "fiu" for kind in frame.dtypes):
            return False
        columns = [frame.iloc[:, index].to_numpy(np.float64) for index in range(len(self.names))]
        if any(bool(np.isnan(values).any()) for values in columns):  # a key without its number
            return False
        for name, values in zip(self.names, columns, strict=True):
            builder.add_column(name, Column(rows, values))
        for name, value in self.constants:
            builder.add_column(name, Column(rows, np.full(len(rows), value)))
        return True


def read_bulk_lines(data: bytes, builder: TableBuilder) -> list[tuple[int, bytes]] | None:
    """Put the lines that templates fit into `builder`, by line; return the others with their line numbers.

    None where the text is not large, or its rows belong together in ways a table does not show.
    """
    # mmcv and MMEngine write rows that need the row before them
    if len(data) < LARGE or b'"iter"' in data or b"\0" in data:
        return None
    templates: dict[bytes, _Template | None] = {}
    left: list[tuple[int, bytes]] = []
    start, row = 0, 0
    while start < len(data):
        end = data.find(b"\n", start + BLOCK_BYTES) + 1 or len(data)
        block = data[start:end]
        lines = block.split(b"\n")
        if block.endswith(b"\n"):
            lines.pop()
        _take_block(block, lines, row, templates, left)
        start, row = end, row + len(lines)
    for template in templates.values():
        if template is not None and template.rows and not template.put_into(builder):
            left.extend(_lines_of(data, template))
    builder.rows = row
    return sorted(left)


def _take_block(
    block: bytes,
    lines: list[bytes],
    first_row: int,
    templates: dict[bytes, _Template | None],
    left: list[tuple[int, bytes]],
) -> None:
    shapes = block.translate(None, _OF_NUMBERS).split(b"\n")[: len(lines)]
    lines_of_shape: dict[bytes, list[int]] = {}
    for index, shape in enumerate(shapes):
        lines_of_shape.setdefault(shape, []).append(index)
    for shape, own in lines_of_shape.items():
        if shape not in templates:
            known = len(templates) < MOST_TEMPLATES
            templates[shape] = _template(lines[own[0]]) if known else None
        template = templates[shape]
        text = b"".join([lines[index] + b"\n" for index in own]) if len(own) < len(lines) else block
        # A block without a line end is the last: its line may still be written.
        whole = text.endswith(b"\n")
        if template is None or not whole or not template.take(text, np.array(own, np.int64) + first_row):
            left.extend((first_row + index + 1, lines[index]) for index in own)


def _lines_of(data: bytes, template: _Template) -> list[tuple[int, bytes]]:
    lines = data.split(b"\n")
    return [(row + 1, lines[row]) for row in np.concatenate(template.rows).tolist()]


def _template(line: bytes) -> _Template | None:
    try:
        row = as_object(load(line.decode("ascii")))
    except (NotJson, UnicodeDecodeError):
        return None
    if row is None:
        return None
    probe = TableBuilder()
    probe.add(row)
    table = probe.build()
    values = {name: float(column.values[0]) for name, column in table.numbers.items() if len(column.values)}
    matches = list(_NUMBER.finditer(line))
    if probe.labels() or b"true" in line or b"false" in line or not 0 < len(matches) < _MOST_SEPARATORS:
        return None
    # One number a key, in the order of the keys; what is left over is NaN or infinite in all lines.
    names = [name for name, value in values.items() if np.isfinite(value)]
    if [float(match.group(1)) for match in matches] != [values[name] for name in names]:
        return None
    edges = [0, *(edge for match in matches for edge in match.span(1)), len(line)]
    texts = tuple(line[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    constants = tuple((name, value) for name, value in values.items() if name not in names)
    return _Template(texts, tuple(names), constants) if len(set(texts)) == len(texts) else None
