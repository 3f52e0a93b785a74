from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from losstui import plugins
from losstui.discovery import Discovery, discover

CSV = "step,train_loss,val_loss\n" + "".join(f"{i},{2 / (i + 1)},{2.1 / (i + 1)}\n" for i in range(20))


def found_below(*paths: Path) -> Discovery:
    return discover(paths, plugins.load().parsers)


def write(path: Path, text: str = CSV) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_run_is_named_by_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "runs" / "lr-0.1" / "seed-3" / "metrics.csv")
    assert [log.id for log in found_below(tmp_path / "runs").logs] == ["lr-0.1/seed-3"]


def test_two_files_of_a_folder_are_named_by_their_stems(tmp_path: Path) -> None:
    write(tmp_path / "sweep" / "a.csv")
    write(tmp_path / "sweep" / "b.csv")
    assert [log.id for log in found_below(tmp_path).logs] == ["sweep/a", "sweep/b"]


def test_files_right_below_the_path_are_named_by_their_stems(tmp_path: Path) -> None:
    write(tmp_path / "a.csv")
    write(tmp_path / "run" / "b.csv")
    assert [log.id for log in found_below(tmp_path).logs] == ["a", "run"]


def test_the_folder_of_a_run_given_itself_names_it(tmp_path: Path) -> None:
    write(tmp_path / "lr-0.1" / "metrics.csv")
    assert [log.id for log in found_below(tmp_path / "lr-0.1").logs] == ["lr-0.1"]


def test_a_file_given_itself_is_named_by_its_stem(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv")
    assert [log.id for log in found_below(path).logs] == ["a"]


def test_runs_of_one_name_below_two_paths_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "one" / "run" / "metrics.csv")
    write(tmp_path / "two" / "run" / "metrics.csv")
    ids = [log.id for log in found_below(tmp_path / "one", tmp_path / "two").logs]
    assert len(set(ids)) == 2


def test_two_formats_in_one_folder_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "events.out.tfevents.1.host").write_bytes(b"")
    for name in ("learn_error.tsv", "test_error.tsv"):
        write(tmp_path / "run" / name, "iter\tRMSE\n" + "".join(f"{i}\t{9 - i}\n" for i in range(9)))
    ids = [log.id for log in found_below(tmp_path).logs]
    assert ids == ["run (catboost)", "run (tensorboard)"]


def test_runs_come_in_the_order_a_person_counts(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        write(tmp_path / f"run-{number}" / "metrics.csv")
    assert [log.id for log in found_below(tmp_path).logs] == ["run-1", "run-9", "run-10"]


def test_a_missing_path_is_one_error(tmp_path: Path) -> None:
    [error] = found_below(tmp_path / "nowhere").errors
    assert error.reason == "no such file or folder"


def test_an_empty_folder_is_one_error(tmp_path: Path) -> None:
    [error] = found_below(tmp_path).errors
    assert (error.path, error.reason) == (str(tmp_path), "no training log in this folder")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x7fELF\0\0\0", "binary"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS pointer"),
        (b"hello\n", "none of the known log formats"),
    ],
)
def test_what_is_no_log_gets_its_reason_beside_the_runs(tmp_path: Path, content: bytes, reason: str) -> None:
    write(tmp_path / "good" / "metrics.csv")
    (tmp_path / "strange.dat").write_bytes(content)
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["good"]
    [error] = found.errors
    assert reason in error.reason


def test_other_files_of_a_run_are_no_errors(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "run" / "notes.txt", "it was raining\n")
    write(tmp_path / "run" / "code" / "listing.txt", "print()\n")
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["run"]
    assert found.errors == []


def test_a_link_loop_is_walked_once(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    (tmp_path / "run" / "again").symlink_to(tmp_path, target_is_directory=True)
    assert [log.id for log in found_below(tmp_path).logs] == ["run"]


def test_environments_and_hidden_folders_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "venv" / "lib" / "table.csv")
    write(tmp_path / ".cache" / "table.csv")
    assert [log.id for log in found_below(tmp_path).logs] == ["run"]


def test_the_store_of_a_tracker_is_told_of_although_it_is_hidden(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / ".neptune" / "async" / "data-1.log", "{}")
    assert [log.parser.name for log in found_below(tmp_path).logs] == ["foreign", "csv"]


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
