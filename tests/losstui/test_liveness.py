from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from losstui.analysis import RunReport, analyse
from losstui.frame import Frame, FrameBuilder
from losstui.liveness import FileTimes, Liveness, liveness
from losstui.run import Status

NOW = 1_800_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def frame(*parts: Sequence[float]) -> Frame:
    """A run whose files hold values logged at those times, in seconds before `NOW`."""
    builder = FrameBuilder()
    first = 0
    for ages in parts:
        builder.next_file()
        steps = np.arange(first, first + len(ages))
        builder.add("loss", steps, np.ones(len(ages)), wall_times=NOW - np.asarray(ages))
        first += len(ages)
    return builder.build()


def without_times() -> Frame:
    builder = FrameBuilder()
    builder.add("loss", range(9), np.ones(9))
    return builder.build()


def status(logged: Frame, *files: FileTimes, finished: bool = False) -> Status:
    return liveness(logged, finished=finished, files=files, now=NOW).status


def every(seconds: float, last_age: float, count: int = 50) -> list[float]:
    return [last_age + seconds * i for i in reversed(range(count))]


@pytest.mark.parametrize("interval", [0.1, 1.0, MINUTE, HOUR, DAY])
def test_a_run_goes_on_while_its_newest_value_is_as_young_as_usual(interval: float) -> None:
    assert status(frame(every(interval, last_age=interval / 2))) is Status.RUNNING


@pytest.mark.parametrize("interval", [0.1, 1.0, MINUTE, HOUR])
def test_silence_for_much_longer_than_usual_is_not_running(interval: float) -> None:
    assert status(frame(every(interval, last_age=HOUR + 10 * interval))) is Status.UNKNOWN


def test_a_pause_that_comes_again_is_waited_for() -> None:
    steps, evaluation = [1.0] * 200, 20 * MINUTE
    ages = np.cumsum([15 * MINUTE, *([*steps, evaluation] * 3), *steps])[::-1]
    assert status(frame(list(ages))) is Status.RUNNING


def test_one_night_in_which_the_machine_slept_is_not_usual() -> None:
    ages = np.cumsum([HOUR, *[1.0] * 50, 8 * HOUR, *[1.0] * 50])[::-1]
    assert status(frame(list(ages))) is Status.UNKNOWN


def test_the_time_before_a_restart_is_not_usual() -> None:
    parts = [every(1.0, last_age=HOUR + days * DAY) for days in (3, 2, 1, 0)]
    assert status(frame(*parts)) is Status.UNKNOWN


def test_what_the_log_says_comes_first() -> None:
    assert status(frame(every(1.0, last_age=0.0)), finished=True) is Status.FINISHED


def test_a_file_checked_out_just_now_does_not_make_an_old_run_go_on() -> None:
    checked_out = FileTimes(written=NOW, folder_changed=NOW - DAY)
    assert status(frame(every(1.0, last_age=300 * DAY)), checked_out) is Status.UNKNOWN


def test_times_in_the_future_say_nothing() -> None:
    assert status(frame(every(1.0, last_age=-DAY))) is Status.UNKNOWN
    assert status(frame(every(1.0, last_age=-MINUTE))) is Status.RUNNING


@pytest.mark.parametrize(
    ("written", "folder_changed", "expected"),
    [
        (MINUTE, DAY, Status.RUNNING),
        (MINUTE, MINUTE, Status.UNKNOWN),
        (MINUTE, 0.0, Status.UNKNOWN),
        (5 * HOUR, DAY, Status.UNKNOWN),
    ],
    ids=["appended to lately", "written at one go", "older than its folder", "silent for hours"],
)
def test_without_wall_times_a_file_tells_by_its_own_times(
    written: float, folder_changed: float, expected: Status
) -> None:
    assert status(without_times(), FileTimes(NOW - written, NOW - folder_changed)) is expected


def test_a_log_without_times_and_without_files_is_unknown() -> None:
    assert status(without_times()) is Status.UNKNOWN
    assert status(Frame([])) is Status.UNKNOWN


def test_times_that_are_none_are_left_out() -> None:
    builder = FrameBuilder()
    builder.add("loss", range(3), np.ones(3), wall_times=[np.nan, 0.0, np.inf])
    assert status(builder.build()) is Status.UNKNOWN


def test_running_holds_until_the_run_was_silent_for_too_long() -> None:
    alive = liveness(frame(every(1.0, last_age=0.0)), finished=False, files=(), now=NOW)
    assert alive.at(alive.until - 1) is Status.RUNNING
    assert alive.at(alive.until) is Status.UNKNOWN
    assert Liveness(Status.FINISHED).at(NOW) is Status.FINISHED


def test_a_report_says_of_a_table_whether_it_is_being_written(tmp_path: Path) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(9)))
    [fresh] = analyse([tmp_path])
    an_hour_ago = time.time() - HOUR
    os.utime(tmp_path, (an_hour_ago, an_hour_ago))
    [grown] = analyse([tmp_path])
    assert isinstance(fresh, RunReport)
    assert isinstance(grown, RunReport)
    assert [fresh.run.status, grown.run.status] == [Status.UNKNOWN, Status.RUNNING]
