"""A list of which only the lines in sight are drawn, however long it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from losstui.tui.shortening import MEASURE
from losstui.tui.widgets.row_style import RowStyled

if TYPE_CHECKING:
    from typing_extensions import Self

MOST_KEPT = 500  # lines drawn: what scrolls by a line is all there but for one


class LineList(ScrollView, RowStyled, can_focus=True, inherit_bindings=False):  # pyright: ignore[reportIncompatibleMethodOverride]  Textual's two differ
    """Lines with a cursor. It has no keys: the screen moves it. What a line shows is `draw`'s to say."""

    BINDINGS: ClassVar[list[BindingType]] = []
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._count = 0
        self._cursor = -1
        self._room = 0  # cells of a line: the same with a scroll bar and without
        self._drawn: dict[int, tuple[tuple[int, int, Style], Strip]] = {}

    def draw(self, line: int, width: int) -> Text:
        """The text of a line."""
        raise NotImplementedError

    def highlighted(self, line: int) -> None:
        """Called when the cursor has been moved to a line."""

    def chosen(self, line: int) -> None:
        """Called when a line was clicked, or chosen otherwise."""

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return self._count

    @property
    def cursor_line(self) -> int:
        """The line the cursor is on, -1 without any."""
        return self._cursor

    def show_lines(self, count: int, cursor: int) -> None:
        """Show so many lines anew, with the cursor on one, in the row it was in; tells nobody."""
        row = self._cursor - self.scroll_offset.y
        was_in_sight = 0 <= row < self.size.height
        self._count = count
        self._cursor = max(-1, min(count - 1, cursor))
        self.virtual_size = Size(self.scrollable_content_region.width, count)
        if was_in_sight:
            self.scroll_to(y=self._cursor - row, animate=False, force=True, immediate=True)
        self._scroll_to_cursor()
        self.refresh()

    def place_cursor_on(self, line: int) -> None:
        """Put the cursor on a line; tells nobody."""
        line = max(0, min(self._count - 1, line))
        if self._count and line != self._cursor:
            before, self._cursor = self._cursor, line
            self._scroll_to_cursor()
            self.refresh_line(before)
            self.refresh_line(line)

    def move_to(self, line: int) -> None:
        """Move the cursor to a line, at most to either end."""
        before = self._cursor
        self.place_cursor_on(line)
        if self._cursor != before:
            self.highlighted(self._cursor)

    def move(self, lines: int) -> None:
        """Move the cursor by that many lines, at most to either end."""
        self.move_to(self._cursor + lines)

    def move_to_edge(self, direction: int) -> None:
        """Move the cursor to the first (-1) or last (1) line."""
        self.move_to(0 if direction < 0 else self._count - 1)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows in `crop`."""
        self._room = self.scrollable_content_region.width
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of those in sight."""
        line = y + self.scroll_offset.y
        width, base = self.size.width, self.row_style
        if not 0 <= line < self._count:
            return Strip.blank(width, base)
        if line == self._cursor:
            base += self.get_component_rich_style("line-list--cursor")
        drawn_as = (width, self._room, base)
        if line not in self._drawn or self._drawn[line][0] != drawn_as:
            text = self.draw(line, self._room)
            text.stylize_before(base)
            strip = Strip(text.render(MEASURE, end="")).adjust_cell_length(width, base)
            if len(self._drawn) >= MOST_KEPT:
                self._drawn.clear()
            self._drawn[line] = drawn_as, strip
        return self._drawn[line][1]

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Draw regions, which scrolling moves, or all again: then the lines may say something else."""
        if not regions:
            self._drawn.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def refresh_line(self, y: int) -> None:
        """Draw a line anew."""
        self._drawn.pop(y, None)
        super().refresh_line(y)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.scrollable_content_region.width, self._count)
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """Move to the line clicked, and choose it."""
        line = event.y + self.scroll_offset.y
        if line < self._count:
            self.move_to(line)
            self.chosen(line)

    def _scroll_to_cursor(self) -> None:
        if self._cursor >= 0:
            self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True)
