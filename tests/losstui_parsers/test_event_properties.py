"""Event files damaged in any way, and grown in any way, beside a slow reader that looks at every byte."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from event_files import (
    NAME,
    Value,
    event,
    intact_records,
    read,
    read_reference,
    rows_of,
    simple,
    summary_pb2,
    tensor,
    version,
)
from losstui.parsing import FileGroup, LogFile
from losstui_parsers.event_file.reading import EventLog
from losstui_parsers.tensorboard import Tensorboard
from same_frames import assert_as_fresh

# A failing example is thousands of bytes: to make it smaller takes minutes.
QUICK = settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])

steps = st.integers(0, 300) | st.integers(-3, 2**40)
numbers = st.floats(width=32)
tags = st.sampled_from(("loss", "lr", "val/loss", "grad_norm/total", "ü"))


def picture(step: int, size: int) -> bytes:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = bytes(range(256)) * (size // 256)
    return event(step, value)


def run_of(first: int, count: int, evaluate_each: int) -> bytes:
    """Three tags on every step, one more on some."""
    records: list[bytes] = []
    for step in range(first, first + count):
        records += [event(step, simple(tag, step / 7)) for tag in ("loss", "lr", "acc")]
        if step % evaluate_each == 0:
            records.append(event(step, simple("val/loss", 1 / (1 + step))))
    return b"".join(records)


def double_tensor(tag: str, number: float, plugin: str) -> Value:
    return tensor(tag, plugin=plugin, dtype=2, double_val=[number])


def event_of(step: int, own: list[Value], wall_time: float) -> bytes:
    return event(step, *own, wall_time=wall_time)


values = st.builds(simple, tags, numbers) | st.builds(
    double_tensor, tags, st.floats(), st.sampled_from(("", "scalars"))
)
events = st.builds(event_of, steps, st.lists(values, max_size=3), st.floats(0, 2e9))
runs = st.builds(run_of, st.integers(0, 200), st.integers(1, 60), st.integers(2, 9))
pictures = st.builds(picture, steps, st.sampled_from((256, 2_048, 90_112)))
files = st.lists(events | runs | pictures, max_size=8).map(lambda records: version() + b"".join(records))
places = st.floats(0, 1)
sizes = st.sampled_from((1, 3, 12, 50, 400, 3_000))


def flipped(data: bytes, share: float, bit: int) -> bytes:
    at = min(int(share * len(data)), len(data) - 1)
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


Damage = Callable[[bytes], bytes]


def flip(share: float, bit: int) -> Damage:
    return lambda data: flipped(data, share, bit)


def cut(share: float, size: int) -> Damage:
    return lambda data: data[: int(share * len(data))] + data[int(share * len(data)) + size :]


def double(share: float, size: int) -> Damage:
    return lambda data: data[: int(share * len(data)) + size] + data[int(share * len(data)) :]


def insert(share: float, noise: bytes) -> Damage:
    return lambda data: data[: int(share * len(data))] + noise + data[int(share * len(data)) :]


def interleave(other: bytes, size: int) -> Damage:
    """What two writers leave that write to one file at once, so many bytes at a time."""
    return lambda data: b"".join(
        data[at : at + size] + other[at : at + size] for at in range(0, max(len(data), len(other)), size)
    )


damages = st.one_of(
    st.builds(flip, places, st.integers(0, 7)),
    st.builds(cut, places, sizes),
    st.builds(double, places, sizes),
    st.builds(insert, places, st.binary(min_size=1, max_size=200) | sizes.map(bytes)),
    st.builds(interleave, files, sizes),
)


@QUICK
@given(data=files, changes=st.lists(damages, max_size=4), verify=st.booleans())
def test_what_is_intact_is_read_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, changes: list[Damage], verify: bool
) -> None:
    for change in changes:
        data = change(data)
    log = read(tmp_path_factory.mktemp("log"), data, verify=verify)
    assert rows_of(log) == read_reference(data)


_COUNTED = re.compile(r"\((?:(\d+) to |at most |)(\d+|no) records?\) dropped")


def told(log: EventLog) -> tuple[int, int]:
    """How many records the warnings say were lost, at least and at most."""
    least = most = 0
    for line in log.damages:
        match = _COUNTED.search(line)
        assert match, line
        upper = 0 if match[2] == "no" else int(match[2])
        exact = "to" not in match[0] and "at most" not in match[0]
        least += upper if exact else int(match[1] or 0)
        most += upper
    return least, most


def records_with_values(data: bytes) -> int:
    return sum(bool(message.summary.value) for _, message in intact_records(data))


@QUICK
@given(
    data=files,
    flips=st.lists(st.tuples(places, st.integers(0, 7)), min_size=1, max_size=4),
    hole=st.none() | st.tuples(places, sizes),
)
def test_the_number_of_lost_records_is_within_what_is_told(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    flips: list[tuple[float, int]],
    hole: tuple[float, int] | None,
) -> None:
    # The tail shows where the damage ends: at the end of a growing file it might yet be completed.
    data += b"".join(event(step, simple("tail", 1.0)) for step in range(6))
    damaged = data[:-200]
    for share, bit in flips:
        damaged = flipped(damaged, share, bit)
    if hole is not None:
        at = int(hole[0] * len(damaged))
        zeros = bytes(len(damaged[at : at + hole[1]]))
        damaged = damaged[:at] + zeros + damaged[at + len(zeros) :]
    damaged += data[-200:]
    log = read(tmp_path_factory.mktemp("log"), damaged, verify=True)
    least, most = told(log)
    assert records_with_values(data) - records_with_values(damaged) <= most
    assert least <= len(intact_records(data)) - len(intact_records(damaged))


Action = tuple[str, bytes, float]
actions = st.lists(
    st.tuples(
        st.sampled_from(("append", "truncate", "rewrite", "replace", "rotate", "remove")), files, places
    ),
    min_size=1,
    max_size=8,
)


@QUICK
@given(actions=actions, looks=st.lists(st.booleans(), min_size=8, max_size=8))
def test_whatever_a_writer_does_to_the_file_is_followed(
    tmp_path_factory: pytest.TempPathFactory, actions: list[Action], looks: list[bool]
) -> None:
    path = tmp_path_factory.mktemp("run") / NAME
    path.write_bytes(version())
    group = FileGroup(path.parent, (LogFile(path),))
    follower = Tensorboard().follow(group)
    follower.poll()
    for (action, content, share), look in zip(actions, looks, strict=False):
        known = path.read_bytes() if path.exists() else b""
        if action == "append":
            piece = content[: max(1, int(share * len(content)))]  # mostly with a record cut off
            with path.open("ab") as stream:
                stream.write(piece)
        elif action == "truncate":
            path.write_bytes(known[: int(share * len(known))])
        elif action == "rewrite":
            path.write_bytes(content)
        elif action == "replace":
            beside = path.with_name("beside")
            beside.write_bytes(content)
            os.replace(beside, path)
        elif path.exists() and action == "rotate":
            path.rename(path.with_name("rotated"))
            path.write_bytes(content)
        elif path.exists():
            path.unlink()
        if look:
            follower.poll()
    follower.poll()
    assert_as_fresh(follower, Tensorboard(), group)
