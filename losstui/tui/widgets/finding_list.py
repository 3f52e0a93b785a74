"""The findings of a run, one a line, worst first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.message import Message

from losstui.findings import Finding
from losstui.sanitise import clean
from losstui.tui.describing import step_range, title
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import begun_name, shortened
from losstui.tui.widgets.line_list import LineList
from losstui.tui.widgets.row_style import unheard

LEAST_NAME = 8  # cells: in fewer hardly a finding is told from the next


class FindingList(LineList):
    """Shows findings and tells which one is under the cursor."""

    @dataclass
    class FindingChosen(Message):
        """A finding was clicked."""

        finding: Finding

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._findings: tuple[Finding, ...] = ()
        self._changes: Mapping[int, str] = {}
        self._here: frozenset[int] = frozenset()
        self.when_highlighted: Callable[[int], None] = unheard  # the finding of that index

    def show(self, findings: Sequence[Finding], index: int | None, changes: Mapping[int, str]) -> None:
        """Show these findings, the cursor on the one of that index.

        `changes` are words for those that are not the same in the run compared with: "new".
        """
        self._findings = tuple(findings)
        self._changes = changes
        self._here = frozenset()
        self.show_lines(len(findings), -1 if index is None else index)

    def mark(self, indices: frozenset[int]) -> None:
        """Mark the findings that cover the place someone points at."""
        changed, self._here = indices ^ self._here, indices
        for index in changed:
            self.refresh_line(index)

    def highlighted(self, line: int) -> None:
        """Say which finding is under the cursor."""
        self.when_highlighted(line)

    def chosen(self, line: int) -> None:
        """Say which was clicked."""
        self.post_message(self.FindingChosen(self._findings[line]))

    def draw(self, line: int, width: int) -> Text:
        """One line: mark, name, and at the right where it begins and ends."""
        finding = self._findings[line]
        change = f" {self._changes[line]}" if line in self._changes else ""
        where = f"{change} {step_range(finding, self._glyphs)}"
        name, needed = title(finding), 3 + cell_len(clean(finding.name))
        if cell_len(where) + needed > width:
            where = f"{change} {step_range(finding, self._glyphs, rounded=True)}"
        pointer = self._glyphs.cursor if line in self._here else " "
        name_room = max(LEAST_NAME, width - 3 - cell_len(where))
        if cell_len(name) > name_room:  # the details have the kind as well
            name = begun_name(clean(finding.name), name_room, self._glyphs)
        use = severity_use(finding.severity)
        label = Text().append(self._glyphs.severity(finding.severity), self._palette.style(use))
        label.append(pointer, self._palette.style("cursor" if pointer.strip() else "text"))
        label.append(name + " " * (name_room - cell_len(name)))
        label.append(
            shortened(where, max(0, width - 2 - name_room), self._glyphs), self._palette.style("label")
        )
        return label
