"""Measures how fast text logs are read: `python -m benchmarks.text [--quick] [--only NAME]`.

Every reader runs in processes of its own on logs made for the purpose. They take turns, one round forth and
the next one back, so that a machine that grows slower or is shared slows none more than the others; tables,
where the readers are close, have more rounds. The CPU time of all threads counts, imports left out, and of
the rounds the smallest. "first" is the first reading of a process, as everybody pays it who reads a log,
"best" the smallest of all, where the memory is there already. "rounds" are the quartiles of CPU / losstui of
the first readings, each taken within one round: where they lie far apart, the machine was busy. losstui
hands over the finished frame (axes found, sorted, restarts looked for, NaN told from an empty cell), the
others their columns or lists. The values of losstui are compared with those written, bit by bit. Memory is
what the first reading adds to the peak.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from benchmarks.text.corpora import CORPORA, Corpus
from benchmarks.text.readers import losstui, peers
from losstui.frame import Frame

RESULTS = Path(__file__).with_name("results.md")
ROUNDS, TABLE_ROUNDS = 2, 6  # processes of each reader; an even number, so that none is more often first
QUICK_SHARE = 4  # with --quick, one row in so many
HEADER = """| log | reader | CPU s, first / best | 1000 rows/s | CPU / losstui | rounds | bytes a value |
|---|---|---|---|---|---|---|
"""


def check(frame: Frame, written: Mapping[str, list[float]]) -> None:
    """Hold the frame against what was written; raises AssertionError."""
    if set(frame) != set(written):
        raise AssertionError(f"read {sorted(frame)}, written {sorted(written)}")
    for tag, values in written.items():
        expected = np.array(values)
        # Written as text every NaN is the same: their bits are of no account.
        same = (frame[tag].values.view(np.int64) == expected.view(np.int64)) | np.isnan(expected)
        if not np.array_equal(np.isnan(frame[tag].values), np.isnan(expected)) or not same.all():
            raise AssertionError(f"{tag}: other values than written")


@dataclass(frozen=True, slots=True)
class Taken:
    """The CPU seconds of the first and of the best reading, and what is added to the memory, bytes."""

    first: float
    best: float
    peak: int


def measure(reader: str, path: Path) -> Taken:
    """What one reader takes in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.text.readers", reader, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return Taken(found["first"], found["best"], int(found["peak"]))


def least(found: Iterable[Taken]) -> Taken:
    """The smallest of each."""
    return Taken(*(min(column) for column in zip(*(astuple(one) for one in found), strict=True)))


def compare(corpus: Corpus, path: Path, rows: int) -> Iterable[str]:
    """The rows of the table for one log."""
    written = corpus.make(path, rows)
    check(losstui(path), written)
    values = sum(len(column) for column in written.values())
    taken: dict[str, list[Taken]] = {reader: [] for reader in ("losstui", *peers(corpus.name))}
    for number in range(TABLE_ROUNDS if corpus.table else ROUNDS):
        for reader in taken if number % 2 == 0 else reversed(taken):
            taken[reader].append(measure(reader, path))
    own = least(taken["losstui"])
    log = f"{corpus.name}: {corpus.about}, {path.stat().st_size / 1e6:.0f} MB"
    for reader, found in taken.items():
        one = least(found)
        pairs = [peer.first / ours.first for peer, ours in zip(found, taken["losstui"], strict=True)]
        low, _, high = statistics.quantiles(pairs, n=4, method="inclusive")
        yield (
            f"| {log} | {reader} | {one.first:.3f} / {one.best:.3f} "
            f"| {rows / one.first / 1e3:,.0f} / {rows / one.best / 1e3:,.0f} "
            f"| {one.first / own.first:.2f} / {one.best / own.best:.2f} "
            f"| {low:.2f} to {high:.2f} | {one.peak / values:.0f} |\n"
        )


def main() -> None:
    """Print the table, and write it beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a quarter of the rows, nothing written")
    parser.add_argument("--only", metavar="NAME", help="one log of " + ", ".join(one.name for one in CORPORA))
    chosen = parser.parse_args()
    lines = [HEADER]
    sys.stdout.write(HEADER)
    for corpus in CORPORA:
        if chosen.only not in (None, corpus.name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows = corpus.rows // (QUICK_SHARE if chosen.quick else 1)
            for line in compare(corpus, Path(folder) / corpus.name, rows):
                lines.append(line)
                sys.stdout.write(line)
                sys.stdout.flush()
    if not chosen.quick and chosen.only is None:
        RESULTS.write_text(f"# Reading text logs\n\n{(__doc__ or '').strip()}\n\n{''.join(lines)}", "utf-8")


if __name__ == "__main__":
    main()
