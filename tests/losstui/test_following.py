from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from event_files import scalars, version
from following_support import Screen, table
from losstui.analysis import LogError, Options, RunReport, analyse
from losstui.errors import REMOVED, UsageError
from losstui.following import Following
from losstui.run import Status

NAME = "events.out.tfevents.1760000000.host.1.0"


def test_the_first_pass_is_the_analysis(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table(20))
    (tmp_path / "b.csv").write_text("")
    (tmp_path / "b.jsonl").write_text('{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.25}\n')
    first = list(Following([tmp_path]).first())
    fresh = list(analyse([tmp_path]))
    assert [type(one) for one in first] == [type(one) for one in fresh]
    assert [one for one in first if isinstance(one, LogError)] == [
        one for one in fresh if isinstance(one, LogError)
    ]
    Screen(tmp_path).assert_as_fresh(tmp_path)


def test_only_the_run_that_grew_is_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / NAME).write_bytes(version() + scalars("loss", range(9)))
    screen = Screen(tmp_path)
    assert screen.poll() == set()
    with (tmp_path / "b" / NAME).open("ab") as stream:
        stream.write(scalars("loss", range(9), first_step=9))
    assert screen.poll() == {"b"}
    assert screen.poll() == set()
    screen.assert_as_fresh(tmp_path)


def test_a_run_of_which_only_the_damage_grew_is_told(tmp_path: Path) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text(table(20))
    screen = Screen(tmp_path)
    log.write_text(table(20) + "20,nonsense\n")
    assert screen.poll() == set(screen.reports)
    screen.assert_as_fresh(tmp_path)


def test_new_runs_and_new_files_of_a_run_appear(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    assert [error.reason for error in screen.errors] == ["no training log in this folder"]
    (tmp_path / "run").mkdir()
    assert screen.poll() == set()
    (tmp_path / "run" / NAME).write_bytes(version() + scalars("loss", range(9)))
    assert screen.poll() == {"run"}
    later = tmp_path / "run" / NAME.replace("1760000000", "1760009000")
    later.write_bytes(version())
    screen.poll()
    later.write_bytes(version() + scalars("loss", range(9), first_step=9))
    assert screen.poll() == {"run"}
    assert len(screen.reports["run"].run.frame["loss"]) == 18
    screen.assert_as_fresh(tmp_path)


def test_a_file_that_is_no_log_yet_becomes_one(tmp_path: Path) -> None:
    log = tmp_path / "values.csv"
    log.write_text("step,loss\n")
    screen = Screen(tmp_path)
    assert not screen.following.run_ids
    log.write_text(table(20))
    assert screen.poll() == {tmp_path.name}
    screen.assert_as_fresh(tmp_path)


def test_a_run_whose_files_are_removed_is_no_longer_there(tmp_path: Path) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text(table(20))
    screen = Screen(tmp_path)
    assert screen.following.run_ids == {tmp_path.name}
    log.unlink()
    screen.poll()
    assert screen.following.run_ids == frozenset()


def test_of_a_folder_that_was_removed_no_file_is_told_to_be_missing(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.csv").write_text(table(20))
    following = Following([tmp_path], look_every=1e9)
    list(following.first())
    shutil.rmtree(tmp_path / "a")
    [told] = following.poll()
    assert isinstance(told, RunReport)
    assert (told.run.id, told.run.warnings) == ("a", (REMOVED,))
    assert following.run_ids == {"b"}


def test_a_run_keeps_its_name_when_another_comes_to_lie_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.csv").write_text(table(20))
    screen = Screen(tmp_path)
    (tmp_path / "a" / "two.csv").write_text(table(30).replace(",0.", ",4."))
    assert screen.poll() == {"a/two"}
    assert screen.following.run_ids == {"a", "a/two"}
    (tmp_path / "a" / "one.csv").write_text(table(25))
    assert screen.poll() == {"a"}
    assert screen.reports["a"].run.frame.points == 25


def test_a_run_gives_its_name_to_the_folder_of_which_that_is_the_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.csv").write_text(table(20))
    screen = Screen(tmp_path)
    (tmp_path / "a" / NAME).write_bytes(version() + scalars("loss", np.arange(9.0)))
    screen.poll()
    screen.assert_as_fresh(tmp_path)
    assert screen.following.run_ids == {"a", "a/one"}


def test_a_run_that_is_removed_no_longer_runs(tmp_path: Path) -> None:
    now = time.time()
    rows = "".join(f"{i},{1 / (i + 1)},{now - 20 + i}\n" for i in range(20))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.csv").write_text(f"step,loss,time\n{rows}")
    screen = Screen(tmp_path)
    assert screen.reports["a"].run.status is Status.RUNNING
    (tmp_path / "a" / "metrics.csv").unlink()
    assert screen.poll() == {"a"}
    removed, kept = screen.reports["a"].run, screen.reports["b"].run
    assert (removed.status, removed.warnings) == (Status.UNKNOWN, (REMOVED,))
    assert len(removed.frame["loss"]) == 20
    assert (kept.status, kept.warnings) == (Status.RUNNING, ())
    assert screen.poll() == set()
    (tmp_path / "a" / "metrics.csv").write_text(f"step,loss,time\n{rows}")
    assert screen.poll() == {"a"}
    assert screen.reports["a"].run.status is Status.RUNNING


def test_an_error_is_told_once(tmp_path: Path) -> None:
    log = tmp_path / NAME
    log.write_bytes(version())
    screen = Screen(tmp_path)
    with log.open("ab") as stream:
        stream.write(version())
    screen.poll()
    screen.poll()
    reasons = [error.reason for error in screen.errors]
    assert len(reasons) == len(set(reasons))
    assert "no scalar in it" in reasons[0]


def test_the_run_of_a_log_that_became_unreadable_stays_and_the_reason_is_told_once(tmp_path: Path) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text(table(20))
    screen = Screen(tmp_path)
    [run_id] = screen.reports
    for columns in ("step,loss", "step,loss,lr", "step,loss,acc"):
        log.write_text(f"{columns}\n")
        screen.poll()
    assert [error.reason for error in screen.errors] == ["a header and no row below it"]
    assert screen.following.run_ids == {run_id}


def test_a_file_that_was_only_touched_is_not_told_again(tmp_path: Path) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text(table(20))
    screen = Screen(tmp_path)
    os.utime(log, (1.7e9, 1.7e9))
    assert screen.poll() == set()


def test_the_options_hold_for_what_comes_later(tmp_path: Path) -> None:
    screen = Screen(tmp_path, options=Options(runs=("b*",), tags=("loss",), select=("LT1",)))
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(table(20, "step,loss,accuracy"))
    assert screen.poll() == {"b"}
    assert list(screen.reports["b"].run.frame) == ["loss"]


def test_an_unknown_finding_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finding 'LT999'"):
        Following([tmp_path], Options(select=("LT999",)))


def test_a_run_that_falls_silent_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    rows = "".join(f"{now - 100 + i},{i},1000,{1 / (i + 1)}\n" for i in range(100))
    (tmp_path / "metrics.csv").write_text("timestamp,step,total_steps,loss\n" + rows)
    screen = Screen(tmp_path)
    [run_id] = screen.reports
    assert screen.reports[run_id].run.status is Status.RUNNING
    assert screen.poll() == set()
    for later, expected in ((1800, Status.UNKNOWN), (86_400, Status.DEAD)):
        monkeypatch.setattr("time.time", lambda: now + later)  # noqa: B023  read before it changes
        assert screen.poll() == {run_id}
        assert screen.reports[run_id].run.status is expected
        assert screen.poll() == set()


def test_runs_of_one_file_beside_a_folder_of_its_name_are_told_apart(tmp_path: Path) -> None:
    header = ",".join(f"{name} - loss{part}" for name in "ab" for part in ("", "__MIN", "__MAX"))
    (tmp_path / "sweep.csv").write_text(table(20, f"Step,{header}"))
    (tmp_path / "other.csv").write_text("step,loss\n0,5.0\n1,4.0\n")
    screen = Screen(tmp_path)
    assert set(screen.reports) == {"sweep/a", "sweep/b", "other"}
    (tmp_path / "sweep" / "a").mkdir(parents=True)
    (tmp_path / "sweep" / "a" / "metrics.csv").write_text(table(30))
    screen.poll()
    assert screen.following.run_ids == {"sweep (wandb-chart)/a", "sweep (wandb-chart)/b", "sweep/a", "other"}
    assert len(screen.reports["sweep/a"].run.frame["loss"]) == 30
    screen.assert_as_fresh(tmp_path)
