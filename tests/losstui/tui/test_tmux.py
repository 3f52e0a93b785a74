"""The screen in tmux, under the poorest terminal there is."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOG = "step,loss\n" + "".join(f"{step},{2 / (step + 1):.4f}\n" for step in range(50)) + "50,nan\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no tmux")


class Tmux:
    """A server of its own, so that nobody's session is touched."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("tmux")
        assert program is not None, "tmux is needed for the tests: apt-get install tmux"
        self._command = [program, "-S", str(folder / "socket"), "-f", os.devnull]

    def __call__(self, *arguments: str) -> str:
        environment = {name: value for name, value in os.environ.items() if name != "TMUX"}
        done = subprocess.run([*self._command, *arguments], capture_output=True, text=True, env=environment)
        return done.stdout

    def until(self, sought: str) -> str:
        deadline = time.monotonic() + 60
        while sought not in (seen := self("capture-pane", "-p")):
            assert time.monotonic() < deadline, seen
            time.sleep(0.1)
        return seen


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    server = Tmux(tmp_path)
    yield server
    server("kill-server")


def test_in_tmux_with_the_poorest_terminal(tmux: Tmux, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "metrics.csv").write_text(LOG)
    settings = (
        "TERM=screen",
        "LC_ALL=C",
        "NO_COLOR=1",
        f"XDG_STATE_HOME={tmp_path}",
        f"PYTHONPATH={ROOT}:{ROOT / 'parsers'}",
    )
    shell = f"cd {tmp_path}; env {' '.join(settings)} {sys.executable} -m losstui {logs}; echo left with $?"
    tmux("new-session", "-d", "-x", "80", "-y", "24", "sh")
    tmux("send-keys", shell, "Enter")
    seen = tmux.until("non-finite")
    assert seen.isascii()
    tmux("send-keys", "3", "c")
    tmux.until("tmux buffer")
    assert "non-finite" in tmux("show-buffer")
    tmux("send-keys", "2", "c")
    tmux.until("last value: in")
    assert tmux("show-buffer").splitlines()[1] == "loss: nan"
    tmux("resize-window", "-x", "40", "-y", "12")
    time.sleep(0.5)
    tmux("send-keys", "1")
    assert tmux.until("1 run ").isascii()
    tmux("resize-window", "-x", "120", "-y", "30")
    seen = tmux.until("findings")
    assert "+- runs" in seen
    tmux("send-keys", "q")
    assert "non-finite" not in tmux.until("left with 0")
    assert list(logs.iterdir()) == [logs / "metrics.csv"]
