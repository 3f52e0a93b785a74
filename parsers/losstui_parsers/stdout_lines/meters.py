"""Lines of epoch and batch in brackets: torchvision, timm, DETR, mmcv, MMEngine and the loops after them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import (
    ARRAY_PAIR,
    ENDED,
    NUMBER,
    STARTS,
    WORD,
    any_measured,
    phrase_pairs,
    to_number,
    under,
)
from losstui_parsers.stdout_lines.record import LineFamily, Record

_PAIR = re.compile(
    rf"{STARTS}(?<![A-Za-z] )({WORD})(?:\s*[:=]\s*|\s+)({NUMBER})(?:{ENDED})(?:\s*\(\s*({NUMBER})\s*\))?"
)
# "Loss: 0.5, Disc Loss: 3.9, Dur Loss: 0.4": names of several words, each between a comma and its sign
_PHRASE = re.compile(rf",\s+{WORD}(?: {WORD}){{1,2}}[:=]\s*{NUMBER}{ENDED}\s*(?:,|$)")
# "Epoch [3/20] Train: loss 0.5, acc 0.8 | Val: loss 0.7, acc 0.75"
_SPLITS = re.compile(r"\btrain\w*\s*[:|(-](?=.*\b(?:val|valid|test|eval)\w*\s*[:|(-])", re.IGNORECASE)
_AVERAGES = "Averaged stats:"  # of DETR, over the batches of an epoch or of an evaluation
# One batch, or the last of several, of all there are: "[50/100]", "[0-50/100]", "[50/100 (50%)]".
_IN_BRACKETS = (
    r"\[\s*(?:\d{1,15}-)?(?P<batch>\d{1,15})(?:\s*/\s*(?P<batches>\d{1,15}))?(?:\s*\(\s*\d+%\))?\s*\]"
)


class Meters(LineFamily):
    """`Epoch: [3][50/100]  Loss 3.9 (4.0)`, `Epoch [1][50/1000]  lr: 0.02, loss: 0.5` and the like."""

    title: ClassVar[str] = "epochs and batches in brackets"
    marks: ClassVar[tuple[str, ...]] = ("poch", "Train: ", "Test:", "Iter", "* ", _AVERAGES)
    redrawn: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True

    _train = re.compile(
        rf"Epoch(?:\((?P<mode>\w+)\))?:?\s*\[\s*(?P<epoch>\d+)(?:/\d+)?\s*\]"
        rf"(?:[\s,:-]*(?:Iter(?:ation)?|Batch|Step)?:?\s*{_IN_BRACKETS})?(?P<values>.*)"
    )
    _timm = re.compile(rf"Train: (?P<epoch>\d+) {_IN_BRACKETS}(?P<values>.*)")
    _swin = re.compile(rf"Train: \[(?P<epoch>\d+)/\d+\]{_IN_BRACKETS}(?P<values>.*)")
    _iterations = re.compile(rf"Iter(?:\((?P<mode>\w+)\))?:?\s*{_IN_BRACKETS}(?P<values>.*)")
    _summary = re.compile(
        r"(?:^|\s)(Test|Val|Valid|Validation|Eval):\s+(?!\[)(\S.*)|(?:^\s*|\bINFO\s+)(\*)\s+(\S.*)"
    )
    _last_batch = re.compile(rf"(?:Test|Val|Valid|Validation|Eval):\s*{_IN_BRACKETS}(?P<values>.*)")

    def __init__(self) -> None:
        self._started = False
        self._held_out = False  # whether the latest batch was one of an evaluation
        self._evaluated: set[str] = set()  # tags that the last batch of an evaluation told

    def read(self, line: str) -> Record | None:
        """The current values of one batch, or the averages of one evaluation."""
        for pattern in (self._train, self._timm, self._swin, self._iterations):
            match = pattern.search(line)
            if match:
                return self._batch(match.groupdict())
        return self._evaluation(line) if self._started else None

    def _batch(self, told: Mapping[str, str | None]) -> Record | None:
        """What the groups of a pattern tell of one batch; those that it has not are None."""
        mode, batch, batches, epoch = (told.get(name) for name in ("mode", "batch", "batches", "epoch"))
        text = told["values"] or ""
        of_phrases = _PHRASE.search(text) or ("[" in text and ARRAY_PAIR.search(text))
        found = phrase_pairs(text) if of_phrases else _meters(text)
        values = [(tag, number) for tag, number, _ in found]
        if batch is None and _SPLITS.search(text):
            return None  # the numbers of two splits under the same names: each line of one's own loop
        held_out = mode is not None and mode != "train"
        partial = held_out and batches is not None and batch != batches
        if not any_measured(values):
            return None
        if partial:
            return Record([])
        self._started = True
        self._held_out = False
        self._evaluated = set()
        at = None if epoch is None else float(epoch)
        if held_out and mode:
            return Record(under(mode, values), None, at)
        return Record(values, None if batch is None else float(batch), at)

    def _evaluation(self, line: str) -> Record | None:
        if _AVERAGES in line:  # the batches tell of training, and the last one of an evaluation told of it
            told = self._evaluated or not self._held_out
            return Record([]) if told else self._averages(line.partition(_AVERAGES)[2])
        match = self._summary.search(line)
        if match:
            found = _meters(match.group(2) or match.group(4))
            values = under((match.group(1) or "test").lower(), [(tag, number) for tag, number, _ in found])
            if match.group(3):  # "* Acc@1 78.4 loss 1.57" says the averages of the last batch again
                values = [one for one in values if one[0] not in self._evaluated]
            return Record(values) if any_measured(values) else None
        match = self._last_batch.search(line)
        if match is None or match["batches"] is None:
            return None
        self._held_out = True
        if int(match["batches"]) - int(match["batch"]) > 1:
            return Record([])
        return self._averages(match["values"])

    def _averages(self, text: str) -> Record | None:
        """The averages over all batches of an evaluation."""
        # the number in brackets is the average over the batches so far, here over all of them
        averages = [(tag, number if average is None else average) for tag, number, average in _meters(text)]
        values = under("test", averages)
        self._evaluated = {tag for tag, _ in values}
        return Record(values) if any_measured(values) else None


def _meters(text: str) -> list[tuple[str, float, float | None]]:
    return [
        (
            match.group(1),
            to_number(match.group(2)),
            None if match.group(4) is None else to_number(match.group(4)),
        )
        for match in _PAIR.finditer(text)
        if match.group(1).lower() != "eta" and not _is_unit(text, match)
    ]


def _is_unit(text: str, match: re.Match[str]) -> bool:
    """Whether the name belongs to the number before it: "Speed: 512.5 samples/sec 1024.5 tokens/sec"."""
    return "/s" in match.group(1) and text[: match.start()].rstrip(" ")[-1:].isdigit()
