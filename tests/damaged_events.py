"""Event files to damage, and what they may lose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from event_files import (
    event,
    intact_records,
    read,
    read_reference,
    rows_of,
    simple,
    summary_pb2,
    version,
)
from losstui_parsers.event_file.reading import EventLog


def lost(count: int, records: str, at: int, cause: str) -> str:
    return f"{count} bytes ({records}) dropped at byte {at}: {cause}"


def regular_log(steps: int = 700) -> bytes:
    return version() + b"".join(
        event(step, simple("loss", 1 / (1 + step))) + event(step, simple("lr", 0.1)) for step in range(steps)
    )


def irregular_log(steps: int = 700) -> bytes:
    random = np.random.default_rng(0)
    tags = [f"tag{'x' * i}" for i in range(8)]
    chosen: list[int] = random.integers(0, 8, steps).tolist()
    return version() + b"".join(event(i, simple(tags[tag], i / 3)) for i, tag in enumerate(chosen))


def mixed_log(steps: int = 250) -> bytes:
    records = [version()]
    for step in range(steps):
        records += [event(step, simple("loss", step), simple("acc", step / 9))]
        if step % 20 == 0:
            value = summary_pb2.Summary.Value(tag="picture")
            value.image.encoded_image_string = bytes(step * 10)
            records.append(event(step, value))
    return b"".join(records)


LOGS = {"regular": regular_log(), "irregular": irregular_log(), "mixed": mixed_log()}


every_log = pytest.mark.parametrize("data", LOGS.values(), ids=LOGS)


def record_at(data: bytes, part: float) -> tuple[int, int]:
    """First byte and length of the scalar record that stands at that share of the file."""
    begins = [at for at, message in intact_records(data) if message.summary.value]
    begins = [at for at in begins if at >= part * len(data)]
    return begins[0], begins[1] - begins[0]


def check(folder: Path, data: bytes, lost_events: int, intact: bytes) -> EventLog:
    """The damaged `data` gives what is intact in it: all of `intact` but so many events."""
    log = read(folder, data)
    assert rows_of(log) == read_reference(data)
    kept, all_rows = (sum(map(len, rows.values())) for rows in (rows_of(log), read_reference(intact)))
    assert kept == all_rows - lost_events
    return log
