"""Reading and diagnosing in a process of its own, so that the screen answers and the other core works."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, NoReturn

from losstui.errors import ExitCode, LossTuiError

if TYPE_CHECKING:
    from losstui.run_report import RunReport
    from losstui.tui.reading import CaughtUp, Outcomes
    from losstui.walk import LogError


@dataclass(frozen=True)
class _Ended:
    """All was read, or `error` was in the way of it."""

    error: str = ""
    exit_code: ExitCode = ExitCode.ANALYSED


class Worker:
    """A process that makes outcomes. What it sends is its own: no log can put a word into the pickles."""

    def __init__(self, outcomes: Outcomes) -> None:
        """Begin; the process is a fork, so it must be made before any thread is."""
        receive, send = os.pipe()
        until, alive = os.pipe()  # which closes with this process, however that ends
        self.process = os.fork()
        if self.process == 0:
            os.close(receive)
            os.close(alive)
            _make(outcomes, send, until)
        os.close(send)
        os.close(until)
        self._alive = os.fdopen(alive, "wb")
        self._received = os.fdopen(receive, "rb")
        self._waiting = threading.Lock()  # the thread that takes what comes may wait for it as well
        self._status: int | None = None

    def outcomes(self) -> Iterator[RunReport | LogError | CaughtUp]:
        """Yield what the process makes, as it makes it.

        Raises LossTuiError with the error that stopped the process, or if it ended too early.
        """
        while True:
            try:
                outcome = pickle.load(self._received)
            except (EOFError, pickle.UnpicklingError) as error:
                raise LossTuiError(f"the reading process ended before it was done: {self._fate()}") from error
            if not isinstance(outcome, _Ended):
                yield outcome
                continue
            self._wait()
            if outcome.error:
                failure = LossTuiError(outcome.error)
                failure.exit_code = outcome.exit_code
                raise failure
            return

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        with self._waiting:
            if self._status is None:
                os.kill(self.process, signal.SIGKILL)
        self._wait()
        self._received.close()
        self._alive.close()

    def _wait(self) -> int:
        """The status of the process once it has ended."""
        with self._waiting:
            if self._status is None:
                self._status = os.waitpid(self.process, 0)[1]
            return self._status

    def _fate(self) -> str:
        code = os.waitstatus_to_exitcode(self._wait())
        return f"signal {-code}" if code < 0 else f"exit code {code}"


def _make(outcomes: Outcomes, send: int, until: int) -> NoReturn:
    """The life of the process, which ends with that it was forked from and never returns to it."""
    code = 1
    try:
        threading.Thread(target=_end_at_end_of, args=(until,), daemon=True).start()
        # The terminal belongs to the screen: nothing is read from it, nothing said on it.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C means the screen, which ends this process
        with contextlib.suppress(BrokenPipeError), os.fdopen(send, "wb") as sent:
            _send_all(outcomes, sent)
        code = 0
    finally:
        os._exit(code)


def _end_at_end_of(until: int) -> None:
    os.read(until, 1)
    os._exit(1)


def _send_all(outcomes: Outcomes, sent: IO[bytes]) -> None:
    ended = _Ended()
    try:
        for outcome in outcomes():
            pickle.dump(outcome, sent, pickle.HIGHEST_PROTOCOL)
            sent.flush()
    except LossTuiError as error:
        ended = _Ended(str(error), error.exit_code)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  a process has no caller: what stopped it is for the screen
        ended = _Ended(f"reading stopped: {type(error).__name__}: {error}", ExitCode.USAGE)
    pickle.dump(ended, sent, pickle.HIGHEST_PROTOCOL)


def can_fork() -> bool:
    """Whether this system makes a copy of a process; Windows does not."""
    return hasattr(os, "fork")
