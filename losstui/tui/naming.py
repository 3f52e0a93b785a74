"""Names of runs cut to fit: what tells them apart is what stays."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from rich.cells import cell_len

from losstui.sanitise import clean
from losstui.tui.glyphs import Glyphs
from losstui.tui.shortening import shortened

LONGEST = 40  # cells of the name of a run among other words
LEAST_SHARED = 8  # characters: "seed-" says what the number behind it is
_BETWEEN = re.compile("[-_, ]")  # joins what a name is made of; a point or "=" does not: "lr=0.01"
_PIECES = re.compile("((?<![0-9]e)-|[_, ])")  # nor does the sign in "1e-4"
_WORD = re.compile("[^0-9]*")  # before a number


class Names:
    """Ids of runs, paths in which "/" parts the folders. What it is made of must not change."""

    def __init__(self, run_ids: Collection[str]) -> None:
        self.run_ids = run_ids
        self._shared: dict[str, tuple[int, int]] = {}
        self._words: dict[str, list[tuple[int, int]]] = {}
        self._longest: dict[str, str] = {}

    def shortened(self, path: str, width: int, glyphs: Glyphs, *, skip: int = 0, beside: int = 0) -> str:
        """The run or folder at `path` in at most `width` cells, without its first `skip` folders.

        Where that is too long, folders that all runs are in and what all names in a folder begin or end
        with goes first, then words that all of them have in between, the longest first: "adam-bs32-lr0.1"
        becomes "adam-32-0.1". The middle of what is left goes last. Where those beside it have `beside` cells
        at most, it loses what the longest of them has to lose.
        """
        longest = path if not beside or path.count("/") > skip else self._longest_beside(path)
        text = ""
        for text, other in zip(
            self._ways(path, skip, glyphs), self._ways(longest, skip, glyphs), strict=False
        ):
            if cell_len(text) <= width and (not beside or cell_len(other) <= beside):
                return text
        return shortened(text, width, glyphs)

    def _ways(self, path: str, skip: int, glyphs: Glyphs) -> Iterator[str]:
        """What the run or folder at `path` may be called, ever shorter; as many ways for all beside it."""
        parts = path.split("/")
        whole = clean("/".join(parts[skip:])) or "(no name)"
        yield whole
        folders = ["/".join(parts[:position]) for position in range(len(parts))]
        most = max(len(self._shared_words(folder)) for folder in folders[skip:])
        for words in range(most + 1):
            told: list[str] = []
            for folder, part in zip(folders[skip:], parts[skip:], strict=True):
                if folder == folders[-1] or len(self._beside.get(folder, ())) > 1:
                    told.append(self._told_apart(folder, part, words, glyphs))
                elif told and told[-1] != glyphs.ellipsis:
                    told.append(glyphs.ellipsis)
            yield "/".join(told) or whole

    def _longest_beside(self, path: str) -> str:
        folder, slash, _ = path.rpartition("/")
        if folder not in self._longest:
            self._longest[folder] = max(self._beside.get(folder, ()), key=cell_len, default="")
        return f"{folder}{slash}{self._longest[folder]}"

    def _told_apart(self, folder: str, part: str, words: int, glyphs: Glyphs) -> str:
        """What `part` has that the others in `folder` have not, and without so many of their words."""
        begin, end = self._shared_ends(folder)
        core = part[begin : len(part) - end]
        if words:
            core = _without(_PIECES.split(core), dict(self._shared_words(folder)[:words]))
        return glyphs.ellipsis * (begin > 0) + clean(core) + glyphs.ellipsis * (end > 0)

    def _shared_words(self, folder: str) -> list[tuple[int, int]]:
        """Of the words all names in `folder` have in the same place the piece and the length, longest first.

        None where the names are not made up alike.
        """
        if folder not in self._words:
            begin, end = self._shared_ends(folder)
            names = list(self._beside.get(folder, ()))
            split = [_PIECES.split(name[begin : len(name) - end]) for name in names]
            alike = len(names) > 1 and len({tuple(one[1::2]) for one in split}) == 1
            words: list[tuple[int, int]] = []
            for index, column in enumerate(zip(*split, strict=True) if alike else ()):
                start = _common_start(column)
                if index % 2 == 0 and len(set(column)) == 1:
                    words.append((index, len(start)))
                elif index % 2 == 0 and (word := _WORD.match(start)) is not None and word[0]:
                    before_numbers = all(one[word.end() :][:1].isdigit() for one in column)
                    words += [(index, word.end())] if before_numbers else []
            self._words[folder] = sorted(words, key=lambda word: -word[1])
        return self._words[folder]

    def _shared_ends(self, folder: str) -> tuple[int, int]:
        """How many characters all names in `folder` begin and end with, words left whole."""
        if folder not in self._shared:
            names = list(self._beside.get(folder, ()))
            first = _common_start(names)
            last = _common_start([name[::-1] for name in names])[::-1]
            begin = max((between.end() for between in _BETWEEN.finditer(first)), default=0)
            between = _BETWEEN.search(last)
            end = len(last) - between.start() if between else 0
            begin, end = (length if length >= LEAST_SHARED else 0 for length in (begin, end))
            several = len(names) > 1 and min(map(len, names)) > begin + end
            self._shared[folder] = (begin, end) if several else (0, 0)
        return self._shared[folder]

    @cached_property
    def _beside(self) -> dict[str, set[str]]:
        """By the path of each folder what is right in it."""
        beside: dict[str, set[str]] = {}
        for run_id in self.run_ids:
            parts = run_id.split("/")
            for position, part in enumerate(parts):
                beside.setdefault("/".join(parts[:position]), set()).add(part)
        return beside


def _without(pieces: Sequence[str], words: Mapping[int, int]) -> str:
    """Pieces and what joins them, in turn, without the first `words[index]` characters of some pieces."""
    text = ""
    for index in range(0, len(pieces), 2):
        if index not in words or words[index] < len(pieces[index]):
            text += (pieces[index - 1] if text else "") + pieces[index][words.get(index, 0) :]
    return text


def _common_start(names: Sequence[str]) -> str:
    """What all of `names` begin with."""
    first, last = min(names, default=""), max(names, default="")  # in order, the others lie between
    length = next((i for i, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first[: min(len(first), len(last)) if length is None else length]
