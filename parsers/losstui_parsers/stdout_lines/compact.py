"""Lines that begin with the step: llm.c, the nanoGPT family and its speed runs, verl."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import (
    ENDED,
    NUMBER,
    STARTS,
    WORD,
    named,
    to_number,
    token_pairs,
    under,
)
from losstui_parsers.stdout_lines.record import LineFamily, Record


class _Tokens(LineFamily):
    """A step, then tokens `tag:value`, the tags shortened."""

    _line: ClassVar[re.Pattern[str]]  # the step, the tokens
    _names: ClassVar[dict[str, str]]  # short tag: full name

    def read(self, line: str) -> Record | None:
        """The values of one step under their full names."""
        match = self._line.search(line)
        if match is None:
            return None
        values = [(self._names.get(tag, tag), value) for tag, value in token_pairs(match.group(2))]
        return Record(values, float(match.group(1))) if values else None


class LlmC(_Tokens):
    """llm.c's main.log: `s:12 trl:3.2 lr:0.0001 norm:0.3`, `s:250 tel:3.4`, `s:250 eval:0.29`."""

    title: ClassVar[str] = "llm.c"
    marks: ClassVar[tuple[str, ...]] = ("trl:", "tel:", "eval:")

    _line = re.compile(r"s:(\d+) ((?:trl|tel|eval):.*)")
    _names: ClassVar[dict[str, str]] = {
        "trl": "train_loss",
        "tel": "val_loss",
        "norm": "grad_norm",
        "eval": "eval_accuracy",
    }


class SpeedRun(_Tokens):
    """`step:125/5100 val_loss:5.5 train_time:67s step_avg:95.1ms`, as the nanoGPT speed runs print it."""

    title: ClassVar[str] = "nanoGPT speed runs"
    marks: ClassVar[tuple[str, ...]] = ("step:",)

    _line = re.compile(r"step:(\d+)/\d+ ((?:\w*loss|train_time|time):.*)")
    # Both count from the start of the run; a line with them alone is its progress.
    _names: ClassVar[dict[str, str]] = {"train_time": "elapsed_time", "time": "elapsed_time"}


class Verl(LineFamily):
    """verl and others of Ray: `step:1 - actor/pg_loss:0.04 - critic/rewards/mean:0.5`."""

    title: ClassVar[str] = "verl"
    marks: ClassVar[tuple[str, ...]] = ("step:",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(r"step:(\d+) - (\S+:.*)")

    def read(self, line: str) -> Record | None:
        """The values of one step."""
        match = self._line.search(line)
        if match is None:
            return None
        values: list[tuple[str, float]] = []
        epoch: float | None = None
        for cell in match.group(2).split(" - "):
            tag, _, text = cell.strip().rpartition(":")
            if not re.fullmatch(NUMBER, text.strip()):
                continue
            if tag == "training/epoch":
                epoch = to_number(text.strip())
            elif tag and tag != "training/global_step":
                values.append((tag, to_number(text.strip())))
        return Record(values, float(match.group(1)), epoch) if values else None


class NanoGpt(LineFamily):
    """`iter 2920: loss 3.98, time 1099ms, mfu 15%` and `step 3000: train loss 4.03, val loss 4.04`."""

    title: ClassVar[str] = "nanoGPT"
    marks: ClassVar[tuple[str, ...]] = ("iter ", "step ", "val loss ")
    of_loops: ClassVar[bool] = True

    # LitGPT counts batches, "iter 8 step 2: loss 2.3", and evaluates at one of these
    _line = re.compile(rf"(?:iter|step) (\d+)(?: step \d+)?: ((?:\w+ )?\w*loss(?: ?[:=])? {NUMBER}.*)")
    _alone = re.compile(rf"(val loss) ({NUMBER})\s*")  # llm.c evaluates between its steps
    _pair = re.compile(rf"{STARTS}({WORD}(?: {WORD})?)\s*[:=]?\s+({NUMBER}){ENDED}")

    def read(self, line: str) -> Record | None:
        """The values of one iteration or one evaluation."""
        match = self._line.search(line)
        if match is None:
            alone = self._alone.fullmatch(line)
            return Record([(alone.group(1), to_number(alone.group(2)))]) if alone else None
        values = [named(pair) for pair in self._pair.finditer(match.group(2))]
        return Record(values, float(match.group(1))) if values else None


class BuildNanoGpt(LineFamily):
    """The log file of the GPT-2 lecture: `250 train 5.89`, `250 val 5.91`, `250 hella 0.26`."""

    title: ClassVar[str] = "build-nanogpt"
    marks: ClassVar[tuple[str, ...]] = (" train ", " val ", " hella ")

    _line = re.compile(rf"(\d+) (train|val|hella) ({NUMBER})\s*")
    _names: ClassVar[dict[str, str]] = {
        "train": "train_loss",
        "val": "val_loss",
        "hella": "hellaswag_accuracy",
    }

    def read(self, line: str) -> Record | None:
        """The one value of the line."""
        match = self._line.fullmatch(line)
        if match is None:
            return None
        return Record([(self._names[match.group(2)], to_number(match.group(3)))], float(match.group(1)))


class TorchtuneBar(LineFamily):
    """torchtune's bar, which shows each step's own loss: `1|25|Loss: 2.31: 5%|...`."""

    title: ClassVar[str] = "torchtune"
    marks: ClassVar[tuple[str, ...]] = ("|Loss: ",)

    _line = re.compile(rf"(?:^|\s)(\d+)\|(\d+)\|Loss: ({NUMBER}):")

    def __init__(self) -> None:
        self._step = ""

    def read(self, line: str) -> Record | None:
        """The loss of a step; a bar drawn again says nothing new."""
        match = self._line.search(line)
        if match is None or match.group(2) == self._step:
            return None
        self._step = match.group(2)
        return Record([("loss", to_number(match.group(3)))], float(match.group(2)), float(match.group(1)))


class Spaced(LineFamily):
    """`iter: 19  total_loss: 2.1  lr: 0.0002` (Detectron2) and `step: 14  loss:  3.244` (torchtitan)."""

    title: ClassVar[str] = "Detectron2 or torchtitan"
    marks: ClassVar[tuple[str, ...]] = ("iter: ", "step: ")
    distinctive: ClassVar[bool] = True

    _line = re.compile(rf"(?:iter|step):\s*(\d+)(?:/\d+)?(?:,?\s+)(\w*loss:\s*{NUMBER}(?:  .*|$))")

    def read(self, line: str) -> Record | None:
        """The values of one step."""
        match = self._line.search(line)
        if match is None:
            return None
        values = token_pairs(match.group(2))
        if line[: match.start()].endswith("validate "):
            values = under("validate", values)
        return Record(values, float(match.group(1)))
