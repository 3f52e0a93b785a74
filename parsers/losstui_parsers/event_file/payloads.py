"""Checks the payloads of a period that comes again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.checksum import Proof, RecordCheck, is_intact
from losstui_parsers.event_file.fields import Fields, evenly_spaced
from losstui_parsers.event_file.layout import Template
from losstui_parsers.event_file.walk import HEADER_BYTES

_Bytes = NDArray[np.uint8]

TILE_BYTES = 2048  # short periods are taken several at a time: numpy's inner loop needs some length


@dataclass(frozen=True, slots=True)
class _Group:
    """Evenly spaced payloads of one length; `first` is the first byte of the first one in the period."""

    length: int
    records: int
    first: int
    distance: int


class Payloads:
    """The payloads of one period, whose records begin at `begins`.

    `mask`, uint8, has all bits of the period that are given; `fixed` is what they are.
    """

    def __init__(
        self, templates: Sequence[Template], begins: Sequence[int], mask: _Bytes, fixed: _Bytes
    ) -> None:
        self._mask = mask
        self._fixed = fixed
        self._size = len(mask)
        first = {one.number: i for i, one in reversed(list(enumerate(templates)))}
        alike: dict[int, list[int]] = {}
        # Those of one template together: they are likely to be evenly spaced.
        for i in sorted(range(len(templates)), key=lambda i: (first[templates[i].number], i)):
            alike.setdefault(templates[i].layout.length, []).append(begins[i] + HEADER_BYTES)
        self._groups = [
            _Group(length, stop - start, first_place, distance)
            for length, own in alike.items()
            for start, stop, first_place, distance in evenly_spaced(own)
        ]
        places = [place + length for length, own in alike.items() for place in own]
        self._checksums = Fields(range(len(templates)), places)

    def are_intact(self, buffer: _Bytes, at: int, count: int) -> bool:
        """Whether the payloads of `count` periods agree with their checksums, all of them together."""
        together = self._together(buffer, at, count)
        proof = Proof()
        proof.expect(self._checksums.take(buffer, at, self._size, 4, count))
        for group in self._groups:
            shape, strides = (group.records, group.length), (group.distance, 1)
            payloads = np.ndarray(shape, np.uint8, together, group.first, strides)
            payload = np.bitwise_xor.reduce(payloads, axis=0) if group.records > 1 else payloads[0]
            proof.add(payload.tobytes(), group.records * count)
        return proof.holds()

    def _together(self, buffer: _Bytes, at: int, count: int) -> _Bytes:
        """Return the XOR of `count` periods."""
        size = self._size
        tile = max(1, TILE_BYTES // size)
        whole = count // tile * tile
        rows = buffer[at : at + whole * size].reshape(-1, tile * size)
        together: _Bytes = np.bitwise_xor.reduce(rows, axis=0).reshape(tile, size)
        rest = buffer[at + whole * size : at + count * size].reshape(-1, size)
        together = np.bitwise_xor.reduce(together, axis=0) ^ np.bitwise_xor.reduce(rest, axis=0)
        return together

    def are_each_intact(self, buffer: _Bytes, at: int, count: int) -> bool:
        """Whether the payloads of `count` periods agree with their checksums, each of them."""
        return all(
            self._each_holds(buffer, at, count, group, *check)
            for group, check in zip(self._groups, self._checks, strict=True)
        )

    def _each_holds(
        self,
        buffer: _Bytes,
        at: int,
        count: int,
        group: _Group,
        check: RecordCheck | None,
        base: NDArray[np.uint32],
    ) -> bool:
        def view(place: int, kind: str) -> NDArray[Any]:
            shape, strides = (group.records, count), (group.distance, self._size)
            return np.ndarray(shape, kind, buffer, at + group.first + place, strides)

        if check is not None:
            return check.holds(lambda place: view(place, "u1"), base, view(group.length, "<u4"))
        begins = [
            at + group.first + record * group.distance + period * self._size
            for record in range(group.records)
            for period in range(count)
        ]
        return all(is_intact(buffer[begin : begin + group.length + 4].tobytes()) for begin in begins)

    @cached_property
    def _checks(self) -> list[tuple[RecordCheck | None, NDArray[np.uint32]]]:
        """The check of each group and what it needs of each of its records; None where these are too long."""
        checks: list[tuple[RecordCheck | None, NDArray[np.uint32]]] = []
        for group in self._groups:
            if group.length > RecordCheck.LONGEST:
                checks.append((None, np.empty(0, np.uint32)))
                continue
            begins = [group.first + record * group.distance for record in range(group.records)]
            masks = [self._mask[begin : begin + group.length] for begin in begins]
            check = RecordCheck(group.length, np.flatnonzero(np.bitwise_and.reduce(masks) != 255).tolist())
            bases = [[check.base(self._fixed[b : b + group.length].tobytes())] for b in begins]
            checks.append((check, np.array(bases, np.uint32)))
        return checks
