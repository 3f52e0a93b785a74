"""Where a line of free text says it stands, and on which data it was measured."""

from __future__ import annotations

import re
from dataclasses import dataclass

from losstui_parsers.stdout_lines.numbers import to_number

_AXIS = re.compile(
    r"(?<![A-Za-z_])(global[ _]step|train[ _]step|steps?|iterations?|iters?|itr|updates?"
    r"|epoch|ep|batch|round|episode|game)"
    r"\.?\s{0,4}(?:#|no\.?)?\s{0,4}[:=]?\s{0,4}[\[(<#]?\s{0,4}(\d[\d,]*(?:\.\d+)?)(?![\d.]*\w)",
    re.IGNORECASE,
)
_EPOCH_WORDS = ("epoch", "ep")
_OF_ALL = re.compile(r"\[\s*(\d+)/\d+(?:\s*\(\s*\d+(?:\.\d+)?%\s*\))?\s*\]")
_EPOCH_AND_BATCH = re.compile(r"\s*\[\s*(\d+),\s+(\d+)\]")
_SPLIT = re.compile(
    r"(?<![A-Za-z_])(train(?:ing)?|val(?:id(?:ation)?)?|dev|test(?:ing)?|eval(?:uation)?)(?![A-Za-z_.]\w|\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """The step, or the batch within the epoch, and the epoch that a line names; None where it does not."""

    step: float | None
    epoch: float | None

    @property
    def named(self) -> bool:
        """Whether the line says anything of where it stands."""
        return self.step is not None or self.epoch is not None


def place_in(text: str) -> Place:
    """The place that `text` names in words, "epoch 3, step 100", or in brackets, "[3, 100]", "[100/600]"."""
    step: float | None = None
    batch: float | None = None
    epoch: float | None = None
    for word, number in _AXIS.findall(text):
        word, value = word.lower(), to_number(number)
        if word in _EPOCH_WORDS:
            epoch = value
        elif word == "batch":
            batch = value
        elif step is None:
            step = value
    if step is None and batch is None and "[" in text:
        of_all = _OF_ALL.search(text)
        pair = _EPOCH_AND_BATCH.match(text)
        if of_all:
            batch = float(of_all.group(1))
        elif pair and epoch is None:
            epoch, batch = float(pair.group(1)), float(pair.group(2))
    return Place(batch if step is None else step, epoch)


def split_before(text: str) -> str:
    """The last word in `text` that names a split, in lower case, or nothing."""
    found = _SPLIT.findall(text)
    return found[-1].lower() if found else ""
