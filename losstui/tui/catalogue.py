"""What has been read so far: the runs in order, their folders, and the findings of all of them ranked."""

from __future__ import annotations

import re
from bisect import insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING

from losstui.errors import REMOVED
from losstui.findings import Finding, Severity
from losstui.tags import NaturalOrder, run_order
from losstui.tui.filtering import Ranking, rank_of, run_filter
from losstui.tui.naming import Names
from losstui.tui.reading import ReadRun, Unreadable
from losstui.tui.run_rows import DEAD, Mark, mark_of

if TYPE_CHECKING:
    from losstui.run import Run


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is: the id of its run and its index in the run's findings, 0 where a death is all."""

    run_id: str
    index: int


@dataclass(slots=True)
class Folder:
    """A folder of runs: the folders in it, and the ids of the runs right in it, all in order.

    A folder that holds but one thing is not worth a line: it is shown as a part of that thing's name.
    """

    path: str = ""
    folders: list[Folder] = field(default_factory=list["Folder"])
    runs: list[str] = field(default_factory=list[str])

    @property
    def prefix(self) -> int:
        """How many characters the ids in this folder begin with that need not be said again."""
        return len(self.path) + 1 if self.path else 0

    def all_runs(self) -> Iterator[str]:
        """The ids of all runs below, in the order they are shown."""
        for folder in self.folders:
            yield from folder.all_runs()
        yield from self.runs


def folders(run_ids: Sequence[str]) -> Folder:
    """The tree of `run_ids`, already in order; folders come before the runs beside them."""
    order = {run_id: position for position, run_id in enumerate(run_ids)}
    root = Folder()
    by_path = {"": root}
    for run_id in run_ids:
        folder = by_path.get(run_id[: max(0, run_id.rfind("/"))])  # often that of the run before
        if folder is None:
            path = ""
            for slash in re.finditer("(?<=.)/", run_id):
                inner = run_id[: slash.start()]
                if inner not in by_path:
                    by_path[inner] = Folder(inner)
                    by_path[path].folders.append(by_path[inner])
                path = inner
            folder = by_path[path]
        folder.runs.append(run_id)
    return _without_single_steps(root, order)


def _without_single_steps(folder: Folder, order: Mapping[str, int]) -> Folder:
    shorter = Folder(folder.path)
    lifted: list[str] = []
    for inner in (_without_single_steps(one, order) for one in folder.folders):
        if len(inner.folders) + len(inner.runs) > 1:
            shorter.folders.append(inner)
        else:
            shorter.folders.extend(inner.folders)
            lifted.extend(inner.runs)
    shorter.runs = sorted(lifted + folder.runs, key=order.__getitem__)
    return shorter


class Catalogue:
    """The runs read so far, by id, and the logs that could not be read."""

    def __init__(self) -> None:
        self._runs: dict[str, ReadRun] = {}
        self._order: list[tuple[NaturalOrder, str]] = []
        self.errors: list[Unreadable] = []
        self.makeup = 0  # another number whenever a run came, went or was found to log something else
        self._marks: Counter[Mark] = Counter()
        self._asked: tuple[str, Ranking, int] | None = None
        self._names: tuple[int, Names] = (self.makeup, Names(()))
        self._folder = Folder()
        self._run_ids: list[str] = []

    def __len__(self) -> int:
        return len(self._runs)

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._runs

    def __iter__(self) -> Iterator[str]:
        return iter(self._runs)

    def __getitem__(self, run_id: str) -> ReadRun:
        return self._runs[run_id]

    @property
    def names(self) -> Names:
        """What the runs are called where there is little room."""
        if self._names[0] != self.makeup:
            self._names = (self.makeup, Names(list(self._runs)))
        return self._names[1]

    def add(self, read: ReadRun | Unreadable) -> None:
        """Take in one more. Two runs of the same id are told apart by a number.

        One that was read early gives way to the run itself.
        """
        if isinstance(read, Unreadable):
            if read not in self.errors:
                self.errors.append(read)
            return
        if self.is_early(read.report.run.id):
            self.replace(read)
            return
        run_id, again = read.report.run.id, 2
        while run_id in self._runs:
            run_id = f"{read.report.run.id} ({again})"
            again += 1
        self._runs[run_id] = read
        self._forget_errors(read.report.run)
        self._marks[_mark_of(read)] += 1
        insort(self._order, (run_order(run_id), run_id))
        self.makeup += 1

    def replace(self, read: ReadRun) -> None:
        """Take in what is new of a run that is there."""
        run = read.report.run
        before = self._runs[run.id]
        self._marks[_mark_of(before)] -= 1
        self._marks[_mark_of(read)] += 1
        self._runs[run.id] = read
        self._forget_errors(run)
        self._asked = None
        self.makeup += _logged(before.report.run) != _logged(run)

    def _forget_errors(self, run: Run) -> None:
        """Forget why the logs of a run, or the folders above, could not be read before: many begin empty."""
        if self.errors and REMOVED not in run.warnings:
            paths = {str(path) for source in run.sources for path in (Path(source), *Path(source).parents)}
            self.errors = [error for error in self.errors if error.path not in paths]

    def is_early(self, run_id: str) -> bool:
        """Whether that run was read early, and has not come again."""
        return run_id in self._runs and self._runs[run_id].early

    def drop_early(self) -> list[str]:
        """Forget the runs that were read early and have not come again; returns their ids."""
        dropped = [run_id for run_id in self._runs if self.is_early(run_id)]
        for run_id in dropped:
            self._marks[_mark_of(self._runs.pop(run_id))] -= 1
        if dropped:
            self._order = [one for one in self._order if one[1] in self._runs]
            self._asked = None
            self.makeup += 1
        return dropped

    def run_ids(self, pattern: str = "", ranking: Ranking = Ranking.NAME) -> list[str]:
        """The ids of the runs that fit, in the order they are shown; by name, folders come first."""
        self._answer(pattern, ranking)
        return self._run_ids

    def folder(self, pattern: str = "", ranking: Ranking = Ranking.NAME) -> Folder:
        """The same runs in their folders; ordered otherwise than by name, all in one."""
        self._answer(pattern, ranking)
        return self._folder

    def folder_with(self, waiting: Sequence[str]) -> Folder:
        """All runs and those of the ids in `waiting`, none of which is there yet, in their folders."""
        order = merge(self._order, sorted((run_order(run_id), run_id) for run_id in waiting))
        return folders([run_id for _, run_id in order])

    def _answer(self, pattern: str, ranking: Ranking) -> None:
        asked = (pattern, ranking, len(self._runs))
        if asked == self._asked:
            return
        fits = run_filter(pattern)
        run_ids = [run_id for _, run_id in self._order if fits(run_id, self._runs[run_id])]
        if ranking is Ranking.NAME:
            self._folder = folders(run_ids)
        else:
            ranked = sorted(run_ids, key=lambda run_id: rank_of(self._runs[run_id], ranking))
            self._folder = Folder(runs=ranked)
        self._asked, self._run_ids = asked, list(self._folder.all_runs())

    def findings(self, run_id: str) -> tuple[Finding, ...]:
        """The findings of a run, worst first."""
        return self._runs[run_id].report.findings

    def ranked(self, run_ids: Sequence[str]) -> list[Place]:
        """The findings of those runs: the worst severity first, within it run by run; deaths before notes."""
        died = {run_id for run_id in run_ids if _mark_of(self._runs[run_id]) == DEAD}
        places = [
            Place(run_id, index)
            for run_id in run_ids
            for index in range(max(len(self.findings(run_id)), run_id in died))
        ]
        return sorted(places, key=lambda place: self._urgency(place, place.run_id in died))

    def _urgency(self, place: Place, died: bool) -> tuple[int, bool]:
        if died and place.index == 0:
            return -Severity.INFO.rank, False
        return -self.findings(place.run_id)[place.index].severity.rank, True

    def counts(self, run_id: str) -> Counter[Severity]:
        """How many findings of each severity a run has."""
        return Counter(one.severity for one in self.findings(run_id))

    def marks_among(self, run_ids: Sequence[str]) -> Counter[Mark]:
        """How many of those runs have each mark."""
        if len(run_ids) == len(self._runs):
            return +self._marks
        return Counter(_mark_of(self._runs[run_id]) for run_id in run_ids)


def _logged(run: Run) -> tuple[Mapping[str, object], list[str]]:
    """The settings and the tags of a run, which tell its configuration."""
    return run.hyperparameters, list(run.frame)


def _mark_of(read: ReadRun) -> Mark:
    findings = read.report.findings
    return mark_of(findings[0].severity if findings else None, read.state)


def neighbour(ranked: Sequence[Place], current: Place | None, direction: int) -> Place | None:
    """The finding after (1) or before (-1) `current` in `ranked`, round and round; None if there is none.

    Where `current` is not among them, it is the first (1) or last (-1) of all.
    """
    if not ranked:
        return None
    if current in ranked:
        return ranked[(ranked.index(current) + direction) % len(ranked)]
    return ranked[0 if direction > 0 else -1]
