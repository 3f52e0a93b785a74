"""The lines of the list of runs as text: as a table where there is room for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from losstui.findings import Severity
from losstui.sanitise import clean
from losstui.tui.axes import count
from losstui.tui.glyphs import Glyphs
from losstui.tui.naming import Names
from losstui.tui.palette import Palette, severity_use
from losstui.tui.run_columns import Column, fitting_column
from losstui.tui.run_rows import (
    ERRORS_FOLDER,
    PENDING,
    SEVERITIES,
    Counts,
    ErrorEntry,
    FolderEntry,
    Line,
    RunEntry,
    worst_of,
)
from losstui.tui.shortening import cut_lines, shortened
from losstui.tui.summary import Summary

INDENT = 2
MARK_WIDTH, SPARK_WIDTH, COUNTS_WIDTH = 2, 7, 5  # cells, the blank beside it included
LEAST_FINDING, MOST_FINDING = 15, 22  # cells of the name of a finding, the blank before it included
SHORT_FINDING = 12  # the same where no column is aligned: most names whole
LEAST_SHORT_FINDING = 9  # the same where names of runs need the rest to be told apart; else it is counted
# Cells that a run keeps for its name: in a line, beside a finding, in a table, beside the curve in one, and
# where that leaves the gap a place as well.
LEAST_NAME, LEAST_SHORT_NAME, LEAST_TABLE_NAME, NAME_BESIDE_CURVE, NAME_BESIDE_GAP = 6, 10, 11, 16, 24
LEAST_TAKEN = MARK_WIDTH + LEAST_NAME + COUNTS_WIDTH
COLUMNS = {"step": 7, "last": 8, "best": 8, "gap": 8}  # cells, the blank before it included
COLUMNS_WIDTH = sum(COLUMNS.values())
REASON_GAP, LEAST_REASON = 2, 12  # cells between a log and why it is unreadable, and of that why
NAME_BESIDE_REASON = 32  # cells that a log keeps for its name before the why is cut
MOST_COUNTED = 9  # findings of one severity: more are as many to anyone who looks
MOST_SHOWN = 2  # severities of a run that are counted, the worst ones


class Layout(NamedTuple):
    """The columns of a list: the numbers there are, and the cells of the curve and of what was found."""

    numbers: tuple[str, ...]
    spark: int
    findings: int

    @property
    def aligned(self) -> bool:
        """Whether all of a column stands below each other; else a line divides what room it has."""
        return bool(self.numbers or self.spark)

    @property
    def names_finding(self) -> bool:
        """Whether the worst finding is named; else findings are counted."""
        return self.findings > COUNTS_WIDTH

    def beside_name(self, room: int, whole: int, least: int) -> Layout:
        """This for the line of a run: how much is told of what was found.

        Of its `room` cells the name takes `whole`, or `least` to be told from others, 0 where it is as good
        cut anywhere. What was found is cut so that the name is whole, or for the `least` counted, or gone:
        the mark before the name still says how bad it is.
        """
        for name in (whole, least) if self.names_finding else ():
            if name and room - name >= LEAST_SHORT_FINDING:
                return self._replace(findings=min(self.findings, room - name))
        if not least:
            return self
        return self._replace(findings=COUNTS_WIDTH if room - least >= COUNTS_WIDTH else 0)


def is_table(width: int) -> bool:
    """Whether there is room for numbers in `width` cells."""
    return bool(layout(width).numbers)


def layout(width: int, told: int = 0) -> Layout:
    """The columns in `width` cells, the most there is room for beside names told apart in `told` cells.

    The name of the worst finding tells more than counts, than the curve and than any number.
    """
    beside = MARK_WIDTH + COLUMNS_WIDTH + SPARK_WIDTH + LEAST_FINDING
    spare = width - beside - max(NAME_BESIDE_GAP, told)
    if spare >= 0:
        return Layout(tuple(COLUMNS), SPARK_WIDTH, min(MOST_FINDING, LEAST_FINDING + spare // 2))
    without_gap = tuple(name for name in COLUMNS if name != "gap")
    beside -= COLUMNS["gap"]
    if width >= beside + max(NAME_BESIDE_CURVE, told):
        return Layout(without_gap, SPARK_WIDTH, LEAST_FINDING)
    if width >= beside - SPARK_WIDTH + LEAST_TABLE_NAME:
        return Layout(without_gap, 0, LEAST_FINDING)
    if width >= MARK_WIDTH + SPARK_WIDTH + LEAST_FINDING + LEAST_TABLE_NAME:
        return Layout((), SPARK_WIDTH, LEAST_FINDING)
    names_it = width >= MARK_WIDTH + LEAST_SHORT_NAME + SHORT_FINDING
    return Layout((), 0, SHORT_FINDING if names_it else COUNTS_WIDTH)


def told_apart(shown: Iterable[Line], names: Names, glyphs: Glyphs) -> int:
    """The cells in which the names of all these runs are told apart, moved in as they are."""
    least = [
        line.depth * INDENT + _least_name(line.entry, line.name, names, glyphs)
        for line in shown
        if isinstance(line.entry, RunEntry)
    ]
    return max(least, default=0)


def heading(width: int, palette: Palette, told: int = 0) -> Text:
    """The names of the columns, each above its numbers."""
    table = layout(width, told)
    names = "".join(f"{name:>{COLUMNS[name]}}" for name in table.numbers)
    findings = f"{' finding' if table.names_finding else '':{table.findings}}"
    return Text((names + " " * table.spark + findings).rjust(width), palette.style("label"))


def number_columns(summaries: Sequence[Summary]) -> tuple[Column, ...]:
    """How the numbers of these runs are written in the columns after the step."""
    room = {name: cells - 1 for name, cells in COLUMNS.items()}
    return (
        fitting_column([one.last for one in summaries], room["last"]),
        fitting_column([one.best for one in summaries], room["best"]),
        fitting_column([one.gap for one in summaries], room["gap"], signed=True),
    )


def label(
    line: Line,
    width: int,
    columns: Sequence[Column],
    names: Names,
    palette: Palette,
    glyphs: Glyphs,
    told: int = 0,
) -> Text:
    """The text of a line in `width` cells, its numbers written as `columns` say, beside names of `told`."""
    entry, depth, name = line
    indent = max(0, min(depth * INDENT, width - MARK_WIDTH - LEAST_NAME))
    room = width - indent
    table = layout(width, told)
    if isinstance(entry, RunEntry):
        text = _run(entry, name, room, table, columns, names, palette, glyphs)
    elif isinstance(entry, FolderEntry):
        text = _folder(entry, room, table, names, palette, glyphs)
    else:
        text = _error(entry, room, palette, glyphs)
    text.pad_left(indent)
    return text


def _run(
    entry: RunEntry,
    name: str,
    room: int,
    table: Layout,
    columns: Sequence[Column],
    names: Names,
    palette: Palette,
    glyphs: Glyphs,
) -> Text:
    """The line of a run in `room` cells: its marks, its name and state, and to the right what it did."""
    text = _marks(entry, palette, glyphs)
    state = glyphs.state(entry.status)
    whole = cell_len(clean(name)) + (2 if state else 0)
    if not table.aligned:
        least = _least_name(entry, name, names, glyphs)
        table = table.beside_name(room - text.cell_len, whole, least)
    right = _beside_name(entry, table, room, text.cell_len + whole, columns, palette, glyphs)
    left = room - right.cell_len
    most = left if table.aligned else room - table.findings
    cells = max(1, left - text.cell_len - (2 if state else 0))
    text.append(_shortened(names, entry.run_id, name, cells, most - MARK_WIDTH, glyphs))
    text.append(f" {state}" if state else "", palette.style("label"))
    text.pad_right(max(0, left - text.cell_len))
    return text.append_text(right)


def _beside_name(
    entry: RunEntry,
    table: Layout,
    room: int,
    taken: int,
    columns: Sequence[Column],
    palette: Palette,
    glyphs: Glyphs,
) -> Text:
    """The numbers of a run, its curve and what was found; marks and name need `taken` of `room` cells."""
    right = Text(_numbers(entry.summary, table, columns))
    found = _findings(entry, table, room - taken, palette, glyphs)
    needed = max(taken + found.cell_len, LEAST_TAKEN) + SPARK_WIDTH
    # In a narrow list a name that is cut says less than the curve says.
    has_spark = bool(table.spark) if table.aligned else needed <= room
    if entry.spark and has_spark:
        right.append(f" {entry.spark}", palette.style("label"))
    return right.append_text(found)


def _shortened(names: Names, path: str, shown: str, cells: int, beside: int, glyphs: Glyphs) -> str:
    """The `shown` end of the name `path` in `cells`, told apart from those that have `beside`."""
    skip = path.count("/") - shown.count("/")
    return names.shortened(path, cells, glyphs, skip=skip, beside=max(1, beside))


def _least_name(entry: RunEntry, name: str, names: Names, glyphs: Glyphs) -> int:
    """The cells that the name of a run and its state need, 0 where it is as good cut anywhere."""
    least = names.least(entry.run_id, glyphs, skip=entry.run_id.count("/") - name.count("/"))
    return least + (2 if least and glyphs.state(entry.status) else 0)


def _marks(entry: RunEntry, palette: Palette, glyphs: Glyphs) -> Text:
    """What stands before the name of a run: its letter, how bad it is, whether it is pinned."""
    text = Text()
    if entry.letter:
        text.append(f"{entry.letter} ", palette.style(f"line{entry.slot}"))
    if entry.status == PENDING:
        text.append(f"{glyphs.dot} ", palette.style("label"))
    else:
        text.append_text(_mark(worst_of(entry.counts), palette, glyphs))
    if entry.pinned:
        text.append(f"{glyphs.pinned} ", palette.style("key"))
    return text


def _mark(worst: Severity | None, palette: Palette, glyphs: Glyphs) -> Text:
    return Text().append(f"{glyphs.severity(worst)} ", palette.style(severity_use(worst)))


def _numbers(summary: Summary, table: Layout, columns: Sequence[Column]) -> str:
    if not table.numbers:
        return ""
    step = "" if summary.step is None else count(summary.step, 10.0 ** max(0, len(str(summary.step)) - 3))
    values = (summary.last, summary.best, summary.gap)
    texts = [step, *(column.text(value) for column, value in zip(columns, values, strict=True))]
    told = dict(zip(COLUMNS, texts, strict=True))
    return "".join(f" {told[name]:>{COLUMNS[name] - 1}}" for name in table.numbers)


def _findings(entry: RunEntry, table: Layout, spare: int, palette: Palette, glyphs: Glyphs) -> Text:
    """What was found in a run: the name of the worst and how many more, or how many of which severity.

    Where no column is aligned it takes the cells it needs of the `spare` ones beside the name of the run.
    """
    if not table.names_finding or not entry.worst:
        cells = table.findings if table.aligned else min(table.findings, COUNTS_WIDTH)
        return _counts(entry.counts, cells, palette, glyphs)
    name, others = clean(entry.worst), min(sum(entry.counts) - 1, MOST_COUNTED)
    more = f" +{others}" if others else ""
    width = table.findings
    if not table.aligned:
        more = more if cell_len(name + more) < spare else ""
        width = min(1 + cell_len(name + more), max(width, spare))
    name = shortened(name, width - 1 - len(more), glyphs)
    text = Text(" ").append(name, palette.style(severity_use(worst_of(entry.counts))))
    text.append(more, palette.style("label"))
    text.pad_right(width - text.cell_len)
    return text


def _counts(counts: Counts, width: int, palette: Palette, glyphs: Glyphs) -> Text:
    if not width:
        return Text()
    text = Text(" ")
    some = [(severity, found) for severity, found in zip(SEVERITIES, counts, strict=True) if found]
    for severity, found in some[:MOST_SHOWN]:
        shown = f"{glyphs.severity(severity)}{min(found, MOST_COUNTED)}"
        text.append(shown, palette.style(severity_use(severity)))
    text.pad_right(width - text.cell_len)
    return text


def _folder(
    entry: FolderEntry, width: int, table: Layout, names: Names, palette: Palette, glyphs: Glyphs
) -> Text:
    arrow = glyphs.open_folder if entry.is_open else glyphs.closed_folder
    if entry.path == ERRORS_FOLDER:
        return Text().append(f"{arrow} errors ({entry.runs})", palette.style("error"))
    right = Text(f" {entry.runs}", palette.style("label"))
    if entry.running:
        right.append(f" {entry.running}{glyphs.state('running')}", palette.style("label"))
    findings = table.findings if table.aligned else COUNTS_WIDTH
    right.append_text(_counts(entry.counts, findings, palette, glyphs))
    text = _mark(worst_of(entry.counts), palette, glyphs)
    around = cell_len(f"{arrow} /")
    room = max(1, width - text.cell_len - right.cell_len - around)
    text.append(f"{arrow} {_shortened(names, entry.path, entry.name, room, room, glyphs)}/")
    text.pad_right(max(0, width - text.cell_len - right.cell_len))
    return text.append_text(right)


def _error(entry: ErrorEntry, width: int, palette: Palette, glyphs: Glyphs) -> Text:
    text = Text().append(f"{glyphs.error} ", palette.style("error"))
    reason = Text(clean(entry.reason), palette.style("label"))
    most = width - MARK_WIDTH
    if most >= NAME_BESIDE_REASON + REASON_GAP + LEAST_REASON:
        most = max(NAME_BESIDE_REASON, most - REASON_GAP - reason.cell_len)
    text.append(shortened(clean(entry.name or entry.path), max(1, most), glyphs))
    room = width - text.cell_len - REASON_GAP
    if room >= LEAST_REASON:
        text.append(" " * REASON_GAP).append_text(cut_lines(reason, room, glyphs))
    return text
