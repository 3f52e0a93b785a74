"""The program in a process of its own: what it imports, and where its output goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from losstui.errors import ExitCode


def test_the_json_path_imports_nothing_heavy(runs: Path) -> None:
    script = (
        "import sys\n"
        "from losstui.cli import main\n"
        "main(sys.argv[1:])\n"
        "heavy = ['textual', 'rich', 'pandas', 'scipy', 'tensorboard', 'google.protobuf']\n"
        "sys.stderr.write(repr([name for name in heavy if name in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--json", str(runs), "--demo"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert done.stderr == "[]"


def test_a_closed_pipe_is_no_error(runs: Path) -> None:
    command = f"{sys.executable} -m losstui --json {runs} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def output_of(*arguments: str, **environment: str) -> tuple[int, bytes, bytes]:
    """The exit code, the output and the talk of the program in a process of its own."""
    process = subprocess.run(
        [sys.executable, "-m", "losstui", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )
    return process.returncode, process.stdout, process.stderr


def test_a_name_that_the_output_cannot_say_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "Läufe-日本.csv").write_text(
        "step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(9))
    )
    (tmp_path / "b.csv").write_text("step,loss\n0,1.0\n1,0.5\n")
    code, output, _ = output_of(str(tmp_path), PYTHONIOENCODING="ascii")
    assert code == ExitCode.ANALYSED
    assert rb"L\xe4ufe-\u65e5\u672c" in output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("what", ["--json", "--jsonl", "--list-runs", "--explain=plateau", "--verify"])
def test_an_output_that_is_full_is_one_line(runs: Path, what: str) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "losstui", what, str(runs)]
        process = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert process.returncode == ExitCode.USAGE
    assert process.stderr == b"losstui: the output cannot be written: no space left on device\n"


@pytest.mark.skipif(not Path("/bin/sh").exists(), reason="no shell that closes what it hands over")
@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [
        (">&-", "--json .", 0),
        (">&- 2>&- <&-", ".", 0),
        ("2>&-", "--json nowhere", 3),
        ("2>/dev/full", "nowhere", 3),
    ],
)
def test_what_is_closed_is_not_written_to(closed: str, arguments: str, code: int, runs: Path) -> None:
    command = f'"{sys.executable}" -m losstui {arguments} {closed}'
    process = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False, cwd=runs)
    assert process.returncode == code
    assert b"Traceback" not in process.stderr
