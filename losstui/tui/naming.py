"""Names of runs cut to fit: what tells them apart is what stays."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from rich.cells import cell_len, set_cell_size

from losstui.sanitise import clean
from losstui.tui.glyphs import Glyphs
from losstui.tui.shortening import shortened

LONGEST = 40  # cells of the name of a run among other words
LEAST_SHARED = 8  # characters: "seed-" says what the number behind it is
_BETWEEN = re.compile("[-_, ]")  # joins what a name is made of; a point or "=" does not: "lr=0.01"
_BETWEEN_PARTS = re.compile("[-_, /]")  # of a path
_PIECES = re.compile("((?<![0-9]e)-|[_, ])")  # nor does the sign in "1e-4"
_WORD = re.compile("[^0-9*]*")  # before a number
_NUMERAL = re.compile(r"[0-9*][0-9.*]*(?:e[-+]?[0-9]+)?[A-Za-z]*")  # with its unit; "seed*" is any seed

Form = tuple[str, ...]  # what joins the pieces of a name: names that have these alike are made up alike
Word = tuple[int, int]  # of a form: the piece, and how many characters it begins with are the word


class Names:
    """Ids of runs, paths in which "/" parts the folders. What it is made of must not change."""

    def __init__(self, run_ids: Collection[str]) -> None:
        self.run_ids = run_ids
        self._shared: dict[str, tuple[list[int], int]] = {}
        self._words: dict[str, dict[Form, list[Word]]] = {}
        self._longest: dict[tuple[str, Form], str] = {}
        self._shortest: dict[tuple[str, int], list[str]] = {}
        self._least: dict[str, int] = {}

    def shortened(self, path: str, width: int, glyphs: Glyphs, *, skip: int = 0, beside: int = 0) -> str:
        """The run or folder at `path` in at most `width` cells, without its first `skip` folders.

        Where that is too long, folders that all runs are in and what all names in a folder begin or end
        with goes first, of the beginning one word after another, then words that all names made up like it
        have in between, the longest first: "adam-bs32-lr0.1" becomes "adam-32-0.1". The middle of what is
        left goes last, or what is around the middle where that alone tells names apart. Where those beside
        it have `beside` cells at most, it loses what the longest of them that is made up like it has to lose.
        """
        longest = path if not beside or path.count("/") > skip else self._longest_beside(path)
        text = ""
        for text, other in zip(
            self._ways(path, skip, glyphs), self._ways(longest, skip, glyphs), strict=False
        ):
            if cell_len(text) <= width and (not beside or cell_len(other) <= beside):
                return text
        return self._cut(text, path, width, skip, glyphs)

    def least(self, path: str, glyphs: Glyphs, *, skip: int = 0) -> int:
        """The cells in which the names made up like that at `path` are told apart without a cut.

        0 where they share nothing that could go, as what a person called them one by one.
        """
        longest = path if path.count("/") > skip else self._longest_beside(path)
        if longest not in self._least:
            whole, *shorter = self._ways(longest, skip, glyphs)
            told = shorter[-1] if shorter else whole
            self._least[longest] = cell_len(told) if told != whole else 0
        return self._least[longest]

    def _cut(self, text: str, path: str, width: int, skip: int, glyphs: Glyphs) -> str:
        """`text`, all that is left to call `path` by, in so many cells; no other beside it is cut like it."""
        cut = shortened(text, width, glyphs)
        beside = self._shortest_beside(path, skip, glyphs)
        alike = [other for other in beside if other != text and shortened(other, width, glyphs) == cut]
        begin, end = _ends_of_all([text, *alike]) if alike else (0, 0)
        if not begin:
            return cut
        middle, after = text[begin : len(text) - end], text[len(text) - end :]
        room = width - cell_len(middle) - (1 if after else 0)
        if room < 0:
            return shortened(f"{glyphs.ellipsis}{middle}{after}", width, glyphs)
        told = shortened(text[:begin], room, glyphs) + middle
        room = width - cell_len(told)
        return told + (after if cell_len(after) <= room else set_cell_size(after, room - 1) + glyphs.ellipsis)

    def _shortest_beside(self, path: str, skip: int, glyphs: Glyphs) -> list[str]:
        """What is left of all paths of as many parts that are in the same folder, the `skip`-th of it."""
        parts = path.split("/")
        within = "".join(f"{part}/" for part in parts[:skip])
        if (within, len(parts)) not in self._shortest:
            beside = {
                "/".join(one.split("/")[: len(parts)]) for one in self.run_ids if one.startswith(within)
            }
            texts = [[*self._ways(one, skip, glyphs)][-1] for one in sorted(beside)]
            self._shortest[within, len(parts)] = texts
        return self._shortest[within, len(parts)]

    def _ways(self, path: str, skip: int, glyphs: Glyphs) -> Iterator[str]:
        """What the run or folder at `path` may be called, ever shorter; as many ways for all beside it."""
        parts = path.split("/")
        whole = clean("/".join(parts[skip:])) or "(no name)"
        yield whole
        folders = ["/".join(parts[:position]) for position in range(len(parts))]
        most = max(map(len, map(self._shared_words, folders[skip:], parts[skip:])))
        starts = max(len(self._shared_ends(folder)[0]) for folder in folders[skip:])
        for start, words in [*((start, 0) for start in range(starts)), *((-1, n + 1) for n in range(most))]:
            told: list[str] = []
            for folder, part in zip(folders[skip:], parts[skip:], strict=True):
                if folder == folders[-1] or len(self._beside.get(folder, ())) > 1:
                    told.append(self._told_apart(folder, part, start, words, glyphs))
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

    def _told_apart(self, folder: str, part: str, start: int, words: int, glyphs: Glyphs) -> str:
        """What `part` has that the others in `folder` have not, and without so many of their words.

        It begins at the `start`-th word of what they all begin with, or after those.
        """
        starts, end = self._shared_ends(folder)
        begin = starts[min(start, len(starts) - 1)]
        core = part[begin : len(part) - end]
        if words:
            core = _without(_PIECES.split(core), self._shared_words(folder, part)[:words])
        return glyphs.ellipsis * (begin > 0) + clean(core) + glyphs.ellipsis * (end > 0)

    def _form(self, folder: str, part: str) -> Form:
        return tuple(_PIECES.split(self._apart(folder, part))[1::2])

    def _apart(self, folder: str, part: str) -> str:
        """`part` without all that the others in `folder` begin and end with."""
        starts, end = self._shared_ends(folder)
        return part[starts[-1] : len(part) - end]

    def _shared_words(self, folder: str, part: str) -> list[Word]:
        """The words all names in `folder` that are made up like `part` have, longest first."""
        if folder not in self._words:
            names = [self._apart(folder, name) for name in self._beside.get(folder, ())]
            self._words[folder] = _words_by_form(names)
        return self._words[folder].get(self._form(folder, part), [])

    def _shared_ends(self, folder: str) -> tuple[list[int], int]:
        """What all names in `folder` begin and end with, words left whole.

        After how many characters each word of the beginning ends, and how many characters the end has.
        """
        if folder not in self._shared:
            names = list(self._beside.get(folder, ()))
            first = _common_start(names)
            last = _common_start([name[::-1] for name in names])[::-1]
            starts = [between.end() for between in _BETWEEN.finditer(first)]
            between = _BETWEEN.search(last)
            end = len(last) - between.start() if between else 0
            starts = starts if starts and starts[-1] >= LEAST_SHARED else [0]
            end = end if end >= LEAST_SHARED else 0
            several = len(names) > 1 and min(map(len, names)) > starts[-1] + end
            self._shared[folder] = (starts, end) if several else ([0], 0)
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
            before_numbers = all(_NUMERAL.fullmatch(one[word.end() :]) for one in column)
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


def _ends_of_all(texts: Sequence[str]) -> tuple[int, int]:
    """How many characters all of `texts` begin and end with, words left whole."""
    begin = max((one.end() for one in _BETWEEN_PARTS.finditer(_common_start(texts))), default=0)
    last = _common_start([text[begin:][::-1] for text in texts])[::-1]
    between = _BETWEEN_PARTS.search(last)
    return begin, len(last) - between.start() if between else 0


def _common_start(names: Sequence[str]) -> str:
    """What all of `names` begin with."""
    first, last = min(names, default=""), max(names, default="")  # in order, the others lie between
    length = next((i for i, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first[: min(len(first), len(last)) if length is None else length]
