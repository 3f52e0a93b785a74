"""Stable-Baselines3's `monitor.csv`: a row an episode, a file an environment."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np

from losstui.errors import UnreadableLog
from losstui.frame import FrameBuilder
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.columns import is_missing, number
from losstui_parsers.json_text import NotJson, as_object, load
from losstui_parsers.plain_text import read_text, shown, why_no_data
from losstui_parsers.step_axis import LARGEST_STEP

_HEAD = re.compile(rb'#\s*\{[^\r\n]*"t_start"')
_ENDING = "monitor.csv"
_OF_ONE_ENVIRONMENT = re.compile(r"\d+\.monitor\.csv")
_REWARD, _LENGTH, _ELAPSED = "r", "l", "t"


class Monitor:
    """Stable-Baselines3 episodes (`*.monitor.csv`), the environments of one folder merged by time.

    A step is one of any environment: the lengths of the episodes added up. A run begun again below an old
    header has no wall times from there on: when that was, is not in the file.
    """

    name: ClassVar[str] = "sb3-monitor"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the first line is a monitor's, or that the name is, of a file without content."""
        if _HEAD.match(file.head):
            return "a first line with t_start"
        return "its name" if file.path.name.endswith(_ENDING) and why_no_data(file) else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The numbered files of one folder are the environments of one run."""
        groups: dict[Path, list[LogFile]] = {}
        for file in files:
            numbered = _OF_ONE_ENVIRONMENT.fullmatch(file.path.name)
            groups.setdefault(file.path.parent if numbered else file.path, []).append(file)
        return [FileGroup(label, tuple(members)) for label, members in groups.items()]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the episodes of all environments; a step is one of any of them."""
        episodes = _Episodes()
        failures: list[tuple[str, str]] = []
        for file in group.files:
            try:
                _read(file, episodes)
            except UnreadableLog as error:
                failures.append((error.path, error.reason))
        if not episodes.lengths:
            nothing = (str(group.files[0].path), "a header and no episode")
            raise UnreadableLog(*(failures[0] if failures else nothing))
        warnings = [f"{Path(path).name}: {reason}" for path, reason in failures]
        return [_run(episodes, [*warnings, *episodes.warnings], merged=len(group.files) > 1)]


@dataclass(slots=True)
class _Episodes:
    """The episodes of all files, one after the other; `columns` holds (episode, value) by name."""

    lengths: list[float] = field(default_factory=list[float])
    ends: list[float] = field(default_factory=list[float])  # s, in the order of which files are merged
    walls: list[float] = field(default_factory=list[float])
    columns: dict[str, list[tuple[int, float]]] = field(default_factory=dict[str, list[tuple[int, float]]])
    warnings: list[str] = field(default_factory=list[str])


class _Clock:
    """When an episode ended: the start in the header and the seconds since then.

    A run that was started again goes on in the same file, below the old header, and counts its
    seconds anew: when that was is not in the file.
    """

    def __init__(self) -> None:
        self._start = float("nan")
        self._base = 0.0
        self._last = 0.0
        self._known = True

    def start(self, line: str) -> None:
        """Take the moment in a header line."""
        try:
            moment = (as_object(load(line.lstrip("# "))) or {}).get("t_start")
        except NotJson:
            moment = None
        self._start = float(moment) if isinstance(moment, (int, float)) else float("nan")
        self._base, self._last, self._known = 0.0, 0.0, True

    def read(self, elapsed: float) -> tuple[float, float]:
        """The end of an episode for the order, and as wall time, NaN where that is not known."""
        if elapsed < self._last:
            self._base += self._last
            self._known = False
        self._last = elapsed
        end = (0.0 if np.isnan(self._start) else self._start) + self._base + elapsed
        return end, self._start + elapsed if self._known else float("nan")


def _read(file: LogFile, episodes: _Episodes) -> None:
    """Add the episodes of one file. A last line without an end is still being written and left out."""
    nothing = why_no_data(file)
    if nothing:
        raise UnreadableLog(str(file.path), nothing)
    clock = _Clock()
    names: list[str] = []
    bad: list[tuple[int, str]] = []
    for line, text in enumerate(read_text(file.path).split("\n")[:-1], 1):
        if text.startswith("#"):
            clock.start(text)
            continue
        cells = _cells(text.rstrip("\r"))
        if {_REWARD, _LENGTH} <= set(cells):
            names = cells
        elif any(cells) and not _add(
            episodes, dict(zip(names, cells, strict=False)), len(cells) == len(names), clock
        ):
            bad.append((line, text))
    if bad:
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        line, text = bad[0]
        episodes.warnings.append(
            f"{file.path.name}: line {line} is no episode: {shown(text)}; left out{more}"
        )


def _cells(text: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([text]), list[str]())]
    except csv.Error:  # longer than any cell
        return text.split(",")


def _add(episodes: _Episodes, cells: dict[str, str], whole: bool, clock: _Clock) -> bool:
    """Add one episode; False where the row is none."""
    length, elapsed = number(cells.get(_LENGTH, "")), number(cells.get(_ELAPSED, ""))
    if not whole or length is None or not 0 <= length < LARGEST_STEP or number(cells[_REWARD]) is None:
        return False
    end, wall = clock.read(elapsed) if elapsed is not None else (float("nan"), float("nan"))
    episode = len(episodes.lengths)
    episodes.lengths.append(length)
    episodes.ends.append(end)
    episodes.walls.append(wall)
    for name, cell in cells.items():
        value = None if is_missing(cell) else number(cell)
        if value is not None and name != _ELAPSED:
            episodes.columns.setdefault(name, []).append((episode, value))
    return True


def _run(episodes: _Episodes, warnings: Sequence[str], *, merged: bool) -> LoggedRun:
    lengths = np.array(episodes.lengths, np.float64)
    ends, walls = np.array(episodes.ends, np.float64), np.array(episodes.walls, np.float64)
    order = np.argsort(ends, kind="stable") if merged else np.arange(len(lengths))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    steps = np.minimum(np.cumsum(lengths[order]), LARGEST_STEP).astype(np.int64)
    builder = FrameBuilder()
    for name, points in episodes.columns.items():
        places = np.array([episode for episode, _ in points], np.int64)
        values = np.array([value for _, value in points], np.float64)
        own = np.argsort(rank[places], kind="stable")
        at = rank[places[own]]
        builder.add(name, steps[at], values[own], wall_times=walls[order][at], positions=at)
    return LoggedRun(builder.build(), warnings=tuple(warnings))
