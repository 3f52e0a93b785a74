"""Lines of cells between bars: Megatron, NeMo, fairseq, torchtune, llm.c, nanochat, litgpt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from losstui.languages import LETTERS
from losstui_parsers.stdout_lines.numbers import (
    ENDED,
    NUMBER,
    any_measured,
    is_measured,
    measured_under,
    pairs,
    phrase_pairs,
    to_number,
    under,
)
from losstui_parsers.stdout_lines.places import batch_behind_epoch, under_splits
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.stdout_lines.unnamed import Unnamed

_COLON_CELL = re.compile(rf"\s*([A-Za-z{LETTERS}][^:=|]{{0,60}}?)\s*[:=]\s*({NUMBER})(?!\d*:\d)")
_BLANK_CELL = re.compile(rf"\s*([A-Za-z{LETTERS}][\w/@%' -]{{0,40}}?)\s+({NUMBER}){ENDED}")
_UNIT_CELL = re.compile(rf"\s*({NUMBER})\s?(ms|s|tok/s|tokens/s|it/s|%[ \w]*MFU)\s*$")
_AXIS = re.compile(
    r"(?<![A-Za-z_])(?<!-- )(step|iter|iteration|epoch|update|num_updates|ep|episode)\s*[:=#]?\s*(\d+)"
    r"(?:\s*/\s*\d+)?(?![\w.%])",
    re.IGNORECASE,
)
# "Epoch 3 loss: 0.5", "epoch 3/10] loss: 0.5": what stands before the first name of a cell
_AXIS_AHEAD = re.compile(rf"\s*{_AXIS.pattern}[\])>:,]*(?:\s+-)?\s+(?=[A-Za-z{LETTERS}])", re.IGNORECASE)
_EPOCHS = ("epoch", "ep")
_TIME_LEFT = re.compile(r"eta(?: \d+)?", re.IGNORECASE)
_WORDS_OF_A_PAIR = 3  # "train loss 0.5"
_NAMES = {"norm": "grad_norm", "ms": "ms/step"}  # llm.c and what was written after it
# "|   200/ 1452 batches", "| Batch 200/1452"
_BATCH = re.compile(r"\| *(?:(\d+) */ *\d+ batches|batch *[:#]? *(\d+) */ *\d+(?![\w.%]))", re.IGNORECASE)
_LITGPT = re.compile(rf"loss train: *({NUMBER}),? *val: *({NUMBER}|n/a)")


class Megatron(LineFamily):
    """`iteration 10/ 1000 | consumed samples: 40 | lm loss: 1.2E+01 | ...` and its validation lines."""

    title: ClassVar[str] = "Megatron"
    marks: ClassVar[tuple[str, ...]] = ("consumed samples:", "elapsed time per iteration", " loss at ")
    distinctive: ClassVar[bool] = True

    _iteration = re.compile(r"iteration\s+(\d+)\s*/\s*\d+\s*\|")
    _held_out = re.compile(
        r"(valid\w*|test) loss at (?:the end of training for (val|test)|iteration (\d+))[^|]*\|"
    )

    def read(self, line: str) -> Record | None:
        """The cells of one logged iteration or of one evaluation."""
        match = self._iteration.search(line)
        if match:
            return Record(_colon_cells(line[match.end() :]), float(match.group(1)))
        match = self._held_out.search(line)
        if match is None:
            return None
        split = match.group(2) or match.group(1)
        step = None if match.group(3) is None else float(match.group(3))
        cells = _colon_cells(line[match.end() :])
        values = [(f"{split}/{tag.removesuffix(' value')}", value) for tag, value in cells]
        return Record(values, step) if values else None


class Fairseq(LineFamily):
    """`| epoch 001: 450 / 1891 loss=11.5, ..., num_updates=445` and `| epoch 001 | loss 8.1 | ...`."""

    title: ClassVar[str] = "fairseq"
    marks: ClassVar[tuple[str, ...]] = ("| epoch ",)
    redrawn: ClassVar[bool] = True

    _epoch = re.compile(r"\| epoch (\d+)(:| \||(?= +\d+ / \d+ ))(.*)")
    _updates = re.compile(r"num_updates[ =](\d+)")
    _partial = re.compile(r"subset +\d+ */ *\d+")  # on the way through the held-out data
    _clocks = frozenset(("wall", "train_wall"))

    def read(self, line: str) -> Record | None:
        """The values of one progress line, one epoch, or one evaluation."""
        match = self._epoch.search(line)
        if match is None:
            return None
        rest = match.group(3)
        if self._partial.search(rest):
            return Record([])
        inner = match.group(2) != " |"
        values = pairs(rest) if inner else [(tag, value) for tag, value, _ in cells_of(rest)]
        updates = self._updates.search(rest)
        step = batch_behind_epoch(line) if updates is None else float(updates.group(1))
        values = [
            (tag, value) for tag, value in values if tag not in self._clocks and "num_updates" not in tag
        ]
        if not any_measured(values):
            return None
        if "subset" in rest:
            values = under("valid", values)
        else:
            values = measured_under("train" if inner else "train_epoch", values)
        return Record(values, step, float(match.group(1)))


class Piped(LineFamily):
    """`step 5/100 | loss 7.6 | lr 1e-5`, `Step 1 | loss:2.1 lr:2e-05` and their like."""

    title: ClassVar[str] = "steps and cells between bars"
    marks: ClassVar[tuple[str, ...]] = (" | ", "|loss")
    redrawn: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True

    def __init__(self) -> None:
        self._unnamed = Unnamed()

    def names(self) -> Mapping[str, str]:
        """Names for what a cell only says the data of."""
        return self._unnamed.names()

    def read(self, line: str) -> Record | None:
        """The cells of a line that says which step or epoch it is and holds a loss or a metric."""
        axes = _axes(line)
        if not axes:
            return None
        steps = [value for name, value in axes.items() if name not in _EPOCHS]
        values: list[tuple[str, float]] = []
        litgpt = _LITGPT.search(line)
        if litgpt:
            values.append(("loss train", to_number(litgpt.group(1))))
            if litgpt.group(2) != "n/a":
                values.append(("loss val", to_number(litgpt.group(2))))
            line = line[: litgpt.start()] + line[litgpt.end() :]
        cells = [
            (_NAMES.get(tag, tag), value, start)
            for tag, value, start in cells_of(line)
            if tag.lower().rpartition(" ")[2] not in axes and not _TIME_LEFT.fullmatch(tag)
        ]
        values.extend(under_splits(line, cells))
        if not any_measured(values):
            return None
        self._unnamed.take(values)
        epochs = [axes[name] for name in _EPOCHS if name in axes]
        # LitGPT evaluates at a batch, "iter 28: val loss 1.2", and so all stands on these
        surest = axes.get("iter" if litgpt else "step")
        step = surest if surest is not None else next(iter(steps), None)
        return Record(values, step, epochs[0] if epochs else None)


def _colon_cells(line: str) -> list[tuple[str, float]]:
    """The cells `name: number`; how many samples were consumed is another way to count steps."""
    values: list[tuple[str, float]] = []
    for cell in line.split("|"):
        tag, _, number = cell.rpartition(":")
        tag = tag.strip()
        if not tag or tag.startswith("consumed "):
            continue
        try:
            values.append((tag, float(number)))
        except ValueError:  # torn by another process, or text
            continue
    return values


def _axes(line: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, number in _AXIS.findall(line):
        found.setdefault(name.lower(), float(number))
    batch = _BATCH.search(line)
    step = float(batch.group(1) or batch.group(2)) if batch else batch_behind_epoch(line)
    if step is not None:
        found.setdefault("step", step)
    return found


def cells_of(line: str) -> list[tuple[str, float, int]]:
    """The named numbers of the cells of a line, and where each begins; "312.3 ms" is named by its unit."""
    values: list[tuple[str, float, int]] = []
    end = -1
    for cell in line.split("|"):
        start, end = end + 1, end + 1 + len(cell)
        ahead = _AXIS_AHEAD.match(cell)
        if ahead:
            start, cell = start + ahead.end(), cell[ahead.end() :]
        several = cell.count(":") + cell.count("=") > 1 or len(cell.split()) > _WORDS_OF_A_PAIR
        named = phrase_pairs(cell) if several else []
        match = None if len(named) > 1 else _COLON_CELL.match(cell) or _BLANK_CELL.match(cell)
        # "Cost after iteration 100: 0.5": the place is no part of the name
        placed = named and (match is None or _AXIS.search(match.group(1)))
        if len(named) > 1 or (placed and _AXIS.search(cell)):
            values.extend((tag, value, start + at) for tag, value, at in named)
            continue
        if match:
            tag = match.group(1)
            if not (_AXIS.match(cell.lstrip()) or cell.endswith("%")) or is_measured(tag):
                values.append((tag, to_number(match.group(2)), start + match.start(1)))
            continue
        match = _UNIT_CELL.match(cell)
        if match:
            values.append((match.group(2).lstrip("% "), to_number(match.group(1)), start))
    return values
