"""Measures how fast text logs are read: `python -m benchmarks.text [--quick]`.

The logs are made for the purpose: 1,000,000 rows of a step and four numbers. The readers take turns in one
process, so that a busy minute hits all alike; the smallest time of each counts. losstui hands over the
finished frame (axes found, sorted, restarts looked for), the others their columns or lists. The values of
losstui are compared with those of `json` and of `float`, bit by bit.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np

from losstui.frame import Frame
from losstui.parsing import LogFile, Parser
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows

RESULTS = Path(__file__).with_name("results.md")
ROWS, QUICK_ROWS = 1_000_000, 100_000
REPEATS = 5
NAN = float("nan")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One log: its name, what is in its rows, and how they are written."""

    name: str
    about: str
    row: Callable[[int, list[float]], Row]
    table: bool


def dense(step: int, numbers: list[float]) -> Row:
    """Five numbers in each row."""
    return {
        "step": step,
        "loss": numbers[0],
        "accuracy": numbers[1],
        "lr": numbers[2],
        "grad_norm": numbers[3],
    }


def sparse(step: int, numbers: list[float]) -> Row:
    """Validation in every tenth row, NaN in every fiftieth."""
    if step % 10:
        return {"epoch": step // 1000, "step": step, "train_loss": numbers[0], "lr": numbers[2]}
    loss = numbers[0] if step % 50 else NAN
    return {"epoch": step // 1000, "step": step, "val_loss": loss, "val_accuracy": numbers[1]}


def with_nan(step: int, numbers: list[float]) -> Row:
    """NaN in every hundredth row."""
    return {**dense(step, numbers), "grad_norm": numbers[3] if step % 100 else NAN}


def nested(step: int, numbers: list[float]) -> Row:
    """Keys below keys, and a row of the evaluation after nine of the training."""
    measured = {"loss": numbers[0], "accuracy": numbers[1]}
    if step % 10 == 0:
        return {"step": step, "eval": measured}
    return {"step": step, "train": measured, "optimizer": {"lr": numbers[2], "grad_norm": numbers[3]}}


CORPORA = (
    Corpus("dense.csv", "5 full columns", dense, True),
    Corpus("sparse.csv", "6 columns, empty cells and NaN", sparse, True),
    Corpus("flat.jsonl", "5 keys, NaN in 1 % of the rows", with_nan, False),
    Corpus("nested.jsonl", "nested keys, two kinds of rows", nested, False),
)


def flattened(row: Row, prefix: str = "") -> Iterable[tuple[str, float]]:
    """The numbers of a row by their joined keys."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from flattened(cast("Row", value), f"{prefix}{key}/")
        else:
            yield prefix + key, value


def make(corpus: Corpus, path: Path, rows: int) -> dict[str, list[float]]:
    """Write the log; return the values of each tag as they were written."""
    random = np.random.default_rng(0)
    written: dict[str, list[float]] = {}
    names: tuple[str, ...] = ("epoch", "step", "train_loss", "lr", "val_loss", "val_accuracy")
    if corpus.row is dense:
        names = ("step", "loss", "accuracy", "lr", "grad_norm")
    with path.open("w", encoding="utf-8") as stream:
        if corpus.table:
            stream.write(",".join(names) + "\n")
        for step, numbers in enumerate(random.random((rows, 4)).tolist()):
            row = corpus.row(step, numbers)
            for tag, value in flattened(row):
                written.setdefault(tag, []).append(value)
            cells = ",".join("" if name not in row else repr(row[name]) for name in names)
            stream.write((cells if corpus.table else json.dumps(row)) + "\n")
    return {tag: values for tag, values in written.items() if tag not in ("step", "epoch")}


def check(frame: Frame, written: Mapping[str, list[float]]) -> None:
    """Hold the frame against what was written; raises AssertionError."""
    if set(frame) != set(written):
        raise AssertionError(f"read {sorted(frame)}, written {sorted(written)}")
    for tag, values in written.items():
        read = frame[tag].values
        if read.tobytes() != np.array(values).tobytes() and not np.array_equal(
            read, np.array(values), equal_nan=True
        ):
            raise AssertionError(f"{tag}: other values than written")


def losstui(path: Path) -> Frame:
    """The frame of the log."""
    parser: Parser = Delimited() if path.suffix == ".csv" else JsonRows()
    [run] = parser.read(parser.group([LogFile(path)])[0])
    return run.frame


def pandas(path: Path) -> object:
    """`pandas.read_csv`, in as many threads as it likes."""
    import pandas as pd

    return pd.read_csv(path)


def pandas_in_one_thread(path: Path) -> object:
    """`pandas.read_csv` of an open file, which it reads in one thread."""
    import pandas as pd

    with path.open(encoding="utf-8", newline="") as stream:
        return pd.read_csv(stream)


def csv_module(path: Path) -> object:
    """The module `csv`, with `float` for each cell."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        columns: list[list[float]] = [[] for _ in next(rows)]
        for row in rows:
            for column, cell in zip(columns, row, strict=True):
                column.append(float(cell) if cell else NAN)
    return columns


def json_loop(path: Path) -> object:
    """`json.loads` of each line, the numbers in a list a key."""
    return _loop(path, json.loads)


def orjson_loop(path: Path) -> object:
    """`orjson.loads` of each line, `json.loads` where it refuses NaN."""
    loads: Callable[[str], Row] = import_module("orjson").loads

    def lenient(line: str) -> Row:
        try:
            return loads(line)
        except ValueError:
            return cast("Row", json.loads(line))

    return _loop(path, lenient)


def _loop(path: Path, loads: Callable[[str], Row]) -> object:
    columns: dict[str, list[float]] = {}
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            for tag, value in flattened(loads(line)):
                columns.setdefault(tag, []).append(value)
    return columns


def peers(corpus: Corpus) -> list[Callable[[Path], object]]:
    """What reads such logs, as far as it is installed."""
    if corpus.table:
        return [pandas, pandas_in_one_thread, csv_module]
    return [json_loop, orjson_loop] if find_spec("orjson") else [json_loop]


def measure(corpus: Corpus, path: Path, rows: int, repeats: int) -> Iterable[str]:
    """The rows of the table for one log."""
    written = make(corpus, path, rows)
    check(losstui(path), written)
    del written
    readers: list[Callable[[Path], object]] = [losstui, *peers(corpus)]
    taken: dict[str, list[tuple[float, float]]] = {reader.__name__: [] for reader in readers}
    for _ in range(repeats):
        for reader in readers:
            wall, cpu = time.perf_counter(), time.process_time()
            reader(path)
            taken[reader.__name__].append((time.perf_counter() - wall, time.process_time() - cpu))
    own_wall, own_cpu = (min(one) for one in zip(*taken["losstui"], strict=True))
    size = path.stat().st_size / 1e6
    for name, times in taken.items():
        wall, cpu = (min(one) for one in zip(*times, strict=True))
        yield (
            f"| {corpus.name}: {corpus.about}, {size:.0f} MB | {name} | {wall:.2f} | {cpu:.2f} "
            f"| {rows / cpu / 1e3:,.0f} | {wall / own_wall:.2f} | {cpu / own_cpu:.2f} |"
        )


def main() -> None:
    """Print the table, and write it beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, nothing written")
    quick = parser.parse_args().quick
    lines = [
        "| log | reader | wall s | CPU s | 1000 rows/s | wall / losstui | CPU / losstui |",
        "|---|---|---|---|---|---|---|",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    for corpus in CORPORA:
        with tempfile.TemporaryDirectory() as folder:
            rows = QUICK_ROWS if quick else ROWS
            for line in measure(corpus, Path(folder) / corpus.name, rows, 2 if quick else REPEATS):
                lines.append(line)
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
    if not quick:
        about = (__doc__ or "").strip()
        RESULTS.write_text("\n".join(["# Reading text logs", "", about, "", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
