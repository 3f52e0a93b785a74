"""Follows one event file: what was read stays, only what was appended is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from losstui.frame import FloatArray, IntArray
from losstui.tailing import Change, Tail
from losstui_parsers.event_file.appended import Appended, AppendedReader
from losstui_parsers.event_file.columns import TagColumns, join_parts
from losstui_parsers.event_file.damage import Damage, describe
from losstui_parsers.event_file.growing import GrowingColumns, no_columns
from losstui_parsers.event_file.reading import EventLog, FileReader, Learned, Mark
from losstui_parsers.event_file.source import PADDING, Source

_FEW_BYTES = 16_384  # some three hundred scalars: from here on the bulk ways are quicker
_Four = tuple[Sequence[int], Sequence[float], Sequence[float], Sequence[int]]


class FollowedFile:
    """One event file and what it holds so far."""

    def __init__(self, path: Path, learned: Learned, *, verify: bool = False) -> None:
        self._path = path
        self._learned = learned
        self._verify = verify
        self._tail = Tail(path)
        self._begin()

    def poll(self) -> bool:
        """Take in what became of the file; whether anything did. Raises OSError where it cannot be read."""
        change = self._tail.poll()
        if change is Change.NOTHING:
            return False
        if change is Change.VANISHED:
            self._begin()
        elif change is Change.REWRITTEN:
            self._read_anew()
        elif not self._read_few():
            self._read_behind_mark()
        return True

    def log(self) -> EventLog:
        """Return what the file holds; its columns stay as they are while the file grows."""
        columns = {tag: growing.columns() for tag, growing in self._tags.items()}
        damages = describe([*self._damages, *self._doubtful])
        return EventLog(columns, list(self._hparams), damages, self._mark.records)

    def _begin(self) -> None:
        self._mark = Mark()
        self._few = AppendedReader(self._mark.parser)
        self._tags: dict[str, GrowingColumns] = {}
        self._hparams: list[bytes] = []
        self._damages: list[Damage] = []
        self._doubtful: list[Damage] = []  # at the end: the next bytes may show what they are
        self._falls = False

    def _read_anew(self) -> None:
        self._begin()
        reader = self._read_source()
        self._take(join_parts(reader.parts, self._learned.shapes.tags))

    def _read_few(self) -> bool:
        """Read a short addition; False where it is none, or not as it should be."""
        if self._verify or self._doubtful or self._tail.size - self._mark.at > _FEW_BYTES:
            return False
        found = self._few.read(self._tail.read(), self._mark.records)
        if found is None:
            return False
        additions = _by_tag(found)
        if not self._falls and any(self._fall(tag, own[0]) for tag, own in additions.items()):
            self._read_anew()
            return True
        for tag, own in additions.items():
            self._growing(tag).append(*own)
        self._hparams += found.hparams
        self._tail.take(found.size)
        self._mark.at += found.size
        self._mark.records += found.records
        return True

    def _read_behind_mark(self) -> None:
        reader = self._read_source()
        added = join_parts(reader.parts, self._learned.shapes.tags, with_positions=True)
        if not self._falls and any(self._fall(tag, columns.steps) for tag, columns in added.items()):
            self._read_anew()
            return
        for tag, columns in added.items():
            positions = columns.positions if columns.positions is not None else ()
            self._growing(tag).append(columns.steps, columns.values, columns.wall_times, positions)

    def _read_source(self) -> FileReader:
        """Read the file from the mark on; moves the mark."""
        self._learned.forget_excess()
        with Source(self._path, start=self._mark.at) as source:
            reader = FileReader(source, self._learned, self._mark, verify=self._verify)
            reader.read_parts()
        self._hparams += reader.hparams
        self._damages += [damage for damage in reader.damages if damage.at < self._mark.at]
        self._doubtful = [damage for damage in reader.damages if damage.at >= self._mark.at]
        self._tail.skip_to(self._mark.at)
        return reader

    def _take(self, columns: dict[str, TagColumns]) -> None:
        self._tags = {tag: GrowingColumns(own) for tag, own in columns.items()}
        self._falls = any(own.positions is not None for own in columns.values())

    def _growing(self, tag: str) -> GrowingColumns:
        if tag not in self._tags:
            self._tags[tag] = GrowingColumns(no_columns(with_positions=self._falls))
        return self._tags[tag]

    def _fall(self, tag: str, steps: Sequence[int] | IntArray) -> bool:
        """Whether the tag goes back in step, so that the order among all tags has to be known."""
        known = self._tags.get(tag)
        inner = bool(np.any(np.diff(steps) < 0)) if len(steps) > 1 else False
        return inner or (known is not None and steps[0] < known.last_step)


def _by_tag(found: Appended) -> dict[str, _Four]:
    by_tag: dict[str, tuple[list[int], list[float], list[float], list[int]]] = {}
    for tag, step, value, wall_time, record in found.rows:
        own = by_tag.setdefault(tag, ([], [], [], []))
        own[0].append(step)
        own[1].append(value)
        own[2].append(wall_time)
        own[3].append(record)
    return dict(by_tag)
