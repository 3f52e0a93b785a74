"""`python -m benchmarks.following [--quick]`: what a look at growing logs costs, in CPU time.

Appended: 10 or 100 events to a file of a million, ten tags a step, and the time until they are in the
columns; beside TensorBoard. 10 rows to a table, JSON Lines or an output of a million lines, five numbers a
line, and the time until they are read; beside reading the file anew. Idle: one look at 1,000 files that did
not change.
Medians count: a look is short, and what else the machine does hits a few of them.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reading.writer import Events, write_events
from losstui.following import Following
from losstui.parsing import FileGroup, LogFile, Parser
from losstui.rereading import follower_of
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.stdout import Stdout
from losstui_parsers.tensorboard import Tensorboard

RESULTS = Path(__file__).with_name("results.md")
EVENTS, QUICK_EVENTS = 1_000_000, 100_000  # a long run, and the same with --quick
TAGS = 10  # that take turns
APPENDS = 60  # of which the median counts
IDLE_FILES, EVENTS_OF_IDLE_FILE = 1_000, 50  # a large folder in which nothing changes
IDLE_LOOKS = 20  # of which the median counts
SETTLED = 0.1  # s; a file that was written to just now is looked at twice
ROWS = 10  # appended at once to a log of text
TEXTS: dict[str, tuple[Parser, str, str]] = {
    "metrics.csv": (
        Delimited(),
        "step,train_loss,val_loss,lr,grad_norm,accuracy\n",
        "{},{:.6f},{:.6f},{:.6f},{:.6f},{:.6f}\n",
    ),
    "metrics.jsonl": (
        JsonRows(),
        "",
        '{{"step": {}, "train_loss": {}, "val_loss": {}, "lr": {}, "grad_norm": {}, "accuracy": {}}}\n',
    ),
    "train.log": (
        Stdout(),
        "",
        " iteration {:8d}/ 9999999 | consumed samples: 8 | lm loss: {:.6E} | learning rate: {:.3E} |"
        " grad norm: {:.3f} | loss scale: {:.1f} | params norm: {:.3f} |\n",
    ),
}
NAME = "events.out.tfevents.1760000000.host.1.0"


def made(folder: Path, events: int, first: int = 0) -> bytes:
    """Write an event file of `TAGS` tags a step, from event `first` on; return its bytes."""
    numbers = np.arange(first, first + events)
    tags = [f"train/metric_{i}" for i in range(TAGS)]
    values = np.random.default_rng(0).random(events).astype(np.float32)
    walls = np.asarray(1.7e9 + numbers * 0.01, np.float64)
    path = folder / NAME
    write_events(path, Events(tags, numbers % TAGS, numbers // TAGS, walls, values))
    return path.read_bytes()


def accumulator(folder: Path) -> Any:
    """TensorBoard's reader of one run, with every scalar kept, and nothing read yet."""
    module = importlib.import_module("tensorboard.backend.event_processing.event_accumulator")
    return module.EventAccumulator(str(folder), size_guidance={module.SCALARS: 0})


def seconds(work: Callable[[], object]) -> float:
    """The CPU time that one call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def time_appends(path: Path, look: Callable[[], object], pieces: list[bytes]) -> float:
    """Append one piece after the other; the median seconds of a look that reads it."""
    taken: list[float] = []
    for piece in pieces:
        with path.open("ab") as stream:
            stream.write(piece)
        taken.append(seconds(look))
    return statistics.median(taken)


def compare_appends(root: Path, events: int) -> list[str]:
    """The rows of the table for appended events; each program has a file of its own, both are the same."""
    paths = [root / who / NAME for who in ("losstui", "peer")]
    for path in paths:
        made(path.parent, events)
    follower = Tensorboard().follow(FileGroup(paths[0].parent, (LogFile(paths[0]),)))
    peer = accumulator(paths[1].parent)
    looks: list[Callable[[], object]] = [follower.poll, peer.Reload]
    rows = [row(f"first reading of {events:,} events", *(seconds(look) for look in looks))]
    for count in (10, 100):
        firsts = range(events, events + count * APPENDS, count)
        pieces = [records(root / "pieces", count, first) for first in firsts]
        taken = [time_appends(path, look, pieces) for path, look in zip(paths, looks, strict=True)]
        rows.append(row(f"{count} events appended", *taken))
        events += count * APPENDS
    found = sum(len(series) for series in follower.runs()[0].frame.values())
    theirs = sum(len(peer.Scalars(tag)) for tag in peer.Tags()["scalars"])
    if not events == found == theirs:
        raise AssertionError(f"of {events} values losstui has {found}, TensorBoard {theirs}")
    return rows


def records(folder: Path, events: int, first: int) -> bytes:
    """The records of some events, without the record a file begins with."""
    data = made(folder, events, first)
    return data[16 + int.from_bytes(data[:8], "little") :]


def compare_idle(root: Path) -> str:
    """The row of the table for files that did not change."""
    folders = [root / f"run-{number}" for number in range(IDLE_FILES)]
    for folder in folders:
        made(folder, EVENTS_OF_IDLE_FILE)
    following = Following([root], look_every=3600.0)
    if sum(1 for _ in following.first()) != IDLE_FILES:
        raise AssertionError("not every run was read")
    peers = [accumulator(folder) for folder in folders]
    for peer in peers:
        peer.Reload()
    time.sleep(SETTLED)
    following.poll()
    ours = [seconds(following.poll) for _ in range(IDLE_LOOKS)]
    theirs = [seconds(lambda: [peer.Reload() for peer in peers]) for _ in range(3)]
    return row(f"{IDLE_FILES:,} idle files", statistics.median(ours), statistics.median(theirs))


def compare_text(root: Path, lines: int) -> list[str]:
    """The rows of the table for lines appended to text logs of `lines` lines."""
    numbers = np.random.default_rng(0).random((lines + ROWS * APPENDS, 5))
    rows: list[str] = []
    for name, (parser, header, template) in TEXTS.items():
        path = root / name
        texts = [template.format(i, *row) for i, row in enumerate(numbers.tolist())]
        path.parent.mkdir(exist_ok=True)
        path.write_text(header + "".join(texts[:lines]), encoding="utf-8")
        group = FileGroup(path, (LogFile(path),))
        follower = follower_of(parser, group)
        follower.poll()
        starts = range(lines, lines + ROWS * APPENDS, ROWS)
        pieces = ["".join(texts[start : start + ROWS]).encode() for start in starts]
        appended = time_appends(path, follower.poll, pieces)
        anew = seconds(partial(parser.read, group))
        if follower.runs()[0].frame.points != parser.read(group)[0].frame.points:
            raise AssertionError(f"{name}: the follower has not what is in the file")
        rows.append(row(f"{name}: {ROWS} of {lines:,} lines appended", appended, anew))
    return rows


def row(name: str, ours: float, theirs: float) -> str:
    """One row of a table."""
    return f"| {name} | {ours * 1e3:,.3f} ms | {theirs * 1e3:,.3f} ms | {theirs / ours:,.1f} |"


HEADER = "| what | losstui | EventAccumulator.Reload | times losstui |\n|---|---|---|---|"
TEXT_HEADER = "| what | losstui | reading the file anew | times losstui |\n|---|---|---|---|"


def main() -> None:
    """Print the table, and write it beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a file of a tenth, nothing written")
    quick: bool = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        lines = [HEADER, *compare_appends(Path(folder) / "growing", QUICK_EVENTS if quick else EVENTS)]
        lines.append(compare_idle(Path(folder) / "idle"))
        lines += ["", TEXT_HEADER, *compare_text(Path(folder) / "text", QUICK_EVENTS if quick else EVENTS)]
    table = "\n".join(lines) + "\n"
    print(table, end="")
    if not quick:
        RESULTS.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
