"""What happens before the first picture, and how the terminal is left."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from losstui import start
from losstui.errors import ExitCode
from tui_program import Program

pytest.importorskip("fcntl", reason="needs a pseudo-terminal")

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


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[str], Program]]:
    programs: list[Program] = []

    def start(code: str) -> Program:
        programs.append(Program(code, tmp_path))
        return programs[-1]

    yield start
    for program in programs:
        program.end()


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


OTHER_CURVES = """
import sys
from tui_frames import reports
from losstui.tui.app import run_tui
sys.exit(run_tui(lambda: reports, title="runs"))
"""


@pytest.mark.parametrize(
    ("size", "most_of_a_switch"), [((80, 24), 8_000), ((120, 40), 15_000), ((160, 45), 22_000)]
)
def test_at_any_size_a_step_costs_few_bytes_and_rest_none(
    tmp_path: Path, size: tuple[int, int], most_of_a_switch: int
) -> None:
    program = Program(OTHER_CURVES, tmp_path, size)
    try:
        program.read_until(b"divergence")
        program.read_for(1.0)
        switches = [program.answer(key) for key in (b"n", b"n", b"k", b"k", b"j")]
        cursor = [program.answer(b"l") for _ in range(4)]
        program.answer(b"1")
        list_step = [program.answer(b"h"), program.answer(b"l"), program.answer(b"h")]
        assert 0 < max(map(len, switches)) <= most_of_a_switch
        assert 0 < max(map(len, cursor)) <= 1_000
        assert 0 < max(map(len, list_step)) <= 1_000
        assert program.read_for(1.0) == b""
    finally:
        program.end()


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


def test_what_is_typed_before_the_screen_is_there_is_answered_then(started: Callable[[str], Program]) -> None:
    program = started(SHOWING)
    program.read_until(b"reading runs")
    program.press(b"?")
    assert program.read_until(b"averaged curve")


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


@pytest.mark.parametrize(("given", "threads"), [(None, "1"), ("3", "3")])
def test_numpy_starts_no_threads_unless_the_environment_says_so(
    monkeypatch: pytest.MonkeyPatch, given: str | None, threads: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["losstui", "--list-formats"])
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", given or "")
    if given is None:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    assert start.main() == ExitCode.ANALYSED
    assert os.environ["OPENBLAS_NUM_THREADS"] == threads


def test_paths_alone_show_the_first_screen_before_the_command_line_is_read() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=True)
    title, *loaded = done.stdout.splitlines()
    assert title == "runs/a b"
    assert not set(loaded) & {"argparse", "re", "dataclasses", "pathlib", "losstui.cli", "textual", "numpy"}
