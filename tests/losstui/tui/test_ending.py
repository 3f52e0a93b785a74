"""How the program ends, and how it leaves the terminal and its processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from losstui.errors import ExitCode
from losstui.tui.ending import ending_on_signals
from tui_program import SHOWING, Program

pytest.importorskip("fcntl", reason="needs a pseudo-terminal")

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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
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


@pytest.mark.parametrize("shown", [b"reading runs", b"divergence"])
def test_the_program_ends_with_its_terminal_also_where_no_signal_says_so(
    started: Callable[[str], Program], shown: bytes
) -> None:
    program = started(FOLLOWING)
    program.read_until(shown)
    os.close(program.main)
    assert program.process.wait(20) == 128 + signal.SIGHUP
    assert program.family() == []


@pytest.mark.parametrize("options", [[], ["--no-session"]], ids=["paths only", "with an option"])
def test_the_command_ends_with_its_terminal_as_its_exit_code_says(
    started: Callable[[str], Program], tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / "log.csv").write_text("step,loss\n1,0.5\n", encoding="utf-8")
    command = ["losstui", *options, str(tmp_path / "log.csv")]
    program = started(f"import sys; from losstui.start import main; sys.argv = {command}; sys.exit(main())")
    program.read_until(b"too-short")
    os.close(program.main)
    assert program.process.wait(20) == 128 + signal.SIGHUP


@pytest.mark.parametrize("told", [True, False])
def test_what_fails_since_the_process_was_told_to_end_is_no_defect(told: bool) -> None:
    expected = SystemExit if told else RuntimeError
    with pytest.raises(expected) as raised, ending_on_signals():
        _start_half(told=told)
    assert not told or raised.value.args == (128 + signal.SIGHUP,)


def _start_half(*, told: bool) -> None:
    try:
        if told:
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        raise RuntimeError("half started")


def test_the_reading_process_ends_with_the_screen_however_that_ends(
    started: Callable[[str], Program],
) -> None:
    program = started(FOLLOWING)
    program.read_until(b"divergence")
    assert len(program.family()) == 2
    program.process.kill()
    program.process.wait(20)
    deadline = time.monotonic() + 20
    while program.family():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_stopped_it_gives_the_terminal_back_until_it_goes_on(tmp_path: Path) -> None:
    import termios

    program = Program(SHOWING, tmp_path, echo=True)
    try:
        before = termios.tcgetattr(program.main)
        program.read_until(b"divergence")
        program.read_for(1.0)
        during = termios.tcgetattr(program.main)
        program.process.send_signal(signal.SIGTSTP)
        program.read_until(b"\x1b[?1049l")
        os.waitid(os.P_PID, program.process.pid, os.WSTOPPED)
        assert termios.tcgetattr(program.main) == before
        program.process.send_signal(signal.SIGCONT)
        assert b"\x1b[?1049h" in program.read_until(b"divergence")
        assert termios.tcgetattr(program.main) == during
        program.read_for(0.5)
        program.press(b"q")
        assert program.process.wait(20) == 0
        assert termios.tcgetattr(program.main) == before
    finally:
        program.end()


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


STARTING = """
import signal, sys, time
from losstui import cli, start
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
cli.main = lambda: time.sleep(600)
sys.argv = ["losstui", "runs"]
sys.exit(start.main())
"""


@pytest.mark.parametrize(
    ("code", "way_out", "exit_code"),
    [
        (STARTING, signal.SIGTERM, 128 + signal.SIGTERM),
        (STARTING, signal.SIGHUP, 128 + signal.SIGHUP),
        (STARTING, signal.SIGINT, ExitCode.INTERRUPTED),
        (SHOWING, b"q", 0),
        (SHOWING, signal.SIGTERM, 128 + signal.SIGTERM),
        (DEFECT + SHOWING, b"y", ExitCode.BROKEN),
    ],
)
def test_what_is_typed_before_the_screen_is_there_is_not_seen_and_the_terminal_is_as_it_was_at_the_end(
    tmp_path: Path, code: str, way_out: signal.Signals | bytes, exit_code: int
) -> None:
    import termios

    program = Program(code, tmp_path, echo=True)
    try:
        before = termios.tcgetattr(program.main)
        assert before[3] & termios.ECHO
        shown = program.read_until(b"reading runs")
        program.press(b"~~~~~")
        if code != STARTING and b"divergence" not in shown:
            shown += program.read_until(b"divergence")
        shown += program.read_for(1.0)
        assert b"~~~~~" not in shown
        if isinstance(way_out, bytes):
            program.press(way_out)
        else:
            program.process.send_signal(way_out)
        program.read_until(b"\x1b[?1049l")
        assert program.process.wait(20) == exit_code
        assert termios.tcgetattr(program.main) == before
    finally:
        program.end()


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
