"""What a family of log lines is, and what one of its lines says."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Record:
    """The values of one line, by tag, and where it says it stands: None where it does not."""

    values: list[tuple[str, float]]
    step: float | None = None
    epoch: float | None = None
    run: str = ""  # which of several runs the line is about
    redraws: bool = False  # whether it is a later state of what the record before it says


class LineFamily(ABC):
    """The lines that one trainer, or several of one habit, print. One object reads one file, in its order."""

    title: ClassVar[str]
    # A line without any of these is none of the family's: looking for them is all most lines cost.
    marks: ClassVar[tuple[str, ...]]
    # Of a last resort: before one of these stands in the text, it reads nothing.
    openings: ClassVar[tuple[str, ...]] = ("",)
    # Whether a single line shows that it is a training log, of those with `values_wanted` one that names a
    # place; else lines that count onward are needed.
    distinctive: ClassVar[bool] = False
    # Whether the line is drawn again and again behind a carriage return, so that only its last state counts.
    redrawn: ClassVar[bool] = False
    # Where its lines name no place: how many values of a tag show that it is a training log; else 0.
    values_wanted: ClassVar[int] = 0
    # Whether people's own loops print such lines, so that the other lines of the file tell values as well.
    of_loops: ClassVar[bool] = False

    @abstractmethod
    def read(self, line: str) -> Record | None:
        """What `line` says, nothing where it only repeats, or None where it is none of the family's."""

    @classmethod
    def opens(cls, text: str) -> bool:
        """Whether a last resort reads this piece of the text and what is behind it."""
        return any(opening in text for opening in cls.openings)

    def names(self) -> Mapping[str, str]:
        """Better names for some of the tags, which only the whole file shows."""
        return {}

    def settings(self) -> Mapping[str, object]:
        """What the lines tell that the program was called with."""
        return {}
