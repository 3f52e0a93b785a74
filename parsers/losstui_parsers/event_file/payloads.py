"""Checks the payloads of a period that comes again and again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.checksum import (
    LONGEST_CHECKED,
    Proof,
    added,
    are_each_intact,
    crcs_of,
    is_intact,
    rows_at,
)
from losstui_parsers.event_file.crc32c import crc_of_zeros
from losstui_parsers.event_file.fields import Fields, periods
from losstui_parsers.event_file.framing import HEADER_BYTES
from losstui_parsers.event_file.layout import NUMBER, STEP, Template

_Bytes = NDArray[np.uint8]
_Places = NDArray[np.intp]

_TILE_BYTES = 4096  # short periods are taken several at a time: numpy's inner loop needs some length


def combine(operation: np.ufunc, buffer: _Bytes, at: int, size: int, count: int) -> _Bytes:
    """Return `count` periods of `size` bytes each, combined into one by `operation`."""
    tile = max(1, _TILE_BYTES // size)
    rows = buffer[at : at + count * size].reshape(count, size)
    whole = count // tile * tile
    if tile > 1 and whole:
        tiled = operation.reduce(rows[:whole].reshape(-1, tile * size), axis=0).reshape(tile, size)
        rows = np.concatenate([tiled, rows[whole:]])
    combined: _Bytes = operation.reduce(rows, axis=0)
    return combined


class _Check(NamedTuple):
    """What is needed to check each payload that is neither empty nor too long: see `checksum`.

    `varying` are places in the period, `rows_of_table` those in the table; `others` are the other payloads:
    where they begin, how long they are.
    """

    checksums: Fields
    varying: _Places
    rows_of_table: _Places
    base: NDArray[np.uint32]
    others: list[tuple[int, int]]


class Payloads:
    """The payloads of one period, whose records begin at `begins`, each made as `rows` of `templates` says.

    `size` is the period's bytes. With an `example` of them, the steps of all periods are those in it.
    """

    def __init__(
        self,
        templates: Sequence[Template],
        rows: _Places,
        begins: Sequence[int],
        size: int,
        example: _Bytes | None,
    ) -> None:
        self._size = size
        self._templates = templates
        self._rows = rows
        self._example = example
        self._lengths = np.array([template.layout.length for template in templates])[rows]
        self._firsts = np.array(begins) + HEADER_BYTES
        self._checksums = Fields(range(len(rows)), self._firsts + self._lengths)

    def are_intact(self, buffer: _Bytes, at: int, count: int) -> bool:
        """Whether the payloads of `count` periods agree with their checksums, all of them together."""
        size = self._size
        order, starts, zeros = self._aligned
        together = combine(np.bitwise_xor, buffer, at, size, count)
        proof = Proof()
        proof.expect(self._checksums.take(buffer, at, size, 4, count))
        proof.add(np.bitwise_xor.reduceat(together[order], starts).tobytes(), zeros if count & 1 else 0)
        return proof.holds()

    def _bytes(self) -> tuple[_Places, _Places, _Places]:
        """Return all bytes of payloads: where they stand, of which record, and how many are behind each."""
        record = np.repeat(np.arange(len(self._lengths)), self._lengths)
        begin = np.cumsum(self._lengths) - self._lengths
        place = np.arange(len(record)) - begin[record]
        return self._firsts[record] + place, record, self._lengths[record] - 1 - place

    @cached_property
    def _aligned(self) -> tuple[NDArray[np.int32], _Places, int]:
        """The bytes by the number of bytes behind, the most first, where it changes, and what zeros have."""
        places, _, distances = self._bytes()
        order = np.argsort(-distances, kind="stable")
        starts = np.flatnonzero(np.diff(distances[order], prepend=-1))
        zeros = np.bitwise_xor.reduce([crc_of_zeros(length) for length in self._lengths.tolist()])
        return places[order].astype(np.int32), starts, int(zeros)

    def are_each_intact(self, buffer: _Bytes, at: int, count: int) -> bool:
        """Whether the payloads of `count` periods agree with their checksums, each of them."""
        size, check = self._size, self._check
        stored = check.checksums.take(buffer, at, size, 4, count)
        if count == 1:
            varying = buffer[at : at + size].take(check.varying)[..., None]
        else:
            varying = periods(buffer, at, size, count, "u1")[check.varying]
        if not are_each_intact(varying, check.rows_of_table, check.base, stored):
            return False
        for begin, length in check.others:
            for first in range(at + begin, at + begin + count * size, size):
                if not is_intact(buffer[first : first + length + 4].tobytes()):
                    return False
        return True

    @cached_property
    def _check(self) -> _Check:
        taken = (self._lengths > 0) & (self._lengths <= LONGEST_CHECKED)
        records = np.flatnonzero(taken)
        base = _crcs_without_numbers(self._templates)[self._rows[records]]
        if self._example is None:
            varying, rows_of_table = self._places(records, (NUMBER, STEP))
        else:
            varying, rows_of_table = self._places(records, (STEP,))
            base ^= np.bitwise_xor.reduce(added(self._example[varying], rows_of_table), axis=0)
            varying, rows_of_table = self._places(records, (NUMBER,))
        others = zip(self._firsts[~taken].tolist(), self._lengths[~taken].tolist(), strict=True)
        checksums = Fields(records, self._firsts[records] + self._lengths[records])
        return _Check(checksums, varying, rows_of_table, base, list(others))

    def _places(self, records: _Places, kinds: Sequence[int]) -> tuple[_Places, _Places]:
        """Return where bytes of these kinds stand in the period, and their rows in the table: (k, records).

        Records that have fewer of them than others have some that add nothing.
        """
        wanted = np.zeros(1 << 8, bool)
        wanted[list(kinds)] = True
        own = [np.flatnonzero(wanted[one.layout.free]) for one in self._templates]
        shape = (max(map(len, own), default=0), len(own))
        places, distances = np.zeros(shape, np.intp), np.full(shape, LONGEST_CHECKED, np.intp)
        for index, (one, at) in enumerate(zip(self._templates, own, strict=True)):
            places[: len(at), index] = at
            distances[: len(at), index] = one.layout.length - 1 - at
        rows = self._rows[records]
        return self._firsts[records] + places.take(rows, axis=1), rows_at(distances.take(rows, axis=1))


def _crcs_without_numbers(templates: Sequence[Template]) -> NDArray[np.uint32]:
    """Return the checksums of records made so with zeros for all numbers; of too long ones, anything."""
    given = [
        np.where(one.layout.free, np.uint8(0), np.frombuffer(one.payload, np.uint8)).tobytes()
        for one in templates
    ]
    ends = b"".join(payload[-LONGEST_CHECKED:].rjust(LONGEST_CHECKED, b"\0") for payload in given)
    lengths = np.array([min(len(payload), LONGEST_CHECKED) for payload in given])
    return crcs_of(np.frombuffer(ends, np.uint8).reshape(-1, LONGEST_CHECKED), lengths)
