"""Takes in what is read while the screen is shown, first all there is, then what is new."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence

from textual.timer import Timer

from losstui.errors import ExitCode
from losstui.sanitise import clean
from losstui.tui.describing import title
from losstui.tui.glyphs import Glyphs
from losstui.tui.keymap import Keymap, Reading
from losstui.tui.palette import Palette
from losstui.tui.reading import Ended, Found, Pending, Read, Reader, ReadRun, Unreadable
from losstui.tui.screens.showing import ShowingScreen

POLL_SECONDS = 0.05  # no wait that a person notices
FOLLOW_SECONDS = 0.5  # once all is read: what is new comes every two seconds
MOST_HELD_SECONDS = 1.0  # for which what was read waits for keys to rest
SHOWING_SHARE = 0.1  # of the time that may go into showing what was read; the rest is for keys and reading
MOST_PAUSE_SECONDS = 2.0  # a machine that stood still for a while is no reason to show nothing for longer


class ReadingScreen(ShowingScreen):
    """Asks the reader again and again, and shows what it has."""

    def __init__(self, reader: Reader, source: str, keymap: Keymap, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__(source, keymap, palette, glyphs)
        self._reader = reader
        self.following = True
        self._timer: Timer | None = None
        self._last_take = self._next_take = 0.0

    def on_mount(self) -> None:
        """Start to read."""
        self._reader.start()
        self._timer = self.set_interval(POLL_SECONDS, self._take_when_due)

    def on_unmount(self) -> None:
        """Stop to read."""
        self._reader.stop()

    @property
    def exit_code(self) -> int:
        """What the program returns when it is left now."""
        if self._ended is not None and self._ended.error is not None:
            return self._ended.error.exit_code
        nothing = self._ended is not None and len(self.session.catalogue) == 0
        return ExitCode.UNREADABLE if nothing else ExitCode.ANALYSED

    def _take_when_due(self) -> None:
        now = time.monotonic()
        if (now < self._next_take and not self._reader.has_caught_up) or (
            self.has_ended and not self.following
        ):
            return
        if self.at_rest or now - self._last_take > MOST_HELD_SECONDS:
            self._last_take = now
            self._take()

    def _take(self) -> None:
        began = time.monotonic()
        taken = self._reader.take()
        if not taken:
            return
        new: list[Read] = []
        for read in taken:
            # What comes behind the end, and what comes again, is an update of what came before it.
            if new and (isinstance(new[-1], Ended) or (isinstance(read, ReadRun) and read.again)):
                self._take_in(new)
                new = []
            if not self._is_update(read):
                new.append(read)
        if new:
            self._take_in(new)
        self.show_progress()
        self._wait_since(began)
        self.call_after_refresh(self._wait_since, began)  # drawing it takes time as well

    def _wait_since(self, began: float) -> None:
        """Show nothing more until what was begun then has had its share of the time."""
        now = time.monotonic()
        self._next_take = min(began + (now - began) / SHOWING_SHARE, now + MOST_PAUSE_SECONDS)

    def _take_in(self, new: Sequence[Read]) -> None:
        """Show runs that were not there before."""
        first = not self.has_ended
        for read in new:
            if isinstance(read, Ended):
                self._end(read)
            elif isinstance(read, Found):
                self._logs = read.logs
            elif isinstance(read, Pending):
                self._pending = read.run_ids
                self._reading_is(Reading.LONG)
            else:
                self.session.catalogue.add(read)
        if self.has_ended:
            self._reading_is(Reading.DONE if len(self.session.catalogue) else Reading.NOTHING)
        changed = self.session.keep_shown()
        if first and self.has_ended:
            gc.freeze()  # what was read stays: looking through thousands of runs for garbage holds up a key
            self.restore_marks()
            if not self._touched:
                changed |= self.select_first()
        self.show_runs()
        if changed or len(self.session.catalogue) == 0:
            self.show_run()

    def _reading_is(self, reading: Reading) -> None:
        if reading is not self.reading:
            self.reading = reading
            self.show_keys()

    def restore_marks(self) -> None:
        """Mark what is to be marked once all has been read; nothing by itself."""

    def select_first(self) -> bool:
        """Select what is seen first once all has been read: the worst of all; False where nothing is bad."""
        worst = self.session.worst()
        if worst is not None:
            self.session.select_run(worst.run_id, worst.index)
        return worst is not None

    def _is_update(self, read: Read) -> bool:
        """Take in what is new of a run that is shown already, quietly: nothing jumps."""
        if not isinstance(read, ReadRun):
            return False
        run_id = read.report.run.id
        known = (self.has_ended or read.again) and run_id in self.session.catalogue
        if not known and not self.session.catalogue.is_early(run_id):
            return False
        before = {(one.name, one.tag, one.severity) for one in self.session.catalogue.findings(run_id)}
        errors = len(self.session.catalogue.errors)
        self.session.catalogue.replace(read)
        self.session.forget(run_id)
        if len(self.session.catalogue.errors) == errors:
            self.show_run_line(run_id)
        else:
            self.show_runs()
        if run_id == self.session.run_id:
            self.renew_run()
        elif run_id in self.session.drawn():
            self.chart.renew(self.session.figure())
        now = self.session.catalogue.findings(run_id)  # the worst first
        new = next((one for one in now if (one.name, one.tag, one.severity) not in before), None)
        if new is not None and self.has_ended:
            self.say(f"{self.glyphs.severity(new.severity)} new in {self.name_of(run_id)}: {title(new)}")
        return True

    def _end(self, ended: Ended) -> None:
        if self._timer is not None and self._ended is None:
            self._timer.stop()
            self._timer = self.set_interval(FOLLOW_SECONDS, self._take_when_due)
        self._ended, self._pending = ended, ()
        if not ended.stopped and ended.error is None:
            self.session.drop_early()
        if ended.error is not None:
            self.session.catalogue.add(Unreadable(self._source, str(ended.error)))
            self.say(clean(str(ended.error)))

    def stop_reading(self) -> None:
        """Read no further; what has been read is shown."""
        if self._ended is None:
            self._take()
            self._reader.stop()
            self._take_in([Ended(stopped=True)])
            self.show_progress()
