"""How much memory the running process has taken."""

from __future__ import annotations

from pathlib import Path


def peak() -> int:
    """The most bytes of memory that this process has held at once."""
    return _status("VmHWM")  # not ru_maxrss: a process inherits that from the one that started it


def own() -> int:
    """The bytes of memory that this process has filled itself: without the code that it has run."""
    return _status("RssAnon")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
