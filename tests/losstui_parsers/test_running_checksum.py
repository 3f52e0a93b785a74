from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from losstui_parsers.event_file.crc32c import crc32c
from losstui_parsers.event_file.running_checksum import RunningChecksum

FILE = bytes(at * at >> 3 & 255 for at in range(9_000))
stretches = st.tuples(st.integers(0, len(FILE)), st.integers(0, len(FILE))).map(sorted)


@given(asked=st.lists(stretches, min_size=1, max_size=12))
def test_stretches_that_lie_over_each_other_have_the_checksums_they_have_alone(
    asked: list[list[int]],
) -> None:
    running = RunningChecksum()
    for begin, end in asked:
        assert running.between(lambda at, count: FILE[at : at + count], begin, end) == crc32c(FILE[begin:end])


def test_no_byte_is_read_for_each_stretch_that_it_lies_in() -> None:
    read: list[int] = []

    def read_at(at: int, count: int) -> bytes:
        read.append(count)
        return FILE[at : at + count]

    running = RunningChecksum()
    for begin in range(0, 4_000, 40):
        running.between(read_at, begin, begin + 5_000)
    assert sum(read) < 2 * len(FILE) + 100 * 2 * 256
