"""What the panes show: the selected run, its curves and its findings, as they are read."""

from __future__ import annotations

import math
import time

from rich.text import Text
from textual import events
from textual.timer import Timer

from losstui.sanitise import clean
from losstui.tui.describing import (
    briefly,
    details,
    heading,
    looked_for,
    nothing_found,
    remedies_in_full,
    title,
    warnings,
)
from losstui.tui.exporting import Sight
from losstui.tui.filtering import mistakes
from losstui.tui.glyphs import Glyphs
from losstui.tui.keymap import Keymap
from losstui.tui.keys import Pane
from losstui.tui.palette import Palette
from losstui.tui.run_rows import DEAD, Entry, ErrorEntry, RunEntry
from losstui.tui.screens.listing import ListingScreen

MOST_REASONS = 5  # of what could not be read, where nothing could
HELD_SECONDS = 0.1  # from one step of a held key to the next, at most: the slowest usual repeat takes 0.09
HELD_SHOW_SECONDS = 0.25  # between the runs shown of those a held key passes: more could not be looked at
FILTER_HINT = "Enter keeps the filter, Esc restores; also severity: finding: tag: status: lr>0.01"


class ShowingScreen(ListingScreen):
    """Wires the widgets: what one tells, the others are shown. What keys do is not known here."""

    def __init__(self, source: str, keymap: Keymap, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__(source, keymap, palette, glyphs)
        self.chart.likely_figures = self.session.likely_figures
        self.chart.when_view_changed = self.picker.describe
        self.chart.when_cursor_moved = self._cursor_moved
        self.runs.when_highlighted = self._entry_highlighted
        self.finding_list.when_highlighted = self._finding_highlighted
        self._touched = False
        self._key = ""  # the last one, "" for the mouse
        self._pressed = self._last_step = self._last_shown = -math.inf  # seconds
        self._run_timer: Timer | None = None  # while the selected run is not shown yet

    def on_mount(self) -> None:
        """Something is on the screen before anything is read."""
        for pane in Pane:
            self.pane(pane).border_title = Text(pane.value)
        self.show_run()
        self.show_progress()

    def touch(self) -> None:
        """Someone has begun to look: from now on nothing is selected but by keys and clicks."""
        catalogue = self.session.catalogue
        self._touched = self._touched or len(catalogue) > 0 or bool(catalogue.errors)

    def show_run(self) -> None:
        """The selected run: its findings, its curves."""
        self._wait_no_longer()
        self._last_shown = time.monotonic()
        session = self.session
        self.finding_list.show(session.findings, session.index, session.changes())
        self.show_picker()
        self.show_finding()

    def _show_step(self) -> None:
        """The run a step has led to; of those that a held key passes, the last and a few: bytes are time.

        All of them would queue up on a slow line, and come long after the key has been released.
        """
        is_held, self._last_step = self._pressed - self._last_step < HELD_SECONDS, self._pressed
        if not is_held or time.monotonic() - self._last_shown >= HELD_SHOW_SECONDS:
            self.show_run()
            return
        self._wait_no_longer()
        self._run_timer = self.set_timer(HELD_SECONDS, self.show_run)
        self.show_picker()

    def _wait_no_longer(self) -> None:
        if self._run_timer is not None:
            self._run_timer.stop()
            self._run_timer = None

    def note_input(self, event: events.InputEvent) -> None:
        """Any other key than the one that is held is about what is selected: it has to be shown."""
        super().note_input(event)
        self._pressed = event.time  # the answer to it may come late, behind what is drawn
        before, self._key = self._key, event.key if isinstance(event, events.Key) else ""
        if self._key != before:
            self._last_step = -math.inf
            if self._run_timer is not None:
                self.show_run()

    def renew_run(self) -> None:
        """What is new of the selected run; what is selected and in sight stays."""
        session = self.session
        session.renew()
        self.finding_list.show(session.findings, session.index, session.changes())
        self.chart.renew(session.figure())
        self.show_details(anew=False)
        self._show_strip()

    def show_finding(self) -> None:
        """The selected finding: the curves with its stretch, and its details."""
        self.show_curves()
        self.show_details()
        self._show_strip()

    def _show_strip(self) -> None:
        session = self.session
        compared, pinned = session.comparison(), session.overlay.pinned
        if compared is not None and pinned is not None:
            from losstui.tui.comparison_text import comparison_strip

            self.strip.show_text(comparison_strip(compared, self.name_of(pinned), self.palette, self.glyphs))
        else:
            otherwise = "" if session.read is None else "no finding"
            is_dead = session.read is not None and session.read.state == DEAD
            death = session.death if is_dead else None
            self.strip.show(session.findings, session.index, otherwise=otherwise, death=death)

    def sights(self) -> list[Sight]:
        """What is looked at of which runs."""
        plot, steps = self.session.plot(), self.chart.steps_in_sight
        sights: list[Sight] = []
        for run_id, tags in self.session.sources():
            seen: dict[str, tuple[int, int]] = {}
            if plot is not None and steps is not None:
                seen = {tag: (plot.step_of(tag, steps[0]), plot.step_of(tag, steps[1])) for tag in tags}
            sights.append(Sight(self.session.catalogue[run_id].report, tags, seen))
        return sights

    def show_in_other_colours(self) -> None:
        """Draw anew what was drawn in colours of its own."""
        self.show_runs()
        self.show_progress()
        self.show_details(anew=False)
        for widget in self.query("*"):
            widget.refresh()

    def show_curves(self) -> None:
        """The curves of the selected tag, with the stretches of the findings about them."""
        self.chart.show(self.session.figure(), self._note())

    def show_compared(self) -> None:
        """The selected run and what it is drawn with, after either has changed."""
        session = self.session
        self.finding_list.show(session.findings, session.index, session.changes())
        self.chart.renew(session.figure())
        self.show_details()
        self._show_strip()

    def show_details(self, *, anew: bool = True) -> None:
        """The words about the selected finding."""
        session, palette, glyphs = self.session, self.palette, self.glyphs
        read = session.read
        if read is None:
            self.details.show(Text())
            return
        run, checks, death = read.report.run, read.report.checks, session.death
        text = Text()
        compared, pinned = session.comparison(), session.overlay.pinned
        if compared is not None and pinned is not None:
            from losstui.tui.comparison_text import comparison

            text = comparison(compared, self.name_of(pinned), palette, glyphs).append("\n")
        if death is not None:  # it is asked first
            text.append(f"{death}\n", palette.style("warning"))
            text.append_text(briefly(death.remedies, palette)).append("\n")
        if session.finding is None:
            text.append_text(nothing_found(run, palette, glyphs))
        else:
            text.append_text(details(session.finding, run, session.framework, palette, glyphs)).append("\n")
        if death is not None:
            heading(text, f"try, {death.kind}", palette)
            text.append_text(remedies_in_full(death.remedies, session.framework, palette))
        text.append_text(looked_for(checks, palette))
        self.details.show(text.append_text(warnings(run, palette)), anew=anew)

    def _note(self) -> str:
        if self._ended is None:
            return f"reading {clean(self._source)} {self.glyphs.ellipsis}"
        if self._ended.error is not None:
            return clean(str(self._ended.error))
        if len(self.session.catalogue) == 0:
            return self._nothing_read()
        return "no run matches the filter" if self.session.run_id is None else "this run has no values"

    def _nothing_read(self) -> str:
        """That there is nothing to show, and why: the first few reasons."""
        below, errors = f"{self._source}/", self.session.catalogue.errors
        told = [
            f"{clean(one.path.removeprefix(below))}: {clean(one.reason)}" for one in errors[:MOST_REASONS]
        ]
        if [one.path for one in errors] != [self._source]:
            told.insert(0, f"no training log can be read at {clean(self._source)}")
        if len(errors) > MOST_REASONS:
            told.append(f"and {len(errors) - MOST_REASONS} more, in the list of runs")
        return "\n\n".join(told)

    # What the widgets tell

    def _entry_highlighted(self, entry: Entry) -> None:
        if isinstance(entry, ErrorEntry):
            self.touch()
            self.session.select_run(None)
            self.show_run()
            self.chart.show(None, f"{clean(entry.path)}: {clean(entry.reason)}")
            self.details.show(Text(f"unreadable: {clean(entry.reason)}", self.palette.style("label")))
        elif isinstance(entry, RunEntry) and entry.run_id not in self.session.catalogue:
            self.say("not read yet")
        elif isinstance(entry, RunEntry) and entry.run_id != self.session.run_id:
            self.go_to_run(entry.run_id)

    def _finding_highlighted(self, index: int) -> None:
        if index != self.session.index:
            self.touch()
            self.session.select_finding(index)
            self.show_finding()

    def _cursor_moved(self, step: int | None) -> None:
        here = self.session.covering(step)
        self.finding_list.mark(here)
        names = ", ".join(title(self.session.findings[index]) for index in sorted(here))
        self.picker.describe(f"{self.glyphs.cursor} {names}" if names else self.chart.description)

    def go_to_run(self, run_id: str, index: int | None = None) -> None:
        """Select a run, and its finding of that index or its worst, and show it everywhere."""
        self.touch()
        is_shown = run_id == self.session.run_id and self._run_timer is None
        if is_shown and index is not None and self.session.findings:
            index = min(index, len(self.session.findings) - 1)
            self.session.select_finding(index)
            self.finding_list.place_cursor_on(index)
            self.show_finding()
            return
        self.session.select_run(run_id, index)
        self.runs.place_cursor(run_id)
        self._show_step()

    def filter_runs(self, pattern: str) -> None:
        """Show the runs that fit."""
        self.touch()
        self.session.pattern = pattern
        changed = self.session.keep_shown()
        self.show_runs()
        self.show_progress()
        wrong = mistakes(pattern, [self.session.catalogue[one] for one in self.session.catalogue])
        hint = FILTER_HINT if self.filter_box.display else ""
        self.say(clean(wrong[0]) if wrong else hint)
        if changed:
            self.show_run()
