"""Names of runs cut to fit: what tells them apart is what stays."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from rich.cells import cell_len

from losstui.sanitise import clean
from losstui.tui.glyphs import Glyphs
from losstui.tui.shortening import shortened

LONGEST = 40  # cells of the name of a run among other words
LEAST_SHARED = 8  # characters: "seed-" says what the number behind it is
_BETWEEN = re.compile("[-_, ]")  # joins what a name is made of; a point or "=" does not: "lr=0.01"
_PIECES = re.compile("((?<![0-9]e)-|[_, ])")  # nor does the sign in "1e-4"
_WORD = re.compile("[^0-9*]*")  # before a number
_NUMERAL = tuple("0123456789*")  # what a number begins with; "seed*" stands for any seed

Form = tuple[str, ...]  # what joins the pieces of a name: names that have these alike are made up alike
Word = tuple[int, int]  # of a form: the piece, and how many characters it begins with are the word


class Names:
    """Ids of runs, paths in which "/" parts the folders. What it is made of must not change."""

    def __init__(self, run_ids: Collection[str]) -> None:
        self.run_ids = run_ids
        self._shared: dict[str, tuple[int, int]] = {}
        self._words: dict[str, dict[Form, list[Word]]] = {}
        self._longest: dict[tuple[str, Form], str] = {}

    def shortened(self, path: str, width: int, glyphs: Glyphs, *, skip: int = 0, beside: int = 0) -> str:
        """The run or folder at `path` in at most `width` cells, without its first `skip` folders.

        Where that is too long, folders that all runs are in and what all names in a folder begin or end
        with goes first, then words that all names made up like it have in between, the longest first:
        "adam-bs32-lr0.1" becomes "adam-32-0.1". The middle of what is left goes last. Where those beside
        it have `beside` cells at most, it loses what the longest of them that is made up like it has to lose.
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
        most = max(map(len, map(self._shared_words, folders[skip:], parts[skip:])))
        for words in range(most + 1):
            told: list[str] = []
            for folder, part in zip(folders[skip:], parts[skip:], strict=True):
                if folder == folders[-1] or len(self._beside.get(folder, ())) > 1:
                    told.append(self._told_apart(folder, part, words, glyphs))
                elif told and told[-1] != glyphs.ellipsis:
                    told.append(glyphs.ellipsis)
            yield "/".join(told) or whole

    def _longest_beside(self, path: str) -> str:
        """The longest path of what is in the same folder and made up like it."""
        folder, slash, part = path.rpartition("/")
        form = self._form(folder, part)
        if (folder, form) not in self._longest:
            alike = (one for one in self._beside.get(folder, ()) if self._form(folder, one) == form)
            self._longest[folder, form] = max(alike, key=cell_len, default="")
        return f"{folder}{slash}{self._longest[folder, form]}"

    def _told_apart(self, folder: str, part: str, words: int, glyphs: Glyphs) -> str:
        """What `part` has that the others in `folder` have not, and without so many of their words."""
        begin, end = self._shared_ends(folder)
        core = part[begin : len(part) - end]
        if words:
            core = _without(_PIECES.split(core), self._shared_words(folder, part)[:words])
        return glyphs.ellipsis * (begin > 0) + clean(core) + glyphs.ellipsis * (end > 0)

    def _form(self, folder: str, part: str) -> Form:
        begin, end = self._shared_ends(folder)
        return tuple(_PIECES.split(part[begin : len(part) - end])[1::2])

    def _shared_words(self, folder: str, part: str) -> list[Word]:
        """The words all names in `folder` that are made up like `part` have, longest first."""
        if folder not in self._words:
            begin, end = self._shared_ends(folder)
            names = [name[begin : len(name) - end] for name in self._beside.get(folder, ())]
            self._words[folder] = _words_by_form(names)
        return self._words[folder].get(self._form(folder, part), [])

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


def _words_by_form(names: Sequence[str]) -> dict[Form, list[Word]]:
    """The words that all of the `names` of a form have, longest first.

    None where names of two forms would be called alike without their words.
    """
    forms: dict[Form, list[list[str]]] = {}
    for name in names:
        pieces = _PIECES.split(name)
        forms.setdefault(tuple(pieces[1::2]), []).append(pieces)
    words = {form: _words_of_all(split) for form, split in forms.items()}
    for fewer in range(max(map(len, words.values()), default=0) + 1 if len(forms) > 1 else 0):
        told = {_without(pieces, words[form][:fewer]) for form, split in forms.items() for pieces in split}
        if len(told) < len(names):
            return {}
    return words


def _words_of_all(split: Sequence[Sequence[str]]) -> list[Word]:
    """The words that all names, each split into pieces and what joins them, have in the same place."""
    words: list[Word] = []
    for index, column in enumerate(zip(*split, strict=True) if len(split) > 1 else ()):
        start = _common_start(column)
        if index % 2 == 0 and len(set(column)) == 1:
            words.append((index, len(start)))
        elif index % 2 == 0 and (word := _WORD.match(start)) is not None and word[0]:
            before_numbers = all(one[word.end() :][:1] in _NUMERAL for one in column)
            words += [(index, word.end())] if before_numbers else []
    return sorted(words, key=lambda word: -word[1])


def _without(pieces: Sequence[str], words: Sequence[Word]) -> str:
    """Pieces and what joins them, in turn, without the words that some pieces begin with."""
    cut = dict(words)
    text = ""
    for index in range(0, len(pieces), 2):
        if index not in cut or cut[index] < len(pieces[index]):
            text += (pieces[index - 1] if text else "") + pieces[index][cut.get(index, 0) :]
    return text


def _common_start(names: Sequence[str]) -> str:
    """What all of `names` begin with."""
    first, last = min(names, default=""), max(names, default="")  # in order, the others lie between
    length = next((i for i, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first[: min(len(first), len(last)) if length is None else length]
