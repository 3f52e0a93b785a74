"""What the panes show: the selected run, its curves and its findings, as they are read."""

from __future__ import annotations

from dataclasses import replace

from rich.text import Text

from losstui.findings import Severity
from losstui.sanitise import clean
from losstui.tui.describing import details, looked_for, nothing_found, title, warnings
from losstui.tui.exporting import Sight
from losstui.tui.filtering import Ranking, mistakes
from losstui.tui.glyphs import Glyphs
from losstui.tui.keymap import Keymap
from losstui.tui.keys import Pane
from losstui.tui.naming import LONGEST
from losstui.tui.palette import Palette, severity_use
from losstui.tui.reading import Ended, ReadRun
from losstui.tui.run_rows import PENDING, Entry, ErrorEntry, RunEntry
from losstui.tui.screens.panes import PaneScreen
from losstui.tui.session import Session
from losstui.wording import counted, noun

MOST_REASONS = 5  # of what could not be read, where nothing could
FILTER_HINT = "Enter keeps the filter, Esc restores; also severity: finding: tag: status: lr>0.01"


class ShowingScreen(PaneScreen):
    """Wires the widgets: what one tells, the others are shown. What keys do is not known here."""

    def __init__(self, source: str, keymap: Keymap, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__(keymap, palette, glyphs)
        self.session = Session()
        self.chart.likely_figures = self.session.likely_figures
        self.chart.when_view_changed = self.picker.describe
        self.chart.when_cursor_moved = self._cursor_moved
        self.runs.when_highlighted = self._entry_highlighted
        self.finding_list.when_highlighted = self._finding_highlighted
        self._source = source
        self._ended: Ended | None = None
        self._logs = 0
        self._pending: tuple[str, ...] = ()
        self._entries: dict[str, tuple[ReadRun, RunEntry]] = {}
        self._touched = False

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

    @property
    def has_ended(self) -> bool:
        """Whether all has been read, as far as it can be."""
        return self._ended is not None

    def _entry(self, run_id: str) -> RunEntry:
        read = self.session.catalogue[run_id]
        made_of, entry = self._entries.get(run_id, (None, None))
        if entry is None or made_of is not read:
            counts = self.session.catalogue.counts(run_id)
            found = (counts[Severity.CRITICAL], counts[Severity.WARNING], counts[Severity.INFO])
            entry = RunEntry(run_id, found, read.spark, read.report.run.status.value, read.summary)
            self._entries[run_id] = (read, entry)
        overlay = self.session.overlay
        letter, pinned = overlay.letter(run_id), run_id == overlay.pinned
        if not letter and not pinned:
            return entry
        return replace(entry, letter=letter, slot=overlay.slot(run_id) if letter else 0, pinned=pinned)

    def name_of(self, run_id: str) -> str:
        """A run as it is called among other words."""
        return self.session.catalogue.names.shortened(run_id, LONGEST, self.glyphs)

    def show_run_line(self, run_id: str) -> None:
        """What is new of a run in the list of runs."""
        self.runs.update(self._entry(run_id))

    def show_runs(self) -> None:
        """The list of runs."""
        catalogue = self.session.catalogue
        folder = catalogue.folder(self.session.pattern, self.session.ranking)
        entries = {run_id: self._entry(run_id) for run_id in folder.all_runs()}
        if self._pending and not self.session.pattern and self.session.ranking is Ranking.NAME:
            waiting = [one for one in self._pending if one not in catalogue]
            entries |= {one: RunEntry(one, (0, 0, 0), "", PENDING) for one in waiting}
            folder = catalogue.folder_with(waiting)
        below = f"{self._source}/"
        errors = [
            ErrorEntry(one.path, one.reason, one.path.removeprefix(below))
            for one in ([] if self.session.pattern else catalogue.errors)
        ]
        self.runs.show(folder, entries, errors)
        if self.session.run_id is not None:
            self.runs.place_cursor(self.session.run_id)

    def show_progress(self) -> None:
        """How much has been read."""
        catalogue = self.session.catalogue
        shown, read = self.session.run_ids(), len(catalogue)
        text = Text(f"{self._how_many(len(shown), read)} ")
        counts = catalogue.counts_among(shown)
        for severity, number in sorted(counts.items(), key=lambda item: -item[0].rank):
            text.append(
                f" {self.glyphs.severity(severity)}{number}", self.palette.style(severity_use(severity))
            )
        if catalogue.errors:
            text.append(f" {self.glyphs.error}{len(catalogue.errors)}", self.palette.style("error"))
        self.progress.show(text, self._order())
        self.pane(Pane.RUNS).border_title = Text(" ".join([Pane.RUNS.value, self._order()]).strip())
        self.show_picker()

    def _order(self) -> str:
        """What the runs are ordered by, where that is not their name."""
        ranking = self.session.ranking
        return "" if ranking is Ranking.NAME else f"by {ranking.value}"

    def _how_many(self, shown: int, read: int) -> str:
        """How many runs there are so far: with the marks behind it in as little room as a run has."""
        more = self.glyphs.ellipsis if self._ended is None else ""
        if self.session.pattern:
            return f"{shown}/{read} {noun(read, 'run')}{more}"
        if self._ended is None and self._logs >= max(read, 1):
            return f"{read}/{counted(self._logs, 'log')}{more}"
        stopped = ", stopped" if self._ended is not None and self._ended.stopped else ""
        return f"{counted(read, 'run')}{stopped}{more}"

    def show_picker(self) -> None:
        """Which run is shown, in one line."""
        catalogue, shown = self.session.catalogue, self.session.run_ids()
        run_id = self.session.run_id
        place = f"{shown.index(run_id) + 1}/{len(shown)}" if run_id in shown else f"0/{len(shown)}"
        worst = self.session.findings[0].severity if self.session.findings else None
        marks = Text()
        overlay = self.session.overlay
        if run_id is not None and (letter := overlay.letter(run_id)):
            marks.append(f"{letter} ", self.palette.style(f"line{overlay.slot(run_id)}"))
        if run_id is not None and run_id == overlay.pinned:
            marks.append(f"{self.glyphs.pinned} ", self.palette.style("strong"))
        self.picker.show(
            run_id, catalogue.names, worst, place if self._ended else place + self.glyphs.ellipsis, marks
        )

    def show_run(self) -> None:
        """The selected run: its findings, its curves."""
        session = self.session
        self.finding_list.show(session.findings, session.index, session.changes())
        self.show_picker()
        self.show_finding()

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
        place = "" if session.index is None else f"{session.index + 1}/{len(session.findings)}"
        compared, pinned = session.comparison(), session.overlay.pinned
        if compared is not None and pinned is not None:
            from losstui.tui.comparison_text import comparison_strip

            self.strip.show_text(comparison_strip(compared, self.name_of(pinned), self.palette, self.glyphs))
        else:
            self.strip.show(session.finding, place, "" if session.read is None else "no finding")

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
        run, checks = read.report.run, read.report.checks
        text = Text()
        compared, pinned = session.comparison(), session.overlay.pinned
        if compared is not None and pinned is not None:
            from losstui.tui.comparison_text import comparison

            text = comparison(compared, self.name_of(pinned), palette, glyphs).append("\n")
        if session.finding is None:
            text.append_text(nothing_found(run, checks, palette, glyphs))
        else:
            text.append_text(details(session.finding, run, session.framework, palette, glyphs)).append("\n")
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
        if run_id == self.session.run_id and index is not None:
            self.session.select_finding(index)
            self.finding_list.place_cursor_on(index)
            self.show_finding()
            return
        self.session.select_run(run_id, index)
        self.runs.place_cursor(run_id)
        self.show_run()

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
