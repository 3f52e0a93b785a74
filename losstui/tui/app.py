"""The way into the terminal app: a first screen at once, then Textual, which takes a while to import."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from losstui.tui.ending import end_with_terminal, ending_on_signals
from losstui.tui.first_screen import FIRST_SCREEN
from losstui.tui.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from losstui.tui.glyphs import Glyphs
    from losstui.tui.reading import Outcomes


def run_tui(prepare: Callable[[], Outcomes], *, title: str, settings: Settings = DEFAULTS) -> int:
    """Show outcomes as they come, until the user leaves; returns the exit code.

    `prepare` is called once something is on the screen, and returns what makes the outcomes in a process
    of its own, or in a thread where the system has no fork. What `prepare` raises is raised, with the
    terminal as it was. `title` says where the logs are.
    """
    with ending_on_signals(), contextlib.ExitStack() as at_the_end:
        at_the_end.callback(FIRST_SCREEN.leave)
        FIRST_SCREEN.show(title, ascii_only=settings.ascii_only)
        outcomes = prepare()
        cancel: Callable[[], None] | None = None
        from losstui.tui.reading import summarised
        from losstui.tui.worker import Worker, can_fork

        def glyphs() -> Glyphs:
            from losstui.tui.glyphs import glyphs_for

            return glyphs_for(os.environ, ascii_only=settings.ascii_only)

        if can_fork():
            worker = Worker(summarised(outcomes, glyphs))
            at_the_end.callback(worker.stop)
            outcomes, cancel = worker.outcomes, worker.stop
        end_with_terminal()
        gc.disable()  # what is imported stays: looking through it for garbage takes a fifth of the time
        try:
            from losstui.tui.losstui_app import run
        finally:
            gc.enable()
        gc.freeze()
        return run(outcomes, title, settings, cancel)
