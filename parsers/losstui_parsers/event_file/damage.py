"""Goes on behind damaged bytes, and says what was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from losstui.wording import counted
from losstui_parsers.event_file.checksum import header_of, is_intact, unmask_crc
from losstui_parsers.event_file.framing import FRAME_BYTES, HEADER_BYTES, valid_headers
from losstui_parsers.event_file.source import Source

_FIRST_WINDOW = 4096  # bytes searched at once, doubled while nothing is found
_LARGEST_WINDOW = 1 << 20  # bytes: doubled no further, so that memory stays small
_LONG_PAYLOAD = 4096  # bytes; thousands of headers may promise the same ones
_SHORTEST_RECORD = FRAME_BYTES + 9  # the frame, a summary, in it a value, in it nothing but a number
BAD_CHECKSUM = "bad checksum"
_CUT_OFF = "a record cut off"
_MOST_TOLD = 3  # places told one by one; the rest is told in one line


@dataclass(frozen=True, slots=True)
class Damage:
    """`count` bytes from file byte `at` on that hold no intact record, and why.

    `records` is how many records with values were in them, at least and at most; None: nobody counted.
    """

    at: int
    count: int
    cause: str
    records: tuple[int, int] | None = None


def damage_between(source: Source, at: int, end: int, cause: str) -> Damage:
    """Return the damage of the bytes [at, end), `at` right behind an intact record, `end` where one begins.

    Records are counted by their headers as far as these hold; what is left is one record where its payload
    is intact as such, otherwise as many as fit into it. A first record that runs over `end` explains a bad
    checksum.
    """
    records, place = 0, at
    while place < end:
        length = payload_length(source, place)
        if length is None:
            return Damage(at, end - at, cause, _uncounted(source, place, end, records))
        records += 1
        place += length + FRAME_BYTES
        if place > end:  # bytes of it are missing, or others stand in their place
            begin = place - length - FRAME_BYTES
            most = records + (end - begin) // _SHORTEST_RECORD
            cause = _CUT_OFF if begin == at and cause == BAD_CHECKSUM else cause
            return Damage(at, end - at, cause, (records, most))
    return Damage(at, end - at, cause, (records, records))


def _uncounted(source: Source, at: int, end: int, records: int) -> tuple[int, int]:
    size = end - at
    if FRAME_BYTES < size < _LARGEST_WINDOW and payload_is_intact(source, at, size - FRAME_BYTES):
        return records + 1, records + 1
    return records, records + size // _SHORTEST_RECORD


def payload_length(source: Source, at: int) -> int | None:
    """Return the payload length of the record at file byte `at`; None where there is no valid header."""
    header = source.read(at, HEADER_BYTES)
    length = int.from_bytes(header[:8], "little")
    return length if header == header_of(length) else None


def next_record(source: Source, at: int) -> int:
    """Return the first byte from `at` on where an intact record begins, or the file's size."""
    window = _FIRST_WINDOW
    while at + FRAME_BYTES <= source.size:
        index = source.seek(at, window)
        stop = min(index + window, source.stop)
        begin = at - index
        for place, length in valid_headers(source.buffer, index, stop):
            if begin + place + length + FRAME_BYTES > source.size:
                continue
            if payload_is_intact(source, begin + place, length):
                return begin + place
        at = begin + max(stop - HEADER_BYTES + 1, index + 1)
        window = min(2 * window, _LARGEST_WINDOW)
    return source.size


def payload_is_intact(source: Source, at: int, length: int) -> bool:
    """Whether the payload of the record at file byte `at`, so many bytes, agrees with its checksum."""
    begin, end = at + HEADER_BYTES, at + HEADER_BYTES + length
    if length < _LONG_PAYLOAD:
        return is_intact(source.read_at(begin, length + 4))
    stored = int.from_bytes(source.read_at(end, 4), "little")
    return source.checksum(begin, end) == unmask_crc(stored)


def describe(damages: Sequence[Damage]) -> list[str]:
    """Return a line a damage; a single one for all beyond the first few."""
    lines = [f"{_size([one])} dropped at byte {one.at}: {one.cause}" for one in damages[:_MOST_TOLD]]
    rest = damages[_MOST_TOLD:]
    if rest:
        lines.append(f"{_size(rest)} dropped at {len(rest)} more places, the first at byte {rest[0].at}")
    return lines


def _size(damages: Sequence[Damage]) -> str:
    size = counted(sum(one.count for one in damages), "byte")
    records = [one.records for one in damages if one.records is not None]
    if not records:
        return size
    least, most = sum(one[0] for one in records), sum(one[1] for one in records)
    if least == most:
        return f"{size} ({counted(most, 'record') if most else 'no records'})"
    if not least:
        return f"{size} (at most {counted(most, 'record')})"
    return f"{size} ({least} to {most} records)"
