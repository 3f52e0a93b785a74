"""Widgets that draw row by row on a ground of one style."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def unheard(_: object) -> None:
    """What a widget tells where nobody listens."""


class RowStyled(Widget):
    """Finds out its own style once for all rows it draws: finding out takes longer than drawing one.

    It stands last among the bases of a widget: Textual takes the default CSS from the first.
    """

    row_style = Style.null()

    def refresh_rows(self, rows: Sequence[int]) -> None:
        """Draw these rows of those in sight again; the others look as before."""
        if rows:
            self.refresh(*(Region(0, row, self.size.width, 1) for row in rows))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows in `crop`."""
        self.row_style = self.rich_style
        return super().render_lines(crop)
