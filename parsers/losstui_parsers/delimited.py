"""Comma, semicolon, tab and blank separated tables of any trainer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from losstui.errors import UnreadableLog
from losstui.parsing import HEAD_BYTES, FileGroup, Follower, LogFile, LoggedRun, one_run_a_file
from losstui.wording import counted
from losstui_parsers.cells import column_names, read_cells
from losstui_parsers.columns import normalise, number, training_words
from losstui_parsers.dialect import Dialect, sniff, texts_of
from losstui_parsers.plain_text import (
    decode,
    is_large,
    is_text,
    promises_log,
    read_text,
    why_no_data,
    why_not_decoded,
    why_not_text,
)
from losstui_parsers.recognition import why_log
from losstui_parsers.tables import Table
from losstui_parsers.unnamed_columns import named_with_file, names_from_file
from losstui_parsers.whole_tables import runs_of_file

if TYPE_CHECKING:
    from losstui_parsers.text_following import Growing

HEAD_LINES = 200  # enough to see an axis move
_ENDINGS = (".csv", ".tsv")
_OUTPUT_ENDINGS = (".log", ".out", ".err", ".txt")
# TensorBoard's download button names the file so.
_TENSORBOARD_NAME = re.compile(r"(?:run-.*-)?tag-(.+)")


class Delimited:
    """Tables in CSV, TSV or blanks: Lightning, Keras, Ultralytics, timm, SB3, Ray, pandas and others.

    The axis is the first column that counts steps by its name, else whole epochs, else the row; a clock is
    one from the year 2001 on. An empty cell is no value, a written NaN is one. Headers may come again and
    change, rows be short or padded, numbers be `tensor(0.5)`, `93.1%` or `7,282`. Numbers without a header
    are named by their file, where its name is that of a loss or a metric: `train_val_loss.txt` has train in
    its first column. Settings come from the `hparams.yaml` of Lightning, the `args.yaml` of Ultralytics or a
    `config.json`, `args.json` or `params.json` beside the table. A counter that starts anew in each epoch is
    put end to end. A column such as `split` names its data, also by number. A column `run` gives a run for
    each name in it, as does one such as `fold`, `seed` or `model` where the axis starts anew for each. A
    table with a row a trial or a model is no log.
    """

    name: ClassVar[str] = "csv"

    def recognise(self, file: LogFile) -> str | None:
        """Say which columns show that the table is a training log, or None."""
        own_name = file.name.lower().endswith(_ENDINGS) and promises_log(file.path)
        if why_no_data(file):
            return f"the name {file.path.name}" if own_name else None
        sample = _sample(file)
        if sample is None:
            return None
        dialect, table, labels = sample
        if table.rows == 0:
            named = len(training_words(dialect.header)) > 1 and _ends_with_header(file, dialect)
            return "its header" if own_name or named else None
        return why_log(table, labels)

    def refuse(self, file: LogFile) -> str | None:
        """Say what the table lacks, where it is one of several columns."""
        from losstui_parsers.refusals import why_no_table

        sample = _sample(file)
        if sample is None:
            return why_not_text(file.head) or _why_no_names(file)
        if len(sample[0].header) < 2:
            return None
        if not sample[1].numbers and file.name.lower().endswith(_OUTPUT_ENDINGS):
            return None  # commas in the lines of a program
        return why_not_decoded(file) or why_no_table(sample[1], sample[2])

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file is a run, or holds several."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run or the runs of one table."""
        file = LogFile(group.files[0].path)  # its head may be another by now
        return _runs(_read_table(file, *_dialect(file)), file)

    def follow(self, group: FileGroup) -> Follower:
        """Follow the table: only the rows appended to it are read."""
        from losstui_parsers.text_following import follow_text

        return follow_text(self, group)

    def begin(self, file: LogFile) -> Growing | None:
        """Read a table to which rows will be appended; None while these may show it to be another."""
        from losstui_parsers.growing import GrowingCells

        settled = len(file.head) == HEAD_BYTES or file.head.count(b"\n") > HEAD_LINES
        if not settled or not decode(file.head).isascii():
            return None
        dialect, rows = _dialect(file)
        if dialect.decimal != "." or _has_quotes_below(file, dialect.header_line):
            return None
        table = _read_table(file, dialect, rows)
        names = column_names(dialect.header)
        if not table.one_header or table.numbers.keys() & table.texts.keys():
            return None
        return GrowingCells(table, names, dialect, lambda grown: _runs(grown, file))


def _sample(file: LogFile) -> tuple[Dialect, Table, dict[str, list[str]]] | None:
    """How the table is written, its first rows, and the texts of its columns of texts."""
    text = decode(file.head) if is_text(file.head) else ""
    if not text or text.lstrip()[:1] in "{[<" or text.startswith(("#{", "# step, loss_train, ")):
        return None  # JSON, HTML, an episode log of Stable-Baselines3, losses of DeepXDE
    head = _whole_lines(text, cut=len(file.head) == HEAD_BYTES)
    sniffed = sniff(head)
    dialect = _named(*sniffed, file) if sniffed else None
    if sniffed is None or dialect is None:
        return None
    return dialect, read_cells(head + "\n", dialect, file.path.name), texts_of(sniffed[1], dialect)


def _ends_with_header(file: LogFile, dialect: Dialect) -> bool:
    """Whether nothing stands below the header: where something does that is no row, that was no header."""
    text = decode(file.head).rstrip().replace("\r\n", "\n")
    return text.count("\n") + text.count("\r") < dialect.header_line


def _why_no_names(file: LogFile) -> str | None:
    """Why numbers in columns are no log: nothing says what they are; None where they are no such."""
    sniffed = sniff(_whole_lines(decode(file.head), cut=len(file.head) == HEAD_BYTES))
    if sniffed is None or sniffed[0].header_line or len(sniffed[1]) < 2 or not is_text(file.head):
        return None
    return (
        f"{counted(len(sniffed[0].header), 'column')} of numbers without names; a first line such as "
        "'epoch,loss,val_loss' tells what they are"
    )


def _dialect(file: LogFile) -> tuple[Dialect, list[list[str]]]:
    """How the table is written, and its first rows. Raises UnreadableLog."""
    path = str(file.path)
    nothing = why_no_data(file)
    if nothing:
        raise UnreadableLog(path, nothing)
    if len(file.head) == HEAD_BYTES and not {*b"\r\n"} & set(file.head):
        raise UnreadableLog(path, f"line 1: longer than {HEAD_BYTES >> 10} KiB, which no header is")
    sniffed = sniff(_whole_lines(decode(file.head), cut=len(file.head) == HEAD_BYTES))
    dialect = _named(*sniffed, file) if sniffed else None
    if sniffed is None or dialect is None:
        raise UnreadableLog(path, "line 1: no table with a header")
    return dialect, sniffed[1]


def _read_table(file: LogFile, dialect: Dialect, rows: Sequence[Sequence[str]]) -> Table:
    if is_large(file):
        from losstui_parsers.bulk import read_bulk

        table = read_bulk(file, dialect, rows)
        if table is not None:
            return table
    return read_cells(read_text(file), dialect, file.path.name)


def _runs(table: Table, file: LogFile) -> list[LoggedRun]:
    if table.rows == 0:
        told = [warning.removeprefix(f"{file.path.name}: ") for warning in table.warnings]
        raise UnreadableLog(str(file.path), "; ".join(told) or "a header and no row below it")
    return runs_of_file(table, file)


def _has_quotes_below(file: LogFile, line: int) -> bool:
    """Whether there is a quote below the header, so that a line may be within a cell."""
    with file.open() as stream:
        for _ in range(line):
            stream.readline()
        return any(b'"' in block for block in iter(lambda: stream.read(1 << 20), b""))


def _whole_lines(head: str, *, cut: bool) -> str:
    """The first lines of a head, without the last one where the head is cut off."""
    lines = head.splitlines(keepends=True)[: HEAD_LINES + 1]
    whole = lines[:-1] if cut or len(lines) > HEAD_LINES else lines
    return "".join(whole or lines)


def _named(dialect: Dialect, rows: Sequence[Sequence[str]], file: LogFile) -> Dialect | None:
    """The dialect with the names that stand in the name of the file, or None where there are none."""
    names = [normalise(name) for name in dialect.header]
    stem = PurePath(file.name).stem
    tagged = _TENSORBOARD_NAME.fullmatch(stem)
    tag = tagged.group(1) if tagged else stem
    if dialect.header_line == 0:
        cells = [[row[index] for row in rows if index < len(row)] for index in range(len(names))]
        header = names_from_file(tag, [[number(cell, dialect.decimal) for cell in own] for own in cells])
        return replace(dialect, header=header) if header else None
    if sorted(names) == ["step", "value", "wall_time"]:
        named = tuple(
            tag if name == "value" else known for name, known in zip(names, dialect.header, strict=True)
        )
        return replace(dialect, header=named)
    fuller = named_with_file(stem, dialect.header)
    if fuller:
        return replace(dialect, header=tuple(fuller.get(name, name) for name in dialect.header))
    return dialect
