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
sys.exit(run_tui(outcomes_of(*SWEEP), title="runs"))
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
        os.write(main, b"l")
        read_for(main, 0.5)
        os.write(main, b"h")
        assert 0 < len(read_for(main, 0.5)) <= 3_000
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
