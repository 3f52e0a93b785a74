"""Goes on behind damaged bytes, and says what was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from losstui_parsers.event_file.checksum import is_intact
from losstui_parsers.event_file.source import Source
from losstui_parsers.event_file.walk import FRAME_BYTES, HEADER_BYTES, next_header

_FIRST_WINDOW = 4096  # bytes searched at once, doubled while nothing is found
_LARGEST_WINDOW = 1 << 20
_MOST_TOLD = 3  # places told one by one; the rest is told in one line


@dataclass(frozen=True, slots=True)
class Damage:
    """`count` bytes from file byte `at` on that hold no intact record, and why."""

    at: int
    count: int
    cause: str


def next_record(source: Source, at: int) -> int:
    """Return the first byte from `at` on where an intact record begins, or the file's size."""
    window = _FIRST_WINDOW
    while at + FRAME_BYTES <= source.size:
        index = source.seek(at, window)
        stop = min(index + window, source.stop)
        place = next_header(source.buffer, index, stop)
        if place < 0:
            at = source.origin + max(stop - HEADER_BYTES + 1, index + 1)
            window = min(2 * window, _LARGEST_WINDOW)
            continue
        at += place - index
        if _is_whole(source, at):
            return at
        at += 1
        window = _FIRST_WINDOW
    return source.size


def _is_whole(source: Source, at: int) -> bool:
    length = int.from_bytes(source.read(at, 8), "little")
    if at + length + FRAME_BYTES > source.size:
        return False
    return is_intact(source.read(at + HEADER_BYTES, length + 4))


def describe(damages: Sequence[Damage]) -> list[str]:
    """Return a line a damage; a single one for all beyond the first few."""
    lines = [
        f"{damage.count} bytes dropped at byte {damage.at}: {damage.cause}" for damage in damages[:_MOST_TOLD]
    ]
    rest = damages[_MOST_TOLD:]
    if rest:
        total = sum(damage.count for damage in rest)
        lines.append(f"{total} bytes dropped at {len(rest)} more places, the first at byte {rest[0].at}")
    return lines
