"""The finding in short, below the chart of a screen too narrow for the findings pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widgets import Static

from losstui.findings import Finding, Remedy
from losstui.sanitise import clean
from losstui.tui.describing import BRIEFLY, message, step_range, title
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.run_rows import DEAD, mark_of
from losstui.tui.shortening import cut_lines, in_lines

if TYPE_CHECKING:
    from losstui.deaths import Death


class FindingStrip(Static):
    """Shows a finding in a few lines: what and where, what the run died of, the message, the first remedy.

    It is as high as the longest finding of the run needs: a walk through them moves nothing above it.
    """

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._findings: Sequence[Finding] = ()
        self._index: int | None = None
        self._otherwise = ""
        self._death: Death | None = None
        self._text: Text | None = None
        self._most_rows = 1

    def show(
        self,
        findings: Sequence[Finding],
        index: int | None,
        *,
        otherwise: str = "no finding",
        death: Death | None = None,
    ) -> None:
        """Show a finding of a run, or `otherwise`; with the `death` of the run, where that is no warning.

        Against that is the remedy then, because it matters more.
        """
        self._findings, self._index, self._otherwise, self._text = findings, index, otherwise, None
        self._death = death
        self._fit()

    def show_text(self, text: Text) -> None:
        """Show a text of up to three lines in place of a finding."""
        self._text = text
        self._fit()

    def allow(self, rows: int) -> None:
        """Take at most so many rows."""
        self._most_rows = rows
        self._fit()

    def on_resize(self, event: events.Resize) -> None:
        """In other columns it may take more or fewer rows."""
        self._fit()

    def _fit(self) -> None:
        if self.display:
            self.styles.height = self._rows_needed()
            self.refresh()

    def _rows_needed(self) -> int:
        """The rows of what is shown, and of the other findings of its run; all while nothing is."""
        most = self._most_rows
        if most == 1 or not self.size.width:
            return most
        if self._text is not None:
            return min(most, len(self._text.split("\n", allow_blank=True)))
        shown = range(len(self._findings)) or (None,)
        texts = [self._finding_text(index) for index in shown]
        return max(len(text.split("\n", allow_blank=True)) if text else most for text in texts)

    def render(self) -> Text:
        """As many lines as there is room for, each cut at the right."""
        return cut_lines(self._text or self._finding_text(self._index), self.size.width, self._glyphs)

    def _finding_text(self, index: int | None) -> Text:
        finding = None if index is None else self._findings[index]
        is_told = mark_of(finding.severity if finding else None, DEAD) == DEAD
        death = self._death if is_told else None
        if death is not None and (finding is None or self._most_rows == 1):
            return Text("\n").join(self._advised(death, death.remedies, self._most_rows))
        if index is None or finding is None:
            return Text(self._otherwise, self._palette.style("label"))
        place = f"{index + 1}/{len(self._findings)}"
        mark = self._glyphs.severity(finding.severity)
        name, where = title(finding), step_range(finding, self._glyphs)
        if cell_len(f"{mark} {name}  {where}  {place}") > self.size.width:
            name, where = clean(finding.name), step_range(finding, self._glyphs, rounded=True)
        text = Text().append(f"{mark} {name}", self._palette.style(severity_use(finding.severity)))
        text.append(f"  {where}  {place}", self._palette.style("label"))
        remedies = finding.remedies if death is None else death.remedies
        below = self._advised(death, remedies, self._most_rows - 1, message(finding, self._glyphs))
        return Text("\n").join([text, *below])

    def _advised(
        self, death: Death | None, remedies: Sequence[Remedy], rows: int, message: str = ""
    ) -> list[Text]:
        """What the run died of, the message, and what to try, in so many rows."""
        width, lines = self.size.width, list[Text]()
        if death is not None:
            told = Text(str(death), self._palette.style("warning"))
            lines += in_lines(told, width, 1 if message else max(1, rows // 2))
        if message:
            lines += in_lines(Text(message), width, rows - 1 - len(lines))
        for remedy in remedies[:1]:
            label = self._palette.style("label")
            told = Text.assemble((BRIEFLY, label), clean(remedy.title))
            told.append(f" {self._glyphs.dot} {clean(remedy.change)}", label)
            lines += in_lines(told, width, rows - len(lines))
        return lines
