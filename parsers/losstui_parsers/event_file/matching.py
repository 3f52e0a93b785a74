"""Recognises the records of one layout among many of the same length, and tells their tags apart.

A record's key is all of its bytes but the numbers. Keys are looked up in a cascade of small hash tables:
what another key keeps from its slot in one table is looked for in the next, so that a look-up is exact
and takes a few operations on whole columns, however many tags there are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.checksum import added, crc_of_zeros
from losstui_parsers.event_file.layout import WORD, Layout, Template, to_words

_Words = NDArray[np.uint64]
_Numbers = NDArray[np.int32]

_TABLE_BITS = 13  # slots of a table: 32 KB, which stays in the first-level cache
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: spreads neighbouring keys
_ALL = (1 << 64) - 1


class Matcher:
    """The records of one layout. Words are those of `take_bytes`: shape (words, n), one record a column.

    `numbers` and the columns of `tag_ids`, shape (values a record, templates), are of the templates known.
    """

    def __init__(self, layout: Layout, payload: bytes) -> None:
        self.layout = layout
        masks = to_words((~(layout.free | layout.tags)).tobytes())
        fixed = to_words(payload) & masks
        self._fixed = [(i, masks[i], fixed[i]) for i in range(len(masks)) if masks[i]]
        keys = to_words((~layout.free).tobytes() + bytes(-len(payload) % 8))
        self._key_words = [(i, keys[i]) for i in range(len(keys)) if keys[i]]
        self._keys = np.empty((len(self._key_words), 0), np.uint64)
        self._tables: list[_Numbers] = []
        self.numbers: _Numbers = np.empty(0, np.int32)
        self.tag_ids: _Numbers = np.empty((layout.count, 0), np.int32)

    def bases(self) -> NDArray[np.uint32]:
        """Return the checksum of each template's payload with zeros for its numbers, shape (templates,).

        The payloads are at most `LONGEST_CHECKED` bytes long.
        """
        length = self.layout.length
        words = np.zeros((len(self.numbers), -(-length // WORD)), np.uint64)
        words[:, [index for index, _ in self._key_words]] = self._keys.T
        payloads = np.where(self.layout.free, np.uint8(0), words.view(np.uint8)[:, :length])
        adding = added(payloads, np.arange(length - 1, -1, -1))
        bases: NDArray[np.uint32] = np.bitwise_xor.reduce(adding, axis=1) ^ np.uint32(crc_of_zeros(length))
        return bases

    def find(self, words: _Words, learn: Callable[[bytes], Template]) -> _Numbers:
        """Return each record's template, shape (n,); -1 for the records of other layouts.

        `learn` makes the template of a record with new tags.
        """
        keys = [words[i] & mask if mask != _ALL else words[i] for i, mask in self._key_words]
        if len(self.numbers) == 1:
            same = keys[0] == self._keys[0, 0]
            for key, known in zip(keys[1:], self._keys[1:, 0], strict=True):
                same &= key == known
            if same.all():
                return np.zeros(len(same), np.int32)
        found = self._look_up(0, words, keys, learn)
        level = 0
        pending = np.flatnonzero(found == _TAKEN)
        while len(pending):
            level += 1
            some = self._look_up(level, words[:, pending], [key[pending] for key in keys], learn)
            found[pending] = some
            pending = pending[some == _TAKEN]
        return found

    def _look_up(
        self, level: int, words: _Words, keys: list[_Words], learn: Callable[[bytes], Template]
    ) -> _Numbers:
        """Return templates by one table: -1 for other layouts, `_TAKEN` where another key has the slot."""
        if level == len(self._tables):
            self._tables.append(np.full(1 << _TABLE_BITS, -1, np.int32))
        table = self._tables[level]
        slots = _hash(keys, level)
        found = table[slots]
        if found.min() < 0:
            unknown = np.flatnonzero(found < 0)
            unknown = unknown[self._matches(words[:, unknown])]
            _, first = np.unique(slots[unknown], return_index=True)
            new = unknown[first]
            table[slots[new]] = len(self.numbers) + np.arange(len(new), dtype=np.int32)
            self._learn(words[:, new], [key[new] for key in keys], learn)
            found = table[slots]
        same = self._keys[0].take(found, mode="wrap") == keys[0] if len(self.numbers) else found >= 0
        for known, key in zip(self._keys[1:], keys[1:], strict=True):
            same &= known.take(found, mode="wrap") == key
        if not same.all():
            found[~same & (found >= 0)] = _TAKEN
        return found

    def _matches(self, words: _Words) -> NDArray[np.bool_]:
        result = np.ones(words.shape[1], bool)
        for index, mask, value in self._fixed:
            result &= (words[index] & mask) == value
        return result

    def _learn(self, words: _Words, keys: list[_Words], learn: Callable[[bytes], Template]) -> None:
        payloads = np.ascontiguousarray(words.T).view(np.uint8)[:, : self.layout.length]
        templates = [learn(payload.tobytes()) for payload in payloads]
        numbers = np.array([template.number for template in templates], np.int32)
        tag_ids = np.array([template.tag_ids for template in templates], np.int32)
        self._keys = np.concatenate([self._keys, np.array(keys)], axis=1)
        self.numbers = np.concatenate([self.numbers, numbers])
        self.tag_ids = np.concatenate([self.tag_ids, tag_ids.reshape(-1, self.layout.count).T], axis=1)


_TAKEN = -2


def _hash(keys: list[_Words], level: int) -> NDArray[np.intp]:
    # Each table mixes the words in another way; the first, which nearly all records need, most cheaply.
    total = keys[0] * np.uint64(_GOLDEN * (2 * level + 1) & _ALL)
    for key in keys[1:]:
        if level:
            total *= np.uint64(_GOLDEN * (2 * level + 1) & _ALL)
        total ^= key
        total ^= total >> np.uint64(29)
    total *= np.uint64(_GOLDEN)
    total >>= np.uint64(64 - _TABLE_BITS)
    return total.astype(np.intp)
