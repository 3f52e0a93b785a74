"""The logs that are read: a million rows of a table, hundreds of thousands of others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.text.wandb_log import frame, history

NAN, INFINITY = float("nan"), float("inf")
WIDE = 99  # columns beside the step
AXES = ("step", "epoch", "timestamp", "phase")
ODD_EVERY = 300_000  # rows
_NAMES = ("step", "loss", "accuracy", "lr", "grad_norm")

Row = dict[str, object]
Numbers = list[float]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One log: the name of its file, what is in its rows, how many there are, and how one is made.

    `delimiter`, `decimal` and `quote` say how a table is written; `names` are its columns. An `odd` one
    has its header again and a comment every `ODD_EVERY` rows.
    """

    name: str
    about: str
    rows: int
    row: Callable[[int, Numbers], Row]
    names: tuple[str, ...] = _NAMES
    delimiter: str = ","
    decimal: str = "."
    quote: str = ""
    odd: bool = False

    @property
    def table(self) -> bool:
        """Whether it is a delimited text."""
        return not self.name.endswith((".jsonl", ".wandb"))

    def make(self, path: Path, rows: int) -> dict[str, list[float]]:
        """Write `rows` rows; return the values of each tag as they were written."""
        written: dict[str, list[float]] = {}
        with path.open("wb") as stream:
            if self.table:
                stream.write((self.delimiter.join(self._quoted(self.names)) + "\n").encode())
            for number, row in enumerate(self._rows(rows)):
                split = f"{row['phase']}/" if "phase" in row else ""
                for tag, value in flattened(row):
                    if tag not in AXES:
                        written.setdefault(split + tag, []).append(float(cast("float | str", value)))
                if self.odd and number % ODD_EVERY == ODD_EVERY // 2:
                    stream.write((self.delimiter.join(self.names) + "\n# resumed\n").encode())
                if self.table:
                    cells = [self._cell(row.get(name, "")) for name in self.names]
                    stream.write((self.delimiter.join(self._quoted(cells)) + "\n").encode())
                elif self.name.endswith(".jsonl"):
                    stream.write((json.dumps(row) + "\n").encode())
            if self.name.endswith(".wandb"):
                records = (history(row, step) for step, row in enumerate(self._rows(rows)))
                stream.write(frame(records))
        return written

    def _rows(self, rows: int) -> Iterator[Row]:
        random = np.random.default_rng(0)
        width = max(4, len(self.names) - 1) if self.row is _wide else 4
        for step in range(rows):
            yield self.row(step, random.random(width).tolist())

    def _cell(self, value: object) -> str:
        return repr(value).replace(".", self.decimal) if isinstance(value, (int, float)) else str(value)

    def _quoted(self, cells: Iterable[str]) -> list[str]:
        return [f"{self.quote}{cell}{self.quote}" for cell in cells]


def flattened(row: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The values of a row by their joined keys."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from flattened(cast("Row", value), f"{prefix}{key}/")
        else:
            yield prefix + key, value


def _dense(step: int, numbers: Numbers) -> Row:
    loss, accuracy, rate, norm = numbers
    return {"step": step, "loss": loss, "accuracy": accuracy, "lr": rate, "grad_norm": norm}


def _sparse(step: int, numbers: Numbers) -> Row:
    if step % 10:
        return {"epoch": step // 1000, "step": step, "train_loss": numbers[0], "lr": numbers[2]}
    return {"epoch": step // 1000, "step": step, "val_loss": numbers[0], "val_accuracy": numbers[1]}


def _not_finite(step: int, numbers: Numbers) -> Row:
    row = _dense(step, numbers)
    if step % 50 == 3:
        row["loss"] = NAN
    row["grad_norm"] = {5: INFINITY, 6: NAN}.get(step % 100, numbers[3])
    if step % 7:
        del row["accuracy"]
    return row


def _whole(step: int, numbers: Numbers) -> Row:
    whole: Row = {name: int(1000 * number) for name, number in zip(_NAMES[1:], numbers, strict=True)}
    return {"step": step, **whole}


def _phases(step: int, numbers: Numbers) -> Row:
    phase = "train" if step % 10 else "val"
    return {"step": step, "phase": phase, "loss": numbers[0], "accuracy": numbers[1], "lr": numbers[2]}


def _clock(step: int, numbers: Numbers) -> Row:
    moment = np.datetime64("2026-01-01T00:00:00.123456") + np.timedelta64(1_234_500 * step, "us")
    return {"timestamp": str(moment), **_dense(step, numbers)}


def _wide(step: int, numbers: Numbers) -> Row:
    layers: Row = {f"layer_{index}/grad_norm": number for index, number in enumerate(numbers)}
    return {"step": step, **layers}


def _with_nan(step: int, numbers: Numbers) -> Row:
    return {**_dense(step, numbers), "grad_norm": numbers[3] if step % 100 else NAN}


def _nested(step: int, numbers: Numbers) -> Row:
    measured = {"loss": numbers[0], "accuracy": numbers[1]}
    if step % 10 == 0:
        return {"step": step, "eval": measured}
    return {"step": step, "train": measured, "optimizer": {"lr": numbers[2], "grad_norm": numbers[3]}}


def _ragged(step: int, numbers: Numbers) -> Row:
    row = _with_nan(step, numbers)
    for place, key in enumerate(("accuracy", "lr", "grad_norm")):
        if step * (place + 3) % 5 == 0:
            del row[key]
    return row


def _as_texts(step: int, numbers: Numbers) -> Row:
    texts: Row = {key: f"{number:.6g}" for key, number in zip(_NAMES[1:], numbers, strict=True)}
    return {"step": step, **texts} | ({} if step % 100 else {"grad_norm": "NaN"})


_LIGHTNING = ("epoch", "step", "train_loss", "lr", "val_loss", "val_accuracy")
_PHASES = ("step", "phase", "loss", "accuracy", "lr")
_LAYERS = ("step", *(f"layer_{index}/grad_norm" for index in range(WIDE)))

CORPORA = (
    Corpus("dense.csv", "5 full columns", 1_000_000, _dense),
    Corpus("sparse.csv", "6 columns, half of the cells empty", 1_000_000, _sparse, _LIGHTNING),
    Corpus("nan.csv", "5 columns, empty cells, NaN and inf", 1_000_000, _not_finite),
    Corpus("whole.csv", "5 columns of whole numbers", 1_000_000, _whole),
    Corpus("quoted.csv", "5 columns in quotes", 1_000_000, _dense, quote='"'),
    Corpus("comma.csv", "5 columns, decimal commas", 1_000_000, _dense, delimiter=";", decimal=","),
    Corpus("tabs.tsv", "5 columns, tabs", 1_000_000, _dense, delimiter="\t"),
    Corpus("odd.csv", "5 full columns, six odd lines", 1_000_000, _dense, odd=True),
    Corpus("phase.csv", "4 columns and one of two texts", 1_000_000, _phases, _PHASES),
    Corpus("clock.csv", "5 columns and a moment in each row", 1_000_000, _clock, ("timestamp", *_NAMES)),
    Corpus("wide.csv", "100 columns", 50_000, _wide, _LAYERS),
    Corpus("flat.jsonl", "5 keys, NaN in 1 % of the rows", 200_000, _with_nan),
    Corpus("nested.jsonl", "nested keys, two kinds of rows", 200_000, _nested),
    Corpus("ragged.jsonl", "eight sets of keys in turns, NaN", 200_000, _ragged),
    Corpus("texts.jsonl", "numbers written as texts, NaN", 200_000, _as_texts),
    Corpus("run.wandb", "7 keys of a W&B run, NaN", 200_000, _with_nan),
)
