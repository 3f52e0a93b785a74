"""The layout: three panes side by side where there is room, one at a time where there is not."""

from __future__ import annotations

import time

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from losstui.tui.geometry import TWO_PANES, WIDE, pane_widths, strip_rows
from losstui.tui.glyphs import Glyphs
from losstui.tui.keymap import Keymap, Reading
from losstui.tui.keys import Pane
from losstui.tui.palette import Palette
from losstui.tui.run_layout import is_table
from losstui.tui.widgets.chart import Chart
from losstui.tui.widgets.filter_box import FilterBox
from losstui.tui.widgets.finding_details import FindingDetails
from losstui.tui.widgets.finding_list import FindingList
from losstui.tui.widgets.finding_strip import FindingStrip
from losstui.tui.widgets.key_bar import KeyBar
from losstui.tui.widgets.run_picker import RunPicker
from losstui.tui.widgets.run_progress import RunProgress
from losstui.tui.widgets.run_tree import RunHeading, RunTree

BREAKPOINTS = [(0, "-narrow"), (TWO_PANES, "-medium"), (WIDE, "-wide")]
MESSAGE_SECONDS = 4.0  # time to read one line
REST_SECONDS = 0.6  # without a key, after which what can wait is done: no key is answered later for it


class PaneScreen(Screen[None]):
    """Holds the widgets and decides which are seen. What they show is not known here."""

    def __init__(self, keymap: Keymap, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self.keymap = keymap
        self.palette = palette
        self.glyphs = glyphs
        self.active = Pane.CURVES
        self.maximised_pane = False
        self.reading = Reading.SHORT
        self._message_timer: Timer | None = None
        self._last_input = -REST_SECONDS
        self.runs_wider = 0  # columns beyond what the runs have by themselves
        self.runs = RunTree(palette, glyphs, id="run-tree")
        self.run_heading = RunHeading(self.runs, id="run-heading")
        self.filter_box = FilterBox(placeholder="filter runs", id="filter", compact=True)
        self.progress = RunProgress(glyphs, id="progress")
        self.picker = RunPicker(palette, glyphs, id="picker")
        self.chart = Chart(palette, glyphs, id="chart")
        self.strip = FindingStrip(palette, glyphs, id="strip")
        self.finding_list = FindingList(palette, glyphs, id="finding-list")
        self.details = FindingDetails(id="details")
        self.key_bar = KeyBar(palette, glyphs, id="keys")

    def compose(self) -> ComposeResult:
        """Three panes and the key bar."""
        with Horizontal(id="panes"):
            with Vertical(id="runs", classes="pane"):
                yield self.filter_box
                yield self.run_heading
                yield self.runs
                yield self.progress
            with Vertical(id="curves", classes="pane"):
                yield self.picker
                yield self.chart
                yield self.strip
            with Vertical(id="findings", classes="pane"):
                yield self.finding_list
                yield self.details
        yield self.key_bar

    @property
    def narrow(self) -> bool:
        """Whether there is room for one pane only."""
        return self.size.width < TWO_PANES

    def pane(self, pane: Pane) -> Widget:
        """The container of a pane."""
        return self.query_one(f"#{pane.value}")

    def on_mount(self) -> None:
        """Lay out for the size there is."""
        self.lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new size."""
        self.lay_out()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click has moved the focus: its pane is the active one."""
        for pane in Pane:
            if pane is not self.active and self.pane(pane) in event.widget.ancestors:
                self.active = pane
                self.show_keys()

    def activate(self, pane: Pane) -> None:
        """Move to a pane."""
        self.active = pane
        self.lay_out()

    def lay_out(self) -> None:
        """Show the panes there is room for, and give the active one the focus."""
        seen = self._pane_widths(self.runs_wider)
        self.set_class(len(seen) == 1, "-single")
        borders = 0 if len(seen) == 1 else 2
        self.run_heading.display = is_table(seen.get(Pane.RUNS.value, 0) - borders - 1)
        for pane in Pane:
            self.pane(pane).display = pane.value in seen
            self.pane(pane).styles.width = seen.get(pane.value, 0)
        self.strip.display = Pane.FINDINGS.value not in seen
        self.strip.allow(strip_rows(self.size.height))
        self.picker.stand_alone(Pane.RUNS.value not in seen)
        target = {Pane.RUNS: self.runs, Pane.CURVES: self.chart, Pane.FINDINGS: self.finding_list}[
            self.active
        ]
        if not self.filter_box.display:
            self.set_focus(target)
        self.show_keys()

    def show_keys(self) -> None:
        """The keys that help in the active pane."""
        hidden = [pane for pane in Pane if not self.pane(pane).display]
        self.key_bar.show(self.keymap.bar(self.active, self.reading, hidden))

    def widen_runs(self, columns: int) -> bool:
        """Give the runs so many columns more; False where they have no other width."""
        runs = Pane.RUNS.value
        seen, by_themselves = self._pane_widths(self.runs_wider), self._pane_widths(0)
        if runs not in seen:
            return False
        wider = seen[runs] - by_themselves[runs] + columns
        if self._pane_widths(wider) == seen:
            return False
        self.runs_wider = wider
        self.lay_out()
        return True

    def _pane_widths(self, wider: int) -> dict[str, int]:
        alone = self.narrow or self.maximised_pane
        return pane_widths(self.size.width, self.active.value, alone=alone, wider=wider)

    def note_input(self, event: events.InputEvent) -> None:
        """Someone presses a key or moves the mouse; a key is noted again right before it is answered."""
        self._last_input = time.monotonic()
        self.chart.put_off()

    @property
    def at_rest(self) -> bool:
        """Whether nobody has pressed a key for a moment."""
        return time.monotonic() - self._last_input >= REST_SECONDS

    def say(self, message: str) -> None:
        """Show a message in place of the keys for a while."""
        self.key_bar.say(message)
        self._end_message_after(MESSAGE_SECONDS)

    def _end_message_after(self, seconds: float) -> None:
        if self._message_timer is not None:
            self._message_timer.stop()
        self._message_timer = self.set_timer(seconds, self._end_message)

    def _end_message(self) -> None:
        if self.at_rest:
            self.key_bar.say("")
        else:
            self._end_message_after(REST_SECONDS)
