"""Ending in an orderly way when the process is told to end, or its terminal goes away."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Generator
from types import FrameType

SIGNAL_CODE = 128  # a shell's exit code for a signal is this and its number


@contextlib.contextmanager
def ending_on_signals() -> Generator[None, None, None]:
    """Let what has to be done at the end be done when the process is told to end."""
    if sys.platform == "win32":
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with_terminal() -> None:
    """Take it for a SIGHUP when the terminal goes away: not every process on it is sent one.

    This waits in a thread: call it after the last fork.
    """
    if sys.platform != "win32":
        threading.Thread(target=_wait_for_its_end, name="losstui terminal", daemon=True).start()


def _wait_for_its_end() -> None:
    import select

    terminal = select.poll()
    with contextlib.suppress(OSError, ValueError):  # there is none
        terminal.register(sys.stdin.fileno(), 0)
        if any(what & (select.POLLHUP | select.POLLERR) for _, what in terminal.poll()):
            os.kill(os.getpid(), signal.SIGHUP)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(SIGNAL_CODE + number)
