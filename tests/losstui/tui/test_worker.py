"""The process that reads: what it makes arrives, and so does what was in its way."""

import os
import signal
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from losstui.analysis import LogError, RunReport
from losstui.errors import ExitCode, LossTuiError, UnreadableLog
from losstui.tui.reading import CaughtUp
from losstui.tui.worker import Worker
from tui_support import make_finding, make_report, outcomes_of

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    # The tests have threads, the program has none yet when it forks.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


def all_of(outcomes: Callable[[], Iterator[RunReport | LogError]]) -> list[RunReport | LogError | CaughtUp]:
    worker = Worker(outcomes)
    try:
        return list(worker.outcomes())
    finally:
        worker.stop()


def test_reports_arrive_whole_and_in_order() -> None:
    report = make_report("a", [make_finding()], {"loss": np.array([1.0, np.nan, 0.5])})
    arrived, error = all_of(outcomes_of(report, LogError("b.csv", "empty")))
    assert isinstance(arrived, RunReport)
    assert arrived.findings == report.findings
    assert arrived.checks == report.checks
    assert arrived.run.roles == report.run.roles
    np.testing.assert_array_equal(arrived.run.frame["loss"].values, [1.0, np.nan, 0.5])
    assert error == LogError("b.csv", "empty")


def test_an_error_meant_for_the_user_arrives_with_its_exit_code() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("a")
        raise UnreadableLog("x.csv", "line 3: not a number")

    with pytest.raises(LossTuiError, match=r"x.csv: line 3") as raised:
        all_of(outcomes)
    assert raised.value.exit_code == ExitCode.UNREADABLE


def test_any_other_error_is_one_line() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("a")
        raise ZeroDivisionError("by nothing")

    with pytest.raises(LossTuiError, match=r"^reading stopped: ZeroDivisionError: by nothing$"):
        all_of(outcomes)


def test_a_killed_process_is_said_after_what_it_had_made() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("a")
        os.kill(os.getpid(), signal.SIGKILL)

    worker = Worker(outcomes)
    made = worker.outcomes()
    first = next(made)
    assert isinstance(first, RunReport)
    assert first.run.id == "a"
    with pytest.raises(LossTuiError, match=r"^the reading process ended before it was done: signal 9$"):
        next(made)
    worker.stop()


def test_what_it_prints_is_not_seen(capfd: pytest.CaptureFixture[str]) -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        os.write(2, b"a warning")
        yield make_report("a")

    assert len(all_of(outcomes)) == 1
    assert capfd.readouterr().err == ""


def test_stopping_ends_a_process_that_is_busy() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        signal.pause()
        yield make_report("a")

    worker = Worker(outcomes)
    worker.stop()
    worker.stop()  # once more does no harm
    assert not os.path.exists(f"/proc/{worker.process}")
