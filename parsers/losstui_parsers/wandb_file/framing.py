"""The records of a LevelDB log as W&B writes it; damage costs what it hits, at most one block.

The layout is that of LevelDB's `log_format.md`, with two differences: the file begins with 7 bytes of
its own, and the checksum is the plain CRC-32 of zlib.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from losstui_parsers.event_file.damage import Damage

MAGIC: Final = b":W&B\xe1\xbe\x00"
BLOCK_BYTES: Final = 32_768  # as LevelDB's log has it, like the kinds below
HEADER_BYTES: Final = 7  # CRC, length, kind
_HEADER = struct.Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


def read_records(stream: BinaryIO, damages: list[Damage]) -> Iterator[bytes]:
    """Yield the records of the file, from its first byte on; `damages` gets what is skipped.

    A last record that is not whole is still being written: it is left out without a word.
    """
    parts: list[bytes] | None = None
    for kind, payload in _fragments(stream, damages):
        if kind == _FULL:
            parts = None
            yield payload
        elif kind == _FIRST:
            parts = [payload]
        elif parts is None:  # its beginning is lost
            continue
        elif kind in (_MIDDLE, _LAST):
            parts.append(payload)
            if kind == _LAST:
                yield b"".join(parts)
                parts = None
        else:
            parts = None


def _fragments(stream: BinaryIO, damages: list[Damage]) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, payload) of the fragments of records; kind 0 where some were lost."""
    place, at = 0, len(MAGIC)
    while block := stream.read(BLOCK_BYTES):
        while len(block) - at >= HEADER_BYTES:
            end, problem = _check(block, at)
            if not problem:
                yield block[at + 6], block[at + HEADER_BYTES : end]
            elif at + HEADER_BYTES <= len(block) < end <= BLOCK_BYTES:
                break  # the end of the file, within a record
            else:
                # A length that leads to another record, or to the end of the block, is not what is damaged.
                whole = end == len(block) or (end + HEADER_BYTES <= len(block) and not _check(block, end)[1])
                end = end if whole else len(block)
                damages.append(Damage(place + at, end - at, problem))
                yield 0, b""
            at = end
        if len(block) < BLOCK_BYTES:
            return
        place += len(block)
        at = 0


def _check(block: bytes, at: int) -> tuple[int, str]:
    """The byte after the fragment at `at`, and what is wrong with it, if anything."""
    checksum, length, kind = _HEADER.unpack_from(block, at)
    end = at + HEADER_BYTES + length
    if not _FULL <= kind <= _LAST:
        return BLOCK_BYTES + 1, "no record"
    if end > len(block):
        return end, "bad length"
    return end, "" if zlib.crc32(block[at + 6 : end]) == checksum else "bad checksum"
