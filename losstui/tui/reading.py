"""Runs the analysis beside the screen: a thread fills a queue that the screen empties at its own pace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from losstui.errors import LossTuiError
from losstui.tui.glyphs import Glyphs

if TYPE_CHECKING:
    from losstui.curves import RunCurves
    from losstui.run_report import RunReport
    from losstui.walk import LogError


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All there was has been said; what comes after it is new."""


Outcomes = Callable[[], "Iterator[RunReport | LogError | CaughtUp]"]


@dataclass(frozen=True, slots=True, eq=False)
class ReadRun:
    """A finished report with what the screen needs of it: its curves, and its train loss in a line."""

    report: RunReport
    curves: RunCurves
    spark: str

    @property
    def running(self) -> bool:
        """Whether the run still goes on."""
        from losstui.run import Status

        return self.report.run.status is Status.RUNNING


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A log that could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """All that there was is read; `error` is why nothing more will come, where it is not that."""

    error: LossTuiError | None = None


Read = ReadRun | Unreadable | Ended


class Reader:
    """Reads all outcomes in a thread of its own, which dies with the program."""

    def __init__(self, outcomes: Outcomes, glyphs: Glyphs) -> None:
        self._outcomes = outcomes
        self._glyphs = glyphs
        self._queue: SimpleQueue[Read] = SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="losstui reader", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no further run; the one at hand is finished."""
        self._stopped.set()

    def take(self) -> list[Read]:
        """All that was read since the last call, in order; never waits."""
        taken: list[Read] = []
        while True:
            try:
                taken.append(self._queue.get_nowait())
            except Empty:
                return taken

    def _read(self) -> None:
        caught_up = False
        try:
            for outcome in self._outcomes():
                if self._stopped.is_set():
                    return
                if not isinstance(outcome, CaughtUp):
                    self._queue.put(self._prepared(outcome))
                elif not caught_up:
                    caught_up = True
                    self._queue.put(Ended())
        except LossTuiError as error:
            self._queue.put(Ended(error))
        except Exception as error:  # noqa: BLE001  a thread has no caller: what stopped it is for the screen
            self._queue.put(Ended(LossTuiError(f"reading stopped: {type(error).__name__}: {error}")))
        else:
            if not caught_up:
                self._queue.put(Ended())

    def _prepared(self, outcome: RunReport | LogError) -> ReadRun | Unreadable:
        from losstui.curves import RunCurves
        from losstui.run_report import RunReport
        from losstui.tui.sparkline import sparkline

        if not isinstance(outcome, RunReport):
            return Unreadable(outcome.path, outcome.reason)
        curves = RunCurves(outcome.run)
        first = curves.train_loss or curves.validation_loss
        return ReadRun(outcome, curves, sparkline(first, self._glyphs))
