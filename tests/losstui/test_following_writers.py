from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from event_files import event, simple, version
from following_support import Screen


def sample_logs() -> list[Path]:
    """One sample log of each kind, told by the ending of its name."""
    folder = Path(__file__).parents[2] / "sample_logs"
    logs = [
        path for path in sorted(folder.glob("*/*")) if path.is_file() and path.suffix not in (".md", ".toml")
    ]
    return list({path.suffix: path for path in logs}.values())


@pytest.mark.parametrize("log", sample_logs(), ids=lambda path: path.name)
def test_a_log_of_any_format_that_grows_ends_as_one_read_does(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("losstui_parsers.text_following.PATIENCE", 0.0)
    data = log.read_bytes()
    screen = Screen(tmp_path)
    for share in (0.1, 0.55, 0.9, 1.0):
        with (tmp_path / log.name).open("ab") as stream:
            stream.write(data[stream.tell() : int(share * len(data))])
        screen.poll()
        screen.poll()  # nothing came: a line without an end is taken as it is
        screen.assert_as_fresh(tmp_path)


# Writes as trainers do, in random pieces: it is given the folder and a seed.
WRITER = """
import os, random, sys, time
from pathlib import Path

folder, dice = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
events = (folder / "source").read_bytes()
(folder / "runs" / "events").mkdir()

def pieces(data):
    while data:
        count = dice.choice((1, 5, 20, 50, 300, 4000))
        yield data[:count]
        data = data[count:]
        time.sleep(0.0003)

def append(path, data):
    with open(path, "ab", buffering=0) as stream:
        for piece in pieces(data):
            stream.write(piece)

def rows(first, last, width):
    return "".join(f"{i}" + f",{1 / (i + 1)}" * width + "\\n" for i in range(first, last)).encode()

runs = folder / "runs"
append(runs / "events" / "events.out.tfevents.1760000000.host.1.0", events)
append(runs / "metrics.csv", b"step,train_loss\\n" + rows(0, 60, 1))
# A key appears, and the whole table is written anew with one more column.
(runs / "metrics.csv").write_bytes(b"")
append(runs / "metrics.csv", b"step,train_loss,val_loss\\n" + rows(0, 90, 2))
# The same in place, without an empty file in between.
with open(runs / "metrics.csv", "r+b", buffering=0) as stream:
    stream.write(b"step,train_loss,val_loss,lr\\n" + rows(0, 90, 3))
append(runs / "metrics.csv", rows(90, 120, 3))
lines = b"".join(b'{"step": %d, "loss": %f}\\n' % (i, 1 / (i + 1)) for i in range(80))
append(runs / "log.jsonl", lines)
os.rename(runs / "log.jsonl", runs / "log-old.jsonl")  # rotated
append(runs / "log.jsonl", lines[:900])
os.truncate(runs / "log.jsonl", 450)
append(runs / "log.jsonl", lines[450:1200])
later = runs / "events" / "events.out.tfevents.1760009000.host.2.0"
append(later, events[: len(events) // 2])
spare = folder / "spare"
spare.write_bytes(events)
os.replace(spare, later)
"""


@pytest.mark.parametrize("seed", [0, 1])
def test_a_process_that_appends_rotates_truncates_and_rewrites(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("losstui_parsers.text_following.PATIENCE", 0.0)
    numbers = np.random.default_rng(seed).random(150)
    events = version() + b"".join(
        event(i, simple("train/loss", value), simple("lr", 0.1)) for i, value in enumerate(numbers)
    )
    (tmp_path / "source").write_bytes(events)
    runs = tmp_path / "runs"
    runs.mkdir()
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(seed)])
    try:
        screen = Screen(runs)
        polls = 0
        while writer.poll() is None:
            screen.poll()
            polls += 1
        screen.poll()
        screen.poll()  # a file found by the last look may have been written to behind it
    finally:
        writer.kill()
        writer.wait()
    assert writer.returncode == 0
    assert polls > 3
    screen.assert_as_fresh(runs)
    assert len(screen.reports["events"].run.frame["train/loss"]) == 300
    assert len(screen.reports["metrics"].run.frame["lr"]) == 120
