"""Takes records of about one length out of the bytes together: their heads decoded, their tails as words.

Nearly all writers begin an event with its wall time and its step, which take a known number of bytes; what
comes behind, the tail, is the same for all records of a tag. So heads are aligned at their beginnings and
tails at their ends, whatever the length, and a whole stretch takes a few operations on columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.event_file.checksum import added_by_heads, unmask_crcs
from losstui_parsers.event_file.decoding import decode_steps
from losstui_parsers.event_file.framing import HEADER_BYTES, Walk
from losstui_parsers.event_file.layout import WORD

_Bytes = NDArray[np.uint8]
_Words = NDArray[np.uint64]
_Rows = NDArray[np.intp]

_LONGEST_GROUPED = 8192  # payload bytes: longer records are parsed one by one
_SHORTEST_TAIL = 64  # bytes: a scalar with a tag of up to 37
_FEWEST_GROUPED = 4  # records: fewer are parsed one by one
_WALL_KEY, _STEP_KEY = 0x09, 0x10  # of Event's first two fields
WALL_BYTES = 1 + 8  # key and number
_CONTINUES = np.uint64(0x8080808080808000)  # of the seven bytes behind the step's key
_PAYLOAD_BITS = np.uint64(0x7F7F7F7F7F7F7F00)
WIDEST_STEP = 7  # bytes of a varint that stand in one word with its key: steps below 2**49


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Records whose tails take `size` bytes, `timed` where they begin with a wall time; shapes (n, ...).

    `rows` are their places in the walk, `lengths` those of their payloads. `shapes` are the lengths and how
    many bytes the steps take, as one number each whose low 32 bits are 0. `tails` are the last `size` bytes
    of the payloads and the 8 behind them as words; bytes before a payload are anything. `crcs` are the stored
    checksums without what wall time and step add to them.
    """

    size: int
    timed: bool
    rows: _Rows
    lengths: IntArray
    shapes: _Words
    walls: FloatArray
    steps: IntArray
    tails: _Words
    crcs: NDArray[np.uint32]

    def some(self, chosen: NDArray[np.bool_]) -> Bundle:
        """Return those records only."""
        return replace(
            self,
            rows=self.rows[chosen],
            lengths=self.lengths[chosen],
            shapes=self.shapes[chosen],
            walls=self.walls[chosen],
            steps=self.steps[chosen],
            tails=self.tails[chosen],
            crcs=self.crcs[chosen],
        )

    def body(self, index: int) -> bytes:
        """Return one record's payload and its stored checksum."""
        tail: bytes = self.tails[index].tobytes()
        return tail[self.size - int(self.lengths[index]) : self.size + 4]


def bundles(buffer: _Bytes, walk: Walk) -> Iterator[Bundle | _Rows]:
    """Yield all records of the walk, the longest first: in bundles, or the rows of what fits into none.

    Longest first, because a tag's values with metadata, which say what the tag is, are longer than others.
    """
    starts, lengths = walk.starts, walk.lengths
    timed = buffer.take(starts + HEADER_BYTES) == _WALL_KEY
    longest = int(lengths.max())
    size = _SHORTEST_TAIL
    while size < longest:
        size *= 2
    above = lengths > _LONGEST_GROUPED
    if above.any():
        yield np.flatnonzero(above)
        size = _LONGEST_GROUPED
    while size >= _SHORTEST_TAIL:
        fits = lengths <= size
        if size > _SHORTEST_TAIL:
            fits &= lengths > size // 2
        for has_wall in (True, False):
            rows = np.flatnonzero(fits & (timed == has_wall))
            if len(rows):
                yield from _bundle(buffer, walk, rows, size, timed=has_wall)
        size //= 2


def up_to_large(walk: Walk) -> Walk:
    """Leave out all from the first record on, but for the very first, that may be stepped over."""
    large = np.flatnonzero(walk.lengths[1:] > _LONGEST_GROUPED) + 1
    if not len(large):
        return walk
    count = int(large[0])
    return Walk(walk.starts[:count], walk.lengths[:count], int(walk.starts[count]))


@dataclass(frozen=True, slots=True, eq=False)
class _Heads:
    """How records of a walk begin, shapes (n, ...): their `rows` in it, `lengths` of payload, and `ends`.

    `words` are the eight bytes that hold the wall time and those that hold the step; `raw` are the latter
    with only the payload bits of the step, which takes `widths` bytes.
    """

    rows: _Rows
    lengths: IntArray
    ends: IntArray
    words: _Words
    raw: _Words
    widths: IntArray

    def some(self, chosen: NDArray[np.bool_]) -> _Heads:
        """Return those records only."""
        return _Heads(
            self.rows[chosen],
            self.lengths[chosen],
            self.ends[chosen],
            self.words[chosen],
            self.raw[chosen],
            self.widths[chosen],
        )


def _bundle(buffer: _Bytes, walk: Walk, rows: _Rows, size: int, *, timed: bool) -> Iterator[Bundle | _Rows]:
    if len(rows) < _FEWEST_GROUPED:
        yield rows
        return
    wall = WALL_BYTES if timed else 0
    heads = _heads(buffer, walk, rows, wall)
    # The words of wall time and step have to be in the payload, the tail in the buffer.
    good = (heads.lengths >= wall + WORD) & (heads.ends >= size) & (heads.widths <= WIDEST_STEP)
    if not good.all():
        yield rows[~good]
        heads = heads.some(good)
    if len(heads.rows):
        yield _with_tails(buffer, heads, size, timed=timed)


def _heads(buffer: _Bytes, walk: Walk, rows: _Rows, wall: int) -> _Heads:
    """Return the heads of these rows, whose wall times take `wall` bytes with their keys."""
    starts, lengths = walk.starts, walk.lengths
    if len(rows) < len(starts):
        starts, lengths = starts[rows], lengths[rows]
    ends = starts + lengths
    ends += HEADER_BYTES
    words = _gather(buffer, starts + (HEADER_BYTES + wall - WORD), 2 * WORD)
    return _Heads(rows, lengths, ends, words, *_raw_steps(words[:, 1]))


def _with_tails(buffer: _Bytes, heads: _Heads, size: int, *, timed: bool) -> Bundle:
    """Return the bundle of records with these heads, at least one, whose words are overwritten."""
    lengths, words, widths = heads.lengths, heads.words, heads.widths
    words[:, 1] = heads.raw
    if not timed:
        words[:, 0] = 0
    tails = _gather(buffer, heads.ends - size, size + WORD)
    widest = int(widths.max())
    varying = [*range(WORD if timed else 0), *range(WORD + 1, WORD + 1 + widest)]
    crcs = unmask_crcs(tails[:, -1].astype(np.uint32))
    lasting = lengths + (WORD - 1 - (WALL_BYTES if timed else 0))
    crcs ^= added_by_heads(words.view(np.uint8), varying, lasting, size)
    return Bundle(
        size,
        timed,
        heads.rows,
        lengths,
        (lengths << 36 | widths << 32).view(np.uint64),
        words[:, 0].copy().view(np.float64),
        decode_steps(heads.raw >> np.uint64(8), widest),
        tails,
        crcs,
    )


def _raw_steps(words: _Words) -> tuple[_Words, IntArray]:
    """Return the words with all but the payload bits of the step cleared, and how many bytes it takes.

    That is 0 where there is no step, and more than `WIDEST_STEP` where it does not end in the word.
    """
    has_step = (words & np.uint64(255)) == _STEP_KEY
    last = ~words & _CONTINUES
    last &= ~last + np.uint64(1)  # the lowest bit: that of the varint's last byte
    raw = (last - np.uint64(1)) & words
    raw &= _PAYLOAD_BITS
    widths = has_step.astype(np.int64)
    for byte in range(1, WIDEST_STEP + 1):
        longer = has_step & ((last > np.uint64(1 << 8 * byte + 7)) | (last == 0))
        if not longer.any():
            break
        widths += longer
    if not has_step.all():
        raw[~has_step] = 0
    return raw, widths


def _gather(buffer: _Bytes, at: IntArray, size: int) -> _Words:
    """Return the `size` bytes at each place as words, shape (n, size / 8)."""
    rows = np.ndarray((len(buffer) - size + 1,), f"V{size}", buffer, 0, (1,))[at]
    return rows.view("<u8").reshape(len(at), -1)
