"""What a log reader is: the contract between the program and the package `losstui_parsers`."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol, runtime_checkable

from losstui.compression import LONGEST_MAGIC, bare_name, can_decompress, decompressed, is_compressed
from losstui.errors import UnreadableLog, reason_of
from losstui.frame import Frame
from losstui.run import StepUnit

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
LFS_REASON = "a Git LFS pointer, not the log itself; 'git lfs pull' fetches it"
HEAD_BYTES = 65_536  # enough for the widest header seen, small enough for a cold network file
_BUFFER_BYTES = 1 << 16  # read at once, as many as the head has


class LogFile:
    """A file that may be a training log: its path, and its first bytes, read once when first needed."""

    def __init__(self, path: Path, until: int | None = None, folder: Path | None = None) -> None:
        """With `until` the file ends there for who reads it: what comes behind is still being written.

        `folder` is the one of `path`, where it is known: a path takes long to make and to hash.
        """
        self.path = path
        if folder is not None:
            self.folder = folder
        self._until = until
        self.damage = ""  # why the bytes read so far are not all, where compressed data is broken

    def __repr__(self) -> str:
        return f"LogFile({str(self.path)!r})"

    @cached_property
    def head(self) -> bytes:
        """The first `HEAD_BYTES` bytes, decompressed where that can be done.

        Raises UnreadableLog where the file cannot be opened.
        """
        if not can_decompress(self.head_as_stored):
            return self.head_as_stored
        try:
            with self.open() as stream:
                return stream.read(HEAD_BYTES)
        except OSError as error:
            raise UnreadableLog(str(self.path), reason_of(error)) from error

    @cached_property
    def head_as_stored(self) -> bytes:
        """The first `HEAD_BYTES` bytes, compressed where the file is. Raises as `head` does."""
        try:
            with self.path.open("rb") as stream:
                return stream.read(HEAD_BYTES if self._until is None else min(HEAD_BYTES, self._until))
        except OSError as error:
            raise UnreadableLog(str(self.path), reason_of(error)) from error

    @cached_property
    def folder(self) -> Path:
        """The folder that the file is in."""
        return self.path.parent

    @property
    def name(self) -> str:
        """The name of the file, without the ending that says that it is compressed."""
        return bare_name(self.path)

    def open(self) -> BinaryIO:
        """Open the file for reading its bytes from the start; a compressed one gives those it was made of.

        Raises OSError, now or on reading. What is broken in compressed data ends the bytes and is told
        in `damage`.
        """
        stream: BinaryIO = self.path.open("rb")
        try:
            if self._until is not None:
                return io.BufferedReader(_Beginning(stream, self._until), _BUFFER_BYTES)
            start = stream.read(LONGEST_MAGIC)
            stream.seek(0)
            return decompressed(stream, start, self._note) if is_compressed(start) else stream
        except BaseException:
            stream.close()
            raise

    def forget(self) -> None:
        """Drop what was read, to be read again where needed: a thousand heads are 64 MB."""
        for name in ("head", "head_as_stored", "text"):
            self.__dict__.pop(name, None)

    def _note(self, damage: str) -> None:
        self.damage = damage

    @cached_property
    def text(self) -> str:
        """The head as text: UTF-8 (a byte-order mark dropped), undecodable bytes replaced."""
        return self.head.decode("utf-8-sig", errors="replace")


class _Beginning(io.RawIOBase):
    """The first `left` bytes of a stream, which is closed with it."""

    def __init__(self, stream: BinaryIO, left: int) -> None:
        self._stream = stream
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


@dataclass(frozen=True, slots=True)
class FileGroup:
    """The files of one run. `label` names the run: its folder, or the one file it is in."""

    label: Path
    files: tuple[LogFile, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LoggedRun:
    """What a parser hands over: one run of a file group.

    `name` is empty unless one file holds several runs, which it then tells apart, or the log names its run.
    `warnings` are one line each: file, place, what was lost. `finished` and `failed`: the log says that the
    run came to its end, or that it was ended before; `cause` is by what, where it tells. `progress` is the
    share of what was planned that is done, as far as the log says what was planned: 1 at the end.
    """

    frame: Frame
    step_unit: StepUnit = StepUnit.STEP
    name: str = ""
    hyperparameters: Mapping[str, object] = field(default_factory=dict[str, object])
    warnings: tuple[str, ...] = ()
    finished: bool = False
    failed: bool = False
    progress: float | None = None
    cause: str = ""


@runtime_checkable
class Parser(Protocol):
    """A log reader. Its docstring's first line says what it reads; `--list-formats` prints it."""

    name: ClassVar[str]

    def recognise(self, file: LogFile) -> str | None:
        """Say why `file` is of this format ("magic bytes", "columns epoch, loss"), or None.

        Looks at the name and at `file.head` only and never raises anything but UnreadableLog.
        """
        ...

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Group the recognised files of one directory tree: one group holds the files of one run."""
        ...

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the runs of one group.

        Raises UnreadableLog, with place and cause, where nothing can be had from it.
        """
        ...


@runtime_checkable
class Refusing(Protocol):
    """A parser that can say why a file written like its format is no log."""

    def refuse(self, file: LogFile) -> str | None:
        """Why `file`, which no parser recognises, is no log; None where it is not even written like one.

        Looks at the name and at `file.head` only.
        """
        ...


class Follower(Protocol):
    """Keeps the runs of one group up to date while their files grow."""

    def poll(self) -> bool:
        """Take in what became of the files; whether the runs may have changed by it. Never raises."""
        ...

    def runs(self) -> list[LoggedRun]:
        """The runs as `Parser.read` would return them now, or what it would raise.

        What was returned before stays as it was.
        """
        ...


@runtime_checkable
class Followable(Protocol):
    """A parser that can do better than to read a group anew whenever one of its files has changed."""

    def follow(self, group: FileGroup) -> Follower:
        """Return a follower that has read nothing yet: its first `poll` does. Never raises."""
        ...


@runtime_checkable
class Verifiable(Protocol):
    """A parser of a format with checksums that need not all be checked to read it safely."""

    def verifying(self) -> Parser:
        """Return the parser that checks them all."""
        ...


def one_run_a_file(files: Sequence[LogFile]) -> list[FileGroup]:
    """The grouping of most formats: each file is a run of its own."""
    return [FileGroup(file.path, (file,)) for file in files]
