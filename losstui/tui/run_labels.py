"""The lines of the list of runs as text: as a table where there is room for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from losstui.sanitise import clean
from losstui.tui.axes import count
from losstui.tui.glyphs import Glyphs
from losstui.tui.naming import Names
from losstui.tui.palette import Palette, mark_use
from losstui.tui.run_columns import Column
from losstui.tui.run_layout import COLUMNS, COUNTS_WIDTH, MARK_WIDTH, SPARK_WIDTH, Layout, layout
from losstui.tui.run_rows import (
    DEAD,
    ERRORS_FOLDER,
    PENDING,
    SEVERITIES,
    Counts,
    ErrorEntry,
    FolderEntry,
    Line,
    Mark,
    RunEntry,
    mark_of,
    worst_of,
)
from losstui.tui.shortening import begun_name, cut_lines, shortened
from losstui.tui.summary import Summary

STATE_WIDTH = 2  # cells, the blank before it included
INDENT = 2  # cells a folder: enough to see what is in it
LEAST_NAME = 6  # cells that a run keeps for its name in a line
LEAST_TAKEN = MARK_WIDTH + LEAST_NAME + COUNTS_WIDTH
REASON_GAP, LEAST_REASON = 2, 12  # cells between a log and why it is unreadable, and of that why
NAME_BESIDE_REASON = 32  # cells that a log keeps for its name before the why is cut
MOST_COUNTED = 9  # findings of one severity: more are as many to anyone who looks
MOST_SHOWN = 2  # severities of a run that are counted, the worst ones


@dataclass(frozen=True, slots=True)
class RunLabels:
    """What the lines of a list have in common; numbers are written as `columns` say.

    `told` are the cells in which the names of all runs are told apart, 0 where each line sees to its own.
    `stated` says that a state stands behind some name: all are cut for it, as alike as they are.
    """

    names: Names
    palette: Palette
    glyphs: Glyphs
    columns: Sequence[Column] = ()
    told: int = 0
    stated: bool = False

    def heading(self, width: int) -> Text:
        """The names of the columns, each above its numbers."""
        table = layout(width, self.told)
        names = "".join(f"{name:>{COLUMNS[name]}}" for name in table.numbers)
        findings = f"{' finding' if table.names_finding else '':{table.findings}}"
        return Text((names + " " * table.spark + findings).rjust(width), self.palette.style("label"))

    def label(self, line: Line, width: int) -> Text:
        """The text of a line in `width` cells."""
        indent = max(0, min(line.depth * INDENT, width - MARK_WIDTH - LEAST_NAME))
        room = width - indent
        table = layout(width, self.told)
        if isinstance(line.entry, RunEntry):
            text = self._run(line.entry, line.name, room, table)
        elif isinstance(line.entry, FolderEntry):
            text = self._folder(line.entry, room, table)
        else:
            text = self._error(line.entry, room)
        text.pad_left(indent)
        return text

    def told_apart(self, shown: Iterable[Line]) -> int:
        """The cells in which the names of all these runs are told apart, moved in as they are."""
        least = [
            line.depth * INDENT + self._least_name(line.entry, line.name)
            for line in shown
            if isinstance(line.entry, RunEntry)
        ]
        return max(least, default=0)

    def _run(self, entry: RunEntry, name: str, room: int, table: Layout) -> Text:
        """The line of a run in `room` cells: its marks, its name and state, and to the right what it did."""
        text = self._marks(entry)
        state = self._state(entry)
        whole = cell_len(clean(name)) + (STATE_WIDTH if state else 0)
        if not table.aligned:
            table = table.beside_name(room - text.cell_len, whole, self._least_name(entry, name))
        right = self._beside_name(entry, table, room, text.cell_len + whole)
        left = room - right.cell_len
        most = left if table.aligned else room - table.findings
        cells = max(1, left - text.cell_len - (STATE_WIDTH if state else 0))
        beside = most - MARK_WIDTH - (STATE_WIDTH if self.stated else 0)
        text.append(self._shortened(entry.run_id, name, cells, beside))
        text.append(f" {state}" if state else "", self.palette.style("label"))
        text.pad_right(max(0, left - text.cell_len))
        return text.append_text(right)

    def _beside_name(self, entry: RunEntry, table: Layout, room: int, taken: int) -> Text:
        """The numbers of a run, its curve and what was found; marks and name need `taken` of `room` cells."""
        right = Text(self._numbers(entry.summary, table))
        found = self._findings(entry, table, room - taken)
        needed = max(taken + found.cell_len, LEAST_TAKEN) + SPARK_WIDTH
        # In a narrow list a name that is cut says less than the curve says.
        has_spark = bool(table.spark) if table.aligned else needed <= room
        if entry.spark and has_spark:
            right.append(f" {entry.spark}", self.palette.style("label"))
        return right.append_text(found)

    def _shortened(self, path: str, shown: str, cells: int, beside: int) -> str:
        """The `shown` end of the name `path` in `cells`, told apart from those that have `beside`."""
        skip = path.count("/") - shown.count("/")
        return self.names.shortened(path, cells, self.glyphs, skip=skip, beside=max(1, beside))

    def _least_name(self, entry: RunEntry, name: str) -> int:
        """The cells that the name of a run and a state need, 0 where it is as good cut anywhere."""
        skip = entry.run_id.count("/") - name.count("/")
        least = self.names.least(entry.run_id, self.glyphs, skip=skip)
        return least + (STATE_WIDTH if least and self.stated else 0)

    def _marks(self, entry: RunEntry) -> Text:
        """What stands before the name of a run: its letter, how bad it is, whether it is pinned."""
        text = Text()
        if entry.letter:
            text.append(f"{entry.letter} ", self.palette.style(f"line{entry.slot}"))
        if entry.status == PENDING:
            text.append(f"{self.glyphs.dot} ", self.palette.style("label"))
        else:
            text.append_text(self._mark(_mark_of(entry)))
        if entry.pinned:
            text.append(f"{self.glyphs.pinned} ", self.palette.style("key"))
        return text

    def _mark(self, mark: Mark) -> Text:
        return Text().append(f"{self.glyphs.mark(mark)} ", self.palette.style(mark_use(mark)))

    def _state(self, entry: RunEntry) -> str:
        return state_of(entry, self.glyphs)

    def _numbers(self, summary: Summary, table: Layout) -> str:
        if not table.numbers:
            return ""
        step = "" if summary.step is None else count(summary.step, 10.0 ** max(0, len(str(summary.step)) - 3))
        values = (summary.last, summary.best, summary.gap)
        texts = [step, *(column.text(value) for column, value in zip(self.columns, values, strict=True))]
        told = dict(zip(COLUMNS, texts, strict=True))
        return "".join(f" {told[name]:>{COLUMNS[name] - 1}}" for name in table.numbers)

    def _findings(self, entry: RunEntry, table: Layout, spare: int) -> Text:
        """What was found in a run: the name of the worst and how many more, or how many of which severity.

        Where no column is aligned it takes the cells it needs of the `spare` ones beside the name of the run.
        """
        mark = _mark_of(entry)
        worst = entry.death or DEAD if mark == DEAD else entry.worst  # a note says little beside a death
        if not table.names_finding or not worst:
            return self._counts(entry.counts, table.counts)
        name, others = clean(worst), min(sum(entry.counts) - (mark != DEAD), MOST_COUNTED)
        more = f" +{others}" if others else ""
        width = table.findings
        if not table.aligned:
            more = more if cell_len(name + more) < spare else ""
            width = min(1 + cell_len(name + more), max(width, spare))
        name = begun_name(name, width - 1 - len(more), self.glyphs)
        text = Text(" ").append(name, self.palette.style(mark_use(mark)))
        text.append(more, self.palette.style("label"))
        text.pad_right(width - text.cell_len)
        return text

    def _counts(self, counts: Counts, width: int, dead: int = 0) -> Text:
        """How many there are of each mark, the worst first: a death comes before a note."""
        if not width:
            return Text()
        text = Text(" ")
        *ill, noted = zip(SEVERITIES, counts, strict=True)
        marks: list[tuple[Mark, int]] = [*ill, (DEAD, dead), noted]
        for mark, found in [one for one in marks if one[1]][:MOST_SHOWN]:
            shown = f"{self.glyphs.mark(mark)}{min(found, MOST_COUNTED)}"
            text.append(shown, self.palette.style(mark_use(mark)))
        text.pad_right(width - text.cell_len)
        return text

    def _folder(self, entry: FolderEntry, width: int, table: Layout) -> Text:
        arrow = self.glyphs.open_folder if entry.is_open else self.glyphs.closed_folder
        if entry.path == ERRORS_FOLDER:
            return Text().append(f"{arrow} unreadable ({entry.runs})", self.palette.style("error"))
        right = Text(f" {entry.runs}", self.palette.style("label"))
        if entry.running:
            right.append(f" {entry.running}{self.glyphs.state('running')}", self.palette.style("label"))
        right.append_text(self._counts(entry.counts, table.counts, entry.dead))
        text = self._mark(mark_of(worst_of(entry.counts), DEAD if entry.dead else ""))
        around = cell_len(f"{arrow} /")
        room = max(1, width - text.cell_len - right.cell_len - around)
        text.append(f"{arrow} {self._shortened(entry.path, entry.name, room, room)}/")
        text.pad_right(max(0, width - text.cell_len - right.cell_len))
        return text.append_text(right)

    def _error(self, entry: ErrorEntry, width: int) -> Text:
        text = Text().append(f"{self.glyphs.error} ", self.palette.style("error"))
        reason = Text(clean(entry.reason), self.palette.style("label"))
        most = width - MARK_WIDTH
        if most >= NAME_BESIDE_REASON + REASON_GAP + LEAST_REASON:
            most = max(NAME_BESIDE_REASON, most - REASON_GAP - reason.cell_len)
        text.append(shortened(clean(entry.name or entry.path), max(1, most), self.glyphs))
        room = width - text.cell_len - REASON_GAP
        if room >= LEAST_REASON:
            text.append(" " * REASON_GAP).append_text(cut_lines(reason, room, self.glyphs))
        return text


def state_of(entry: RunEntry, glyphs: Glyphs) -> str:
    """The mark behind the name of a run, where the one before it does not say the same."""
    return "" if _mark_of(entry) == DEAD else glyphs.state(entry.status)


def _mark_of(entry: RunEntry) -> Mark:
    return mark_of(worst_of(entry.counts), entry.status)
