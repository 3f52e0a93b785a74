"""The main screen: what each key does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from losstui.sanitise import clean
from losstui.tui.copying import Copied, death_text, finding_text, path_text, values_text
from losstui.tui.keys import KEYS, Pane
from losstui.tui.run_rows import ErrorEntry, runs_below
from losstui.tui.screens.curve_actions import CurveActions
from losstui.tui.screens.program_actions import ProgramActions
from losstui.tui.screens.showing import FILTER_HINT
from losstui.tui.widgets.filter_box import FilterBox
from losstui.tui.widgets.finding_list import FindingList
from losstui.tui.widgets.run_tree import RunTree

PAGE_LINES = 10  # runs, about as many as a small terminal shows
WIDEN_COLUMNS = 4  # of the list of runs at a time


class MainScreen(CurveActions, ProgramActions):
    """One action for each key of the table in `losstui.tui.keys`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(key.keys),
            key.action,
            key.help,
            show=False,
            priority=key.action == "interrupt",
            id=key.name,
        )
        for key in KEYS
    ]
    _before_filter: tuple[str, str | None, int | None] = ("", None, None)

    @dataclass
    class CopyWanted(Message):
        """This text should go to the clipboard; `what` says what it is."""

        text: str
        what: str

    # Moving

    def action_pane(self, name: str) -> None:
        """Move to a pane."""
        self.activate(Pane(name))

    def action_next_pane(self, direction: int) -> None:
        """Move to the pane to the right (1) or left (-1)."""
        panes = list(Pane)
        self.activate(panes[(panes.index(self.active) + direction) % len(panes)])

    def action_move(self, direction: int) -> None:
        """Next or previous run; in the findings pane, finding."""
        self._move(direction)

    def action_page(self, direction: int) -> None:
        """A page of runs; in the findings pane, of details."""
        if self.active is Pane.FINDINGS:
            self.touch()
            self.details.page(direction)
        else:
            self._move(direction * PAGE_LINES)

    def action_edge(self, direction: int) -> None:
        """The first or last run or finding; in the curves pane, the start or end."""
        if self.active is Pane.FINDINGS:
            self.finding_list.move_to_edge(direction)
        elif self.active is Pane.CURVES:
            self.touch()
            self.chart.cursor_to_edge(direction)
        else:
            self.runs.move_to_edge(direction)

    def action_sideways(self, columns: int) -> None:
        """Move the value cursor; in the runs pane, fold or unfold."""
        self.touch()
        if self.active is Pane.RUNS:
            self.runs.fold(1 if columns > 0 else -1)
        else:
            self.chart.move_cursor(columns)

    def action_enter(self) -> None:
        """Zoom to the finding; in the runs pane, go to the curves of the run."""
        if self.active is Pane.RUNS:
            self.runs.choose()
        else:
            self._zoom_to_finding()

    def action_back(self) -> None:
        """Undo one step: value cursor, zoom, maximised pane, filter."""
        if self.chart.remove_cursor():
            return
        if self.chart.zoomed:
            self.chart.reset_view()
        elif self.maximised_pane:
            self.action_maximise()
        elif self.session.pattern:
            self._close_filter("")

    def action_maximise(self) -> None:
        """Show the active pane alone, or all panes again."""
        if self.narrow:
            self.say("there is room for one pane only")
        self.maximised_pane = not self.maximised_pane
        self.lay_out()

    def action_widen_runs(self, direction: int) -> None:
        """Make the list of runs wider (1) or narrower (-1)."""
        if not self.widen_runs(direction * WIDEN_COLUMNS):
            self.say("the list of runs has no other width here")

    def action_filter(self) -> None:
        """Open the filter line."""
        self._before_filter = (self.session.pattern, self.session.run_id, self.session.index)
        self.filter_box.display = True
        self.filter_box.disabled = False
        self.activate(Pane.RUNS)
        # At once: what is typed next is the filter, however busy the screen is.
        self.set_focus(self.filter_box)
        self.say(FILTER_HINT)

    def action_rank(self) -> None:
        """Order the runs by the next thing there is to order them by."""
        self.session.ranking = self.session.ranking.next
        self.show_runs()
        self.show_progress()
        self.say(f"runs by {self.session.ranking.value}")

    # Findings

    def action_next_finding(self, direction: int) -> None:
        """The next or previous finding of all runs, worst first."""
        session = self.session
        place = session.next_finding(direction)
        if place is None:
            self.say("no finding in the runs shown" if self.has_ended else "no finding so far")
            return
        is_same = (place.run_id, place.index) == (session.run_id, session.index or 0)
        self.go_to_run(place.run_id, place.index)
        if is_same:
            self.say("no other finding in the runs shown" if self.has_ended else "no other finding so far")

    def action_framework(self) -> None:
        """Show snippets for the next framework."""
        self.session.next_framework()
        self.show_details()
        framework = self.session.framework  # its code may be below what is in sight
        self.say(f"remedies for {clean(framework)}" if framework else "no remedy here comes with code")

    def action_copy(self) -> None:
        """Copy what the pane is about: a finding, values, or a path."""
        copied = {Pane.RUNS: self._copied_path, Pane.CURVES: self._copied_values}.get(
            self.active, self._copied_finding
        )()
        if copied is None:
            self.say("nothing to copy here")
        else:
            self.post_message(self.CopyWanted(*copied))

    def _copied_finding(self) -> Copied | None:
        session, run_id = self.session, self.session.run_id or ""
        if session.finding is None or session.read is None:
            return death_text(session.death, run_id, session.framework) if session.death else None
        return finding_text(session.finding, run_id, session.read.report.run, session.framework)

    def _copied_values(self) -> Copied | None:
        place, readings = self.chart.readings()
        return values_text(self.session.run_id or "", place, readings) if readings else None

    def _copied_path(self) -> Copied | None:
        """The path of the run, of all runs of the folder, of the log that could not be read."""
        entry = self.runs.entry
        if isinstance(entry, ErrorEntry):
            return path_text([entry.path])
        below = [] if entry is None else runs_below(entry, self.session.run_ids())
        sources = [source for one in below for source in self.session.catalogue[one].report.run.sources]
        return path_text(sources) if sources else None

    # What the widgets say of clicks and typing

    @on(RunTree.RunChosen)
    def _run_chosen(self, message: RunTree.RunChosen) -> None:
        if message.run_id not in self.session.catalogue:
            self.say("not read yet")
            return
        if message.run_id != self.session.run_id:
            self.go_to_run(message.run_id)
        self.activate(Pane.CURVES)

    @on(FindingList.FindingChosen)
    def _finding_chosen(self, message: FindingList.FindingChosen) -> None:
        self._zoom_to_finding()

    @on(FilterBox.Typed)
    def _filter_typed(self, message: FilterBox.Typed) -> None:
        self.filter_runs(message.text)

    @on(FilterBox.Closed)
    def _filter_closed(self, message: FilterBox.Closed) -> None:
        pattern, run_id, index = self._before_filter
        self._close_filter(self.filter_box.value if message.keep else pattern)
        if not message.keep and run_id is not None:
            self.go_to_run(run_id, index)

    def _close_filter(self, pattern: str) -> None:
        with self.prevent(FilterBox.Changed):
            self.filter_box.value = pattern
        self.filter_box.display = False
        self.filter_runs(pattern)
        self.filter_box.disabled = True
        self.activate(Pane.RUNS)

    def _move(self, lines: int) -> None:
        if self.active is Pane.RUNS:
            self.runs.move(lines)
        elif self.active is Pane.FINDINGS:
            self.finding_list.move(lines)
        else:
            run_id = self.session.next_run(lines)
            if run_id is not None and run_id != self.session.run_id:
                self.go_to_run(run_id)

    def _zoom_to_finding(self) -> None:
        finding = self.session.finding
        if finding is None:
            return
        self.touch()
        if self.narrow:
            self.activate(Pane.CURVES)
        first = min(span.first_step for span in finding.spans)
        last = max(span.last_step for span in finding.spans)
        self.chart.zoom_to_steps(first, last)
