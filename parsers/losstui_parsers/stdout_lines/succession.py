"""Models that one program trains one after the other, told apart by a name before the epoch or above it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from losstui.tags import split_of
from losstui_parsers.stdout_lines.record import Record

LEAST_RECORDS = 3  # of a model: a last line about the best epoch goes back, too
# "CF Training: Epoch 1": of which of several losses, before the word for the data
_WHOSE_TRAINING = re.compile(
    r"(?<![\w./-])([A-Z][\w.+-]{0,60}) train(?:ing)?(?:\]:?|:| \|| -)\s{0,2}"
    r"\[?(?:epoch|(?:global[ _])?step|iter)",
    re.IGNORECASE,
)
_REACH = 160  # characters of a line in which the name may stand
# "[small net | Epoch 1/10]", "[net_a] epoch 1", "Fold 2: Epoch 1"
_NAME = re.compile(
    r"((?<=\[)[A-Za-z][\w.+ =-]{0,60}?|(?<![\w./-])[A-Za-z][\w.+-]{0,60}(?:[ =]\d{1,3})?)"
    r"(?:\]:?|:| \|| -)\s{0,2}\[?(?:epoch|(?:global[ _])?step|iter)",
    re.IGNORECASE,
)
# A line of its own above the lines of one model: "FOLD 0", "===== Fold 1/5 =====", "INFO: Starting run 3"
_HEADING = re.compile(
    r"(?:.*[^\w\s])?\s*(?:(?:starting|training|running|beginning)\s+)?"
    r"((?:fold|seed|run|trial|repeat|repetition|experiment)\s*(?:no\.?|[#:=])?\s*\d+)"
    r"(?:\s*(?:/|of|out of)\s*\d+)?\W*",
    re.IGNORECASE,
)
_HEADING_SIGNS = ("fold", "seed", "run", "trial", "repe", "experiment")  # of which each heading has one
_LONGEST_HEADING = 120  # characters, with what a logger puts before it


@dataclass(slots=True)
class _Block:
    """The records of one model: the row of the first, how many there are, and the name at the last."""

    name: str
    row: int
    records: int
    last_name: str


class Succession:
    """The models that one text tells of, one after the other.

    Each has its records in one block, in which epochs or steps begin anew; any other text is of one model.
    """

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._place = 0.0
        self._is_one = False  # what was read shows that it is no such text
        self._heading = ""  # the name that a line without values told last

    def look(self, line: str) -> None:
        """Take note of the name that a line without values tells for those below it."""
        if len(line) > _LONGEST_HEADING:
            return
        lower = line.lower()
        may_head = any(sign in lower for sign in _HEADING_SIGNS)
        if may_head or "epoch" in lower:
            heading = _HEADING.fullmatch(line) if may_head else None
            self._heading = heading[1] if heading else name_before_place(line) or self._heading

    def take(self, record: Record, row: int, line: str) -> None:
        """Take the record that is in that row of the table, and the line it was read from."""
        if self._is_one:
            return
        place = record.step if record.epoch is None else record.epoch
        if place is None:
            return
        name = name_before_place(line) or self._heading
        if not self._blocks or place < self._place:
            self._begin(name, row)
        if not self._is_one:
            self._blocks[-1].records += 1
            self._blocks[-1].last_name = name
        self._place = place

    def _begin(self, name: str, row: int) -> None:
        """Begin the block of the model `name`, unless it is the one so far, started again."""
        if self._blocks and name == self._blocks[-1].name:
            return
        came_before = any(block.name == name for block in self._blocks)
        is_cut = bool(self._blocks) and not _is_whole(self._blocks[-1])
        self._is_one = not name or came_before or is_cut
        self._blocks.append(_Block(name, row, 0, name))

    def starts(self) -> dict[int, str]:
        """The name of each model by the row it begins in; empty where there are not several."""
        if self._is_one or len(self._blocks) < 2 or not _is_whole(self._blocks[-1]):
            return {}
        return {block.row: block.name for block in self._blocks}


def _is_whole(block: _Block) -> bool:
    return block.records >= LEAST_RECORDS and block.last_name == block.name


def name_before_place(line: str) -> str:
    """The name of a model that stands before the epoch; empty for none and for a split ("val")."""
    found = _NAME.search(line, 0, _REACH)
    if found and split_of(found[1]) == "train":
        found = _WHOSE_TRAINING.search(line, 0, _REACH)
    return found[1] if found and split_of(found[1]) == "none" else ""
