"""The way to the terminal: Textual's own, with a memory of what the terminal shows."""

from __future__ import annotations

import os
import sys
from functools import cached_property

from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from losstui.tui.first_screen import FIRST_SCREEN
from losstui.tui.terminal_memory import TerminalMemory


class SparingDriver(LinuxDriver):
    """Textual draws every dirty line from its beginning; this leaves out what is on the screen already."""

    _sizes_written: tuple[os.terminal_size, Size] | None = None  # of the terminal, of what was laid out

    @cached_property
    def _memory(self) -> TerminalMemory:
        return TerminalMemory()

    def start_application_mode(self) -> None:
        """Take the terminal over; given back, also for a while, it is as before the first screen."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual leaves it untyped
        self.attrs_before = FIRST_SCREEN.modes_before or self.attrs_before

    def write(self, data: str) -> None:
        """Write the part of `data` that changes the screen."""
        size = _terminal_size()
        if size is None:  # it has gone away, and what is written to it is never taken
            return
        sizes = size, self._app.viewport_size
        # A resized terminal may have lost or moved cells, and puts those of a frame laid out for the size
        # it had before elsewhere.
        if sizes != self._sizes_written:
            self._sizes_written = sizes
            self._memory.forget()
        changes = self._memory.changes(data)
        if changes:
            super().write(changes)

    def forget(self) -> None:
        """Write the next frame whole."""
        self._memory.forget()


def _terminal_size() -> os.terminal_size | None:
    try:
        return os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    except (OSError, ValueError):
        return None
