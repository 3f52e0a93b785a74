"""Everything about a finding: evidence, why, what to do. Scrolls."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static


class FindingDetails(VerticalScroll, can_focus=False):
    """Shows a text that may be longer than the pane."""

    def compose(self) -> ComposeResult:
        """A text in a scroller."""
        yield Static(id="details-text")

    def show(self, text: Text, *, anew: bool = True) -> None:
        """Show a text, `anew` from its first line on."""
        self.query_one("#details-text", Static).update(text)
        if anew:
            self.scroll_home(animate=False)

    def page(self, pages: int) -> None:
        """Scroll by that many pages."""
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)
