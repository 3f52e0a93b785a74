"""Jupyter notebooks: what the cells that train have printed, and the tables that they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, cast

from losstui.errors import UnreadableLog, reason_of
from losstui.parsing import FileGroup, LogFile, LoggedRun, one_run_a_file
from losstui.sanitise import clean
from losstui.wording import counted
from losstui_parsers.html_tables import html_tables
from losstui_parsers.json_text import JsonValue, NotJson, as_object, as_objects, load
from losstui_parsers.melting import runs_of
from losstui_parsers.plain_text import is_text, read_text, why_no_data
from losstui_parsers.recognition import why_log
from losstui_parsers.rows import TableBuilder
from losstui_parsers.tables import Table

MOST_BYTES = 128 << 20  # with all its pictures; a larger one takes seconds to take apart
DISTINCTIVE_WANTED = 2  # lines that only one trainer prints, in a cell whose lines do not count onward
LONGEST_MESSAGE = 160  # characters of an error; what a message of an allocator goes on with is no cause
LEAST_ROWS = 2  # of a table that is shown


@dataclass(frozen=True, slots=True)
class _Cell:
    """What one cell has put out: its printed lines, the tables in HTML, the error that ended it, if any."""

    name: str
    text: str
    html: tuple[str, ...]
    error: str


class Notebook:
    """Jupyter notebooks (`.ipynb`): the output of each cell that trains, and the tables it shows.

    Printed lines are read as terminal output is; tables in HTML are those that fastai and the Trainer of
    Transformers draw. Each cell with curves is a run, named by its number in the notebook; a cell that an
    error ended is a run that is dead. What a cell has put out is in the file only once it was saved.
    """

    name: ClassVar[str] = "notebook"

    def recognise(self, file: LogFile) -> str | None:
        """Say how many cells of the notebook show curves, or None."""
        if not _is_notebook(file) or _why_too_large(file):
            return None
        try:
            found = [cell.name for cell in _cells(_document(file)) if _tables(cell)]
        except NotJson:
            return None
        return f"a notebook with curves in {counted(len(found), 'cell')}" if found else None

    def refuse(self, file: LogFile) -> str | None:
        """Say that no cell of the notebook shows a curve."""
        if not _is_notebook(file):
            return None
        too_large = _why_too_large(file)
        if too_large:
            return too_large
        text = read_text(file)
        try:
            cells = list(_cells(as_object(load(text)) or {}))
        except NotJson as error:
            return error.told_of(text)
        if not any(cell.text or cell.html for cell in cells):
            return "a notebook that was saved without the output of its cells"
        return "a notebook without a cell that tells a loss or a metric at several steps or epochs"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file is a run, or holds several."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run of each cell that has one."""
        file = LogFile(group.files[0].path)  # its head may be another by now
        nothing = why_no_data(file) or _why_too_large(file)
        if nothing:
            raise UnreadableLog(str(file.path), nothing)
        text = read_text(file)
        try:
            cells = list(_cells(as_object(load(text)) or {}))
        except NotJson as error:
            raise UnreadableLog(str(file.path), error.told_of(text)) from error
        named = [(cell, run) for cell in cells for table in _tables(cell) for run in runs_of(table)]
        if not named:
            raise UnreadableLog(str(file.path), "no cell that tells a loss or a metric")
        runs = [_ended(run, cell, file.path.name) for cell, run in named]
        if len(runs) == 1:
            return runs
        names = [" ".join(filter(None, (cell.name, run.name))) for cell, run in named]
        return [replace(run, name=name) for run, name in zip(runs, names, strict=True)]


def _ended(run: LoggedRun, cell: _Cell, file: str) -> LoggedRun:
    """The run of a cell, with the error that ended it."""
    if not cell.error:
        return run
    cause = f"{file}: {cell.name}: ends with: {clean(cell.error)}"
    return replace(run, failed=True, cause=cause, warnings=(*run.warnings, cause))


def _is_notebook(file: LogFile) -> bool:
    return file.name.lower().endswith(".ipynb") and not why_no_data(file) and is_text(file.head)


def _why_too_large(file: LogFile) -> str | None:
    try:
        size = file.path.stat().st_size
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
    if size <= MOST_BYTES:
        return None
    return f"a notebook of {size >> 20} MiB; at most {MOST_BYTES >> 20} are read"


def _document(file: LogFile) -> dict[str, JsonValue]:
    return as_object(load(read_text(file))) or {}


def _cells(document: dict[str, JsonValue]) -> Iterator[_Cell]:
    """The cells that have put out something, in their order; those of the third format are in a sheet."""
    sheets = as_objects(document.get("worksheets")) or [document]
    cells = [cell for sheet in sheets for cell in as_objects(sheet.get("cells"))]
    for number, cell in enumerate(cells, 1):
        outputs = as_objects(cell.get("outputs"))
        if not outputs:
            continue
        contents = [as_object(output.get("data")) or output for output in outputs]
        html = [_joined(one.get("text/html", one.get("html"))) for one in contents]
        printed = [
            _joined(one.get("text", one.get("text/plain")))
            for one, shown in zip(contents, html, strict=True)
            if not shown
        ]
        counted_as = cell.get("execution_count", cell.get("prompt_number"))
        name = f"In [{counted_as}]" if isinstance(counted_as, int) else f"cell {number}"
        yield _Cell(name, "\n".join(filter(None, printed)), tuple(filter(None, html)), _error(outputs))


def _error(outputs: Sequence[dict[str, JsonValue]]) -> str:
    """The last error that a cell has put out: its name and its first line; nothing where it has none."""
    for output in reversed(outputs):
        if output.get("output_type") in ("error", "pyerr"):
            name, message = _joined(output.get("ename")), _joined(output.get("evalue")).partition("\n")[0]
            return ": ".join(filter(None, (name, message[:LONGEST_MESSAGE]))) or "an error"
    return ""


def _joined(value: JsonValue) -> str:
    """A text, which the file holds as one string or as a list of lines."""
    if isinstance(value, list):
        return "".join(part for part in cast("list[JsonValue]", value) if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _tables(cell: _Cell) -> list[Table]:
    """The tables of curves in what a cell has put out."""
    found = [_printed(cell.text)] if cell.text else []
    found += [_shown(rows) for html in cell.html for rows in html_tables(html)]
    return [table for table in found if table is not None]


def _printed(text: str) -> Table | None:
    # The families compile some hundred patterns, which most folders of logs never need.
    from losstui_parsers.stdout_lines.gathering import gather
    from losstui_parsers.stdout_lines.lines import plain

    found = gather(plain(text))
    return found.table() if found.counts_onward or found.distinctive >= DISTINCTIVE_WANTED else None


def _shown(rows: Sequence[Sequence[str]]) -> Table | None:
    """The table of which the first row names the columns but an index, where it is of a training."""
    header, *body = rows
    if len(body) < LEAST_ROWS:
        return None
    builder = TableBuilder()
    for row in body:
        builder.add({name: cell for name, cell in zip(header, row, strict=False) if name})
    table = builder.build()
    return table if why_log(table, builder.labels()) else None
