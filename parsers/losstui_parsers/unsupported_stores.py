"""Stores of other trackers: recognised but not read, so that the message can say how to export them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun


@dataclass(frozen=True, slots=True)
class _Store:
    """One tracker: its folder's name, or the names by which one of its files is known, and the way out."""

    folder: str
    why: str
    export: str
    file_name: str = ""
    zip_members: tuple[bytes, ...] = ()


_STORES: Final = (
    _Store(
        ".aim",
        "an Aim repository",
        "an Aim repository is not read: after 'aim storage reindex', in its folder, Python exports it with "
        "pandas.concat(m.dataframe().assign(run=m.run.hash, "
        "tag='/'.join((*m.context.to_dict().values(), m.name))) "
        "for m in aim.Repo('.').query_metrics('')).to_csv('aim.csv')",
        file_name="run_metadata.sqlite",
    ),
    _Store(
        ".cometml-runs",
        "a Comet offline experiment",
        "a Comet offline experiment is not read: 'comet offline --level detail --section metric "
        "--output comet.csv EXPERIMENT.zip' exports its values without their steps, "
        "'comet upload EXPERIMENT.zip' sends all of it to Comet",
        zip_members=(b"experiment.json", b"messages.json"),
    ),
    _Store(
        ".neptune",
        "a Neptune run",
        "a Neptune run is not read: 'neptune sync' sends it to a Neptune server, of which the public ones "
        "closed in March 2026; let the trainer log to a file too",
    ),
)
_FOLDERS = frozenset(store.folder for store in _STORES)
_ZIP = b"PK\x03\x04"


class UnsupportedStore:
    """Aim, Comet offline and Neptune: recognised, not read; the message says how to export.

    - Aim keeps a RocksDB: export with `aim storage reindex` and Python's `aim.Repo('.').query_metrics('')`.
    - Comet: `comet offline --level detail --section metric --output comet.csv EXPERIMENT.zip`, without steps.
    - Neptune: `neptune sync` sends a run to a server; let the trainer log to a file too.
    """

    name: ClassVar[str] = "unsupported-store"

    def recognise(self, file: LogFile) -> str | None:
        """Say which tracker's store the file is in."""
        store = _store_of(file)
        return store.why if store is not None else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The files of one store together, so that it is told of once."""
        groups: dict[Path, list[LogFile]] = {}
        for file in files:
            groups.setdefault(_folder(file.path) or file.path, []).append(file)
        return [FileGroup(label, tuple(members)) for label, members in groups.items()]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Say how to get the metrics out; there is no other outcome."""
        store = _store_of(group.files[0]) or _STORES[0]
        raise UnreadableLog(str(group.label), store.export)


def _folder(path: Path) -> Path | None:
    if _FOLDERS.isdisjoint(path.parts):  # as in almost all files that are looked at
        return None
    return next((parent for parent in path.parents if parent.name in _FOLDERS), None)


def _store_of(file: LogFile) -> _Store | None:
    folder = _folder(file.path)
    for store in _STORES:
        if folder is not None and folder.name == store.folder:
            return store
        if store.file_name and file.path.name == store.file_name and file.head.startswith(b"SQLite format 3"):
            return store
        if file.head.startswith(_ZIP) and any(member in file.head for member in store.zip_members):
            return store
    return None
