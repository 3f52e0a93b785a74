"""The runs, as a tree of folders: how bad each is, its train loss in a line, how much was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.text import Text
from textual.message import Message
from textual.widgets import Static

from losstui.tui.catalogue import Folder
from losstui.tui.glyphs import Glyphs
from losstui.tui.naming import Names
from losstui.tui.palette import Palette
from losstui.tui.run_columns import Column
from losstui.tui.run_labels import RunLabels, state_of
from losstui.tui.run_layout import is_table, number_columns
from losstui.tui.run_rows import Entry, ErrorEntry, FolderEntry, Line, RunEntry, lines
from losstui.tui.widgets.line_list import LineList
from losstui.tui.widgets.row_style import unheard


class RunHeading(Static):
    """The names of the columns, above the runs."""

    def __init__(self, tree: RunTree, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tree = tree

    def render(self) -> Text:
        """One line, as wide as the lines of the list beside its scroll bar."""
        return self._tree.heading(self.size.width - 1)


class RunTree(LineList):
    """Shows runs and tells which one is under the cursor; as a table where there is room for one."""

    @dataclass
    class RunChosen(Message):
        """A run was clicked, or Enter pressed on it."""

        run_id: str

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._shown: tuple[Folder, dict[str, RunEntry], Sequence[ErrorEntry]] = (Folder(), {}, ())
        self._names = Names(())
        self._told: int | None = None  # None where it may have changed
        self._stated: bool | None = None  # the same
        self._lines: list[Line] = []
        self._line_of: dict[str, int] = {}
        self._folded: set[str] = set()
        self._columns: tuple[Column, ...] | None = None  # None where they may have changed
        self._drawn_columns: tuple[Column, ...] | None = None
        self.when_highlighted: Callable[[Entry], None] = unheard

    @property
    def entry(self) -> Entry | None:
        """What is under the cursor."""
        return self._lines[self.cursor_line].entry if self.cursor_line >= 0 else None

    def heading(self, width: int) -> Text:
        """The names of the columns above lines of `width` cells."""
        return self._labels(width).heading(width)

    def show(self, folder: Folder, entries: Mapping[str, RunEntry], errors: Sequence[ErrorEntry]) -> None:
        """Show these runs; the cursor stays on what it is on as long as that is among them."""
        self._shown = (folder, dict(entries), errors)
        self._names = Names(self._shown[1])
        self._told = self._stated = self._columns = None
        self._show_lines()

    def update(self, entry: RunEntry) -> None:
        """Show what is new of a run in its line; nothing moves."""
        self._shown[1][entry.run_id] = entry
        self._columns = None
        if not self._stated and state_of(entry, self._glyphs):
            self._told = self._stated = None
            self.refresh()  # all names make room for a state from now on
        line = self._line_of.get(entry.run_id)
        if line is not None and self._lines[line].entry != entry:
            self._lines[line] = self._lines[line]._replace(entry=entry)
            self.refresh_line(line)

    def place_cursor(self, run_id: str) -> None:
        """Put the cursor on a run and unfold what it is in; posts nothing."""
        if run_id not in self._shown[1]:
            return
        if run_id not in self._line_of:
            self._folded = {path for path in self._folded if not run_id.startswith(f"{path}/")}
            self._show_lines()
        if run_id in self._line_of:
            self.place_cursor_on(self._line_of[run_id])

    def fold(self, direction: int) -> None:
        """Fold (-1) the folder under the cursor, or the one around it; unfold (1) it."""
        if self.cursor_line < 0:
            return
        entry, depth, _ = self._lines[self.cursor_line]
        if direction < 0 and not (isinstance(entry, FolderEntry) and entry.is_open):
            around = range(self.cursor_line - 1, -1, -1)
            folder = next((line for line in around if self._lines[line].depth < depth), None)
            if folder is None:
                return
            self.move_to(folder)
            entry = self._lines[folder].entry
        if isinstance(entry, FolderEntry) and entry.is_open is (direction < 0):
            self._toggle(entry)

    def choose(self) -> None:
        """What Enter does: unfold or fold a folder, choose a run."""
        if self.cursor_line >= 0:
            self.chosen(self.cursor_line)

    def chosen(self, line: int) -> None:
        """Unfold or fold a folder; post which run it is."""
        entry = self._lines[line].entry
        if isinstance(entry, FolderEntry):
            self._toggle(entry)
        elif isinstance(entry, RunEntry):
            self.post_message(self.RunChosen(entry.run_id))

    def highlighted(self, line: int) -> None:
        """Tell what is under the cursor."""
        self.when_highlighted(self._lines[line].entry)

    def draw(self, line: int, width: int) -> Text:
        """One line: mark, name, and at the right the numbers, the train loss and what was found."""
        return self._labels(width).label(self._lines[line], width)

    def _labels(self, width: int) -> RunLabels:
        if self._stated is None:
            self._stated = any(state_of(entry, self._glyphs) for entry in self._shown[1].values())
        labels = RunLabels(self._names, self._palette, self._glyphs, stated=self._stated)
        if not is_table(width):
            return labels  # each name has what those like it need
        if self._told is None:
            self._told = labels.told_apart(lines(*self._shown, ()))  # those in folded folders too
        return replace(labels, columns=self._number_columns(), told=self._told)

    def _number_columns(self) -> tuple[Column, ...]:
        """How the numbers are written: made anew after a change, which may concern every line."""
        if self._columns is None:
            self._columns = number_columns([one.summary for one in self._shown[1].values()])
            if self._drawn_columns not in (None, self._columns):
                self.refresh()
            self._drawn_columns = self._columns
        return self._columns

    def _show_lines(self) -> None:
        at = self.entry
        self._lines = lines(*self._shown, self._folded)
        self._line_of = {
            line.entry.run_id: index
            for index, line in enumerate(self._lines)
            if isinstance(line.entry, RunEntry)
        }
        self.show_lines(len(self._lines), self._line_like(at))

    def _line_like(self, entry: Entry | None) -> int:
        if isinstance(entry, RunEntry):
            return self._line_of.get(entry.run_id, -1)
        if entry is None:
            return -1
        paths = (getattr(line.entry, "path", None) for line in self._lines)
        return next((index for index, path in enumerate(paths) if path == entry.path), -1)

    def _toggle(self, entry: FolderEntry) -> None:
        self._folded ^= {entry.path}
        self._show_lines()
