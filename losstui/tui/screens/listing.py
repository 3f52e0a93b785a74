"""The list of runs, how much of it has been read, and which of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text

from losstui.findings import Severity
from losstui.sanitise import clean
from losstui.tui.filtering import Ranking
from losstui.tui.glyphs import Glyphs
from losstui.tui.keymap import Keymap
from losstui.tui.keys import Pane
from losstui.tui.naming import LONGEST
from losstui.tui.palette import Palette, mark_use
from losstui.tui.reading import Ended, ReadRun
from losstui.tui.run_rows import DEAD, PENDING, ErrorEntry, Mark, RunEntry, mark_of
from losstui.tui.screens.panes import PaneScreen
from losstui.tui.session import Session
from losstui.wording import noun

ILL: tuple[Mark, ...] = (Severity.CRITICAL, Severity.WARNING, DEAD)


class ListingScreen(PaneScreen):
    """Shows the runs that have been read, and those that wait. `source` is where the logs are."""

    def __init__(self, source: str, keymap: Keymap, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__(keymap, palette, glyphs)
        self.session = Session()
        self._source = source
        self._ended: Ended | None = None
        self._logs = 0
        self._pending: tuple[str, ...] = ()
        self._entries: dict[str, tuple[ReadRun, RunEntry]] = {}

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
            worst = next((one.name for one in read.report.findings), "")
            entry = RunEntry(run_id, found, read.spark, read.state, read.summary, worst, _death(read))
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
        self.run_heading.refresh()
        if self.session.run_id is not None:
            self.runs.place_cursor(self.session.run_id)

    def show_progress(self) -> None:
        """How much has been read, and how many runs are how bad."""
        catalogue = self.session.catalogue
        shown, read = self.session.run_ids(), len(catalogue)
        text = self._counted(shown, ILL)
        if catalogue.errors:  # where there is no room for all, what needs nobody is not seen
            text.append(f" {self.glyphs.error}{len(catalogue.errors)}", self.palette.style("error"))
        text.append_text(self._counted(shown, (Severity.INFO, None)))
        if self.session.pattern:
            text.append(f"  /{clean(self.session.pattern)}", self.palette.style("label"))
        counted, brief = self._how_many(len(shown), read)
        self.progress.show(counted, brief, text, self._order())
        self.pane(Pane.RUNS).border_title = Text(" ".join([Pane.RUNS.value, self._order()]).strip())
        self.show_picker()

    def _counted(self, run_ids: Sequence[str], marks: Sequence[Mark]) -> Text:
        """How many runs have each of those marks."""
        runs = self.session.catalogue.marks_among(run_ids)
        counts = Text()
        for one in filter(runs.get, marks):
            counts.append(f" {self.glyphs.mark(one)}{runs[one]}", self.palette.style(mark_use(one)))
        return counts

    def _order(self) -> str:
        """What the runs are ordered by, where that is not their name."""
        ranking = self.session.ranking
        return "" if ranking is Ranking.NAME else f"by {ranking.value}"

    def _how_many(self, shown: int, read: int) -> tuple[str, str]:
        """How many runs there are so far, with the noun and without it, where the marks need its room."""
        more = self.glyphs.ellipsis if self._ended is None else ""
        number, what = f"{read}", noun(read, "run")
        if self.session.pattern:
            number = f"{shown}/{read}"
        elif self._ended is None and self._logs >= max(read, 1):
            number, what = f"{read}/{self._logs}", noun(self._logs, "log")
        elif self._ended is not None and self._ended.stopped:
            more = f", stopped{more}"
        return f"{number} {what}{more}", f"{number}{more}"

    def show_picker(self) -> None:
        """Which run is shown, in one line."""
        catalogue, shown = self.session.catalogue, self.session.run_ids()
        run_id = self.session.run_id
        place = f"{shown.index(run_id) + 1}/{len(shown)}" if run_id in shown else f"0/{len(shown)}"
        marks = Text()
        overlay = self.session.overlay
        if run_id is not None and (letter := overlay.letter(run_id)):
            marks.append(f"{letter} ", self.palette.style(f"line{overlay.slot(run_id)}"))
        if run_id is not None and run_id == overlay.pinned:
            marks.append(f"{self.glyphs.pinned} ", self.palette.style("strong"))
        worst = self.session.findings[0].severity if self.session.findings else None
        state = catalogue[run_id].state if run_id is not None else ""
        mark = mark_of(worst, state)
        marks.append(f"{self.glyphs.mark(mark)} ", self.palette.style(mark_use(mark)))
        place += "" if self._ended else self.glyphs.ellipsis
        place += f" of {len(catalogue)}" if self.session.pattern else ""  # it may be one of the last time
        shown_state = "" if mark == DEAD else self.glyphs.state(state)
        place = f"{shown_state} {place}" if shown_state else place
        ill = self._counted(shown, ILL) if len(shown) > 1 else Text()
        self.picker.show(run_id, catalogue.names, marks, place, ill)


def _death(read: ReadRun) -> str:
    """The kind of a run's death where it is known; with what tells it numpy comes, as with what is read."""
    if read.state != DEAD or not read.report.run.cause:
        return ""
    from losstui.deaths import ERROR_KIND, kind_of_death

    kind = kind_of_death(read.report.run.cause)
    return "" if kind == ERROR_KIND else kind
