"""Which files and folders are looked at, and what is never entered or opened."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from discovery_support import found_below, write
from losstui import plugins
from losstui.discovery import discover, recognise
from losstui.parsing import LogFile, Parser
from losstui.walk import MOST_DEPTH, walk


def test_a_link_loop_is_walked_once(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    (tmp_path / "run" / "again").symlink_to(tmp_path, target_is_directory=True)
    assert [log.id for log in found_below(tmp_path).logs] == ["run"]


def test_a_folder_elsewhere_is_walked_once_however_many_links_lead_to_it(tmp_path: Path) -> None:
    write(tmp_path / "disk" / "metrics.csv")
    (tmp_path / "disk" / "again").symlink_to(tmp_path / "disk", target_is_directory=True)
    for name in ("a", "b"):
        (tmp_path / "runs" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "runs" / name).symlink_to(tmp_path / "disk", target_is_directory=True)
    assert [log.id for log in found_below(tmp_path / "runs").logs] == ["a"]


@pytest.mark.parametrize("name", ["latest", "run-last", "zz"])
def test_a_run_that_is_linked_to_keeps_its_name(name: str, tmp_path: Path) -> None:
    write(tmp_path / "run-0.1" / "metrics.csv")
    write(tmp_path / ".hidden" / "metrics.csv")
    (tmp_path / name).symlink_to("run-0.1")
    (tmp_path / "shown").symlink_to(".hidden")
    assert {log.id for log in found_below(tmp_path).logs} == {"run-0.1", "shown"}


def test_environments_and_hidden_folders_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "venv" / "lib" / "table.csv")
    write(tmp_path / ".cache" / "table.csv")
    assert [log.id for log in found_below(tmp_path).logs] == ["run"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
def test_a_virtual_environment_of_any_name_is_not_entered(tmp_path: Path, mark: str) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "torch-2.13" / mark, "")
    write(tmp_path / "torch-2.13" / "share" / "metrics.csv")
    assert [log.id for log in found_below(tmp_path).logs] == ["run"]


def test_of_a_checkpoint_only_what_tells_of_the_run_is_looked_at(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run" / "checkpoint-50"
    history = [{"loss": 1 / step, "step": step} for step in range(1, 51)]
    write(checkpoint / "trainer_state.json", json.dumps({"global_step": 50, "log_history": history}))
    write(checkpoint / "metrics.csv")
    write(checkpoint / "global_step50" / "metrics.csv")
    [log] = found_below(tmp_path).logs
    assert (log.id, log.parser.name) == ("run", "hf-trainer-state")


def test_what_lies_too_deep_is_told(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(MOST_DEPTH):
        folder = folder / "d"
    write(folder / "metrics.csv")
    write(folder / "d" / "metrics.csv")
    found = found_below(tmp_path)
    assert [log.group.label for log in found.logs] == [folder / "metrics.csv"]
    [error] = found.errors
    assert (error.path, error.reason) == (str(folder), "more than 32 folders deep: not looked into")


def test_too_many_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losstui.walk.MOST_FILES", 3)
    for number in range(5):
        write(tmp_path / f"run-{number}" / "metrics.csv")
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["run-0", "run-1", "run-2"]
    [error] = found.errors
    assert (error.path, error.reason) == (str(tmp_path), "more than 3 files: the rest is not looked at")


def test_a_link_to_a_log_that_is_found_itself_is_no_second_run(tmp_path: Path) -> None:
    log = write(tmp_path / "run-7" / "metrics.csv")
    (tmp_path / "latest.csv").symlink_to(log)
    assert [log.id for log in found_below(tmp_path).logs] == ["run-7"]


def test_a_link_whose_name_tells_more_than_its_target_is_followed(tmp_path: Path) -> None:
    blob = write(tmp_path / ".cache" / "blobs" / "0a1b2c.csv")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "metrics.csv").symlink_to(blob)
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["run"]
    assert found.errors == []


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    pipe = tmp_path / "run" / "pipe.csv"
    os.mkfifo(pipe)
    (tmp_path / "run" / "endless.log").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "run" / "socket.log"))
        assert [log.id for log in found_below(tmp_path).logs] == ["run"]
    [error] = found_below(pipe).errors
    assert (error.path, error.reason) == (str(pipe), "a pipe, a socket or a device, no file")


@pytest.mark.skipif(not os.path.ismount("/proc"), reason="a system without /proc")
def test_what_the_system_shows_of_itself_is_no_log(tmp_path: Path) -> None:
    write(tmp_path / "metrics.csv")
    (tmp_path / "kernel.log").symlink_to("/proc/version")
    (tmp_path / "system").symlink_to("/proc/self")
    assert [file.path.name for file in walk(tmp_path, [])] == ["metrics.csv"]


def test_what_vanishes_during_the_walk_was_never_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "gone" / "metrics.csv")
    write(tmp_path / "also-gone.csv")
    real = os.scandir

    def scandir(folder: Path) -> object:
        found = real(folder)
        if Path(folder) == tmp_path:
            (tmp_path / "gone").rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
        return found

    monkeypatch.setattr("os.scandir", scandir)

    def vanishing(file: LogFile, parsers: Sequence[Parser]) -> tuple[int, str] | None:
        if file.path.name == "also-gone.csv":
            file.path.unlink()
        return recognise(file, parsers)

    found = discover([tmp_path], plugins.load().parsers, vanishing)
    assert [log.id for log in found.logs] == ["run"]
    assert found.errors == []


def test_the_store_of_a_tracker_is_told_of_although_it_is_hidden(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / ".neptune" / "async" / "data-1.log", "{}")
    assert [log.parser.name for log in found_below(tmp_path).logs] == ["unsupported-store", "csv"]


def test_a_locked_folder_is_named_and_the_others_are_read() -> None:
    """As root every folder opens, so the walk runs as nobody, in a process of its own."""
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from losstui import plugins\n"
        "from losstui.discovery import discover\n"
        "parsers = plugins.load().parsers\n"
        "discover([Path(sys.argv[1], 'open')], parsers)\n"  # whatever is imported late is imported now
        "if os.getuid() == 0: os.setuid(65534)\n"
        "found = discover([Path(sys.argv[1])], parsers)\n"
        "print([log.id for log in found.logs], [(Path(e.path).name, e.reason) for e in found.errors])\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        write(root / "open" / "metrics.csv")
        write(root / "locked" / "metrics.csv")
        (root / "locked").chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", script, folder], capture_output=True, text=True, check=True
        )
        (root / "locked").chmod(0o755)
    assert done.stdout.strip() == "['open'] [('locked', 'permission denied')]"
