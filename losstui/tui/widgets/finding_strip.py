"""The finding in short, below the chart of a screen too narrow for the findings pane."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from losstui.findings import Finding
from losstui.sanitise import clean
from losstui.tui.describing import step_range, title
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import cut_lines, in_lines


class FindingStrip(Static):
    """Shows a finding in a few lines: what and where, what the run died of, the message, the first remedy."""

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._finding: Finding | None = None
        self._place = ""
        self._otherwise = ""
        self._death = ""
        self._text: Text | None = None

    def show(
        self, finding: Finding | None, place: str = "", *, otherwise: str = "no finding", death: str = ""
    ) -> None:
        """Show a finding, the `place`-th ("1/3") of its run, or `otherwise`; with the `death` of the run."""
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
        text = Text()
        finding = self._finding
        if finding is None:
            text.append(self._otherwise, self._palette.style("label"))
            return text.append_text(self._lines(self._death_lines(self.size.height - 1)))
        mark = self._glyphs.severity(finding.severity)
        name, where = title(finding), step_range(finding, self._glyphs)
        if cell_len(f"{mark} {name}  {where}") > self.size.width:
            name, where = clean(finding.name), step_range(finding, self._glyphs, rounded=True)
        text.append(f"{mark} {name}", self._palette.style(severity_use(finding.severity)))
        text.append(f"  {where}  {self._place}", self._palette.style("label"))
        width, rows = self.size.width, self.size.height - 1
        lines = self._death_lines(1)
        lines += in_lines(Text(clean(finding.message)), width, rows - 1 - len(lines))
        for remedy in finding.remedies[:1]:
            label = self._palette.style("label")
            told = Text.assemble(("try: ", label), clean(remedy.title))
            told.append(f" {self._glyphs.dot} {clean(remedy.change)}", label)
            lines += in_lines(told, width, rows - len(lines))
        return text.append_text(self._lines(lines))

    def _death_lines(self, most: int) -> list[Text]:
        """What the run died of, in so many lines at most."""
        told = Text(self._death, self._palette.style("warning"))
        return in_lines(told, self.size.width, most) if self._death else []

    def _lines(self, lines: Sequence[Text]) -> Text:
        """`lines`, each below what is there."""
        return Text().join(Text("\n").append_text(line) for line in lines)
