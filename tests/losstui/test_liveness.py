from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from losstui.analysis import RunReport, analyse
from losstui.frame import Frame, FrameBuilder
from losstui.liveness import (
    Ending,
    FileTimes,
    Liveness,
    ends_as_if_stopped_early,
    liveness,
    may_stop_early,
    share_of_epochs,
)
from losstui.roles import assign_roles
from losstui.run import Status, StepUnit

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


NOTHING_SAID = Ending()
HALF_DONE = Ending(progress=0.5)


def status(logged: Frame, *files: FileTimes, ending: Ending = NOTHING_SAID) -> Status:
    return liveness(logged, ending, files, NOW).status


def every(seconds: float, last_age: float, count: int = 50) -> list[float]:
    return [last_age + seconds * i for i in reversed(range(count))]


@pytest.mark.parametrize("interval", [0.1, 1.0, MINUTE, HOUR, DAY])
def test_a_run_goes_on_while_its_newest_value_is_as_young_as_usual(interval: float) -> None:
    for pauses in (0.5, 2.5):  # what takes twice as long as ever before is no end
        assert status(frame(every(interval, last_age=pauses * interval))) is Status.RUNNING


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
    assert status(frame(every(1.0, last_age=0.0)), ending=Ending(finished=True)) is Status.FINISHED
    assert status(frame(every(1.0, last_age=0.0)), ending=Ending(failed=True)) is Status.DEAD
    assert (
        status(frame(every(1.0, last_age=0.0)), ending=Ending(failed=True, progress=1.0)) is Status.FINISHED
    )


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
    alive = liveness(frame(every(1.0, last_age=0.0)), Ending(), (), NOW)
    [(moment, _)] = alive.fades
    assert alive.at(moment - 1) == alive
    assert alive.at(moment) == Liveness(Status.UNKNOWN)
    assert Liveness(Status.FINISHED).at(NOW) == Liveness(Status.FINISHED)


def test_a_run_that_fell_silent_short_of_its_plan_is_dead_at_last() -> None:
    alive = liveness(frame(every(1.0, last_age=0.0)), HALF_DONE, (), NOW)
    assert [status for _, status in alive.fades] == [Status.UNKNOWN, Status.DEAD]
    moments = [NOW, *(moment for moment, _ in alive.fades)]
    assert [alive.at(moment).status for moment in moments] == [Status.RUNNING, Status.UNKNOWN, Status.DEAD]
    assert alive.at(moments[1]).at(moments[2]) == Liveness(Status.DEAD)


@pytest.mark.parametrize("interval", [0.1, MINUTE, HOUR])
def test_how_long_silence_has_to_be_depends_on_the_pauses_before(interval: float) -> None:
    few, many = every(interval, last_age=0.0, count=3), every(interval, last_age=0.0, count=500)
    waits = [liveness(frame(ages), HALF_DONE, (), NOW).fades[-1][0] - NOW for ages in (few, many)]
    assert waits[0] >= 30 * interval
    assert max(HOUR, interval) <= waits[1] <= max(HOUR, 3 * interval)


@pytest.mark.parametrize(
    "ending",
    [Ending(), Ending(progress=0.5, may_stop_early=True), Ending(progress=1.6)],
    ids=["no plan", "may stop early", "went on beyond its plan"],
)
def test_an_old_log_that_may_have_come_to_its_end_is_not_dead(ending: Ending) -> None:
    assert status(frame(every(1.0, last_age=300 * DAY)), ending=ending) is Status.UNKNOWN


def test_an_old_log_that_ends_short_of_its_plan_is_dead() -> None:
    assert status(frame(every(1.0, last_age=300 * DAY)), ending=HALF_DONE) is Status.DEAD


def test_one_value_tells_no_rhythm_to_be_late_by() -> None:
    assert status(frame([300 * DAY]), ending=HALF_DONE) is Status.UNKNOWN


def test_a_file_written_to_lately_is_of_no_dead_run() -> None:
    """Times without a zone are taken as UTC: they may be hours behind the clock."""
    logged = frame(every(1.0, last_age=8 * HOUR))
    assert status(logged, FileTimes(NOW - MINUTE, NOW - DAY), ending=HALF_DONE) is Status.UNKNOWN
    assert status(logged, FileTimes(NOW - 8 * HOUR, NOW - DAY), ending=HALF_DONE) is Status.DEAD


@pytest.mark.parametrize(
    ("written", "folder_changed", "expected"),
    [
        (5 * HOUR, 6 * HOUR, Status.DEAD),
        (5 * HOUR, 20 * HOUR, Status.UNKNOWN),
        (300 * DAY, 300 * DAY, Status.UNKNOWN),
    ],
    ids=["silent for longer than at work", "at work for longer than silent", "a copy"],
)
def test_without_wall_times_the_time_at_work_is_the_measure(
    written: float, folder_changed: float, expected: Status
) -> None:
    file = FileTimes(NOW - written, NOW - folder_changed)
    assert status(without_times(), file, ending=HALF_DONE) is expected


def test_the_last_value_before_the_end_is_the_end_once_the_run_is_silent() -> None:
    last, one_but_last = Ending(progress=0.99), Ending(progress=0.97)
    assert status(frame(every(1.0, last_age=0.0)), ending=last) is Status.RUNNING
    assert status(frame(every(1.0, last_age=DAY)), ending=last) is Status.FINISHED
    assert status(frame(every(1.0, last_age=DAY)), ending=one_but_last) is Status.DEAD


def epochs(*numbers: float) -> Frame:
    builder = FrameBuilder()
    builder.add("loss", range(len(numbers)), np.ones(len(numbers)), epochs=numbers)
    return builder.build()


@pytest.mark.parametrize(
    ("numbers", "settings", "expected"),
    [
        ((1, 2, 3), {"epochs": 10}, 0.3),
        ((0, 1, 2), {"epochs": 10}, 0.3),
        ((0.0, 0.5, 2.5), {"num_train_epochs": 10.0}, 0.25),
        ((1, 2, 3), {"trainer/max_epochs": 3}, 1.0),
        ((1, 2, 3), {"max_epochs": -1}, None),
        ((1, 2, 3), {"epochs": True}, None),
        ((1, 2, 30), {"epochs": 10}, None),
        ((1, 2, 3), {}, None),
    ],
)
def test_the_settings_may_tell_how_many_epochs_were_planned(
    numbers: Sequence[float], settings: dict[str, object], expected: float | None
) -> None:
    assert share_of_epochs(epochs(*numbers), StepUnit.STEP, settings) == expected


def test_the_settings_may_tell_that_a_run_stops_early() -> None:
    assert may_stop_early({"train/early_stopping_patience": 5})
    assert may_stop_early({"earlyStop": True})
    assert not may_stop_early({"patience": 0, "early_stopping": False, "lr": 0.1, "early_stop": "None"})


def evaluated(losses: Sequence[float], held_out: Sequence[float], tag: str = "val_loss") -> bool:
    """Whether a run with so many training losses, and an evaluation every second step, ends as if stopped."""
    builder = FrameBuilder()
    builder.add("train_loss", range(1, len(losses) + 1), losses)
    builder.add(tag, range(2, 2 * len(held_out) + 1, 2), held_out)
    logged = builder.build()
    return ends_as_if_stopped_early(logged, assign_roles(logged))


def test_a_run_may_have_been_stopped_at_an_evaluation_that_was_not_the_best() -> None:
    assert evaluated([3, 2, 2, 1], [2.0, 2.1])
    assert evaluated([3, 2, 2, 1], [0.8, 0.7], tag="val_accuracy")
    assert evaluated([3, 2, 2, 1], [2.0, math.nan])
    assert not evaluated([3, 2, 2, 1], [2.1, 2.0])
    assert not evaluated([3, 2, 2, 1, 1], [2.0, 2.1])
    assert not evaluated([3, 2, 2, 1], [2.0, 2.1], tag="val/something")
    assert not ends_as_if_stopped_early(Frame([]), {})


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
