"""Whether a run still goes on, by what its log says of its end, the times in it and those of its files.

RUNNING, while the newest value is younger than a few times the run's usual pause.

FINISHED, where the log says so, or its last value stands at the planned end: the last of the planned steps
or epochs, or one so near that another would lie behind it and the run has fallen silent.

DEAD, where the log says that the run failed or was killed; or where it ends short of the planned end and has
been silent for so long that a further pause of that length is as good as excluded, by the pauses it made
before. Short means that a plan is known, a total of steps or epochs in the log or among the
hyper-parameters, and that nothing points to a run ended early on purpose: neither a setting nor a last
evaluation that was not the best, with nothing behind it.

UNKNOWN is all else. Of a log that does not say where it was meant to end, silence tells nothing: it may
have been done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np

from losstui.frame import FloatArray, Frame, Series
from losstui.kinds import Direction, Role, Split
from losstui.run import Status, StepUnit

# A run is given this many times its usual longest pause before it no longer counts as running: the next
# evaluation or checkpoint may well take twice as long as the last ones.
PAUSES = 3.0
# TensorBoard's writers flush at the latest every 120 s, so the newest value in the file may be that old.
SHORTEST_WAIT = 300.0  # s
# Without wall times nothing tells the usual pause: an epoch of an hour is common, one of a day is not. And a
# first evaluation may come to a run that has made no pause before.
LONG_WAIT = 3600.0  # s
# A copied or checked-out file is written at one go; one that was still written to so long after the last
# file in its folder had come was appended to.
LEAST_GROWTH = 10.0  # s
CLOCK_SKEW = 600.0  # s; wall times of another machine may lie as far in the future
# Of n pauses and the next one any may be the longest: that it is the next has the chance 1 / (n + 1), and
# that it is k times the longest so far at most 1 / k of that, even for pauses without a mean.
FALSE_DEATHS = 0.01
LARGEST_EXCESS = 1.05  # of the plan; what goes on beyond it was planned otherwise
_MOST_INTERVALS = 100_000  # the newest ones tell enough
_EARLY_END = re.compile(r"patience|early.?stop", re.IGNORECASE)
_EPOCH_PLANS = ("num_train_epochs", "max_epochs", "num_epochs", "n_epochs", "total_epochs", "epochs")


@dataclass(frozen=True, slots=True)
class FileTimes:
    """When a file of a run was last written to, and when its folder got its newest entry; s since 1970."""

    written: float
    folder_changed: float


@dataclass(frozen=True, slots=True)
class Ending:
    """What a log says of its end; `progress` as in `losstui.parsing.LoggedRun`.

    `may_stop_early`: the run was told to stop where it no longer gets better.
    """

    finished: bool = False
    failed: bool = False
    progress: float | None = None
    may_stop_early: bool = False


@dataclass(frozen=True, slots=True)
class Liveness:
    """`status`, and what it becomes from which moment on, s since 1970, if nothing more is logged."""

    status: Status
    fades: tuple[tuple[float, Status], ...] = ()

    def at(self, now: float) -> Liveness:
        """The liveness at `now` if the log has not grown since."""
        passed = [status for moment, status in self.fades if moment <= now]
        return Liveness(passed[-1], self.fades[len(passed) :]) if passed else self


def liveness(frame: Frame, ending: Ending, files: Iterable[FileTimes], now: float) -> Liveness:
    """Tell whether the run goes on at `now`, in seconds since 1970; the module says how.

    By the wall times where it has any, because the time of a file says when it was copied; else by the
    times of files that show that they were appended to. A dead run's files are silent too, whatever its
    wall times: these may be of another time zone.
    """
    share = ending.progress
    if ending.finished or (share is not None and 1.0 <= share <= LARGEST_EXCESS):
        return Liveness(Status.FINISHED)
    if ending.failed:
        return Liveness(Status.DEAD)
    files = list(files)
    grown = [one for one in files if _appended_to(one)]
    walls = [walls for series in frame.values() if (walls := _walls(series)) is not None]
    written = max((one.written for one in files), default=-inf)
    if walls:
        newest = max(float(own.max()) for own in walls)
        pauses = _pauses(frame)
        dead = max(newest, written) + max(LONG_WAIT, _excluded_pause(pauses))
        runs_until = newest + max(SHORTEST_WAIT, PAUSES * _usual_pause(pauses))
    else:
        newest = written = max((one.written for one in grown), default=-inf)
        began = min((one.folder_changed for one in grown), default=-inf)
        dead = newest + max(LONG_WAIT, newest - began)  # silent for as long as it was at work
        runs_until = newest + LONG_WAIT
    if not newest - CLOCK_SKEW <= now or newest == -inf:
        return Liveness(Status.UNKNOWN)
    at_last_value = share is not None and share < 1.0 < share + share * _usual_stride(frame)
    fades = [(runs_until, Status.FINISHED if at_last_value else Status.UNKNOWN)]
    if share is not None and share < 1.0 and not at_last_value and not ending.may_stop_early:
        fades.append((max(dead, runs_until), Status.DEAD))
    return Liveness(Status.RUNNING, tuple(fades)).at(now)


def may_stop_early(hyperparameters: Mapping[str, object]) -> bool:
    """Whether a setting may end the run before the end that was planned."""
    return any(
        _EARLY_END.search(name) and value not in (None, False, 0, "", "None", "none", "False", "0")
        for name, value in hyperparameters.items()
    )


def ends_as_if_stopped_early(frame: Frame, roles: Mapping[str, Role]) -> bool:
    """Whether the log ends with an evaluation on held-out data that was not the best of its kind."""
    last = max((int(series.steps[-1]) for series in frame.values()), default=0)
    for tag, series in frame.items():
        role = roles[tag]
        if (
            role.split is not Split.VALIDATION
            or role.direction is Direction.NEUTRAL
            or series.steps[-1] < last
        ):
            continue
        values = series.values if role.direction is Direction.LOWER else -series.values
        if bool(np.any(values[:-1] <= values[-1])) or np.isnan(values[-1]):
            return True
    return False


def share_of_epochs(frame: Frame, unit: StepUnit, hyperparameters: Mapping[str, object]) -> float | None:
    """The share of the planned epochs that is done, where the settings name a plan and the log its epochs."""
    planned = next(_plans(hyperparameters), None)
    epochs = [own for series in frame.values() if (own := _epochs(series, unit)) is not None and len(own)]
    if planned is None or not epochs:
        return None
    first, last = min(float(own.min()) for own in epochs), max(float(own.max()) for own in epochs)
    whole = all(bool(np.all(own == np.floor(own))) for own in epochs)
    share = (last + (whole and first == 0.0)) / planned  # whole epochs from 0 on are told when they are done
    return share if share <= LARGEST_EXCESS else None


def _plans(hyperparameters: Mapping[str, object]) -> Iterator[float]:
    named = {name.rpartition("/")[2]: value for name, value in hyperparameters.items()}
    for name in _EPOCH_PLANS:
        value = named.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 1:
            yield float(value)


def _epochs(series: Series, unit: StepUnit) -> FloatArray | None:
    epochs = series.steps.astype(np.float64) if unit is StepUnit.EPOCH else series.epochs
    return None if epochs is None else epochs[np.isfinite(epochs)]


def _appended_to(file: FileTimes) -> bool:
    return file.written - file.folder_changed > LEAST_GROWTH


def _usual_stride(frame: Frame) -> float:
    """How far one value is behind the other, as a share of all steps so far; 0 where there is but one."""
    strides = max((int(np.count_nonzero(np.diff(series.steps))) for series in frame.values()), default=0)
    return 1.0 / (strides + 1) if strides else 0.0


def _walls(series: Series) -> FloatArray | None:
    """The wall times of a tag that are any, or None."""
    if series.wall_times is None:
        return None
    walls = series.wall_times[-_MOST_INTERVALS:]
    finite = walls[np.isfinite(walls) & (walls > 0)]
    return finite if len(finite) else None


def _pauses(frame: Frame) -> FloatArray:
    """The times between two values of the most frequent tag in seconds, but for those before a restart."""
    densest = max(
        (series for series in frame.values() if series.wall_times is not None), key=len, default=None
    )
    if densest is None or densest.wall_times is None:
        return np.empty(0)
    pauses = np.diff(densest.wall_times[-_MOST_INTERVALS:])
    if densest.sessions is not None:
        pauses = pauses[np.diff(densest.sessions[-_MOST_INTERVALS:]) == 0]
    return pauses[np.isfinite(pauses) & (pauses > 0)]


def _usual_pause(pauses: FloatArray) -> float:
    """The longest pause that came more than once: the longest of all may be a night in which all slept."""
    if len(pauses) < 3:
        return float(pauses.min()) if len(pauses) else 0.0
    return float(np.partition(pauses, -2)[-2])


def _excluded_pause(pauses: FloatArray) -> float:
    """A pause so long that the next one is as long with a chance of `FALSE_DEATHS` at most; see there."""
    if not len(pauses):
        return inf
    return float(pauses.max()) * max(1.0, 1.0 / (FALSE_DEATHS * (len(pauses) + 1)))
