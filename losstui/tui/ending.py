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
    """Let what has to be done at the end be done when the process is told to end.

    What fails because that came in the middle of something else is not raised: the end was meant.
    """
    if sys.platform == "win32":
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGHUP)
    told: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        told.append(SIGNAL_CODE + number)
        raise SystemExit(told[0])

    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    except Exception:
        if not told:
            raise
        raise SystemExit(told[0]) from None
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
