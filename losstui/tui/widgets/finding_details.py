"""Everything about a finding: evidence, why, what to do. Scrolls."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from rich.cells import cell_len
from rich.text import Span, Text
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from losstui.tui.describing import brief_remedy
from losstui.tui.shortening import MEASURE, wrapped
from losstui.tui.widgets.row_style import RowStyled

GAP = 1  # column between the text and what is right of it
MOST_KEPT = 4096  # paragraphs: much of what is said of one run is said of the next


class FindingDetails(ScrollView, RowStyled, can_focus=False):  # pyright: ignore[reportIncompatibleMethodOverride]  Textual's two differ
    """Shows a text that may be longer than the pane. Only what is in sight is wrapped and drawn.

    The first remedy is not named briefly where the pane also shows where it is told in full.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._told: list[Text] = []
        self._paragraphs: list[Text] = []  # those of what is told that are shown
        self._ends: list[int] = []  # the line after each paragraph
        self._wrapped: dict[int, list[Text]] = {}  # the paragraphs in sight as lines
        self._width = 1

    def show(self, text: Text, *, anew: bool = True) -> None:
        """Show a text, `anew` from its first line on."""
        before = self._in_sight()
        self._told = list(text.split("\n", allow_blank=True))
        self._lay_out()
        if anew:
            self.scroll_home(animate=False)
        after = self._in_sight()
        self.refresh_rows([y for y, line in enumerate(after) if line != before[y]])

    def page(self, pages: int) -> None:
        """Scroll by that many pages."""
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)

    def on_resize(self) -> None:
        """Wrap anew for the new width."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One row of those in sight."""
        base, width = self.row_style, self.size.width
        text = self._line(y + self.scroll_offset.y)
        if not text:
            return Strip.blank(width, base)
        text = text.copy()
        text.stylize_before(base)
        return Strip(text.render(MEASURE, end="")).adjust_cell_length(width, base)

    def _in_sight(self) -> list[Text]:
        return [self._line(y + self.scroll_offset.y) for y in range(self.size.height)]

    def _line(self, line: int) -> Text:
        """A line of the text, empty below its last."""
        index = bisect_right(self._ends, line)
        if index >= len(self._ends):
            return Text()
        before = self._ends[index - 1] if index else 0
        if index not in self._wrapped:
            paragraph = self._paragraphs[index]
            self._wrapped[index] = _wrapped(paragraph.plain, tuple(paragraph.spans), self._width)
        return self._wrapped[index][line - before]

    def _lay_out(self) -> None:
        region = self.scrollable_content_region
        self._ends, self._wrapped = [], {}
        if not region.width:  # no place on the screen yet
            return
        brief = brief_remedy([one.plain for one in self._told])
        name, whole = (len(self._told), 0) if brief is None else brief
        self._paragraphs = [*self._told[:name], *self._told[name + 1 :]]
        lines = self._lines_in(region)
        if brief is not None and self._ends[whole - 1] > region.height:
            self._paragraphs = self._told
            lines = self._lines_in(region)
        self.virtual_size = Size(self._width, lines)

    def _lines_in(self, region: Region) -> int:
        """How many lines the paragraphs take in a region, less wide where it needs a bar to scroll."""
        bar = self.styles.scrollbar_size_vertical
        room = region.width + (bar if self.show_vertical_scrollbar else 0)
        self._width = max(1, room - GAP)
        if len(self._paragraphs) > region.height or self._count_lines() > region.height:
            self._width = max(1, room - GAP - bar)
        return self._count_lines()

    def _count_lines(self) -> int:
        counts = [_lines_of(one.plain, self._width) for one in self._paragraphs]
        self._ends = list(accumulate(counts))
        return sum(counts)


@lru_cache(maxsize=MOST_KEPT)
def _wrapped(plain: str, spans: tuple[Span, ...], width: int) -> list[Text]:
    """A paragraph in lines of `width` cells."""
    return wrapped(Text(plain, spans=list(spans)), width)


@lru_cache(maxsize=MOST_KEPT)
def _lines_of(paragraph: str, width: int) -> int:
    """How many lines of `width` cells a paragraph takes."""
    if cell_len(paragraph) <= width:
        return 1
    return len(wrapped(Text(paragraph), width))
