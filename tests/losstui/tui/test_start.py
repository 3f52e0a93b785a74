"""What happens before the first picture, and how the terminal is left."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from losstui import start
from losstui.errors import ExitCode
from tui_program import SHOWING, Program

pytest.importorskip("fcntl", reason="needs a pseudo-terminal")


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


def test_what_is_typed_before_the_screen_is_there_is_answered_then(started: Callable[[str], Program]) -> None:
    program = started(SHOWING)
    program.read_until(b"reading runs")
    program.press(b"?")
    assert program.read_until(b"averaged curve")


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
