"""The runs, as a tree of folders: how bad each is, its train loss in a line, how much was found."""

from __future__ import annotations

from collections import Counter
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

from losstui.findings import Severity
from losstui.sanitise import clean
from losstui.tui.catalogue import Folder
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import shortened

INDENT = 2
COUNTS_WIDTH = 4
LEAST_NAME = 9


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run as the list shows it."""

    run_id: str
    counts: Mapping[Severity, int]
    spark: str
    running: bool = False

    @property
    def worst(self) -> Severity | None:
        """The worst severity found, None without findings."""
        return worst_of(self.counts)


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A folder of runs as the list shows it; `name` is its path below the folder it is in."""

    path: str
    name: str
    runs: int
    worst: Severity | None


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """A log that could not be read."""

    path: str
    reason: str


Entry = RunEntry | FolderEntry | ErrorEntry
ERRORS_FOLDER = "\0errors"  # no run id can be this


def worst_of(counts: Mapping[Severity, int]) -> Severity | None:
    """The worst severity that occurs, None if none does."""
    return max((one for one in counts if counts[one]), key=lambda one: one.rank, default=None)


class RunTree(Tree[Entry], inherit_bindings=False):
    """Shows runs and posts which one is under the cursor. It has no keys: the screen moves it."""

    BINDINGS: ClassVar[list[BindingType]] = []

    @dataclass
    class RunHighlighted(Message):
        """The cursor stands on this run."""

        run_id: str

    @dataclass
    class ErrorHighlighted(Message):
        """The cursor stands on a log that could not be read."""

        path: str
        reason: str

    @dataclass
    class RunChosen(Message):
        """A run was clicked, or Enter pressed on it."""

        run_id: str

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(Text("runs"), id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._run_nodes: dict[str, TreeNode[Entry]] = {}
        self._collapsed: set[str] = set()
        self.show_root = False
        self.show_guides = False
        self.guide_depth = INDENT
        self.auto_expand = False

    def show(self, folder: Folder, entries: Mapping[str, RunEntry], errors: Sequence[ErrorEntry]) -> None:
        """Show these runs; the cursor stays on the run it is on as long as that is among them."""
        at = self.cursor_node.data if self.cursor_node is not None else None
        with self.prevent(Tree.NodeHighlighted):
            self.cursor_line = -1
        self.clear()
        self.root.expand()
        self._run_nodes = {}
        self._fill(self.root, folder, entries)
        if errors:
            node = self.root.add(
                Text("errors"),
                FolderEntry(ERRORS_FOLDER, "errors", len(errors), None),
                expand=self._is_open(ERRORS_FOLDER),
            )
            for error in errors:
                node.add_leaf(Text("error"), error)
        if isinstance(at, RunEntry) and at.run_id in self._run_nodes:
            self.place_cursor(at.run_id)

    def update(self, entry: RunEntry) -> None:
        """Show what is new of a run in its line; nothing moves."""
        node = self._run_nodes.get(entry.run_id)
        if node is not None and node.data != entry:
            node.data = entry
            node.refresh()

    def place_cursor(self, run_id: str) -> None:
        """Put the cursor on a run and unfold what it is in; posts nothing."""
        node = self._run_nodes.get(run_id)
        if node is None or node is self.cursor_node:
            return
        parent = node.parent
        while parent is not None:
            self._collapsed.discard(parent.data.path if isinstance(parent.data, FolderEntry) else "")
            parent.expand()
            parent = parent.parent
        if self.last_line >= 0:  # asking brings the lines up to date
            with self.prevent(Tree.NodeHighlighted):
                self.move_cursor(node)

    def move(self, lines: int) -> None:
        """Move the cursor by that many lines, at most to either end."""
        self._move_to(self.cursor_line + lines)

    def move_to_edge(self, direction: int) -> None:
        """Move the cursor to the first (-1) or last (1) line."""
        self._move_to(0 if direction < 0 else self.last_line)

    def fold(self, direction: int) -> None:
        """Fold (-1) the folder under the cursor, or the one around it; unfold (1) it."""
        node = self.cursor_node
        if node is None:
            return
        if direction < 0 and not (node.allow_expand and node.is_expanded):
            node = node.parent
            if node is None or node.is_root:
                return
            self.move_cursor(node)
        if node.allow_expand:
            node.collapse() if direction < 0 else node.expand()

    def choose(self) -> None:
        """What Enter does: unfold or fold a folder, choose a run."""
        node = self.cursor_node
        if node is not None and node.allow_expand:
            node.toggle()
        elif node is not None and isinstance(node.data, RunEntry):
            self.post_message(self.RunChosen(node.data.run_id))

    def action_select_cursor(self) -> None:
        """What a mouse click on a line does."""
        self.choose()

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Entry]) -> None:
        """Say what is under the cursor."""
        event.stop()
        if isinstance(event.node.data, RunEntry):
            self.post_message(self.RunHighlighted(event.node.data.run_id))
        elif isinstance(event.node.data, ErrorEntry):
            self.post_message(self.ErrorHighlighted(event.node.data.path, event.node.data.reason))

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[Entry]) -> None:
        """Keep the folder folded when the runs are shown anew."""
        if isinstance(event.node.data, FolderEntry):
            self._collapsed.add(event.node.data.path)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Entry]) -> None:
        """Keep the folder unfolded when the runs are shown anew."""
        if isinstance(event.node.data, FolderEntry):
            self._collapsed.discard(event.node.data.path)

    def get_label_width(self, node: TreeNode[Entry]) -> int:
        """Labels fit the widget: there is nothing to scroll to on the right."""
        return 0

    def render_label(self, node: TreeNode[Entry], base_style: Style, style: Style) -> Text:
        """One line: mark, name, and at the right the train loss and what was found."""
        depth = 0
        above = node.parent
        while above is not None and not above.is_root:
            depth, above = depth + 1, above.parent
        width = self.scrollable_content_region.width - depth * INDENT
        if isinstance(node.data, RunEntry):
            label = self._run_label(node.data, str(node.label), width)
        elif isinstance(node.data, FolderEntry):
            label = self._folder_label(node.data, node.is_expanded, width)
        else:
            label = self._error_label(node.data, width)
        label.stylize_before(base_style + style)
        return label

    def _fill(self, node: TreeNode[Entry], folder: Folder, entries: Mapping[str, RunEntry]) -> None:
        for inner in folder.folders:
            runs = [entries[run_id] for run_id in inner.all_runs()]
            worst = worst_of(Counter(entry.worst for entry in runs if entry.worst is not None))
            entry = FolderEntry(inner.path, inner.path[folder.prefix :], len(runs), worst)
            below = node.add(Text("folder"), entry, expand=self._is_open(inner.path))
            self._fill(below, inner, entries)
        for run_id in folder.runs:
            name = clean(run_id[folder.prefix :]) or "(no name)"
            self._run_nodes[run_id] = node.add_leaf(Text(name), entries[run_id])

    def _is_open(self, path: str) -> bool:
        return path not in self._collapsed

    def _move_to(self, line: int) -> None:
        if self.last_line >= 0:
            self.move_cursor_to_line(max(0, min(self.last_line, line)))

    def _run_label(self, entry: RunEntry, name: str, width: int) -> Text:
        glyphs = self._glyphs
        counts = Text()
        shown = sorted((one for one in entry.counts if entry.counts[one]), key=lambda one: -one.rank)
        for severity in shown[:2]:
            part = f"{glyphs.severity(severity)}{min(entry.counts[severity], 9)}"
            counts.append(part, self._palette.style(severity_use(severity)))
        right = Text()
        if width >= LEAST_NAME + len(entry.spark) + COUNTS_WIDTH + 4:
            right.append(f" {entry.spark}", self._palette.style("label"))
        right.append(" ")
        right.append_text(counts)
        right.append(" " * (COUNTS_WIDTH - counts.cell_len))
        return self._line(entry.worst, f"{name} {glyphs.running}" if entry.running else name, right, width)

    def _folder_label(self, entry: FolderEntry, expanded: bool, width: int) -> Text:
        glyphs = self._glyphs
        arrow = glyphs.open_folder if expanded else glyphs.closed_folder
        if entry.path == ERRORS_FOLDER:
            return Text().append(f"{arrow} errors ({entry.runs})", self._palette.style("error"))
        name = f"{arrow} {clean(entry.name)}/"
        return self._line(entry.worst, name, Text(f" {entry.runs}", self._palette.style("label")), width)

    def _error_label(self, entry: Entry | None, width: int) -> Text:
        path = clean(entry.path) if isinstance(entry, ErrorEntry) else ""
        label = Text().append(f"{self._glyphs.error} ", self._palette.style("error"))
        return label.append(shortened(path, max(1, width - 2), self._glyphs))

    def _line(self, worst: Severity | None, name: str, right: Text, width: int) -> Text:
        room = max(1, width - 2 - right.cell_len)
        name = shortened(name, room, self._glyphs)
        label = Text().append(self._glyphs.severity(worst) + " ", self._palette.style(severity_use(worst)))
        label.append(name + " " * (room - cell_len(name)))
        return label.append_text(right)
