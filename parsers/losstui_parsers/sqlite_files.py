"""Opening an SQLite database without leaving a trace beside it."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile

if TYPE_CHECKING:
    import sqlite3

MAGIC = b"SQLite format 3\0"
_READ_VERSION = 19  # byte of the header that is 2 where the database has a write-ahead log
_WITH_LOG = 2  # the read version of a database with a write-ahead log
_LARGEST_COPY = 4 << 30  # bytes
_LONGEST_MESSAGE = 100  # characters


def is_sqlite(file: LogFile) -> bool:
    """Whether a file begins as an SQLite database does."""
    return file.head.startswith(MAGIC)


def columns_of(file: LogFile, table: str) -> frozenset[str]:
    """The columns of a table; none where the file is no database, is damaged, or has no such table.

    Only the pages of the schema are read: they need not be the first of the file.
    """
    import sqlite3

    if not is_sqlite(file):
        return frozenset()
    try:
        with closing(sqlite3.connect(_unchanging(file.path), uri=True)) as connection:
            found = _columns(connection, table)
            empty = not found and not connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchall()
        if empty and _log_of(file) is not None:  # a new database: all of it is still in the log
            with open_read_only(file) as connection:
                found = _columns(connection, table)
    except (sqlite3.Error, UnicodeDecodeError, UnreadableLog):  # a damaged message is no text either
        return frozenset()
    return found


def _columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return frozenset(str(name) for (name,) in rows)


@contextmanager
def open_read_only(file: LogFile) -> Generator[sqlite3.Connection, None, None]:
    """A connection that reads only. Raises UnreadableLog for all that goes wrong while it is open.

    A database with a write-ahead log would be given an index file beside it by any reader: where the
    log is empty the file is taken for unchanging, else both are copied away and read there.
    """
    import sqlite3
    from tempfile import TemporaryDirectory

    if not is_sqlite(file):
        raise UnreadableLog(str(file.path), "no SQLite database: its first bytes are damaged")
    try:
        with (
            TemporaryDirectory(prefix="losstui-") as folder,
            closing(sqlite3.connect(_address(file, Path(folder)), uri=True)) as connection,
        ):
            connection.text_factory = _text
            yield connection
    except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
        raise UnreadableLog(str(file.path), _said(error)) from error


def rows_of(connection: sqlite3.Connection, query: str, damages: list[str]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a query up to the first that cannot be read; `damages` gets why."""
    import sqlite3

    try:
        yield from connection.execute(query)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        damages.append(_said(error))


def _said(error: Exception) -> str:
    """What SQLite says, in one short line: of a damaged database it quotes the damage."""
    text = "damaged" if isinstance(error, UnicodeDecodeError) else str(error)
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"SQLite: {line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + '…'}"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")


def _read_only(path: Path) -> str:
    return f"file:{quote(os.fsencode(path))}?mode=ro"


def _unchanging(path: Path) -> str:
    return f"{_read_only(path)}&immutable=1"


def _log_of(file: LogFile) -> Path | None:
    """The write-ahead log of a database where there is something in it."""
    log = file.path.with_name(file.path.name + "-wal")
    with_log = file.head[_READ_VERSION : _READ_VERSION + 1] == bytes((_WITH_LOG,))
    try:
        return log if with_log and log.stat().st_size else None
    except OSError:
        return None


def _address(file: LogFile, folder: Path) -> str:
    """The URI to open; of a database that is being written, that of a copy in `folder`."""
    import shutil

    if file.head[_READ_VERSION : _READ_VERSION + 1] != bytes((_WITH_LOG,)):
        return _read_only(file.path)
    log = _log_of(file)
    if log is None:
        return _unchanging(file.path)
    if file.path.stat().st_size + log.stat().st_size > _LARGEST_COPY:
        raise OSError("too large to copy while it is written; close the program that writes it")
    shutil.copyfile(file.path, folder / "copy.db")
    shutil.copyfile(log, folder / "copy.db-wal")
    return _read_only(folder / "copy.db")
