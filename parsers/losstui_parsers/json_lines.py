"""JSON Lines: one object a line, or several of merged lines, read in blocks; broken ones skipped and told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from losstui.errors import UnreadableLog, reason_of
from losstui.parsing import LogFile
from losstui.roles import Kind, Split, assign_roles
from losstui_parsers.columns import SPLIT_WORDS
from losstui_parsers.json_text import JsonValue, NotJson, as_object, as_objects, load, objects_in
from losstui_parsers.plain_text import SUBSTITUTE, decode, is_large, read_text
from losstui_parsers.rows import TableBuilder

LONGEST_LINE = 16 << 20  # characters; a row of a log has some hundred
BLOCK_LINES = 500  # lines decoded at once
_LINE_END = re.compile(r"\r\n|[\r\n]")


def is_lines(text: str, *, single: bool) -> bool:
    """Whether one of the first two lines that are not blank holds one whole object, and both start with one.

    `single` says whether a text of one line may be such a log: else it is taken for a document.
    """
    lines = (line.strip() for line in _LINE_END.split(text, 64)[:64])
    filled = [line for line in lines if line][:2]
    if not all(line.startswith("{") for line in filled) or len(filled) < (1 if single else 2):
        return False
    return any(_rows(line)[0] for line in filled)


def read_lines(text: str, most_rows: int | None = None) -> tuple[TableBuilder, list[str]]:
    """The rows of `text`, at most `most_rows`, and a warning where lines in its middle are no rows.

    A last line without an end that is not whole is still being written: it is left out without a word.
    """
    builder, adapter = TableBuilder(), _Adapter()
    broken: list[tuple[int, str]] = []
    lines = text.split("\n") if "\r" not in text else _LINE_END.split(text)
    for first in range(0, len(lines), BLOCK_LINES):
        if most_rows is not None and builder.rows >= most_rows:
            break
        numbered = list(enumerate(lines[first : first + BLOCK_LINES], first + 1))
        for line, row in _block(numbered, len(lines), broken):
            builder.add(adapter.adapt(row), line)
    return builder, _told(broken)


def read_large_lines(file: LogFile) -> tuple[TableBuilder, list[str]]:
    """What `read_lines` gives for the text of `file`, by templates where it is large and regular.

    A row is then numbered by its line. Raises UnreadableLog where the file cannot be read.
    """
    builder = TableBuilder()
    found = None
    if is_large(file):
        from losstui_parsers.json_bulk import read_bulk_lines

        try:
            with file.open() as stream:
                found = read_bulk_lines(stream, builder)
        except OSError as error:
            raise UnreadableLog(str(file.path), reason_of(error)) from error
    if found is None or any(b"\r" in line.rstrip(b"\r") for _, line in found[0]):  # several lines in one
        return read_lines(read_text(file))
    left, unfinished = found
    broken: list[tuple[int, str]] = []
    lines = builder.rows
    last = lines if unfinished else lines + 1
    for first in range(0, len(left), BLOCK_LINES):
        block = [(line, decode(text)) for line, text in left[first : first + BLOCK_LINES]]
        before = 0
        for line, row in _block(block, last, broken):
            if line == before:  # two rows in one line have no number each
                return read_lines(read_text(file))
            builder.rows, before = line - 1, line
            builder.add(row, line)
    builder.rows = lines
    return builder, _told(broken)


def _told(broken: list[tuple[int, str]]) -> list[str]:
    if not broken:
        return []
    line, reason = broken[0]
    more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    return [f"line {line}: {reason}; left out{more}"]


def _block(
    lines: list[tuple[int, str]], last: int, broken: list[tuple[int, str]]
) -> Iterator[tuple[int, Mapping[str, JsonValue]]]:
    """The rows of some lines of `last`; the last one, if it is broken, is still being written."""
    numbered = [(number, line) for number, line in lines if line and not line.isspace()]
    rows: list[JsonValue] | None = None
    if max((len(line) for _, line in numbered), default=0) <= LONGEST_LINE:
        try:
            rows = json.loads("[" + ",".join(line for _, line in numbered) + "]")
        except (ValueError, RecursionError):
            rows = None
    objects = as_objects(rows)
    if rows is not None and len(rows) == len(objects) == len(numbered):
        yield from zip((line for line, _ in numbered), objects, strict=True)
        return
    for line, text in numbered:
        found, reason = _rows(text)
        yield from ((line, row) for row in found)
        if reason and line != last:
            broken.append((line, reason))


def _rows(text: str) -> tuple[list[dict[str, JsonValue]], str]:
    """The rows of one line, mostly one, and what else of it is left out, and why."""
    if len(text) > LONGEST_LINE:
        return [], f"longer than {LONGEST_LINE >> 20} MiB"
    try:
        row = as_object(load(text))
    except NotJson:
        return _rows_between_holes(text)
    return ([row], "") if row is not None else ([], "no JSON object")


def _rows_between_holes(text: str) -> tuple[list[dict[str, JsonValue]], str]:
    """The rows of a line that is not one row: several of them, or some beside what a crash has left."""
    rows: list[dict[str, JsonValue]] = []
    reason, start = "", 0
    for piece in text.split(SUBSTITUTE):
        found, broken = objects_in(piece)
        rows += found
        if broken and not reason:
            reason = f"no JSON: {broken.reason} at column {start + broken.position + 1}"
        start += len(piece) + 1
    return rows, reason or ("zero bytes" if SUBSTITUTE in text else "")


@lru_cache(maxsize=1024)
def _names_no_data(key: str) -> bool:
    """Whether a key is a metric that may be of any data."""
    role = assign_roles([key])[key]
    return role.kind in (Kind.ACCURACY, Kind.ERROR) and role.split is Split.NONE


class _Adapter:
    """What rows of some frameworks need to stand on one axis.

    mmcv writes validation rows whose `iter` counts validation batches; MMEngine writes them without a
    mode, with the epoch or 0 as `step`. They belong to the last training step before them. Where such
    a row has a key of the training rows ("time"), or one that names no data ("mIoU"), its tag is told apart
    by "val/".
    """

    def __init__(self) -> None:
        self._train_keys: set[str] = set()

    def adapt(self, row: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        if "iter" in row and "epoch" in row and row.get("mode", "train") in SPLIT_WORDS - {"train"}:
            return {key: value for key, value in row.items() if key != "iter"}
        if "iter" in row or ("epoch" in row and "data_time" in row):
            if "step" in row:
                self._train_keys.update(row)
            return row
        if self._train_keys and "step" in row:
            return {
                f"val/{key}" if key in self._train_keys or _names_no_data(key) else key: value
                for key, value in row.items()
                if key != "step"
            }
        return row
