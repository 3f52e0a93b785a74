"""What a program printed beside its log, without a value in it: what it died of is told by that alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from discovery_support import CSV, write
from following_support import Screen
from losstui.analysis import LogError, analyse
from losstui.frame import Frame
from losstui.parsing import LoggedRun
from losstui.run import Run, Status
from losstui_parsers.error_output import with_failure_beside

FAILED = "loading data\nTraceback (most recent call last):\n  File 'train.py', line 3\nMemoryError: no room\n"
NOW = 1_800_000_000.0


def run_in(folder: Path, *, late: float = 0.0, **texts: str) -> Run:
    """The run of a table in a folder, beside files with those texts that were written so much later."""
    os.utime(write(folder / "run" / "metrics.csv"), (NOW, NOW))
    for name, text in texts.items():
        stem, _, ending = name.rpartition("_")
        os.utime(write(folder / "run" / f"{stem}.{ending}", text), (NOW + late, NOW + late))
    [report] = analyse([folder])
    assert not isinstance(report, LogError)
    return report.run


@pytest.mark.parametrize("name", ["train_log", "job_err", "nohup_out", "slurm-17_out"])
def test_a_failure_at_the_end_of_printed_output_is_what_the_run_died_of(name: str, tmp_path: Path) -> None:
    run = run_in(tmp_path, late=60.0, **{name: FAILED})
    assert run.status is Status.DEAD
    assert run.cause == f"{name.replace('_', '.')}: ends with: MemoryError: no room"
    assert run.warnings == (run.cause,)


@pytest.mark.parametrize(
    ("late", "texts"),
    [
        (-120.0, {"train_log": FAILED}),
        (7200.0, {"train_log": FAILED}),
        (0.0, {"eval_log": FAILED}),
        (0.0, {"run_test_out": FAILED}),
        (0.0, {"README_md": FAILED}),
        (0.0, {"train_log": "loading data\n"}),
    ],
    ids=["the run went on", "hours later", "of an evaluation", "of a test", "no output", "no failure"],
)
def test_other_files_beside_a_log_tell_nothing_of_it(
    late: float, texts: dict[str, str], tmp_path: Path
) -> None:
    run = run_in(tmp_path, late=late, **texts)
    assert run.status is not Status.DEAD
    assert run.cause == ""


def test_of_two_logs_in_a_folder_none_died_by_what_is_printed_there(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        os.utime(write(tmp_path / name, CSV), (NOW, NOW))
    os.utime(write(tmp_path / "train.log", FAILED), (NOW, NOW))
    reports = [one for one in analyse([tmp_path]) if not isinstance(one, LogError)]
    assert [one.run.status is Status.DEAD for one in reports] == [False, False]


def test_an_output_that_tells_of_a_death_is_no_unreadable_log(tmp_path: Path) -> None:
    write(tmp_path / "metrics.csv")
    write(tmp_path / "train.log", FAILED)
    assert not [one for one in analyse([tmp_path]) if isinstance(one, LogError)]


@pytest.mark.parametrize(("finished", "failed"), [(True, False), (False, True)])
def test_what_a_log_tells_of_its_own_end_stands(finished: bool, failed: bool, tmp_path: Path) -> None:
    log, output = write(tmp_path / "metrics.csv"), write(tmp_path / "train.log", FAILED)
    told = LoggedRun(Frame([]), finished=finished, failed=failed, cause="its own" if failed else "")
    assert with_failure_beside(told, log, [output]) is told
    assert with_failure_beside(LoggedRun(Frame([])), log, [output]).failed


@pytest.mark.parametrize("beside", ["nothing", "the output so far"])
def test_a_failure_that_is_printed_while_the_log_is_followed_is_told(beside: str, tmp_path: Path) -> None:
    log, output = write(tmp_path / "run" / "metrics.csv"), tmp_path / "run" / "train.log"
    if beside != "nothing":
        write(output, "loading data\n")
    screen = Screen(tmp_path)
    assert screen.poll() == set()
    write(output, FAILED)
    assert screen.poll() == {"run"}
    assert screen.reports["run"].run.status is Status.DEAD
    assert screen.reports["run"].run.cause == "train.log: ends with: MemoryError: no room"
    assert screen.poll() == set()
    log.write_text(CSV + "9,0.1\n")
    screen.poll()
    screen.assert_as_fresh(tmp_path)
