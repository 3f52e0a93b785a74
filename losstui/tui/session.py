"""What is selected, and what follows from it: the state of the screen without the screen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from losstui.findings import Finding, Remedy
from losstui.tui.catalogue import Catalogue, Place, neighbour
from losstui.tui.describing import frameworks
from losstui.tui.filtering import Ranking
from losstui.tui.overlay import Overlay

if TYPE_CHECKING:
    from losstui.comparing import RunComparison
    from losstui.deaths import Death
    from losstui.tui.figure import Figure
    from losstui.tui.figures import FigureMaker
    from losstui.tui.plot import Plot
    from losstui.tui.reading import ReadRun


class Session:
    """The runs read so far, which of them are shown, and the run, finding and tag that are selected."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.pattern = ""
        self.ranking = Ranking.NAME
        self.run_id: str | None = None
        self.index: int | None = None
        self._tag: str | None = None
        self._framework: str | None = None
        self._known: tuple[Finding, ...] = ()
        self.overlay = Overlay()
        self._onward = 1  # the direction in the list of runs of the last move
        self._is_fallback = True  # whether nobody chose what is selected: the first of the runs shown
        self._hidden: Place | None = None  # what a filter hides, for which the first one stands in

    @cached_property
    def _figures(self) -> FigureMaker:
        from losstui.tui.figures import FigureMaker

        return FigureMaker(self.catalogue, self.overlay)

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
        known = frameworks(self._remedies())
        return self._framework if self._framework in known else next(iter(known), None)

    def _remedies(self) -> Iterator[Remedy]:
        """All that is to be tried for the selected run."""
        for finding in self.findings:
            yield from finding.remedies
        if self.death is not None:
            yield from self.death.remedies

    @property
    def death(self) -> Death | None:
        """What the selected run died of, None where it did not."""
        if self.read is None:
            return None
        from losstui.deaths import death_of  # with which numpy comes, as it does with what is read

        return death_of(self.read.report.run)

    def run_ids(self) -> list[str]:
        """The ids of the runs the filter leaves, in the order they are shown."""
        return self.catalogue.run_ids(self.pattern, self.ranking)

    def select_run(self, run_id: str | None, index: int | None = None) -> None:
        """Select a run with its finding of that index, else with its worst."""
        changed = run_id is not None and run_id != self.run_id
        if changed and run_id == self.next_run(-self._onward):
            self._onward = -self._onward
        self.run_id = run_id
        self._is_fallback, self._hidden = False, None
        if changed:
            self._figures.keep([place.run_id for place in self._beside()])
        self._known = self.findings
        self.index = None
        self._tag = None
        if self.findings:
            self.select_finding(min(index or 0, len(self.findings) - 1))  # a log that grows may have fewer

    def select_finding(self, index: int) -> None:
        """Select a finding of the selected run, and the tag it is about."""
        self.index = index
        self._is_fallback = False
        self._tag = self.findings[index].tag

    def renew(self) -> None:
        """Take up what is new of the selected run; what is selected stays selected if it is still there.

        The first finding of a run without any is selected: there is nothing it could push aside.
        """
        before = self._known
        self._known = self.findings
        if self.index is None or not self.findings:
            self.index = 0 if self.findings else None
            return
        alike = [(one.code, one.tag) for one in self.findings]
        about = (before[self.index].code, before[self.index].tag)
        self.index = alike.index(about) if about in alike else 0

    def keep_shown(self) -> bool:
        """Select the first run shown if the selected one is not; True where that changed anything.

        A run that a filter hid is selected again once it is shown, unless another was chosen meanwhile.
        """
        shown, hidden = self.run_ids(), self._hidden
        if hidden is not None and self._is_fallback and hidden.run_id in shown:
            self.select_run(hidden.run_id, hidden.index)
            return True
        if self.run_id in shown or (self.run_id is None and (not shown or self._is_error_chosen)):
            return False
        if self.run_id is not None and not self._is_fallback:
            hidden = Place(self.run_id, self.index or 0)
        self.select_run(shown[0] if shown else None)
        self._is_fallback, self._hidden = True, hidden
        return True

    @property
    def _is_error_chosen(self) -> bool:
        """Whether a log that could not be read is looked at; a filter hides those."""
        return self.run_id is None and not self._is_fallback and not self.pattern

    def next_run(self, direction: int) -> str | None:
        """The run that many places further in the list, at most at its ends; None without runs."""
        shown = self.run_ids()
        if not shown:
            return None
        at = shown.index(self.run_id) if self.run_id in shown else 0
        return shown[max(0, min(len(shown) - 1, at + direction))]

    def next_finding(self, direction: int) -> Place | None:
        """The next (1) or previous (-1) finding or death of all runs shown, worst first; None without any.

        From a run that nobody chose the next one is the worst of all.
        """
        current = None if self.run_id is None else Place(self.run_id, self.index or 0)
        ranked = self.catalogue.ranked(self.run_ids())
        if self._is_fallback and direction > 0 and ranked and current != ranked[0]:
            return ranked[0]
        return neighbour(ranked, current, direction)

    def worst(self) -> Place | None:
        """The worst finding or death of all runs shown."""
        return next(iter(self.catalogue.ranked(self.run_ids())), None)

    def next_tag(self, direction: int) -> None:
        """Show the next (1) or previous (-1) tag of the selected run."""
        from losstui.tui.tag_groups import group_of

        tags = self.tags()
        if tags:
            self._tag = tags[(group_of(tags, self._tag) + direction) % len(tags)][0]

    def tags(self) -> list[tuple[str, ...]]:
        """What a chart can show of the selected run, tag by tag, those together that share one."""
        return [] if self.run_id is None else self._figures.tags(self.run_id)

    @property
    def tag(self) -> str | None:
        """The tag that is shown, None for the first there is."""
        return self._tag

    def show_tag(self, tag: str | None) -> None:
        """Show a tag of the selected run; None leaves the one that is shown."""
        self._tag = tag or self._tag

    def prefer_framework(self, framework: str | None) -> None:
        """Show snippets for that framework where there are any."""
        self._framework = framework

    def next_framework(self) -> None:
        """Show snippets for the next framework."""
        known = frameworks(self._remedies())
        if known and self.framework is not None:
            self._framework = known[(known.index(self.framework) + 1) % len(known)]

    def figure(self) -> Figure | None:
        """The curves to show, the one the finding is about in front; None without any."""
        return None if self.run_id is None else self._figures.figure(self.run_id, self._tag, self.index)

    def likely_figures(self) -> Iterator[Figure]:
        """The figures a key leads to: those of the runs beside the selected one, and of the next finding.

        First that of the run the same key leads to again. Only those that may be prepared beside it, and
        that are still there when their turn comes.
        """
        from losstui.tui.figure import MOST_PREPARED

        self._figures.give_back()
        places = self._beside()
        if (found := self.next_finding(1)) is not None:
            places.append(found)
        room = MOST_PREPARED
        for run_id in dict.fromkeys(place.run_id for place in places):
            if run_id not in self.catalogue:
                continue
            room -= self.catalogue[run_id].report.run.frame.points
            if room < 0:
                return
            index = next(place.index for place in reversed(places) if place.run_id == run_id)
            findings = self.catalogue.findings(run_id)
            known = index < len(findings)
            tag = findings[index].tag if known else None
            figure = self._figures.figure(run_id, tag, index if known else None)
            if figure is not None and run_id != self.run_id:
                yield figure

    def _beside(self) -> list[Place]:
        """The selected run and those beside it, each with its worst finding."""
        run_ids = [self.next_run(direction) for direction in (0, self._onward, -self._onward)]
        return [Place(run_id, 0) for run_id in run_ids if run_id is not None]

    def plot(self) -> Plot | None:
        """The curves of the tag that is shown; None without any."""
        figure = self.figure()
        return None if figure is None else figure.plot

    def drawn(self) -> list[str]:
        """The ids of the runs that are drawn together."""
        return [] if self.run_id is None else self.overlay.shown_with(self.run_id)

    def sources(self) -> list[tuple[str, tuple[str, ...]]]:
        """The runs that are drawn with what is drawn of each; the selected run alone where nothing is."""
        return [] if self.run_id is None else self._figures.sources(self.run_id, self._tag)

    def has_seeds(self) -> bool:
        """Whether there are other runs that differ from the selected one only in their seed."""
        return self.run_id is not None and self._figures.seed_group(self.run_id) is not None

    def drop_early(self) -> None:
        """Forget the runs that were read early and turned out to be none of their own."""
        for run_id in self.catalogue.drop_early():
            self.overlay.forget(run_id)
            self.forget(run_id)
            if run_id == self.run_id:
                self.select_run(None)
                self._is_fallback = True

    def forget(self, run_id: str) -> None:
        """Forget how the curves of a run looked: it has changed."""
        self._figures.forget(run_id)

    def comparison(self) -> RunComparison | None:
        """The selected run beside the pinned one, None where they are not compared."""
        pinned = self.overlay.pinned
        if not self.overlay.against or self.read is None or pinned is None or pinned == self.run_id:
            return None
        from losstui.comparing import compare_runs

        reference = self.catalogue[pinned]
        return compare_runs((reference.report, reference.curves), (self.read.report, self.read.curves))

    def changes(self) -> dict[int, str]:
        """What is not the same in the pinned run: how the findings stand against it, by index."""
        compared = self.comparison()
        if compared is None:
            return {}
        changed = {
            id(one.finding): one.change.value
            for one in compared.findings
            if one.before != one.finding.severity
        }
        return {index: changed[id(one)] for index, one in enumerate(self.findings) if id(one) in changed}

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
