"""Follows one event file: what was read stays, only what was appended is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from losstui.tailing import HEAD_BYTES, Change, Tail
from losstui_parsers.event_file.appended import AppendedReader
from losstui_parsers.event_file.columns import TagColumns
from losstui_parsers.event_file.damage import Damage, describe
from losstui_parsers.event_file.file_reader import FileReader, Mark
from losstui_parsers.event_file.growing import GrowingColumns, no_columns
from losstui_parsers.event_file.learned import Learned
from losstui_parsers.event_file.reading import EventLog
from losstui_parsers.event_file.source import Source
from losstui_parsers.event_file.wire import Setting

_FEW_BYTES = 8192  # some hundred and fifty scalars: from here on the bulk ways are quicker


class FollowedFile:
    """One event file and what it holds so far."""

    def __init__(self, path: Path, learned: Learned, *, verify: bool = False) -> None:
        self._path = path
        self._learned = learned
        self._verify = verify
        self._begin()

    def poll(self) -> bool:
        """Take in what became of the file; whether anything did.

        Raises OSError where it cannot be read; the next call then tries again.
        """
        change = self._tail.poll()
        if change is Change.NOTHING:
            return False
        try:
            self._take_in(change)
        except OSError:
            self._begin()
            raise
        return True

    def _take_in(self, change: Change) -> None:
        if change is Change.VANISHED:
            self._forget()
        elif change is Change.REWRITTEN:
            self._read_anew()
        elif not self._read_few():
            self._read_behind_mark()

    def log(self) -> EventLog:
        """Return what the file holds; its columns stay as they are while the file grows."""
        columns = {tag: growing.columns() for tag, growing in self._tags.items()}
        damages = describe([*self._damages, *self._doubtful])
        return EventLog(columns, list(self._settings), damages, self._mark.records)

    def _begin(self) -> None:
        """Forget all that was read."""
        self._tail = Tail(self._path)
        self._forget()

    def _forget(self) -> None:
        self._mark = Mark()
        self._few = AppendedReader(self._mark.parser)
        self._tags: dict[str, GrowingColumns] = {}
        self._settings: list[Setting] = []
        self._damages: list[Damage] = []
        self._doubtful: list[Damage] = []  # at the end: the next bytes may show what they are
        self._falls = False

    def _read_anew(self) -> None:
        self._forget()
        self._tail.read(HEAD_BYTES)  # before all else, to know it again
        reader = self._read_source()
        self._take(reader.gathered.join(self._learned.shapes.tags))

    def _read_few(self) -> bool:
        """Read a short addition; False where it is none, or not as it should be."""
        if self._verify or self._doubtful or self._tail.size - self._mark.at > _FEW_BYTES:
            return False
        found = self._few.read(self._tail.read(), self._mark.records)
        if found is None:
            return False
        for tag, step, value, wall_time, record in found.rows:
            growing = self._growing(tag)
            if not self._falls and growing.last_step is not None and step < growing.last_step:
                self._read_anew()
                return True
            growing.add(step, value, wall_time, record)
        self._settings += found.settings
        self._tail.take(found.size)
        self._mark.at += found.size
        self._mark.records += found.records
        return True

    def _read_behind_mark(self) -> None:
        reader = self._read_source()
        added = reader.gathered.join(self._learned.shapes.tags, with_positions=True)
        if not self._falls and any(self._falls_with(tag, columns) for tag, columns in added.items()):
            self._read_anew()
            return
        for tag, columns in added.items():
            self._growing(tag).append(columns)

    def _read_source(self) -> FileReader:
        """Read the file from the mark on; moves the mark."""
        self._learned.forget_excess()
        with Source(self._path) as source:
            reader = FileReader(source, self._learned, self._mark, verify=self._verify)
            reader.read()
        self._settings += reader.settings
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

    def _falls_with(self, tag: str, added: TagColumns) -> bool:
        """Whether the tag then goes back in step, so that the order among all tags has to be known."""
        last = self._growing(tag).last_step
        return bool(np.any(np.diff(added.steps) < 0)) or (last is not None and added.steps[0] < last)
