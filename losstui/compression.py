"""Sees through gzip, bzip2, xz and Zstandard: the bytes of a compressed file as they were before."""

from __future__ import annotations

import io
import re
import zlib  # gzip is imported where it is used: few logs are compressed
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from losstui.wording import counted

GZIP = b"\x1f\x8b\x08"
ZSTANDARD = b"\x28\xb5\x2f\xfd"
BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")  # a level, and how its first block begins
XZ = b"\xfd7zXZ\0"
LONGEST_MAGIC = 10  # bytes, of bzip2
WITHOUT_ZSTANDARD = "compressed with Zstandard, which Python reads from 3.14 on: run 'zstd -d' first"
TWICE = "compressed twice: unpack it once before"
ARCHIVE_REASON = "a tar archive; unpack it to read the logs inside"
ZIP = b"PK\x03\x04"
ZIP_REASON = "a zip archive; unpack it to read the logs inside"
_TAR, _TAR_AT = b"ustar", 257  # what an archive says it is, and at which byte
ENDINGS = (".gz", ".bz2", ".xz", ".zst")
MOST_DECOMPRESSED = 1 << 30  # bytes after decompression
# A log of losses gets 3 to 40 times as large as it was compressed, one of fifty columns that are NaN from the
# first row to the last 140 times; zeros alone, as a file made to fill the memory holds them, get 1000 times.
MOST_EXPANSION = 200
ALWAYS_READ = 16 << 20  # bytes after decompression that do no harm, however much smaller they were


class _Source(Protocol):
    def read1(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


def is_archive(head: bytes) -> bool:
    """Whether a file, unpacked if it is compressed, begins as a tar archive does."""
    return head.startswith(_TAR, _TAR_AT)


def is_compressed(head: bytes) -> bool:
    """Whether a file with these first bytes is compressed in one of the known ways."""
    return _is_of_library(head) or head.startswith(ZSTANDARD)


def _is_of_library(head: bytes) -> bool:
    """Whether every Python can decompress it."""
    return head.startswith((GZIP, XZ)) or BZIP2.match(head) is not None


def can_decompress(head: bytes) -> bool:
    """Whether a file with these first bytes is compressed in a way that this Python reads."""
    return _is_of_library(head) or (head.startswith(ZSTANDARD) and _zstandard() is not None)


def decompressed(stream: BinaryIO, head: bytes, damaged: Callable[[str], None]) -> BinaryIO:
    """The bytes behind `stream`, which starts with `head` and is closed with what is returned.

    Where the compressed data is cut off or broken the bytes end, and `damaged` is told why. Raises
    OSError, now or on reading, where the bytes cannot be had, are more than `MOST_DECOMPRESSED`, or beyond
    the first `ALWAYS_READ` more than `MOST_EXPANSION` times those they came from.
    """
    reader = _reader(head)
    if reader is None:
        raise OSError(WITHOUT_ZSTANDARD)
    return io.BufferedReader(_Expanded(stream, reader(stream), damaged), 1 << 16)


def _reader(head: bytes) -> Callable[[BinaryIO], _Source] | None:
    if head.startswith(GZIP):
        return _gzip
    if head.startswith(XZ):
        return _xz
    return _zstandard() if head.startswith(ZSTANDARD) else _bzip2


def _bzip2(stream: BinaryIO) -> _Source:
    import bz2

    return bz2.BZ2File(stream)


def _xz(stream: BinaryIO) -> _Source:
    import lzma

    return lzma.LZMAFile(stream)


def _gzip(stream: BinaryIO) -> _Source:
    import gzip

    return gzip.GzipFile(fileobj=stream)


def _zstandard() -> Callable[[BinaryIO], _Source] | None:
    try:
        return cast("Callable[[BinaryIO], _Source]", import_module("compression.zstd").ZstdFile)
    except ImportError:  # before Python 3.14
        return None


def why_compressed(head: bytes) -> str:
    """Why `head`, the first bytes of a file after decompression, are compressed still."""
    return TWICE if _is_of_library(head) else WITHOUT_ZSTANDARD


def bare_name(path: Path) -> str:
    """The name of a file without the ending that says it is compressed."""
    return path.stem if path.suffix.lower() in ENDINGS else path.name


class _Expanded(io.RawIOBase):
    """The decompressed bytes, up to the first broken one."""

    def __init__(self, stream: BinaryIO, source: _Source, damaged: Callable[[str], None]) -> None:
        self._stream = stream
        self._source = source
        self._damaged = damaged
        self._done = 0
        self._broken = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer
        data = b"" if self._broken else self._read(len(buffer))
        buffer[: len(data)] = data
        self._done += len(data)
        if self._done > MOST_DECOMPRESSED:
            raise OSError(f"more than {MOST_DECOMPRESSED >> 20} MiB when decompressed; at most that is read")
        if self._done > max(ALWAYS_READ, MOST_EXPANSION * self._stream.tell()):
            raise OSError(f"more than {MOST_EXPANSION} times as large when decompressed, which no log is")
        return len(data)

    def _read(self, size: int) -> bytes:
        import gzip

        try:
            return self._source.read1(size)
        except EOFError:
            reason = "the compressed data is cut off"
        except (zlib.error, gzip.BadGzipFile):
            reason = "the compressed data is broken"
        except OSError as error:
            if error.errno is not None:  # of the disk; bzip2 has no error class of its own
                raise
            reason = "the compressed data is broken"
        except Exception as error:
            # not every Python has the modules of these error classes
            if type(error).__name__ not in ("ZstdError", "LZMAError"):
                raise
            reason = "the compressed data is broken"
        self._broken = True
        kept = f" behind {counted(self._done, 'byte')} of text; what comes before is kept"
        self._damaged(reason + kept * bool(self._done))
        return b""

    def close(self) -> None:
        if not self.closed:
            self._source.close()
            self._stream.close()
        super().close()
