"""What happens before the first picture, and how the terminal is left."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

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


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_in_a_terminal_keys_cost_few_bytes_and_the_screen_is_given_back() -> None:
    import pty
    import termios
    import tty

    main, terminal = pty.openpty()
    tty.setraw(terminal)
    termios.tcsetwinsize(terminal, (40, 120)) if hasattr(termios, "tcsetwinsize") else None
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "COLUMNS": "120",
        "LINES": "40",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    for name in ("LC_ALL", "NO_COLOR", "TMUX"):
        environment.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-c", SHOWING], stdin=terminal, stdout=terminal, stderr=terminal, env=environment
    )
    os.close(terminal)
    try:
        start = read_until(main, b"divergence")
        assert start.startswith(b"\x1b[?1049h")
        assert b"reading runs" in start
        read_for(main, 1.0)
        for key in (b"l", b"l"):
            os.write(main, key)
            answer(main)
        os.write(main, b"h")
        assert 0 < len(answer(main)) <= 1_000
        os.write(main, b"n")
        assert 0 < len(answer(main)) <= 10_000
        assert read_for(main, 0.5) == b""
        os.write(main, b"q")
        end = read_for(main, 2.0)
        assert b"\x1b[?1049l" in end
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(main)


def read_until(descriptor: int, sought: bytes) -> bytes:
    read = b""
    deadline = time.monotonic() + 60
    while sought not in read:
        assert time.monotonic() < deadline, read[-500:]
        read += read_for(descriptor, 0.1)
    return read


def answer(descriptor: int) -> bytes:
    """What a key makes the program write."""
    select.select([descriptor], [], [], 60)
    return read_for(descriptor, 0.5)


def read_for(descriptor: int, quiet: float) -> bytes:
    """All that comes until nothing has come for that many seconds."""
    read = b""
    while select.select([descriptor], [], [], quiet)[0]:
        try:
            part = os.read(descriptor, 65_536)
        except OSError:  # the other end is closed
            return read
        if not part:
            return read
        read += part
    return read


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
def show(title):
    print(" ".join(sys.modules))
    sys.exit(0)
losstui.tui.app._show_first_screen = show
losstui.cli._is_terminal = lambda: True
losstui.cli.main(["."])
"""


def test_the_command_shows_the_first_screen_before_it_imports_anything_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_SCREEN], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "losstui.tui.app" in loaded
    assert not loaded & {"textual", "rich", "numpy", "losstui.roles", "losstui.analysis", "losstui_parsers"}
