"""Measures how fast event files are read: `python -m benchmarks.reading [--quick] [--only NAME]`.

Every reader runs in a process of its own, in turns, on logs made for the purpose; the best of the repeats
counts. Times are CPU time, that of the data server's threads together: what it takes on one core, whatever
else the machine does. "cold" is the first reading of a process, "warm" the best of the following ones (the
files are in the system's cache in both); finding the files is part of it. "--verify" checks the checksum of
each record by itself. EventAccumulator and tbparse are measured on a tenth of the log and compared by their
rate, because the whole would take minutes. Memory is what the process has more than behind its imports: the
highest it had, and what is left once all is read, without the code of libraries that was not run before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.reading.corpora import CORPORA, Corpus
from benchmarks.reading.verify import check_values, check_writer
from benchmarks.reading.writer import Events

RESULTS = Path(__file__).with_name("results.md")
PROCESSES = 3  # for each reader; the best counts: the machine is shared
WARM_READINGS = 6  # in each process after the first reading; the best counts
FEW_EVENTS = 10_000  # of which a rate says nothing


@dataclass(frozen=True, slots=True)
class Measured:
    """The best times of one reader on one log; memory in bytes an event, over the imports."""

    cold: float
    warm: float
    events: int
    peak: float
    kept: float

    @property
    def rate(self) -> float:
        """Events a second, cold."""
        return self.events / self.cold


def measure(reader: str, folder: Path, made: Mapping[str, Events], readings: int) -> Measured:
    """Run one reader once, in a process of its own."""
    last = json.dumps({run: float(events.wall_times.max()) for run, events in made.items()})
    command = [sys.executable, "-m", "benchmarks.reading.readers", reader, str(folder), str(readings), last]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    seconds: list[float] = found["seconds"]
    events: int = found["events"]
    return Measured(
        seconds[0], min(seconds[1:] or seconds), events, found["peak"] / events, found["kept"] / events
    )


def best(measured: list[Measured]) -> Measured:
    """The best of several processes, each number for itself."""
    return Measured(
        min(one.cold for one in measured),
        min(one.warm for one in measured),
        measured[0].events,
        min(one.peak for one in measured),
        min(one.kept for one in measured),
    )


def compare(corpus: Corpus, folder: Path, *, quick: bool) -> str:
    """Make one log, measure all readers on it, and return its row of the table."""
    count = corpus.quick if quick else corpus.full
    made = corpus.make(folder / "log", count)
    check_values(folder / "log", made)
    ours: list[Measured] = []
    verifying: list[Measured] = []
    server: list[Measured] = []
    for _ in range(PROCESSES):
        ours.append(measure("losstui", folder / "log", made, WARM_READINGS))
        verifying.append(measure("losstui --verify", folder / "log", made, 2))
        server.append(measure("data server", folder / "log", made, 1))
    small = corpus.make(folder / "small", max(1, count // 10))
    slow = {name: measure(name, folder / "small", small, 1) for name in slow_readers()}
    written = sum(len(events.steps) for events in made.values())
    return row(corpus, written, best(ours), best(verifying), best(server), slow)


def slow_readers() -> tuple[str, ...]:
    """EventAccumulator, and tbparse where it is installed."""
    return ("EventAccumulator", "tbparse") if find_spec("tbparse") else ("EventAccumulator",)


def row(
    corpus: Corpus,
    written: int,
    ours: Measured,
    verifying: Measured,
    server: Measured,
    slow: Mapping[str, Measured],
) -> str:
    """One row of the table."""
    if not ours.events == verifying.events == written:
        raise AssertionError(f"{corpus.name}: {ours.events} of {written} events were read")
    few = written < FEW_EVENTS
    cells = [
        f"{corpus.name}: {corpus.about}",
        f"{written:,}",
        f"{ours.cold * 1e3:,.0f} / {ours.warm * 1e3:,.0f} ms",
        "-" if few else f"{written / ours.cold / 1e6:.2f} / {written / ours.warm / 1e6:.2f} M",
        f"{verifying.cold * 1e3:,.0f} ms" + ("" if few else f", {written / verifying.cold / 1e6:.2f} M/s"),
        f"{server.cold * 1e3:,.0f} ms" + (f", {server.events:,} events" if server.events != written else ""),
        f"{server.cold / ours.cold:.1f}x / {server.cold / ours.warm:.1f}x",
        *(slow_cell(slow.get(name), written, ours) for name in ("EventAccumulator", "tbparse")),
        *(
            "-" if few or one is None else f"{one.peak:.0f} / {one.kept:.0f}"
            for one in (ours, slow.get("EventAccumulator"))
        ),
    ]
    return "| " + " | ".join(cells) + " |"


def slow_cell(measured: Measured | None, written: int, ours: Measured) -> str:
    """A slow reader's rate, and how many times as fast losstui is, cold and warm."""
    if measured is None:
        return "-"
    cold, warm = (written / seconds / measured.rate for seconds in (ours.cold, ours.warm))
    return f"{measured.rate:,.0f}/s, {cold:,.0f}x / {warm:,.0f}x"


HEADER = """| log | events | losstui cold / warm | events/s cold / warm | cold with --verify | data server \
| losstui is | EventAccumulator | tbparse | bytes an event, peak / kept | of EventAccumulator |
|---|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Print the table, and write it beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="logs of a tenth, nothing written")
    parser.add_argument("--only", metavar="NAME", help="one log of " + ", ".join(one.name for one in CORPORA))
    chosen = parser.parse_args()
    lines = [HEADER]
    sys.stdout.write(HEADER + "\n")
    check_writer()
    for corpus in CORPORA:
        if chosen.only in (None, corpus.name):
            with tempfile.TemporaryDirectory() as folder:
                lines.append(compare(corpus, Path(folder), quick=chosen.quick))
            sys.stdout.write(lines[-1] + "\n")
            sys.stdout.flush()
    if not chosen.quick and chosen.only is None:
        RESULTS.write_text("\n".join(["# Reading event files", "", (__doc__ or "").strip(), "", *lines, ""]))


if __name__ == "__main__":
    main()
