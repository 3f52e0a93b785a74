"""Whether a run still goes on, by the times in its log, the times of its files and the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np

from losstui.frame import FloatArray, Frame, Series
from losstui.run import Status

# A run is given this many times its usual longest pause before it no longer counts as running: the next
# evaluation or checkpoint may well take twice as long as the last ones.
PAUSES = 3.0
# TensorBoard's writers flush at the latest every 120 s, so the newest value in the file may be that old.
SHORTEST_WAIT = 300.0  # s
# Without wall times nothing tells the usual pause: an epoch of an hour is common, one of a day is not.
WAIT_BY_FILE_TIME = 3600.0  # s
# A copied or checked-out file is written at one go; one that was still written to so long after the last
# file in its folder had come was appended to.
LEAST_GROWTH = 10.0  # s
CLOCK_SKEW = 600.0  # s; wall times of another machine may lie as far in the future
_MOST_INTERVALS = 100_000  # the newest ones tell enough


@dataclass(frozen=True, slots=True)
class FileTimes:
    """When a file of a run was last written to, and when its folder got its newest entry; s since 1970."""

    written: float
    folder_changed: float


@dataclass(frozen=True, slots=True)
class Liveness:
    """`status`; RUNNING holds only until the moment `until`, in seconds since 1970, without a new value."""

    status: Status
    until: float = inf

    def at(self, now: float) -> Status:
        """The status at `now` if the log has not grown since."""
        return Status.UNKNOWN if self.status is Status.RUNNING and now >= self.until else self.status


def liveness(frame: Frame, *, finished: bool, files: Iterable[FileTimes], now: float) -> Liveness:
    """Tell whether the run goes on at `now`, in seconds since 1970.

    FINISHED only where the log says so. RUNNING while its newest value is younger than a few times its
    usual pauses: by the wall times where it has any, because the time of a file says when it was copied;
    else by the times of files that show that they were appended to.
    """
    if finished:
        return Liveness(Status.FINISHED)
    walls = [walls for series in frame.values() if (walls := _walls(series)) is not None]
    if walls:
        newest = max(float(own.max()) for own in walls)
        until = newest + max(SHORTEST_WAIT, PAUSES * _usual_pause(frame))
    else:
        newest = max((one.written for one in files if _appended_to(one)), default=-inf)
        until = newest + WAIT_BY_FILE_TIME
    if newest - CLOCK_SKEW <= now < until:
        return Liveness(Status.RUNNING, until)
    return Liveness(Status.UNKNOWN)


def _appended_to(file: FileTimes) -> bool:
    return file.written - file.folder_changed > LEAST_GROWTH


def _walls(series: Series) -> FloatArray | None:
    """The wall times of a tag that are any, or None."""
    if series.wall_times is None:
        return None
    walls = series.wall_times[-_MOST_INTERVALS:]
    finite = walls[np.isfinite(walls) & (walls > 0)]
    return finite if len(finite) else None


def _usual_pause(frame: Frame) -> float:
    """The longest time between two values of the most frequent tag that came more than once, in seconds.

    The longest of all may be a night in which the machine slept. Pauses before a restart do not count.
    """
    densest = max(
        (series for series in frame.values() if series.wall_times is not None), key=len, default=None
    )
    if densest is None or densest.wall_times is None:
        return 0.0
    pauses = np.diff(densest.wall_times[-_MOST_INTERVALS:])
    if densest.sessions is not None:
        pauses = pauses[np.diff(densest.sessions[-_MOST_INTERVALS:]) == 0]
    pauses = pauses[np.isfinite(pauses) & (pauses > 0)]
    if len(pauses) < 3:
        return float(pauses.min()) if len(pauses) else 0.0
    return float(np.partition(pauses, -2)[-2])
