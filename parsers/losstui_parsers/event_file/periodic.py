"""Reads the stretches where a log repeats itself: the same tags in the same order, step after step.

One mask for a whole period proves thousands of periods at once, and each column is then a view into
the bytes with the period as its stride: nothing is looked for and nothing is sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.checksum import Proof, header_of
from losstui_parsers.event_file.columns import Part, Places
from losstui_parsers.event_file.decoding import decode_numbers, decode_steps
from losstui_parsers.event_file.layout import Layout, Template, number_width
from losstui_parsers.event_file.shapes import NO_TAG
from losstui_parsers.event_file.walk import FRAME_BYTES, HEADER_BYTES

_Bytes = NDArray[np.uint8]
_Kinds = NDArray[np.int32]

_TILE_BYTES = 2048  # short periods are checked several at a time: numpy's inner loop needs some length
_SCRATCH_BYTES = 256 << 10  # checked at once: stays in the second-level cache
_MOST_PERIODS_TRIED = 64
_MOST_EARLIER = 3  # plans of earlier stretches
_FEWEST_PERIODS = 3  # times a kind of record must have come for the time between to be a period
_GLANCE = 64  # records at the end, looked at before all are
_LIKELY = 0.5  # share of them that must be as one period before; the step's width may just have changed
_EXPLAINED = 0.97  # share of the records that must be as they were one period before


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Records of one layout, evenly spaced within a period: one more stride, no loop over them.

    `rows`, shape (count, values a record), are the numbers of their values among those of the period.
    """

    layout: Layout
    at: int
    distance: int
    count: int
    rows: NDArray[np.intp]


class Plan:
    """How one period is made, and how to read many of them.

    `size` is its bytes, `records` how many records it has, `key` its first 12 bytes.
    """

    def __init__(self, templates: Sequence[Template]) -> None:
        self.templates = tuple(templates)
        self.records = len(templates)
        fixed: list[bytes] = []
        free: list[bytes] = []
        for template in templates:
            fixed += [header_of(template.layout.length), template.payload, bytes(4)]
            free += [bytes(HEADER_BYTES), template.layout.free.tobytes(), b"\xff" * 4]
        self._mask: _Bytes = ~np.frombuffer(b"".join(free), np.uint8)
        self._fixed: _Bytes = np.frombuffer(b"".join(fixed), np.uint8) & self._mask
        self.size = len(self._mask)
        self.key = fixed[0]
        by_tag: dict[int, list[tuple[int, int]]] = {}
        for number, template in enumerate(templates):
            for index, tag_id in enumerate(template.tag_ids):
                by_tag.setdefault(tag_id, []).append((number, index))
        self.tag_ids = list(by_tag)
        self._own = list(by_tag.values())

    def starts_at(self, buffer: _Bytes, at: int) -> bool:
        """Whether the bytes from `at` on are of this form for one period."""
        row = buffer[at : at + self.size]
        return len(row) == self.size and bool(np.array_equal(row & self._mask, self._fixed))

    def rows(self, buffer: _Bytes, at: int, stop: int) -> int:
        """Return how many intact periods follow each other from `at` on, as far as `stop`."""
        count = self._formed_rows(buffer, at, (stop - at) // self.size)
        low, high = 0, count
        if self._intact(buffer, at, count):
            return count
        while high - low > 1:
            middle = (low + high) // 2
            if self._intact(buffer, at + low * self.size, middle - low):
                low = middle
            else:
                high = middle
        return low

    @cached_property
    def _tiles(self) -> tuple[int, _Bytes, _Bytes]:
        tile = max(1, _TILE_BYTES // self.size)
        return tile, np.tile(self._mask, tile), np.tile(self._fixed, tile)

    def _formed_rows(self, buffer: _Bytes, at: int, count: int) -> int:
        tile, mask, fixed = self._tiles
        whole = count // tile
        good = _leading_rows(buffer, at, whole, mask, fixed) * tile
        # Behind the last good tile there may be good rows yet: up to a broken one, or what fills no tile.
        rest = min(count - good, tile)
        return good + _leading_rows(buffer, at + good * self.size, rest, self._mask, self._fixed)

    def _intact(self, buffer: _Bytes, at: int, count: int) -> bool:
        """Whether the payloads of `count` periods agree with their checksums."""
        if not count:
            return True
        together = self._together(buffer, at, count)
        proof = Proof()
        for run in self._runs:
            shape = (run.count, run.layout.length)
            records = np.ndarray(shape, np.uint8, together, run.at + HEADER_BYTES, (run.distance, 1))
            payload = np.bitwise_xor.reduce(records, axis=0)
            stored = self._view(buffer, at, run, run.layout.length, 4, count)
            proof.add(payload.tobytes(), stored.ravel())
        return proof.holds()

    def _together(self, buffer: _Bytes, at: int, count: int) -> _Bytes:
        tile = self._tiles[0]
        whole = count // tile * tile
        rows = buffer[at : at + whole * self.size].reshape(-1, tile * self.size)
        together: _Bytes = np.bitwise_xor.reduce(rows, axis=0).reshape(tile, self.size)
        rest = buffer[at + whole * self.size : at + count * self.size].reshape(-1, self.size)
        together = np.bitwise_xor.reduce(together, axis=0) ^ np.bitwise_xor.reduce(rest, axis=0)
        return together

    @cached_property
    def _runs(self) -> list[_Run]:
        sizes = [template.layout.length + FRAME_BYTES for template in self.templates]
        begins = [0, *accumulate(sizes)]
        rows = {place: row for row, place in enumerate(chain.from_iterable(self._own))}
        alike: dict[int, list[int]] = {}
        for number, template in enumerate(self.templates):
            alike.setdefault(template.number, []).append(number)
        runs: list[list[int]] = []
        singles: dict[Layout, list[int]] = {}
        for same in alike.values():
            for run in _evenly_spaced(same, begins):
                if len(run) > 1:
                    runs.append(run)
                else:
                    singles.setdefault(self.templates[run[0]].layout, []).append(run[0])
        for same in singles.values():
            runs += _evenly_spaced(sorted(same), begins)
        return [self._run(run, begins, rows) for run in runs]

    def _run(self, run: list[int], begins: Sequence[int], rows: Mapping[tuple[int, int], int]) -> _Run:
        layout = self.templates[run[0]].layout
        distance = begins[run[1]] - begins[run[0]] if len(run) > 1 else 0
        own = [[rows[number, index] for index in range(layout.count)] for number in run]
        return _Run(layout, begins[run[0]], distance, len(run), np.array(own, np.intp))

    def read(self, buffer: _Bytes, at: int, count: int, first: int) -> Part:
        """Read `count` periods from `at` on; `first` is the number of the first record."""
        shape = (sum(map(len, self._own)), count)
        steps = np.zeros(shape, np.int64)
        values = np.empty(shape)
        walls = np.zeros(shape)
        for run in self._runs:
            layout = run.layout
            for index, place in enumerate(layout.values):
                chosen = run.rows[:, index]
                width = number_width(place.dtype)
                values[chosen] = decode_numbers(
                    self._view(buffer, at, run, place.at, width, count), place.dtype
                )
                if layout.wall_at >= 0:
                    walls[chosen] = self._view(buffer, at, run, layout.wall_at, 8, count).view(np.float64)
                if layout.step_at >= 0:
                    width = 4 if layout.step_width <= 4 else 8
                    raw = self._view(buffer, at, run, layout.step_at, width, count)
                    steps[chosen] = decode_steps(raw, layout.step_width)
        offsets = [[number for number, _ in own] for own in self._own]
        places = Places(first, offsets=offsets, stride=self.records, count=count)
        if len(self.tag_ids) == len(values):
            return Part(self.tag_ids, steps, values, walls, [places])
        borders = [0, *accumulate(map(len, self._own))]
        cuts = [slice(start, stop) for start, stop in pairwise(borders)]
        in_order = [[column[cut].T.ravel() for cut in cuts] for column in (steps, values, walls)]
        return Part(self.tag_ids, *in_order, [places])

    def _view(
        self, buffer: _Bytes, at: int, run: _Run, place: int, width: int, count: int
    ) -> NDArray[np.unsignedinteger[Any]]:
        start = at + run.at + HEADER_BYTES + place
        strides = (run.distance, self.size)
        view = np.ndarray((run.count, count), f"<u{width}", buffer, start, strides)
        return view.copy()


def _evenly_spaced(numbers: Sequence[int], begins: Sequence[int]) -> list[list[int]]:
    """Part `numbers`, rising, so that within each part the begins are one distance from each other."""
    parts: list[list[int]] = []
    for number in numbers:
        last = parts[-1] if parts else []
        if len(last) > 1 and begins[number] - begins[last[-1]] != begins[last[1]] - begins[last[0]]:
            last = []
        if last:
            last.append(number)
        else:
            parts.append([number])
    return parts


def _leading_rows(buffer: _Bytes, at: int, count: int, mask: _Bytes, fixed: _Bytes) -> int:
    """Return how many of `count` rows are of the form, up to the first that is not."""
    size = len(mask)
    rows = buffer[at : at + count * size].reshape(count, size)
    batch = max(1, _SCRATCH_BYTES // size)
    scratch = np.empty((min(batch, count), size), np.uint8)
    for start in range(0, count, batch):
        some = rows[start : start + batch]
        differing = scratch[: len(some)]
        np.bitwise_and(some, mask, out=differing)
        np.bitwise_xor(differing, fixed, out=differing)
        if differing.any():
            return start + int(np.argmax(differing.any(axis=1)))
    return count


def find_plans(
    kinds: _Kinds, steps: NDArray[np.int64], templates: Sequence[Template]
) -> tuple[list[Plan], int] | None:
    """Return the plans of a stretch that repeats itself, the last one's last, and where a period begins.

    `kinds` are template numbers, `steps` the records' steps, shapes (n,). A period begins where the step
    changes, so that the next change of the step's width falls between two periods. Plans before the last
    are those of steps of another width: the next file of a sweep needs them at its beginning.
    """
    period = _period(kinds)
    if not period:
        return None
    changes = np.flatnonzero(steps[1:] != steps[:-1]) + 1
    changes = changes[changes >= period]
    # Behind the rarest record is where shorter periods and single records lead back to.
    behind_rarest: NDArray[np.intp] = changes[kinds[changes - 1] == _rarest(kinds)]
    begins = behind_rarest if len(behind_rarest) else changes
    begin = int(begins[-1]) if len(begins) else len(kinds)
    ends = [*_earlier_ends(kinds, begins, period), begin]
    plans = [_make_plan(kinds[end - period : end].tolist(), templates) for end in ends]
    usable = [plan for plan in plans if plan is not None]
    return None if plans[-1] is None else (usable, begin)


def _make_plan(chosen: list[int], templates: Sequence[Template]) -> Plan | None:
    if min(chosen) < 0:
        return None
    period = [templates[number] for number in chosen]
    return None if any(NO_TAG in template.tag_ids for template in period) else Plan(period)


def _earlier_ends(kinds: _Kinds, begins: NDArray[np.intp], period: int) -> list[int]:
    """Return an end of a period in each of the last stretches before the one that is going on."""
    breaks = np.flatnonzero(kinds[period:] != kinds[:-period]) + period
    breaks = np.concatenate([[period], breaks])
    ends: list[int] = []
    for start, stop in zip(breaks[:-1].tolist(), breaks[1:].tolist(), strict=True):
        if stop - start >= 2 * period:
            inside = begins[(begins >= start) & (begins <= stop)]
            ends += inside[:1].tolist()
    return ends[-_MOST_EARLIER:]


def _period(kinds: _Kinds) -> int:
    """Return after how many records a stretch repeats itself, or 0."""
    if len(kinds) < 2 or kinds[-1] < 0:
        return 0
    for distance in _distances(kinds):
        if _repeats(kinds[-_GLANCE - distance :], distance, _LIKELY) and _repeats(
            kinds, distance, _EXPLAINED
        ):
            return distance
    return 0


def _distances(kinds: _Kinds) -> list[int]:
    """Return the periods worth a try: that of the rarest kind, then those of the last one."""
    rarest = np.flatnonzero(kinds == _rarest(kinds))
    last = np.flatnonzero(kinds == kinds[-1])
    before = (last[-1] - last[-2 : -2 - _MOST_PERIODS_TRIED : -1]).tolist()
    long = [int(rarest[-1] - rarest[-2])] if len(rarest) > 1 else []
    return [distance for distance in [*long, *before] if 2 * distance <= len(kinds)]


def _rarest(kinds: _Kinds) -> int:
    counts = np.bincount(kinds[kinds >= 0])
    counts[counts < _FEWEST_PERIODS] = len(kinds)
    return int(np.argmin(counts))


def _repeats(kinds: _Kinds, distance: int, share: float) -> bool:
    same = np.count_nonzero(kinds[distance:] == kinds[:-distance])
    return bool(same >= share * (len(kinds) - distance))
