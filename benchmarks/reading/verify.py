"""Checks what is measured: the writer against TensorBoard's messages, losstui's values against the log's."""

from __future__ import annotations

import importlib
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reading.corpora import CORPORA
from benchmarks.reading.writer import Events
from losstui.parsing import LogFile
from losstui_parsers.tensorboard import Tensorboard

_SAMPLE = 30  # steps, runs or pictures of each log that protobuf reads too


def check_values(folder: Path, made: Mapping[str, Events]) -> None:
    """Raise AssertionError unless losstui reads every step, value and wall time as it was made."""
    parser = Tensorboard()
    groups = parser.group([LogFile(path) for path in sorted(folder.rglob("*tfevents*"))])
    found = {group.label.relative_to(folder).as_posix(): parser.read(group)[0] for group in groups}
    if set(found) != set(made):
        raise AssertionError(f"{len(found)} runs were found, {len(made)} were made")
    for run, events in made.items():
        for number, tag in enumerate(events.tags):
            rows = np.flatnonzero(events.tag_of == number)
            series = found[run].frame[tag]
            same = (
                np.array_equal(series.steps, events.steps[rows])
                and series.values.tobytes() == events.values[rows].astype(np.float64).tobytes()
                and series.wall_times is not None
                and series.wall_times.tobytes() == events.wall_times[rows].tobytes()
            )
            if not same:
                raise AssertionError(f"{run}: {tag} was not read as it was written")


def check_writer() -> None:
    """Raise AssertionError unless TensorBoard's checksum and protobuf read what the writer writes."""
    event_pb2: Any = importlib.import_module("tensorboard.compat.proto.event_pb2")
    checksums: Any = importlib.import_module("tensorboard.compat.tensorflow_stub.pywrap_tensorflow")
    for corpus in CORPORA:
        with tempfile.TemporaryDirectory() as folder:
            made = corpus.make(Path(folder), 200 if corpus.name == "evaluated" else _SAMPLE)
            written = 0
            for path in Path(folder).rglob("*tfevents*"):
                data = path.read_bytes()
                at = 0
                while at < len(data):
                    end = at + 16 + struct.unpack_from("<Q", data, at)[0]
                    for part, crc in ((data[at : at + 8], at + 8), (data[at + 12 : end - 4], end - 4)):
                        if len(part) < 1000 and struct.unpack_from("<I", data, crc)[
                            0
                        ] != checksums.masked_crc32c(part):
                            raise AssertionError(f"{corpus.name}: a checksum is wrong at byte {crc}")
                    event = event_pb2.Event.FromString(data[at + 12 : end - 4])
                    written += sum(value.tag not in ("picture", "weights") for value in event.summary.value)
                    at = end
            if written != sum(len(events.steps) for events in made.values()):
                raise AssertionError(f"{corpus.name}: {written} scalars were written")
