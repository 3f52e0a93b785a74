"""Ending in an orderly way when the process is told to end."""

from __future__ import annotations

import contextlib
import signal
import sys
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


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(SIGNAL_CODE + number)
