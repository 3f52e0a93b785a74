"""A program of its own in a pseudo-terminal, for tests of what it writes and what it leaves behind."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import subprocess
import sys
import time
from pathlib import Path

SHOWING = """
import sys
from tui_support import SWEEP, outcomes_of
from losstui.tui.app import run_tui
sys.exit(run_tui(lambda: outcomes_of(*SWEEP), title="runs"))
"""


class Program:
    """A program in a pseudo-terminal of `size`, (columns, rows); with `echo` one as a shell leaves it."""

    def __init__(
        self, code: str, tmp_path: Path, size: tuple[int, int] = (120, 40), *, echo: bool = False
    ) -> None:
        import fcntl
        import pty
        import termios
        import tty

        self.main, terminal = pty.openpty()
        if not echo:
            tty.setraw(terminal)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *reversed(size), 0, 0))
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "XDG_STATE_HOME": str(tmp_path),
            "PYTHONPATH": str(Path(__file__).parent),
        }
        for name in ("LC_ALL", "NO_COLOR", "TMUX", "COLUMNS", "LINES"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=environment,
            start_new_session=True,
        )
        os.close(terminal)

    def read_until(self, sought: bytes) -> bytes:
        read = b""
        deadline = time.monotonic() + 60
        while sought not in read:
            assert time.monotonic() < deadline, read[-500:]
            read += self.read_for(0.1)
        return read

    def redraw_until(self, sought: bytes) -> None:
        """Have all drawn anew until it says what is sought: else only cells that change are written."""
        deadline = time.monotonic() + 60
        while sought not in (drawn := self.answer(b"\x0c")):
            assert time.monotonic() < deadline, drawn[-500:]

    def press(self, keys: bytes) -> None:
        os.write(self.main, keys)

    def answer(self, keys: bytes) -> bytes:
        """What a key makes the program write."""
        self.press(keys)
        select.select([self.main], [], [], 60)
        return self.read_for(0.5)

    def read_for(self, quiet: float) -> bytes:
        """All that comes until nothing has come for that many seconds."""
        read = b""
        while select.select([self.main], [], [], quiet)[0]:
            try:
                part = os.read(self.main, 65_536)
            except OSError:  # the other end is closed
                return read
            if not part:
                return read
            read += part
        return read

    def end(self) -> None:
        """Give everything back."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self.main)

    def family(self) -> list[int]:
        """The processes of its session that are alive."""
        alive: list[int] = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it has ended while we looked
                state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
                if int(session) == self.process.pid and state != "Z":
                    alive.append(int(stat.parent.name))
        return alive
