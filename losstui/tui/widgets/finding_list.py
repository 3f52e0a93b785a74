"""The findings of a run, one a line, worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from losstui.findings import Finding
from losstui.tui.describing import step_range, title
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import shortened

LEAST_NAME = 8


class FindingList(Tree[int], inherit_bindings=False):
    """Shows findings and posts which one is under the cursor. It has no keys: the screen moves it."""

    BINDINGS: ClassVar[list[BindingType]] = []

    @dataclass
    class FindingHighlighted(Message):
        """The cursor stands on this finding."""

        finding: Finding

    @dataclass
    class FindingChosen(Message):
        """A finding was clicked."""

        finding: Finding

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(Text("findings"), id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._findings: tuple[Finding, ...] = ()
        self._changes: Mapping[int, str] = {}
        self._here: frozenset[int] = frozenset()
        self.show_root = False
        self.show_guides = False
        self.auto_expand = False

    def show(self, findings: Sequence[Finding], index: int | None, changes: Mapping[int, str]) -> None:
        """Show these findings, the cursor on the one of that index.

        `changes` are words for those that are not the same in the run compared with: "new".
        """
        self._findings = tuple(findings)
        self._changes = changes
        self._here = frozenset()
        with self.prevent(Tree.NodeHighlighted):
            self.cursor_line = -1
        self.clear()
        self.root.expand()
        for position in range(len(findings)):
            self.root.add_leaf(Text("finding"), position)
        self.place_cursor(index)

    def place_cursor(self, index: int | None) -> None:
        """Put the cursor on the finding of that index; posts nothing."""
        if index is not None and 0 <= index <= self.last_line:
            with self.prevent(Tree.NodeHighlighted):
                self.move_cursor_to_line(index)

    def mark(self, indices: frozenset[int]) -> None:
        """Mark the findings that cover the place someone points at."""
        if indices != self._here:
            changed = indices ^ self._here
            self._here = indices
            for index in changed:
                node = self.get_node_at_line(index)
                if node is not None:
                    node.refresh()

    def move(self, lines: int) -> None:
        """Move the cursor by that many findings, at most to either end."""
        if self.last_line >= 0:
            self.move_cursor_to_line(max(0, min(self.last_line, self.cursor_line + lines)))

    def move_to_edge(self, direction: int) -> None:
        """Move the cursor to the first (-1) or last (1) finding."""
        self.move(direction * len(self._findings))

    def action_select_cursor(self) -> None:
        """What a mouse click on a line does."""
        if 0 <= self.cursor_line < len(self._findings):
            self.post_message(self.FindingChosen(self._findings[self.cursor_line]))

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[int]) -> None:
        """Say which finding is under the cursor."""
        event.stop()
        if event.node.data is not None and event.node.data < len(self._findings):
            self.post_message(self.FindingHighlighted(self._findings[event.node.data]))

    def get_label_width(self, node: TreeNode[int]) -> int:
        """Labels fit the widget: there is nothing to scroll to on the right."""
        return 0

    def render_label(self, node: TreeNode[int], base_style: Style, style: Style) -> Text:
        """One line: mark, name, and at the right where it begins and ends."""
        index = node.data if node.data is not None else -1
        if not 0 <= index < len(self._findings):
            return Text()
        finding = self._findings[index]
        width = self.scrollable_content_region.width
        change = f" {self._changes[index]}" if index in self._changes else ""
        where = f"{change} {step_range(finding, self._glyphs)}"
        pointer = self._glyphs.cursor if index in self._here else " "
        name_room = max(LEAST_NAME, width - 3 - cell_len(where))
        name = shortened(title(finding), name_room, self._glyphs)
        use = severity_use(finding.severity)
        label = Text().append(self._glyphs.severity(finding.severity), self._palette.style(use))
        label.append(pointer, self._palette.style("cursor" if pointer.strip() else "text"))
        label.append(name + " " * (name_room - cell_len(name)))
        label.append(
            shortened(where, max(0, width - 2 - name_room), self._glyphs), self._palette.style("label")
        )
        label.stylize_before(base_style + style)
        return label
