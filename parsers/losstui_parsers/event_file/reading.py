"""Reads one event file into columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from losstui_parsers.event_file.columns import TagColumns
from losstui_parsers.event_file.damage import describe
from losstui_parsers.event_file.file_reader import FileReader
from losstui_parsers.event_file.learned import Learned
from losstui_parsers.event_file.source import Source
from losstui_parsers.event_file.wire import Setting
from losstui_parsers.large_arrays import give_back, keep_freed

_MUCH = 1 << 23  # bytes of a file whose reading leaves enough memory unused to ask for it


@dataclass(slots=True)
class EventLog:
    """What one event file holds. `damages` are one line each, without the file's name."""

    columns: dict[str, TagColumns] = field(default_factory=dict[str, TagColumns])
    settings: list[Setting] = field(default_factory=list[Setting])
    damages: list[str] = field(default_factory=list[str])
    records: int = 0


def read_event_file(path: Path, learned: Learned, *, verify: bool) -> EventLog:
    """Read all scalars of the file, with what other files have taught, and teach `learned` more.

    The checksums of all headers are checked, and those of all records with scalars, many at once; with
    `verify` and behind damage that of each record, pictures and histograms too, which are stepped over
    otherwise. Raises OSError where it cannot be read.
    """
    learned.forget_excess()
    with Source(path) as source:
        if source.size >= _MUCH:
            keep_freed()
        reader = FileReader(source, learned, verify=verify)
        reader.read()
        much = source.size >= _MUCH
        if much:
            give_back()  # before the columns are copied: that is when most memory is taken
        columns = reader.gathered.join(learned.shapes.tags)
    if much:
        give_back()
    return EventLog(columns, reader.settings, describe(reader.damages), reader.mark.records)
