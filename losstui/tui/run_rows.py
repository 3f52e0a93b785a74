"""The list of runs as lines: folders, the runs in them, and the logs that could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from losstui.findings import Severity
from losstui.tui.summary import Summary

if TYPE_CHECKING:
    from losstui.tui.catalogue import Folder

PENDING = "pending"  # the status of a run that has not been read yet
GONE = "removed"  # that of a run of which no file is left
DEAD: Final = "dead"  # that of a run that died, by the word: with `losstui.run` numpy would come
ERRORS_FOLDER = "\0errors"  # no run id can be this
SEVERITIES = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)  # the worst first

Counts = tuple[int, int, int]  # of each of SEVERITIES
Mark = Severity | Literal["dead"] | None  # how bad a run is at a glance; None where nothing was found


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run as the list shows it: how many findings it has, the worst's name, how its state is called."""

    run_id: str
    counts: Counts
    spark: str
    status: str = "unknown"
    summary: Summary = field(default_factory=Summary)
    worst: str = ""
    death: str = ""  # the kind of it, where the run is dead and that is known
    letter: str = ""  # of a run that is drawn with others
    slot: int = 0  # the number of its colour
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A folder of runs as the list shows it; `name` is its path below the folder it is in.

    `counts` are of its runs by the worst that was found in each, but for the `dead`, in which there is
    nothing but notes.
    """

    path: str
    name: str
    runs: int
    counts: Counts
    running: int
    is_open: bool
    dead: int = 0


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """A log that could not be read; `name` is its path below what is looked at."""

    path: str
    reason: str
    name: str = ""


Entry = RunEntry | FolderEntry | ErrorEntry


class Line(NamedTuple):
    """One line: what it shows, in how many folders it is, and the name of the run without those."""

    entry: Entry
    depth: int
    name: str = ""


def runs_below(entry: Entry, run_ids: Sequence[str]) -> list[str]:
    """Of those ids the one of the run, or those of all runs in the folder."""
    if isinstance(entry, RunEntry):
        return [one for one in run_ids if one == entry.run_id]
    return [one for one in run_ids if one.startswith(f"{entry.path}/")]


def worst_of(counts: Counts) -> Severity | None:
    """The worst severity that occurs, None if none does."""
    return next((severity for severity, count in zip(SEVERITIES, counts, strict=True) if count), None)


def mark_of(worst: Severity | None, status: str) -> Mark:
    """The worst that was found in a run; that it died, where there is nothing but notes."""
    return DEAD if status == DEAD and worst in (Severity.INFO, None) else worst


def lines(
    folder: Folder, entries: Mapping[str, RunEntry], errors: Sequence[ErrorEntry], closed: Collection[str]
) -> list[Line]:
    """All lines from top to bottom; what is in the folders of `closed` is left out."""
    shown = _lines(folder, entries, closed, 0)
    if errors:
        is_open = ERRORS_FOLDER not in closed
        shown.append(Line(FolderEntry(ERRORS_FOLDER, "unreadable", len(errors), (0, 0, 0), 0, is_open), 0))
        shown.extend(Line(error, 1) for error in errors if is_open)
    return shown


def _lines(
    folder: Folder, entries: Mapping[str, RunEntry], closed: Collection[str], depth: int
) -> list[Line]:
    shown: list[Line] = []
    for inner in folder.folders:
        below = [entries[run_id] for run_id in inner.all_runs()]
        is_open = inner.path not in closed
        running = sum(entry.status == "running" for entry in below)
        name = inner.path[folder.prefix :]
        marks = Counter(mark_of(worst_of(entry.counts), entry.status) for entry in below)
        counts = marks[SEVERITIES[0]], marks[SEVERITIES[1]], marks[SEVERITIES[2]]
        entry = FolderEntry(inner.path, name, len(below), counts, running, is_open, marks[DEAD])
        shown.append(Line(entry, depth))
        if is_open:
            shown += _lines(inner, entries, closed, depth + 1)
    prefix = folder.prefix
    shown.extend(Line(entries[run_id], depth, run_id[prefix:] or "(no name)") for run_id in folder.runs)
    return shown
