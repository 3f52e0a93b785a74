"""The finding in short, below the chart of a screen too narrow for the findings pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from losstui.findings import Finding, Remedy
from losstui.sanitise import clean
from losstui.tui.describing import BRIEFLY, step_range, title
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import cut_lines, in_lines

if TYPE_CHECKING:
    from losstui.deaths import Death


class FindingStrip(Static):
    """Shows a finding in a few lines: what and where, what the run died of, the message, the first remedy."""

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._finding: Finding | None = None
        self._place = ""
        self._otherwise = ""
        self._death: Death | None = None
        self._text: Text | None = None

    def show(
        self,
        finding: Finding | None,
        place: str = "",
        *,
        otherwise: str = "no finding",
        death: Death | None = None,
    ) -> None:
        """Show a finding, the `place`-th ("1/3") of its run, or `otherwise`; with the `death` of the run.

        Against that is the remedy then, because it matters more.
        """
        self._finding, self._place, self._otherwise, self._text = finding, place, otherwise, None
        self._death = death
        self.refresh()

    def show_text(self, text: Text) -> None:
        """Show a text of up to three lines in place of a finding."""
        self._text = text
        self.refresh()

    def render(self) -> Text:
        """As many lines as there is room for, each cut at the right."""
        return cut_lines(self._text or self._finding_text(), self.size.width, self._glyphs)

    def _finding_text(self) -> Text:
        finding = self._finding
        if self._death is not None and (finding is None or self.size.height == 1):
            return Text("\n").join(self._advised([], self.size.height))
        if finding is None:
            return Text(self._otherwise, self._palette.style("label"))
        mark = self._glyphs.severity(finding.severity)
        name, where = title(finding), step_range(finding, self._glyphs)
        if cell_len(f"{mark} {name}  {where}  {self._place}") > self.size.width:
            name, where = clean(finding.name), step_range(finding, self._glyphs, rounded=True)
        text = Text().append(f"{mark} {name}", self._palette.style(severity_use(finding.severity)))
        text.append(f"  {where}  {self._place}", self._palette.style("label"))
        below = self._advised(finding.remedies, self.size.height - 1, clean(finding.message))
        return Text("\n").join([text, *below])

    def _advised(self, remedies: Sequence[Remedy], rows: int, message: str = "") -> list[Text]:
        """What the run died of, the message, and what to try, in so many rows."""
        width, lines = self.size.width, list[Text]()
        if self._death is not None:
            remedies = self._death.remedies
            told = Text(str(self._death), self._palette.style("warning"))
            lines += in_lines(told, width, 1 if message else max(1, rows // 2))
        if message:
            lines += in_lines(Text(message), width, rows - 1 - len(lines))
        for remedy in remedies[:1]:
            label = self._palette.style("label")
            told = Text.assemble((BRIEFLY, label), clean(remedy.title))
            told.append(f" {self._glyphs.dot} {clean(remedy.change)}", label)
            lines += in_lines(told, width, rows - len(lines))
        return lines
