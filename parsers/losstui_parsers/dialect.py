"""How a delimited text is written, told from its head, and the cells of its rows when it is read so."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from losstui_parsers.columns import EPOCH_NAMES, STEP_NAMES, is_missing, normalise, number, unwrap_scalars

DELIMITERS = (",", ";", "\t", "|")
WHITESPACE = " "  # stands for any run of blanks
SAMPLE_LINES = 40  # lines of the head that decide
LONGEST_HEADER = 65_536  # characters; what is longer is no header
MOST_LINES_OF_A_ROW = 20  # a quoted note has a few; more means that the quote is never closed
_OPEN_QUOTE = re.compile(r'(?:^|[,;\t]) *"(?:[^"]|"")*$')  # of a cell that the line does not close
_RULE = re.compile(r"[\s|:+=-]+")  # the line below the header of a drawn table
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d*|\d{1,3}(?:[.'\u2019\u00a0\u202f]\d{3})+),\d+([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")  # as well a whole number of thousands
_DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`header` are the stripped names; `header_line` counts from 1, 0 where the text has no header."""

    delimiter: str
    decimal: str
    header: tuple[str, ...]
    header_line: int


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of one line, as written; blanks around a delimiter other than blanks stay.

    A quote that the line leaves open is a letter.
    """
    if delimiter == WHITESPACE:
        return line.split()
    if delimiter == "|":
        line = line.strip().removeprefix("|").removesuffix("|")
    if '"' not in line or _leaves_open(line):
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), list[str]())
    except csv.Error:  # a cell longer than any, or a return within the line: its quotes are letters
        return line.split(delimiter)


def is_skipped(line: str) -> bool:
    """Whether a line holds no cells: it is blank, a comment, the rule below a header or Excel's delimiter."""
    if line[:1].isalnum():  # most lines by far: neither a rule nor a comment begins so
        return line.startswith("sep=") and len(line.rstrip()) <= len("sep=;")
    stripped = line.strip()
    return not stripped or stripped.startswith("#") or is_rule(stripped)


def is_rule(text: str) -> bool:
    """Whether a text without blanks around it is the line below the header of a drawn table."""
    return len(text) > 2 and not _RULE.sub("", text)


def split_rows(text: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line below the header that holds some, with the number of the line.

    A quoted cell may go over several lines: the number is that of the last. Where a quote is never closed,
    or the lines down to the next one are rows themselves, it is a letter.
    """
    lines = text.splitlines()
    quoted = '"' in text and dialect.delimiter in ",;\t"
    index = dialect.header_line
    while index < len(lines):
        line = lines[index]
        index += 1
        if is_skipped(line):
            continue
        if not (quoted and _leaves_open(line)):
            yield index, split_line(line, dialect.delimiter)
            continue
        below = lines[index : index + MOST_LINES_OF_A_ROW - 1]
        cells = _over_several(line, below[: _lines_to_close(below)], dialect)
        index += cells[0]
        yield index, cells[1]


def _leaves_open(line: str) -> bool:
    """Whether a cell of a line begins with a quote that the line does not close."""
    return line.count('"') % 2 == 1 and _OPEN_QUOTE.search(line) is not None


def _lines_to_close(below: Sequence[str]) -> int:
    """How many of the lines below an open quote there are down to that which closes it; 0 for none."""
    return next((place for place, line in enumerate(below, 1) if line.count('"') % 2), 0)


def _over_several(line: str, below: Sequence[str], dialect: Dialect) -> tuple[int, list[str]]:
    """How many of the lines `below` belong to the row that begins with `line`, and its cells."""
    if below and not all(_is_row(one, dialect) for one in below):
        rows = list(_rows_of_cells("\n".join((line, *below)), dialect.delimiter))
        if len(rows) == 1:
            return len(below), rows[0]
    return 0, split_line(line, dialect.delimiter)


def _rows_of_cells(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    except csv.Error:
        return


def _is_row(line: str, dialect: Dialect) -> bool:
    """Whether a line has as many cells as the header, and the first of them holds a number."""
    cells = split_line(line, dialect.delimiter)
    return len(cells) == len(dialect.header) and number(cells[0], dialect.decimal) is not None


def sniff(text: str) -> tuple[Dialect, list[list[str]]] | None:
    """The dialect of the head of a file, with the first rows of cells, or None where it is no table.

    `text` ends with a whole line or the end of the file.
    """
    lines = unwrap_scalars(text).splitlines()
    whole = _rows_of(lines) if '"' in text else enumerate(lines, 1)
    kept = [(place, line) for place, line in whole if not is_skipped(line)][:SAMPLE_LINES]
    if not kept or len(kept[0][1]) > LONGEST_HEADER:
        return None
    texts = [line for _, line in kept]
    split = _split_at_delimiters(texts) or _split_at_blanks(texts)
    if split is None:
        return None
    delimiter, rows = split
    header, header_line = _header(lines, kept[0][0], rows, delimiter)
    body = rows[1:] if header_line == kept[0][0] else rows
    if header_line and body and all(len(row) == len(header) + 1 and row[-1].strip() for row in body):
        place = _without_name(header, body)
        header = (*header[:place], "", *header[place:])
    return Dialect(delimiter, _decimal(body, delimiter), header, header_line), body


def _split_at_delimiters(lines: Sequence[str]) -> tuple[str, list[list[str]]] | None:
    """The delimiter that makes the most columns of the first line, and even rows of all, with these rows."""
    widest, best = 1, None
    for delimiter in DELIMITERS:
        width = len(split_line(lines[0], delimiter))
        if width > widest:
            rows = [split_line(line, delimiter) for line in lines]
            if _is_even(rows):
                widest, best = width, (delimiter, rows)
    return best


def _split_at_blanks(lines: Sequence[str]) -> tuple[str, list[list[str]]] | None:
    """Rows of numbers between blanks, or of one word each; None where the lines are none of both."""
    rows = [line.split() for line in lines]
    if len(rows[0]) == 1:
        return ",", rows
    numeric = all(number(cell) is not None or is_missing(cell) for row in rows[1:] for cell in row)
    return (WHITESPACE, rows) if len(rows[0]) > 1 and len(rows) > 1 and numeric and _is_even(rows) else None


def _rows_of(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each line with its number; those that a quoted cell goes over as one, with the number of the last.

    A row that is not closed before the end is left out, where it is not the first one.
    """
    index = 0
    while index < len(lines):
        end = index + 1
        if _leaves_open(lines[index]):
            below = lines[end : index + MOST_LINES_OF_A_ROW]
            closing = _lines_to_close(below)
            if not closing and index and end + len(below) == len(lines):
                return
            end += closing
        yield end, "\n".join(lines[index:end])
        index = end


def _without_name(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Which column has no name, where rows are one cell wider than the header.

    The first is the index of a data frame, but where the counter that the header begins with stands in it
    already: what is beside that counts nothing. Then it is a column that no row has a cell in, else the last.
    """
    if normalise(header[0]) not in (*EPOCH_NAMES, *STEP_NAMES):
        return 0
    beside = [number(row[1]) or 0.5 for row in rows]
    whole = [one.is_integer() for one in beside]
    empty = next((place for place in range(1, len(header)) if not any(row[place].strip() for row in rows)), 0)
    if empty and not any(whole):
        return empty
    counts = all(whole) or all(before <= after for before, after in pairwise(beside))
    return 0 if counts else empty or len(header)


def texts_of(rows: Sequence[Sequence[str]], dialect: Dialect) -> dict[str, list[str]]:
    """The cells of the columns that in some rows hold nothing but texts."""
    labels: dict[str, list[str]] = {}
    for index, name in enumerate(dialect.header):
        cells = [row[index] for row in rows if index < len(row) and not is_missing(row[index])]
        if cells and all(number(cell, dialect.decimal) is None for cell in cells):
            labels[name] = cells
    return labels


def _is_even(rows: Sequence[Sequence[str]]) -> bool:
    """Whether most rows are as wide as the header, or one wider by an index without a name.

    Rows that count steps or epochs may be shorter: trainers leave out the evaluation that was not made.
    """
    width = len(rows[0])
    least = 2 if normalise(rows[0][0]) in (*EPOCH_NAMES, *STEP_NAMES) else width
    fitting = sum(least <= len(row) <= width + 1 for row in rows[1:])
    return fitting >= 0.8 * (len(rows) - 1) - 1 and (len(rows) == 1 or fitting > 0)


def _header(
    lines: Sequence[str], first: int, rows: Sequence[Sequence[str]], delimiter: str
) -> tuple[tuple[str, ...], int]:
    if any(number(cell) is None and not is_missing(cell) for cell in rows[0]):
        return tuple(cell.strip().strip("\"'").strip() for cell in rows[0]), first
    # numpy.savetxt writes the names behind a comment sign, others a remark below them
    for line in reversed(lines[: first - 1]):
        names = [cell.strip() for cell in split_line(line.strip().lstrip("# "), delimiter)]
        named = len(names) == len(rows[0]) and any(number(name) is None for name in names)
        if named and line.strip().startswith("#"):
            return tuple(names), first - 1
    return tuple("" for _ in rows[0]), 0


def _decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """The sign before the decimals. Between commas a cell has its own only in quotes, as thousands do too."""
    if delimiter == WHITESPACE:
        return "."
    cells = [cell.strip() for row in rows for cell in row]
    commas = [cell for cell in cells if _DECIMAL_COMMA.fullmatch(cell)]
    points = sum(_DECIMAL_POINT.fullmatch(cell) is not None for cell in cells)
    if delimiter == "," and all(map(_GROUPED.fullmatch, commas)):
        return "."
    return "," if len(commas) > points else "."
