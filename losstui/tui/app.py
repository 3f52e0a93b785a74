"""The way into the terminal app: a first screen at once, then Textual, which takes a while to import."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from losstui.sanitise import clean

if TYPE_CHECKING:
    from losstui.tui.reading import Outcomes

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?25h\x1b[?1049l"


def run_tui(prepare: Callable[[], Outcomes], *, title: str) -> int:
    """Show outcomes as they come, until the user leaves; returns the exit code.

    `prepare` is called once something is on the screen, and returns what makes the outcomes in a process
    of its own, or in a thread where the system has no fork. What `prepare` raises is raised, with the
    terminal as it was. `title` says where the logs are.
    """
    _show_first_screen(title)
    try:
        outcomes = prepare()
        from losstui.tui.worker import Worker, can_fork

        worker = Worker(outcomes) if can_fork() else None
        gc.disable()  # what is imported stays: looking through it for garbage takes a fifth of the time
        try:
            from losstui.tui.losstui_app import run
        finally:
            gc.enable()
        gc.freeze()
    except BaseException:
        _write(_LEAVE)
        raise
    if worker is None:
        return run(outcomes, title)
    try:
        return run(worker.outcomes, title)
    finally:
        worker.stop()


def _show_first_screen(title: str) -> None:
    columns, rows = _terminal_size()
    text = f"reading {clean(title)}"[: columns - 1]
    _write(f"{_ENTER}\x1b[{max(1, rows // 2)};{max(1, (columns - len(text)) // 2)}H{text}")


def _terminal_size() -> tuple[int, int]:
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        columns, rows = 0, 0
    return columns or 80, rows or 24  # a terminal that was never told its size says 0


def _write(text: str) -> None:
    sys.stderr.write(text)  # where Textual draws as well
    sys.stderr.flush()
