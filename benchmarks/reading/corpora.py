"""The logs the readers are measured on: made here, from a fixed seed, so that every value is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.reading.writer import Events, file_version, frame_payload, message, varint, write_events

FILE = "events.out.tfevents.1700000000.host.1.0"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A kind of log. `make(folder, n)` writes it and yields what it holds by run; `full`, `quick` are n."""

    name: str
    about: str
    make: Callable[[Path, int], Mapping[str, Events]]
    full: int
    quick: int


def _events(tags: list[str], tag_of: np.ndarray, steps: np.ndarray, seed: int = 0) -> Events:
    random = np.random.default_rng(seed)
    count = len(steps)
    walls = 1.7e9 + np.cumsum(random.exponential(0.01, count))
    return Events(
        tags, tag_of.astype(np.int64), steps.astype(np.int64), walls, random.normal(size=count).astype("f4")
    )


_METRICS = ["loss", "accuracy", "lr", "grad_norm", "data_time", "epoch", "aux/loss", "z", "throughput", "mem"]


def _every_step(tags: list[str], steps: int, seed: int = 0) -> Events:
    count = len(tags)
    return _events(tags, np.tile(np.arange(count), steps), np.repeat(np.arange(steps), count), seed)


def regular(folder: Path, steps: int) -> Mapping[str, Events]:
    """Ten tags on every step."""
    events = _every_step([f"train/{name}" for name in _METRICS], steps)
    write_events(folder / FILE, events)
    return {".": events}


def keras(folder: Path, steps: int) -> Mapping[str, Events]:
    """Four tags on every step as TensorFlow 2 writes them."""
    events = _every_step(["epoch_loss", "epoch_accuracy", "epoch_lr", "epoch_mae"], steps)
    write_events(folder / f"{FILE}.v2", events, keras=True)
    return {".": events}


def irregular(folder: Path, count: int) -> Mapping[str, Events]:
    """Thirty tags in no order, several on one step."""
    random = np.random.default_rng(1)
    tags = [f"metric/{'x' * int(length)}{i}" for i, length in enumerate(random.integers(1, 20, 30))]
    events = _events(tags, random.integers(0, 30, count), np.sort(random.integers(0, count // 10, count)))
    write_events(folder / FILE, events)
    return {".": events}


def evaluated(folder: Path, steps: int) -> Mapping[str, Events]:
    """Eight tags on every step, three more on each hundredth."""
    tags = [f"train/{name}" for name in _METRICS[:8]] + ["val/loss", "val/accuracy", "val/f1"]
    tag_of = np.concatenate([np.tile(np.arange(8), 100), np.arange(8, 11)])
    step_of = np.concatenate([np.repeat(np.arange(100), 8), np.full(3, 99)])
    rounds = steps // 100
    steps_of_all = (step_of[None] + 100 * np.arange(rounds)[:, None]).ravel()
    events = _events(tags, np.tile(tag_of, rounds), steps_of_all)
    write_events(folder / FILE, events)
    return {".": events}


def many_tags(folder: Path, steps: int) -> Mapping[str, Events]:
    """A thousand tags on every step."""
    events = _every_step([f"layer_{i:04}/grad_norm" for i in range(1000)], steps)
    write_events(folder / FILE, events)
    return {".": events}


def many_runs(folder: Path, runs: int) -> Mapping[str, Events]:
    """Runs of 2,000 events in a folder each."""
    made: dict[str, Events] = {}
    for number in range(runs):
        name = f"run_{number:03}"
        made[name] = _every_step([f"train/{metric}" for metric in _METRICS], 200, seed=number)
        write_events(folder / name / FILE, made[name])
    return made


def pictures(folder: Path, count: int) -> Mapping[str, Events]:
    """So many pictures of 49 KB and histograms, among them 200 scalars."""
    events = _every_step(["loss"], 200)
    scalars = folder / "scalars"
    write_events(scalars, events)
    records = scalars.read_bytes()[len(file_version()) :]
    scalars.unlink()
    size = [len(frame) for frame in _split(records)]
    ends = np.cumsum(size).tolist()
    large = [frame_payload(_summary(step, b"picture", 0x22, _picture(step))) for step in range(1, 21)]
    small = [frame_payload(_summary(step, b"weights", 0x2A, _histogram(step))) for step in range(1, 21)]
    with (folder / FILE).open("wb") as stream:
        stream.write(file_version())
        written = 0
        for number in range(count):
            while written < 200 and written * count <= number * 200:
                stream.write(records[ends[written] - size[written] : ends[written]])
                written += 1
            stream.write(large[number % 20])
            stream.write(small[number % 20])
        stream.write(records[ends[written - 1] :])
    return {".": events}


def _split(records: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(records):
        end = at + 16 + int.from_bytes(records[at : at + 8], "little")
        yield records[at:end]
        at = end


def _summary(step: int, tag: bytes, key: int, content: bytes) -> bytes:
    value = message(0x0A, message(0x0A, tag) + message(key, content))
    return b"\x09" + np.float64(1.7e9).tobytes() + b"\x10" + varint(step) + message(0x2A, value)


def _picture(seed: int) -> bytes:
    return b"\x08\x40\x10\x40\x18\x03" + message(0x22, np.random.default_rng(seed).bytes(49_000))


def _histogram(seed: int) -> bytes:
    return message(0x32, np.random.default_rng(seed).normal(size=150).tobytes()) * 2


CORPORA = (
    Corpus("regular", "10 tags on every step", regular, 100_000, 10_000),
    Corpus("keras", "4 tags on every step, as tensors", keras, 250_000, 25_000),
    Corpus("evaluated", "8 tags on every step, 3 more on each 100th", evaluated, 124_600, 12_400),
    Corpus("irregular", "30 tags in no order", irregular, 1_000_000, 100_000),
    Corpus("many tags", "1,000 tags on every step", many_tags, 1_000, 100),
    Corpus("many runs", "500 runs of 2,000 events", many_runs, 500, 50),
    Corpus("pictures", "500 MB of pictures, 200 scalars", pictures, 10_000, 1_000),
)
