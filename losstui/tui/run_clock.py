"""How long a run has been running: the time since it began, without the pauses before it was resumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curves import RunCurves
from losstui.frame import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RunClock:
    """When the sessions of a run began, and for how long it had been running by then; shapes (n,), n > 0.

    `begins` rise, in seconds since 1970; `passed` is in seconds.
    """

    begins: FloatArray
    passed: FloatArray

    @classmethod
    def since(cls, *sessions: tuple[float, float]) -> RunClock:
        """The clock of a run with sessions from and to those times; without any, one that begins at 0."""
        begins, ends = np.array(sorted(sessions) or [(0.0, 0.0)]).T
        # What another process logs meanwhile is no pause.
        lasted = np.minimum(ends[:-1], begins[1:]) - begins[:-1]
        return cls(begins, np.concatenate([[0.0], np.cumsum(lasted)]))

    def elapsed(self, times: FloatArray) -> FloatArray:
        """For how many seconds the run had been running at `times`, both of shape (k,)."""
        if len(self.begins) == 1:  # as most runs have, and twenty times as fast
            return times - float(self.begins[0])
        session = np.maximum(self.begins.searchsorted(times, side="right") - 1, 0)
        return times - self.begins[session] + self.passed[session]


def clock_of(curves: RunCurves) -> RunClock:
    """The clock of a run: it runs from the first to the last time that any tag has, session by session."""
    logged = [
        (one.wall_times, one.sessions) for one in curves.run.frame.values() if one.wall_times is not None
    ]
    if all(sessions is None for _, sessions in logged):
        starts = [start for times, _ in logged if (start := _first_finite(times)) is not None]
        return RunClock.since(*[(min(starts), min(starts))] if starts else [])
    count = 1 + max(int(sessions.max(initial=0)) for _, sessions in logged if sessions is not None)
    begins, ends = np.full(count, np.inf), np.full(count, -np.inf)
    for times, sessions in logged:
        known = np.isfinite(times)
        of = np.zeros(int(known.sum()), np.int32) if sessions is None else sessions[known]
        np.minimum.at(begins, of, times[known])
        np.maximum.at(ends, of, times[known])
    timed = begins <= ends
    return RunClock.since(*zip(begins[timed].tolist(), ends[timed].tolist(), strict=True))


def _first_finite(values: FloatArray) -> float | None:
    if not len(values):
        return None
    if np.isfinite(values[0]):  # nearly always: the others need no look
        return float(values[0])
    known = np.isfinite(values)
    return float(values[known][0]) if known.any() else None
