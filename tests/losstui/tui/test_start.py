"""What happens before the first picture, and how the terminal is left."""

import contextlib
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from losstui.errors import ExitCode

fcntl = pytest.importorskip("fcntl", reason="needs a pseudo-terminal")

SHOWING = """
import sys
from tui_support import SWEEP, outcomes_of
from losstui.tui.app import run_tui
sys.exit(run_tui(lambda: outcomes_of(*SWEEP), title="runs"))
"""


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_way_in_imports_neither_textual_nor_numpy() -> None:
    loaded = modules_after("import losstui.tui.app")
    assert not loaded & {"textual", "rich", "numpy", "pandas", "scipy"}


def test_the_first_screen_needs_no_numpy() -> None:
    loaded = modules_after("import losstui.tui.losstui_app")
    assert "textual" in loaded
    assert not loaded & {"numpy", "pandas", "scipy"}


class Program:
    """A program in a pseudo-terminal of 120 x 40 cells."""

    def __init__(self, code: str, tmp_path: Path) -> None:
        import pty
        import termios
        import tty

        self.main, terminal = pty.openpty()
        tty.setraw(terminal)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "XDG_STATE_HOME": str(tmp_path),
            "PYTHONPATH": str(Path(__file__).parents[2]),
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

    def family(self) -> list[int]:
        """The processes of its session that are alive."""
        alive: list[int] = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it has ended while we looked
                state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
                if int(session) == self.process.pid and state != "Z":
                    alive.append(int(stat.parent.name))
        return alive


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[str], Program]]:
    programs: list[Program] = []

    def start(code: str) -> Program:
        programs.append(Program(code, tmp_path))
        return programs[-1]

    yield start
    for program in programs:
        program.process.kill()
        program.process.wait()
        with contextlib.suppress(OSError):
            os.close(program.main)


def test_in_a_terminal_keys_cost_few_bytes_and_the_screen_is_given_back(
    started: Callable[[str], Program],
) -> None:
    program = started(SHOWING)
    start = program.read_until(b"divergence")
    assert start.startswith(b"\x1b[?1049h")
    assert b"reading runs" in start
    program.read_for(1.0)
    for key in (b"l", b"l"):
        program.answer(key)
    assert 0 < len(program.answer(b"h")) <= 1_000
    assert 0 < len(program.answer(b"n")) <= 10_000
    assert program.read_for(0.5) == b""
    program.press(b"q")
    assert b"\x1b[?1049l" in program.read_for(2.0)
    assert program.process.wait(20) == 0


def test_runs_drawn_together_cost_few_bytes_as_well(started: Callable[[str], Program]) -> None:
    program = started(SHOWING)
    program.read_until(b"divergence")
    program.read_for(1.0)
    program.answer(b" ")
    assert 0 < len(program.answer(b"k")) <= 10_000
    for together in (b"p", b"kd", b"v"):
        assert 0 < len(program.answer(together)) <= 15_000, together
        program.answer(b"l")
        assert 0 < len(program.answer(b"l")) <= 1_000, together


FOLLOWING = """
import sys, time
from tui_support import SWEEP
from losstui.tui.app import run_tui
from losstui.tui.reading import CaughtUp
def outcomes():
    yield from SWEEP
    yield CaughtUp()
    time.sleep(600)
sys.exit(run_tui(lambda: outcomes, title="runs"))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_screen_back_and_leaves_no_process(
    started: Callable[[str], Program], number: signal.Signals
) -> None:
    program = started(FOLLOWING)
    program.read_until(b"divergence")
    assert len(program.family()) == 2
    program.process.send_signal(number)
    assert b"\x1b[?1049l" in program.read_until(b"\x1b[?25h")
    assert program.process.wait(20) == 128 + number
    assert program.family() == []


def test_a_terminal_that_goes_away_leaves_no_process(started: Callable[[str], Program]) -> None:
    program = started(FOLLOWING)
    program.read_until(b"divergence")
    os.close(program.main)
    program.process.send_signal(signal.SIGHUP)
    program.process.wait(20)
    assert program.family() == []


STUCK = """
import sys, time
from losstui.tui.app import run_tui
sys.exit(run_tui(lambda: time.sleep(600), title="runs"))
"""


def test_a_signal_before_the_screen_is_there_gives_it_back(started: Callable[[str], Program]) -> None:
    program = started(STUCK)
    program.read_until(b"reading runs")
    program.process.send_signal(signal.SIGTERM)
    assert program.read_until(b"\x1b[?1049l")
    assert program.process.wait(20) == 128 + signal.SIGTERM


DEFECT = """
from losstui.tui.screens.main import MainScreen
def fail(self):
    raise ZeroDivisionError("\\x1b[2Joh")
MainScreen.action_log_scale = fail
"""


def test_a_defect_gives_the_screen_back_and_says_where_the_traceback_is(
    started: Callable[[str], Program], tmp_path: Path
) -> None:
    program = started(DEFECT + FOLLOWING)
    program.read_until(b"divergence")
    program.press(b"y")
    end = program.read_until(b"defect.txt")
    said = end[end.index(b"\x1b[?1049l") :].decode()
    assert "a defect has ended the screen: ZeroDivisionError: \\x1b[2Joh" in " ".join(said.split())
    assert "Traceback" not in said
    assert program.process.wait(20) == ExitCode.BROKEN
    assert program.family() == []
    assert "action_log_scale" not in said
    assert "in fail" in (tmp_path / "losstui" / "defect.txt").read_text()


LEAVING = """
import os, sys
from losstui.errors import UsageError
from losstui.tui.app import run_tui
def prepare():
    raise UsageError("no such thing")
try:
    run_tui(prepare, title="runs")
except UsageError:
    sys.exit(7)
"""


def test_what_keeps_it_from_starting_leaves_the_terminal_as_it_was() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVING], capture_output=True, check=False)
    assert done.returncode == 7
    assert done.stderr.endswith(b"\x1b[?25h\x1b[?1049l")


def test_the_screen_needs_neither_readers_nor_detectors() -> None:
    loaded = modules_after(
        "import losstui.tui.losstui_app, losstui.run_report, losstui.tui.painting, losstui.walk"
    )
    assert "numpy" in loaded
    assert not {name for name in loaded if name.startswith(("losstui.detectors", "losstui_parsers", "scipy"))}


FIRST_SCREEN = """
import sys
import losstui.cli, losstui.tui.app
def show(title, ascii_only):
    print(" ".join(sys.modules))
    sys.exit(0)
losstui.tui.app.FIRST_SCREEN.show = show
losstui.cli.is_terminal = lambda: True
losstui.cli.main(["."])
"""


def test_the_command_shows_the_first_screen_before_it_imports_anything_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_SCREEN], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "losstui.tui.app" in loaded
    assert not loaded & {"textual", "rich", "numpy", "losstui.roles", "losstui.analysis", "losstui_parsers"}


AT_ONCE = """
import sys
import losstui.start
def show(title):
    print(title, *sys.modules, sep="\\n")
    sys.exit(0)
losstui.start.is_terminal = lambda: True
losstui.start.FIRST_SCREEN.show = show
sys.argv = ["losstui", "runs/a", "b"]
losstui.start.main()
"""


def test_paths_alone_show_the_first_screen_before_the_command_line_is_read() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=True)
    title, *loaded = done.stdout.splitlines()
    assert title == "runs/a b"
    assert not set(loaded) & {"argparse", "re", "dataclasses", "pathlib", "losstui.cli", "textual", "numpy"}
