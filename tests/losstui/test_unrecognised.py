"""Which of the files that no parser knows are told of, below the folders right below the path."""

from __future__ import annotations

from pathlib import Path

from discovery_support import found_below, write


def test_a_run_that_wrote_nothing_is_told_wherever_it_lies(tmp_path: Path) -> None:
    runs = tmp_path / "runs" / "sweep"
    write(runs / "run-1" / "metrics.csv")
    write(runs / "run-2" / "train.log", "")
    write(runs / "run-3" / "notes.txt", "it was raining\n")
    write(runs / "run-3" / "train.log", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["runs/sweep/run-1"]
    assert [(error.path, error.reason.partition(",")[0]) for error in found.errors] == [
        (str(runs / "run-2" / "train.log"), "the file is empty"),
        (
            str(runs / "run-3"),
            "none of its 2 files is a training log; train.log: a Git LFS pointer",
        ),
    ]


def test_what_lies_within_a_run_or_is_called_no_log_is_no_error(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    write(runs / "run-1" / "metrics.csv")
    write(runs / "run-1" / "logs" / "debug.log", "it was raining\n")
    write(runs / "run-2" / "train.log", "")  # beside the folder that holds its log
    write(runs / "run-2" / "version_0" / "metrics.csv")
    write(runs / "code" / "listing.txt", "print()\n")
    write(runs / "samples" / "captions.json", "[]")
    assert found_below(tmp_path).errors == []


def test_of_archives_only_those_called_as_logs_are_told(tmp_path: Path) -> None:
    write(tmp_path / "run-1" / "metrics.csv")
    for path in ("runs.zip", "train_logs.zip", "best_model.zip", "run-1/rl_model_500_steps.zip"):
        (tmp_path / path).write_bytes(b"PK\x03\x04")
    found = found_below(tmp_path)
    assert [log.id for log in found.logs] == ["run-1"]
    assert [Path(error.path).name for error in found.errors] == ["runs.zip", "train_logs.zip"]
    assert all("zip archive" in error.reason for error in found.errors)
