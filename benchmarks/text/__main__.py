"""Measures how fast text logs are read: `python -m benchmarks.text [--quick] [--only NAME]`.

Every reader runs in a process of its own, in turns, on logs made for the purpose; the smallest CPU time
of all its readings counts, imports left out. losstui hands over the finished frame (axes found, sorted,
restarts looked for, NaN told from an empty cell), the others their columns or lists. The values of losstui
are compared with those written, bit by bit. Memory is what the first reading adds to the peak.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from benchmarks.text.corpora import CORPORA, Corpus
from benchmarks.text.readers import losstui, peers
from losstui.frame import Frame

RESULTS = Path(__file__).with_name("results.md")
ROUNDS = 2  # processes of each reader
QUICK_SHARE = 4
HEADER = """| log | reader | CPU s | 1000 rows/s | CPU / losstui | bytes a value |
|---|---|---|---|---|---|
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


def measure(reader: str, path: Path) -> tuple[float, int]:
    """The CPU seconds of one reader in a process of its own, and what it adds to the memory, bytes."""
    command = [sys.executable, "-m", "benchmarks.text.readers", reader, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found["seconds"], int(found["peak"])


def compare(corpus: Corpus, path: Path, rows: int) -> Iterable[str]:
    """The rows of the table for one log."""
    written = corpus.make(path, rows)
    check(losstui(path), written)
    values = sum(len(column) for column in written.values())
    taken: dict[str, list[tuple[float, int]]] = {}
    for _ in range(ROUNDS):
        for reader in ("losstui", *peers(corpus.name)):
            taken.setdefault(reader, []).append(measure(reader, path))
    own = min(seconds for seconds, _ in taken["losstui"])
    for reader, found in taken.items():
        seconds, peak = (min(one) for one in zip(*found, strict=True))
        log = f"{corpus.name}: {corpus.about}, {path.stat().st_size / 1e6:.0f} MB"
        yield (
            f"| {log} | {reader} | {seconds:.3f} | {rows / seconds / 1e3:,.0f} "
            f"| {seconds / own:.2f} | {peak / values:.0f} |\n"
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
