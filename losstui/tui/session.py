"""What is selected, and what follows from it: the state of the screen without the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losstui.findings import Finding
from losstui.tui.catalogue import Catalogue, Place, neighbour
from losstui.tui.describing import frameworks
from losstui.tui.filtering import Ranking

if TYPE_CHECKING:
    from losstui.tui.plot import Plot, PlotLine, Shade
    from losstui.tui.reading import ReadRun


class Session:
    """The runs read so far, which of them are shown, and the run, finding and tag that are selected."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.pattern = ""
        self.ranking = Ranking.NAME
        self.run_id: str | None = None
        self.index: int | None = None
        self._group = 0
        self._framework: str | None = None
        self._known: tuple[Finding, ...] = ()
        self._lines: dict[tuple[str, int], PlotLine] = {}  # a tag counts its own steps where it is alone

    @property
    def read(self) -> ReadRun | None:
        """The selected run."""
        return None if self.run_id is None else self.catalogue[self.run_id]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the selected run, worst first."""
        return () if self.run_id is None else self.catalogue.findings(self.run_id)

    @property
    def finding(self) -> Finding | None:
        """The selected finding."""
        return None if self.index is None else self.findings[self.index]

    @property
    def framework(self) -> str | None:
        """The framework to show snippets for, None where no remedy has one."""
        known = frameworks(self.findings)
        return self._framework if self._framework in known else next(iter(known), None)

    def run_ids(self) -> list[str]:
        """The ids of the runs the filter leaves, in the order they are shown."""
        return self.catalogue.run_ids(self.pattern, self.ranking)

    def select_run(self, run_id: str | None, index: int | None = None) -> None:
        """Select a run with its finding of that index, else with its worst."""
        if run_id != self.run_id:
            self._lines = {}
        self.run_id = run_id
        self._known = self.findings
        self.index = None
        self._group = 0
        if self.findings:
            self.select_finding(index or 0)

    def select_finding(self, index: int) -> None:
        """Select a finding of the selected run, and the tag it is about."""
        from losstui.tui.plot import group_of

        self.index = index
        self._group = group_of(self._groups(), self.findings[index].tag)

    def renew(self) -> None:
        """Take up what is new of the selected run; what is selected stays selected if it is still there."""
        before = self._known
        self._lines = {}
        self._known = self.findings
        if self.index is None or not self.findings:
            self.index = None
            return
        alike = [(one.code, one.tag) for one in self.findings]
        about = (before[self.index].code, before[self.index].tag)
        self.index = alike.index(about) if about in alike else 0

    def keep_shown(self) -> bool:
        """Select the first run shown if the selected one is not; True where that changed anything."""
        shown = self.run_ids()
        if self.run_id in shown or (self.run_id is None and not shown):
            return False
        self.select_run(shown[0] if shown else None)
        return True

    def next_run(self, direction: int) -> str | None:
        """The run that many places further in the list, at most at its ends; None without runs."""
        shown = self.run_ids()
        if not shown:
            return None
        at = shown.index(self.run_id) if self.run_id in shown else 0
        return shown[max(0, min(len(shown) - 1, at + direction))]

    def next_finding(self, direction: int) -> Place | None:
        """The next (1) or previous (-1) finding of all runs shown, worst first; None without any."""
        current = None if self.run_id is None or self.index is None else Place(self.run_id, self.index)
        return neighbour(self.catalogue.ranked(self.run_ids()), current, direction)

    def worst(self) -> Place | None:
        """The worst finding of all runs shown."""
        return next(iter(self.catalogue.ranked(self.run_ids())), None)

    def next_tag(self, direction: int) -> None:
        """Show the next (1) or previous (-1) tag of the selected run."""
        groups = self._groups()
        if groups:
            self._group = (self._group + direction) % len(groups)

    def next_framework(self) -> None:
        """Show snippets for the next framework."""
        known = frameworks(self.findings)
        if known and self.framework is not None:
            self._framework = known[(known.index(self.framework) + 1) % len(known)]

    def plot(self) -> Plot | None:
        """The curves to show, the one the finding is about in front; None without any."""
        read, groups = self.read, self._groups()
        if read is None or not groups:
            return None
        from losstui.tui.plot import Plot, PlotLine, translated_steps

        tags = groups[self._group]
        steps = translated_steps(read.curves) if len(tags) > 1 else {}
        for tag in tags:
            if (tag, len(tags)) not in self._lines:
                self._lines[tag, len(tags)] = PlotLine(read.curves.curve(tag), steps.get(tag))
        about = None if self.finding is None else self.finding.tag
        front = tags.index(about) if about in tags else 0
        return Plot([self._lines[tag, len(tags)] for tag in tags], front, read.report.run.step_unit.value)

    def shades(self) -> tuple[list[Shade], Shade | None]:
        """The stretches of the findings about the curves shown, and that of the selected one."""
        groups = self._groups()
        if not groups:
            return [], None
        from losstui.tui.plot import shade_of

        shown = groups[self._group]
        shades = {
            index: shade_of(one, shown.index(one.tag))
            for index, one in enumerate(self.findings)
            if one.tag in shown
        }
        return list(shades.values()), shades.get(self.index) if self.index is not None else None

    def covering(self, step: int | None) -> frozenset[int]:
        """The indices of the findings of the selected run that cover `step`, one of the curve in front."""
        plot = self.plot()
        if step is None or plot is None:
            return frozenset()
        return frozenset(
            index
            for index, one in enumerate(self.findings)
            if any(span.first_step <= plot.step_of(one.tag, step) <= span.last_step for span in one.spans)
        )

    def _groups(self) -> list[tuple[str, ...]]:
        if self.read is None:
            return []
        from losstui.tui.plot import tag_groups

        return tag_groups(self.read.curves)
