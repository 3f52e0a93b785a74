"""Widgets that draw row by row on a ground of one style."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class RowStyled(Widget):
    """Finds out its own style once for all rows it draws: finding out takes longer than drawing one.

    It stands last among the bases of a widget: Textual takes the default CSS from the first.
    """

    row_style = Style.null()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows in `crop`."""
        self.row_style = self.rich_style
        return super().render_lines(crop)
