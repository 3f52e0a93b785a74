"""Runs the analysis beside the screen: a thread fills a queue that the screen empties at its own pace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from losstui.errors import REMOVED, LossTuiError
from losstui.tui.run_rows import GONE

if TYPE_CHECKING:
    from losstui.curves import RunCurves
    from losstui.run_report import RunReport
    from losstui.tui.glyphs import Glyphs
    from losstui.tui.summary import Summary
    from losstui.walk import LogError


@dataclass(frozen=True, slots=True)
class Pending:
    """Runs of these ids are likely to be there; they are many, and none has been looked at."""

    run_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """So many logs are there to be read."""

    logs: int


@dataclass(frozen=True, slots=True)
class Early:
    """A run read before all that is there is known; it comes once more, unless it is none of its own."""

    report: RunReport


@dataclass(frozen=True, slots=True)
class Again:
    """A run that was shown before, reported again because its siblings say more of it."""

    report: RunReport


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All there was has been said; what comes after it is new."""


@dataclass(slots=True, eq=False)
class ReadRun:
    """A finished report with what the list of runs shows of it: its loss in a line and in numbers.

    `early` and `again` say that the report came as an `Early` or as an `Again`.
    """

    report: RunReport
    spark: str
    summary: Summary
    early: bool = False
    again: bool = False
    _curves: RunCurves | None = field(default=None, init=False, repr=False)

    @property
    def curves(self) -> RunCurves:
        """The curves of the run, made when they are first asked for."""
        if self._curves is None:
            from losstui.curves import RunCurves

            self._curves = RunCurves(self.report.run)
        return self._curves

    @property
    def state(self) -> str:
        """The `Status` of the run as text, or `GONE` where none of its files is left."""
        run = self.report.run
        return GONE if REMOVED in run.warnings else run.status.value


Outcomes = Callable[
    [], "Iterator[RunReport | ReadRun | Early | Again | LogError | Pending | Found | CaughtUp]"
]

SummarisedOutcomes = Callable[[], "Iterator[ReadRun | LogError | Pending | Found | CaughtUp]"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A log that could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """All that there was is read, or so much until it was `stopped`; `error` is why no more will come."""

    error: LossTuiError | None = None
    stopped: bool = False


Read = ReadRun | Unreadable | Pending | Found | Ended


def read_run(report: RunReport, glyphs: Glyphs, *, early: bool = False, again: bool = False) -> ReadRun:
    """A report with its summary."""
    from losstui.curves import RunCurves
    from losstui.tui.sparkline import sparkline
    from losstui.tui.summary import summarise

    curves = RunCurves(report.run)
    spark = sparkline(curves.train_loss or curves.validation_loss, glyphs)
    return ReadRun(report, spark, summarise(curves), early, again)


def summarised(outcomes: Outcomes, glyphs: Callable[[], Glyphs]) -> SummarisedOutcomes:
    """The same outcomes, each report with its summary."""

    def made() -> Iterator[ReadRun | LogError | Pending | Found | CaughtUp]:
        from losstui.run_report import RunReport

        for outcome in outcomes():
            if isinstance(outcome, Early):
                yield read_run(outcome.report, glyphs(), early=True)
            elif isinstance(outcome, Again):
                yield read_run(outcome.report, glyphs(), again=True)
            elif isinstance(outcome, RunReport):
                yield read_run(outcome, glyphs())
            else:
                yield outcome

    return made


class Reader:
    """Reads all outcomes in a thread of its own, which dies with the program."""

    def __init__(self, outcomes: Outcomes, glyphs: Glyphs, cancel: Callable[[], None] | None = None) -> None:
        """`cancel` ends whatever makes the outcomes."""
        self._outcomes = summarised(outcomes, lambda: glyphs)
        self._cancel = cancel
        self.has_caught_up = False  # all there was has been read: what is left is to show it
        self._queue: SimpleQueue[Read] = SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="losstui reader", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no further."""
        self._stopped.set()
        if self._cancel is not None:
            self._cancel()

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
                    self._put(_read_of(outcome))
                elif not caught_up:
                    caught_up = True
                    self._put(Ended())
        except LossTuiError as error:
            self._put(Ended(error))
        except Exception as error:  # noqa: BLE001  a thread has no caller: what stopped it is for the screen
            self._put(Ended(LossTuiError(f"reading stopped: {type(error).__name__}: {error}")))
        else:
            if not caught_up:
                self._put(Ended())

    def _put(self, read: Read) -> None:
        if not self._stopped.is_set():
            self._queue.put(read)
            self.has_caught_up |= isinstance(read, Ended)


def _read_of(
    outcome: ReadRun | LogError | Pending | Found,
) -> ReadRun | Unreadable | Pending | Found:
    if isinstance(outcome, (ReadRun, Pending, Found)):
        return outcome
    return Unreadable(outcome.path, outcome.reason)
