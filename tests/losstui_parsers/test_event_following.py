from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from event_files import Value, event, frame_payload, scalars, simple, summary_pb2, tensor, version
from losstui.parsing import FileGroup, LogFile
from losstui_parsers.event_file.following import FollowedFile
from losstui_parsers.event_file.learned import Learned
from losstui_parsers.tensorboard import Tensorboard
from same_frames import assert_as_fresh

NAME = "events.out.tfevents.1760000000.host.1.0"
TAGS = ("train/loss", "train/lr", "val/loss", "grad_norm")


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


def group_of(folder: Path, *names: str) -> FileGroup:
    return FileGroup(folder, tuple(LogFile(folder / name) for name in names or (NAME,)))


def follow(folder: Path, pieces: Sequence[bytes], parser: Tensorboard | None = None) -> None:
    """Append the pieces with a poll after each, and assert that it ends as a fresh read does."""
    path = folder / NAME
    path.write_bytes(b"")
    parser = parser or Tensorboard()
    group = group_of(folder)
    follower = parser.follow(group)
    follower.poll()
    for piece in pieces:
        append(path, piece)
        assert follower.poll() or not piece
    assert_as_fresh(follower, Tensorboard(), group)


def chop(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:stop] for start, stop in pairwise(edges)]


def float_tensor(tag: str, number: float) -> Value:
    return tensor(tag, plugin="scalars", dtype=1, float_val=[number])


values = st.floats(width=32)
steps = st.integers(0, 40) | st.integers(0, 2**40)


def scalar_record(tag: str, step: int, number: float, make: Callable[[str, float], Value]) -> bytes:
    return event(step, make(tag, number))


def stretch(first: int, count: int) -> bytes:
    return b"".join(event(first + i, simple(tag, 1 / (i + 1))) for i in range(count) for tag in TAGS[:3])


scalar_records = st.builds(
    scalar_record, st.sampled_from(TAGS), steps, values, st.sampled_from([simple, float_tensor])
)
rising_records = st.integers(1, 60).map(
    lambda count: b"".join(event(i, *(simple(tag, i / 7) for tag in TAGS)) for i in range(count))
)
stretches = st.builds(stretch, st.integers(0, 300), st.integers(1, 40))
others = st.sampled_from([version(), event(3), event(4, tensor("picture", plugin="images", dtype=7))])
damage = st.binary(min_size=1, max_size=40) | scalar_records.map(lambda record: record[:-1])
# Only one of its kind: two equal ones would cancel each other in the proof of a bulk read.
flipped = scalar_records.map(lambda record: record[:-1] + bytes([record[-1] ^ 255]))
records = st.lists(scalar_records | rising_records | stretches | others | damage, max_size=8)


# A failing example is thousands of bytes: to make it smaller takes minutes.
@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    before=records,
    bad=st.just(b"") | flipped,
    after=records,
    cuts=st.lists(st.integers(0, 1 << 20), max_size=12),
)
def test_any_chopping_ends_as_one_read_does(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[bytes],
    bad: bytes,
    after: list[bytes],
    cuts: list[int],
) -> None:
    data = version() + b"".join(before) + bad + b"".join(after)
    follow(tmp_path_factory.mktemp("run"), chop(data, cuts))


@pytest.mark.parametrize("size", [1, 7, 50, 3000, 30_000])
def test_pieces_of_one_size(tmp_path: Path, size: int) -> None:
    count = min(2000, 40 * size)
    numbers = np.random.default_rng(0).random(count // 2)
    data = version() + scalars("loss", numbers) + scalars("accuracy", numbers, first_step=100)
    data = data[: 200 * size]
    follow(tmp_path, [data[at : at + size] for at in range(0, len(data), size)])


def test_a_restart_in_the_middle_is_found_as_by_one_read(tmp_path: Path) -> None:
    first = scalars("loss", range(50)) + scalars("lr", range(50))
    second = scalars("loss", range(30), first_step=20) + scalars("lr", range(30), first_step=20)
    follow(tmp_path, [version() + first, second[:500], second[500:], scalars("new", range(5))])


@pytest.mark.parametrize("size", [20, 700, 5000, 90_000])
@pytest.mark.parametrize("behind", [b"junk" * 9, bytes(13), scalars("lr", range(3))])
@pytest.mark.parametrize("before", [3, 200])
def test_a_damaged_picture_at_the_end_counts_as_in_one_read(
    tmp_path: Path, size: int, behind: bytes, before: int
) -> None:
    picture = event(3, tensor("picture", plugin="images", dtype=7, string_val=[bytes(size)]))
    damaged = picture[:-1] + bytes([picture[-1] ^ 255])
    intact = version() + picture + scalars("loss", range(before))
    follow(tmp_path, [intact + damaged, behind, picture])


def test_a_cut_record_waits_for_its_rest(tmp_path: Path) -> None:
    path = tmp_path / NAME
    record = event(1, simple("loss", 0.5))
    path.write_bytes(version() + event(0, simple("loss", 1.0)) + record[:20])
    file = FollowedFile(path, Learned())
    assert file.poll()
    assert len(file.log().columns["loss"].steps) == 1
    append(path, record[20:30])
    file.poll()
    assert len(file.log().columns["loss"].steps) == 1
    append(path, record[30:])
    file.poll()
    assert file.log().columns["loss"].values.tolist() == [1.0, 0.5]
    assert file.log().damages == []


def test_what_stands_behind_a_record_that_is_never_finished_does_not_wait_for_it(tmp_path: Path) -> None:
    begun = event(
        9, simple("loss", 0.5), tensor("picture", plugin="images", dtype=7, string_val=[b"x" * 9000])
    )
    follow(tmp_path, [version() + scalars("loss", range(9)), begun[:40], scalars("loss", range(9, 12))])


def test_what_was_handed_out_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(version() + scalars("loss", range(10)))
    follower = Tensorboard().follow(group_of(tmp_path))
    follower.poll()
    [before] = follower.runs()
    for i in range(10, 200):
        append(path, event(i, simple("loss", -1.0)))
        follower.poll()
    assert before.frame["loss"].values.tolist() == list(range(10))
    [after] = follower.runs()
    assert len(after.frame["loss"]) == 200


def test_only_what_was_appended_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / NAME
    path.write_bytes(version() + scalars("loss", range(2000)))
    file = FollowedFile(path, Learned())
    file.poll()
    monkeypatch.setattr("losstui_parsers.event_file.following.FileReader", None)
    append(path, scalars("loss", range(3), first_step=2000))
    file.poll()
    assert len(file.log().columns["loss"].steps) == 2003


def test_damage_is_told_once_it_is_known_and_costs_no_other_record(tmp_path: Path) -> None:
    good = scalars("loss", range(20))
    follow(tmp_path, [version() + good, b"\0" * 4096, good[:25], good[25:], frame_payload(b"\xff")])


@pytest.mark.parametrize("content", [b"", version(), version() + scalars("other", range(4))])
def test_a_file_written_anew_is_another_log(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(version() + scalars("loss", range(40)))
    parser, group = Tensorboard(), group_of(tmp_path)
    follower = parser.follow(group)
    follower.poll()
    path.write_bytes(content)
    assert follower.poll()
    assert_as_fresh(follower, Tensorboard(), group)


def test_a_file_that_vanishes_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / NAME
    data = version() + scalars("loss", range(40))
    path.write_bytes(data)
    parser, group = Tensorboard(), group_of(tmp_path)
    follower = parser.follow(group)
    follower.poll()
    path.unlink()
    assert follower.poll()
    assert_as_fresh(follower, Tensorboard(), group)
    path.write_bytes(data)
    assert follower.poll()
    assert_as_fresh(follower, Tensorboard(), group)


def test_the_files_of_one_run_are_followed_together(tmp_path: Path) -> None:
    names = (NAME, NAME.replace("1760000000", "1760009000"))
    for name in names:
        (tmp_path / name).write_bytes(version())
    parser, group = Tensorboard(), group_of(tmp_path, *names)
    follower = parser.follow(group)
    follower.poll()
    for name, first in zip(names, (0, 30), strict=True):
        append(tmp_path / name, scalars("loss", range(40), first_step=first))
        assert follower.poll()
        assert_as_fresh(follower, Tensorboard(), group)
    assert not follower.poll()


def test_a_record_cut_off_behind_damage_waits_as_well(tmp_path: Path) -> None:
    damaged = event(1, simple("loss", 0.5))[:-1] + b"\xff"
    good = scalars("loss", range(12))
    follow(tmp_path, [version() + damaged + good + event(12, simple("loss", 0.5))[:13], good[13:]])
    follow(tmp_path, [version() + damaged + good[:-30], good[-30:], good])


def test_a_file_that_cannot_be_opened_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / NAME
    path.write_bytes(version() + scalars("loss", range(4)))
    follower = Tensorboard().follow(group_of(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr("losstui_parsers.event_file.following.Source", _refuse)
        assert follower.poll()
        assert not follower.poll()
    assert follower.poll()
    assert len(follower.runs()[0].frame["loss"]) == 4


def _refuse(path: Path) -> None:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_record_cut_off_is_told_alike_before_and_after_its_promised_end(tmp_path: Path) -> None:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = bytes(9_000)
    picture = event(3, value)
    few, more = scalars("loss", [1.0] * 20), scalars("loss", [2.0] * 300, first_step=20)
    follow(tmp_path, [version() + few, picture[:500], few, more])
