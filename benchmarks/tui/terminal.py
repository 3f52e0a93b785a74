"""A program in a pseudo-terminal: when it writes, how much, and what CPU time it takes. Linux only."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

LONGEST_WAIT = 300.0  # s, after which what is waited for is not going to come
SHOWN_SECONDS = 2.0  # of silence, after which what was read last is shown
QUIET_SECONDS = 0.5  # after which a key has been answered
REPEAT_SECONDS = 1 / 30  # from one repeat of a held key to the next
ENVIRONMENT = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
UNSET = ("PYTHONDONTWRITEBYTECODE", "LC_ALL", "NO_COLOR", "TMUX")  # an installed program is compiled


@dataclass(frozen=True, slots=True)
class Answer:
    """What a key made the program write, in bytes, and the CPU time it took up to the last of them, in ms."""

    written: int
    cpu: float


class Terminal:
    """A running program; `started` is when it was, by `time.perf_counter`."""

    def __init__(self, process: int, terminal: int, started: float) -> None:
        self.process = process
        self.started = started
        self._terminal = terminal
        self.read = b""

    def cpu(self) -> float:
        """The CPU time the process has taken so far, all its threads together but no child, in ms."""
        taken = 0
        for thread in Path(f"/proc/{self.process}/task").iterdir():
            with contextlib.suppress(OSError):  # it has ended
                taken += int((thread / "schedstat").read_text().split()[0])
        return taken / 1e6

    def wait_for(self, sought: Sequence[bytes]) -> float:
        """Read until all that is sought has been written; returns seconds since the start."""
        end = time.perf_counter() + LONGEST_WAIT
        while not all(one in self.read for one in sought):
            if not self._read(max(0.0, end - time.perf_counter())):
                raise TimeoutError(f"never written: {sought}; at the end: {self.read[-300:]!r}")
        return time.perf_counter() - self.started

    def first_output(self) -> float:
        """Seconds from the start to the first byte."""
        self._read(LONGEST_WAIT)
        return time.perf_counter() - self.started

    def settle(self, quiet: float = QUIET_SECONDS) -> int:
        """Read until nothing has come for `quiet` seconds; returns how many bytes."""
        before = len(self.read)
        while self._read(quiet):
            pass
        return len(self.read) - before

    def settle_for(self, seconds: float) -> None:
        """Read what comes within so many seconds."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)

    def press(self, key: bytes, quiet: float = QUIET_SECONDS) -> Answer:
        """Press a key and wait until it is answered; what is done after the last byte, nobody waits for.

        After `quiet` seconds without a byte it has been.
        """
        before, written = self.cpu(), len(self.read)
        after = before
        os.write(self._terminal, key)
        while self._read(QUIET_SECONDS if len(self.read) == written else quiet):
            after = self.cpu()
        return Answer(len(self.read) - written, after - before)

    def hold(self, key: bytes, times: int) -> list[Answer]:
        """Let a key repeat; what comes before the next one is its answer."""
        answers: list[Answer] = []
        for _ in range(times):
            before, written = self.cpu(), len(self.read)
            os.write(self._terminal, key)
            self.settle_for(REPEAT_SECONDS)
            answers.append(Answer(len(self.read) - written, self.cpu() - before))
        return answers

    @property
    def has_children(self) -> bool:
        """Whether the process that reads and diagnoses is still at work."""
        return bool(Path(f"/proc/{self.process}/task/{self.process}/children").read_text().strip())

    def wait_until_read(self) -> None:
        """Read on until all logs have been read and shown."""
        while self.has_children:
            self._read(QUIET_SECONDS)
        self.settle(SHOWN_SECONDS)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self._terminal, 65_536)
        except OSError:  # the program has ended
            return False
        self.read += part
        return bool(part)


@contextlib.contextmanager
def program(command: Sequence[str], size: tuple[int, int]) -> Generator[Terminal, None, None]:
    """Run a command in a terminal of `size`, (columns, rows), and end it afterwards."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    columns, rows = size
    shape = struct.pack("HHHH", rows, columns, 0, 0)
    started = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        ioctl(0, termios.TIOCSWINSZ, shape)
        os.execve(command[0], list(command), {**environment, **ENVIRONMENT})
    try:
        yield Terminal(process, terminal, started)
    finally:
        os.kill(process, signal.SIGTERM)
        with contextlib.suppress(OSError):
            while os.read(terminal, 65_536):
                pass
        os.waitpid(process, 0)
        os.close(terminal)
