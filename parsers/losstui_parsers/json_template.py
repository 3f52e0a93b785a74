"""What the lines of a JSON log with the same keys have in common: the text around their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from losstui_parsers.json_text import NotJson, as_object, load
from losstui_parsers.rows import TableBuilder

NAN_MARK = b"\1\2\2"  # for a written NaN: control characters, which no JSON holds
_NAN_STAND_IN = b"-8.98846567431158e307"  # in the line of a template: any number that no log holds
# Some write their numbers as texts.
_NUMBER = re.compile(rb':\s*"?(-?\d[\d.eE+-]*)(?="?\s*[,}])')
_OF_NUMBERS = b"0123456789.eE+-"
_KEPT = bytes(range(256)).translate(bytes.maketrans(b":", b","))
_DELETED = bytes(byte for byte in range(256) if byte not in _OF_NUMBERS + b",:\n")


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The `texts` before, between and behind the numbers of a line, and the `names` of the numbers.

    `constants` are keys with the same value in all lines. Each text but the last ends with a colon and
    what stands between it and the number: `last_colons` counts the colons of the line up to that one,
    `behind` is the distance from it to the number. With its letters deleted and colons turned to
    commas a line has `fields`, of which `columns` are the numbers.
    """

    texts: tuple[bytes, ...]
    names: tuple[str, ...]
    constants: tuple[tuple[str, float], ...]
    colons: int
    last_colons: tuple[int, ...]
    behind: tuple[int, ...]
    fields: int
    columns: tuple[int, ...]

    def without_text(self, lines: bytes, rows: int) -> bytes | None:
        """The numbers in `rows` lines that have these texts, among what the texts leave behind.

        Nothing is left of a NaN that is marked. None where there is anything but the characters of numbers
        between the texts.
        """
        left = lines.translate(_KEPT, _DELETED)
        own = [text.translate(_KEPT, _DELETED) for text in self.texts]
        deleted = rows * (sum(map(len, self.texts)) - sum(map(len, own)))
        if NAN_MARK[:1] in lines:
            deleted += len(NAN_MARK) * _count(lines, NAN_MARK[:1])
        fits = len(lines) - len(left) == deleted and _count(left, b",") == rows * (self.fields - 1)
        fits = fits and _bare_points(left) == rows * sum(map(_bare_points, own))
        return left if fits else None

    def with_text(self, numbers: bytes) -> Iterator[bytes]:
        """The lines that left these numbers behind."""
        for line in numbers.splitlines():
            fields = line.split(b",")
            values = [fields[column] or b"NaN" for column in self.columns]
            yield b"".join(chain(*zip(self.texts, values, strict=False), self.texts[-1:]))


def _count(text: bytes, letter: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(letter)))


def _bare_points(text: bytes) -> int:
    """How many points no digit follows: pandas takes a number that ends with one, JSON has none."""
    letters = np.frombuffer(text, np.uint8)
    no_digit = letters[1:] - np.uint8(ord("0")) > 9  # what is less than "0" is far above it
    return int(np.count_nonzero(no_digit & (letters[:-1] == ord("."))))


def template_of(line: bytes) -> Template | None:
    """The template of a line and all that are like it, or None where it holds more than keys and numbers."""
    line = line.replace(NAN_MARK, _NAN_STAND_IN)
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
    if probe.labels() or b"true" in line or b"false" in line or not matches:
        return None
    # One number a key, in the order of the keys; what is left over is infinite in all lines.
    names = [name for name, value in values.items() if np.isfinite(value)]
    if [float(match.group(1)) for match in matches] != [values[name] for name in names]:
        return None
    edges = [0, *(edge for match in matches for edge in match.span(1)), len(line)]
    texts = tuple(line[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    if any(_NAN_STAND_IN in text for text in texts):  # a key that reads NaN
        return None
    constants = tuple((name, value) for name, value in values.items() if name not in names)
    return _placed(texts, tuple(names), constants)


def _placed(
    texts: tuple[bytes, ...], names: tuple[str, ...], constants: tuple[tuple[str, float], ...]
) -> Template:
    last_colons: list[int] = []
    columns: list[int] = []
    colons = fields = 0
    for text in texts[:-1]:
        colons += text.count(b":")
        fields += text.count(b":") + text.count(b",")
        last_colons.append(colons - 1)
        columns.append(fields)
    behind = tuple(len(text) - text.rfind(b":") for text in texts[:-1])
    colons += texts[-1].count(b":")
    fields += texts[-1].count(b":") + texts[-1].count(b",")
    return Template(texts, names, constants, colons, tuple(last_colons), behind, fields + 1, tuple(columns))
