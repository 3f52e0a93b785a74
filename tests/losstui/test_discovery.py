from __future__ import annotations

import json
from collections.abc import Sequence
from io import BufferedReader, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from losstui import plugins
from losstui.analysis import LogError, analyse
from losstui.cli import main
from losstui.discovery import discover
from losstui.parsing import HEAD_BYTES, FileGroup, LogFile, LoggedRun

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
from discovery_support import found_below, write


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


@pytest.mark.parametrize(
    "again",
    [".", "run", "run/metrics.csv", "link", "run/../run"],
    ids=["itself", "in", "file", "link", "round"],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_several_paths_lead_to_is_one_run(again: str, first: bool, tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "run" / "notes" / "todo.txt", "just words")
    (tmp_path / "link").symlink_to("run")
    alone = found_below(tmp_path)
    both = found_below(*((tmp_path, tmp_path / again) if first else (tmp_path / again, tmp_path)))
    assert [(log.id, log.group.files[0].path) for log in both.logs] == [
        ("run", tmp_path / "run" / "metrics.csv")
    ]
    assert both.errors == alone.errors


def test_two_formats_in_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for root in ("one", "two"):
        write(tmp_path / root / "run" / "metrics.csv")
        (tmp_path / root / "run" / "events.out.tfevents.1.host").write_bytes(b"")
    ids = [log.id for log in found_below(tmp_path / "one", tmp_path / "two").logs]
    assert len(set(ids)) == 4


class Failing:
    """A parser that fails on whatever it is given."""

    name: ClassVar[str] = "failing"

    def recognise(self, file: LogFile) -> str | None:
        raise ValueError("it cannot")

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        raise NotImplementedError

    def read(self, group: FileGroup) -> list[LoggedRun]:
        raise NotImplementedError


class FailingLater(Failing):
    """A parser that takes every file and fails when they are to be grouped."""

    def recognise(self, file: LogFile) -> str | None:
        return "any"


def test_a_parser_that_fails_takes_no_file_from_the_others(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "words.txt", "just words")
    found = discover([tmp_path], [Failing(), *plugins.load().parsers])
    [log] = found.logs
    assert (log.id, log.parser.name) == ("run", "csv")
    assert log.why.endswith("; the failing reader failed: ValueError: it cannot")
    assert [(Path(error.path).name, error.reason) for error in found.errors] == [
        ("words.txt", "the failing reader failed: ValueError: it cannot")
    ]


def test_a_parser_that_fails_to_group_loses_its_files_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "metrics.csv")
    found = discover([tmp_path], [FailingLater()])
    assert [(error.path, error.reason) for error in found.errors] == [
        (str(path), "the failing reader failed: NotImplementedError: ")
    ]


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


def test_what_a_job_wrote_beside_its_log_is_no_error(tmp_path: Path) -> None:
    for job in ("train-88100", "train-88101"):
        write(tmp_path / f"{job}.out", "".join(f"step {i} loss {9 - i}.5\n" for i in range(9)))
        write(tmp_path / f"{job}.err", "FutureWarning: deprecated\n")
    write(tmp_path / "train-88102.err", "it never began\n")
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["train-88100", "train-88101"]
    assert [Path(error.path).name for error in found.errors] == ["train-88102.err"]


def test_other_files_of_a_run_are_no_errors(tmp_path: Path) -> None:
    write(tmp_path / "run" / "metrics.csv")
    write(tmp_path / "run" / "notes.txt", "it was raining\n")
    write(tmp_path / "run" / "code" / "listing.txt", "print()\n")
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["run"]
    assert found.errors == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "history.json",
            json.dumps([{"title": "a", "url": "https://a.b", "visitCount": 3}] * 9),
            "a JSON array with no step or epoch",
        ),
        ("trainer_state.json", json.dumps({"balance": -186.4, "positions": []}), 'no "log_history"'),
        ("all_results.json", '{"epoch": 3.0, "train_loss": 1.39}', "single values of a run that has ended"),
        ("history.json", '{"loss": [1.39], "val_loss": [1.5]}', "series of one value each, no curves yet"),
        ("settings.json", '{"name": "x", "lr": 0.1}', "a JSON object without series"),
        (
            "sweep_results.csv",
            "trial,lr,accuracy\n" + "".join(f"t{i},0.{i},0.{9 - i}\n" for i in range(1, 9)),
            "a table with a row for each 'trial', not for each step: columns 'lr', 'accuracy', 'trial'",
        ),
        ("people.csv", "name,height\nann,1.7\nbob,1.8\n", "a table with no step or epoch"),
        ("names.csv", "name,height\n", "a header and no row below it"),
        (
            "rewards.csv",
            "timesteps,reward\n" + "".join(f"{i},[0.1 0.{i}]\n" for i in range(1, 9)),
            "its column 'reward' holds lists, not numbers: '[0.1 0.1]'",
        ),
        ("metrics.csv", "step,loss\n1,abc\n2,def\n", "its column 'loss' holds no number: 'abc'"),
        (
            "models.csv",
            "model,MAE,loss\nridge,2.1,squared\nlasso,2.2,squared\n",
            "its column 'loss' holds no number: 'squared'",
        ),
        ("metrics.csv", "step,loss\n", "a header and no row below it"),
        ("metrics.csv", "", "the file is empty"),
        ("notes.log", "it was raining\n", "text without lines that tell a loss"),
        (
            "train.log",
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "a Git LFS pointer",
        ),
    ],
)
def test_what_is_no_training_log_gets_one_clear_line(
    tmp_path: Path, name: str, content: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / name, content)
    [error] = [one for one in analyse([tmp_path]) if isinstance(one, LogError)]
    assert error.reason.startswith(reason)
    assert Path(error.path).name == name
    write(tmp_path / "run" / "metrics.csv")
    assert main(["--list-runs", str(tmp_path)]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert len([line for line in listed if str(tmp_path / name) in line]) == 1


def test_the_listing_tells_why_files_of_a_run_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "run" / "metrics.csv")
    for number in range(3):
        write(tmp_path / "run" / f"notes-{number}.txt", "it was raining\n")
    main(["--list-runs", str(tmp_path)])
    run, skipped = capsys.readouterr().out.splitlines()
    assert run.startswith("run  csv (columns step, train_loss, val_loss)")
    assert skipped == (
        f"- {tmp_path / 'run' / 'notes-0.txt'}: text without lines that tell a loss or a metric at several "
        "steps or epochs (and 2 more files of this folder)"
    )


def test_at_most_64_kib_of_a_file_are_read_to_tell_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("metrics.csv", "metrics.jsonl", "history.json", "events.out.tfevents.1.host", "data.bin2"):
        write(tmp_path / name, "x" * (3 * HEAD_BYTES))
    read: list[int] = []

    class Counting(FileIO):
        def readinto(self, buffer: WriteableBuffer, /) -> int | None:
            count = super().readinto(buffer)
            read.append(count or 0)
            return count

    def opened(path: Path, mode: str = "r") -> BufferedReader:
        return BufferedReader(Counting(path))

    monkeypatch.setattr(Path, "open", opened)
    found_below(tmp_path)
    # a stream reads a buffer more than it is asked for
    assert 0 < sum(read) <= 5 * 2 * HEAD_BYTES
