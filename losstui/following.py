"""Keeps the analysis of growing logs up to date: the runs that changed are diagnosed anew, new ones found."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

from losstui import plugins
from losstui.analysis import LogError, RunReport, analyse_run, chosen_detectors
from losstui.discovery import FoundLog, called_as_before, discover, neighbours, recognise
from losstui.errors import REMOVED
from losstui.liveness import Liveness
from losstui.logged_runs import read_neighbours
from losstui.options import EVERYTHING, Options
from losstui.parsing import HEAD_BYTES, Follower, LogFile, Parser
from losstui.rereading import WithFilesBeside, follower_of, fresh_group
from losstui.run import Status, says_the_same
from losstui.sibling_reports import SiblingReports
from losstui.walk import walk

LOOK_EVERY = 5.0  # s between two looks for new files: a new run is there before one wonders where it is
LOOK_SHARE = 100.0  # a look is at most a hundredth of the time, however many files there are

_Key = tuple[tuple[str, ...], ...]
_Beginning = tuple[int, int, int]  # inode, size and time, as far as they say what a file is
_Look = dict[Path, _Beginning]
_Recognised = tuple[int, str] | None


@dataclass(slots=True, eq=False)
class _Followed:
    """Neighbouring logs with their followers, and what they last said.

    That is the reports by run id, each of the run alone, how the status of the runs fades, and what could
    not be read.
    """

    logs: list[tuple[FoundLog, Follower]]
    reports: dict[str, RunReport] = field(default_factory=dict[str, RunReport])
    errors: frozenset[LogError] = frozenset()
    fades: dict[str, tuple[tuple[float, Status], ...]] = field(
        default_factory=dict[str, "tuple[tuple[float, Status], ...]"]
    )
    holds_until: float = inf

    def poll(self) -> bool:
        """Look at all files; whether any of them changed."""
        changed = False
        for _, follower in self.logs:
            changed |= follower.poll()
        return changed

    def note_fades(self) -> None:
        """Work out until when all that is said holds without a change of the files."""
        self.holds_until = min((fades[0][0] for fades in self.fades.values() if fades), default=inf)


class Following:
    """The analysis of all runs below some paths, kept up to date.

    It has no clock and no thread of its own: `poll` looks when it is called, at most once at a time.
    """

    def __init__(
        self, paths: Sequence[Path], options: Options = EVERYTHING, *, look_every: float = LOOK_EVERY
    ) -> None:
        """`look_every` is how many seconds are between two looks for new files at least; 0: at each poll.

        Raises UsageError where the options name a detector there is not.
        """
        self._paths = tuple(paths)
        self._options = options
        self._plugins = plugins.load(verify=options.verify)
        self._detectors = chosen_detectors(self._plugins.detectors, options)
        self._look_every = look_every
        self._next_look = -inf
        self._look: _Look = {}
        self._recognised: dict[Path, tuple[_Beginning, _Recognised]] = {}
        self._followed: dict[_Key, _Followed] = {}
        self._errors: frozenset[LogError] = frozenset()
        self._beside = SiblingReports(self._detectors)

    def first(self) -> Iterator[RunReport | LogError]:
        """Yield what `analysis.analyse` yields, each run without its siblings; then follow all runs.

        `told_by_siblings` adds what the siblings say.
        """
        yield from (LogError("plug-ins", warning) for warning in self._plugins.warnings)
        errors = self._find()
        for followed in list(self._followed.values()):
            for outcome in self._refresh(followed):
                if isinstance(outcome, LogError):
                    errors.append(outcome)
                else:
                    yield outcome
        yield from errors

    def poll(self) -> list[RunReport | LogError]:
        """Return the reports of the runs that are new or other than before, and the new errors.

        A run that is no longer there comes once more, as it was, and says so.
        """
        before = self._beside.told(self._alone())
        changed = self._changed_and_new()
        there = self.run_ids
        removed = [_removed(report) for run_id, report in before.items() if run_id not in there]
        if changed or removed:
            beside = self.told_by_siblings()
            told = {one.run.id for one in beside}
            changed = [one for one in changed if isinstance(one, LogError) or one.run.id not in told]
            changed += beside
        return changed + removed

    def _changed_and_new(self) -> list[RunReport | LogError]:
        """What the logs that are followed say anew, and what those say that are new."""
        told: dict[_Key, list[RunReport | LogError]] = {}
        now = time.time()
        for key, followed in self._followed.items():
            if followed.poll():
                told[key] = list(self._read(followed))
            elif now >= followed.holds_until:
                told[key] = list(self._expire(followed))
        failed = any(isinstance(one, LogError) for own in told.values() for one in own)
        found: list[RunReport | LogError] = []
        if failed or time.monotonic() >= self._next_look:
            known = set(self._followed)
            found += self._find()
            for key in [key for key in self._followed if key not in known]:
                found += self._refresh(self._followed[key])
        # That a file cannot be read which is no longer there says no more than that its run was removed.
        return [one for key, own in told.items() if key in self._followed for one in own] + found

    def told_by_siblings(self) -> list[RunReport]:
        """Hold the runs against their siblings again; returns the reports that say other than before."""
        return self._beside.tell(self._alone())

    def _alone(self) -> dict[str, RunReport]:
        """The reports of all runs, each of the run alone, by id."""
        return {run_id: report for one in self._followed.values() for run_id, report in one.reports.items()}

    @property
    def logs(self) -> int:
        """How many logs are followed."""
        return sum(len(followed.logs) for followed in self._followed.values())

    @property
    def run_ids(self) -> frozenset[str]:
        """The ids of the runs there are now: a run whose files were removed or renamed is not among them."""
        return frozenset(run_id for followed in self._followed.values() for run_id in followed.reports)

    def _refresh(self, followed: _Followed) -> Iterator[RunReport | LogError]:
        followed.poll()
        return self._read(followed)

    def _read(self, followed: _Followed) -> Iterator[RunReport | LogError]:
        before, followed.reports = followed.reports, {}
        errors: set[LogError] = set()
        followed.fades = {}
        for outcome in read_neighbours([(log, own.runs) for log, own in followed.logs], self._options):
            if isinstance(outcome, LogError):
                errors.add(outcome)
                continue
            known = before.get(outcome.id)
            report = known if known and says_the_same(known.run, outcome) else None
            followed.reports[outcome.id] = report or analyse_run(outcome, self._detectors)
            followed.fades[outcome.id] = outcome.fades
            if report is None:
                yield followed.reports[outcome.id]
        if errors:
            followed.reports = {**before, **followed.reports}  # what was seen is not lost with its file
        yield from errors - followed.errors
        followed.errors = frozenset(errors)
        followed.note_fades()

    def _expire(self, followed: _Followed) -> Iterator[RunReport]:
        """The reports of the runs that have been silent for so long that their status is another."""
        now = time.time()
        for run_id, fades in followed.fades.items():
            report = followed.reports[run_id]
            alive = Liveness(report.run.status, fades).at(now)
            if alive.fades != fades:
                followed.fades[run_id] = alive.fades
                followed.reports[run_id] = replace(report, run=replace(report.run, status=alive.status))
                yield followed.reports[run_id]
        followed.note_fades()

    def _find(self) -> list[RunReport | LogError]:
        """Look for logs; follow those that are new, forget those that are gone. Returns the new errors."""
        began = time.monotonic()
        look = _look_at(self._paths)
        new_errors: list[RunReport | LogError] = []
        if look != self._look or not self._followed:
            self._look = look
            found = discover(self._paths, self._plugins.parsers, self._recognise)
            before = (log for one in self._followed.values() for log, _ in one.logs)
            self._follow(called_as_before(found.logs, before))
            new_errors = [error for error in found.errors if error not in self._errors]
            self._errors = frozenset(found.errors)
            if len(self._recognised) > len(look):  # some are gone
                self._recognised = {path: self._recognised[path] for path in look if path in self._recognised}
        ended = time.monotonic()
        pause = max(self._look_every, LOOK_SHARE * (ended - began))
        self._next_look = ended + pause if self._look_every else ended
        return new_errors

    def _follow(self, logs: Sequence[FoundLog]) -> None:
        known = {_key((log,)): one for one in self._followed.values() for log, _ in one.logs}
        followed: dict[_Key, _Followed] = {}
        for together in neighbours(logs):
            key = _key(together)
            # Logs that are neighbours from now on bring along how far they were read, and what was said.
            before = [known[own] for log in together if (own := _key((log,))) in known]
            pairs = {_key((log,)): (log, follower) for one in before for log, follower in one.logs}
            reports = {run_id: report for one in before for run_id, report in one.reports.items()}
            followed[key] = self._followed.get(key) or _Followed(
                [pairs.get(_key((log,))) or _with_follower(log) for log in together], reports
            )
        self._followed = followed

    def _recognise(self, file: LogFile, parsers: Sequence[Parser]) -> _Recognised:
        """As `discovery.recognise`, but a file that begins as it did before is not asked about again."""
        at = self._look.get(file.path)
        if at is None:
            return recognise(file, parsers)
        known = self._recognised.get(file.path)
        if known is None or known[0] != at:
            known = self._recognised[file.path] = (at, recognise(file, parsers))
        return known[1]


def _removed(report: RunReport) -> RunReport:
    run = report.run
    status = Status.UNKNOWN if run.status is Status.RUNNING else run.status
    return replace(report, run=replace(run, status=status, warnings=(*run.warnings, REMOVED)))


def _key(logs: Sequence[FoundLog]) -> _Key:
    return tuple(
        (
            log.id,
            str(log.names_others),
            log.parser.name,
            *(str(path) for path in (*(file.path for file in log.group.files), *log.outputs)),
        )
        for log in logs
    )


def _with_follower(log: FoundLog) -> tuple[FoundLog, Follower]:
    light = replace(log, group=fresh_group(log.group))  # the heads of a thousand files are 64 MB
    return light, WithFilesBeside(follower_of(log.parser, light.group), log.outputs)


def _look_at(paths: Sequence[Path]) -> _Look:
    look: _Look = {}
    for root in paths:
        for file in walk(root, []):
            try:
                status = os.stat(file.path)
            except OSError:
                continue
            # Behind the head nothing changes what a file is; a file of nothing but its head may be rewritten.
            small = status.st_size < HEAD_BYTES
            look[file.path] = (
                status.st_ino,
                status.st_size if small else HEAD_BYTES,
                status.st_mtime_ns if small else 0,
            )
    return look
