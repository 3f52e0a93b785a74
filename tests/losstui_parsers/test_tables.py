from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from losstui.parsing import FileGroup, LogFile
from losstui_parsers import plain_text
from losstui_parsers.delimited import Delimited
from losstui_parsers.tables import Labels, labels_by_row, labels_joined, labels_of
from losstui_parsers.text_following import TextFollower
from same_frames import assert_same_frame

WORDS = st.lists(st.sampled_from(["train", "val", "", "test"]), max_size=12)


def by_row(labels: Labels) -> dict[int, str]:
    return {int(row): labels.names[code] for row, code in zip(labels.rows, labels.codes, strict=True)}


@example(words=[], codes=[-1])
@given(words=WORDS, codes=st.lists(st.integers(-1, 11), max_size=20))
def test_labels_are_the_words_of_their_codes(words: list[str], codes: list[int]) -> None:
    codes = [code for code in codes if code < len(words)]
    expected = {3 * row: words[code] for row, code in enumerate(codes) if code >= 0 and words[code]}
    labels = labels_of(3 * np.arange(len(codes)), np.array(codes, np.int64), words)
    assert by_row(labels) == expected
    assert labels.names == tuple(dict.fromkeys(expected.values()))


@given(texts=st.lists(st.sampled_from(["train", "val", "test"]), max_size=12), cut=st.integers(0, 12))
def test_joined_labels_are_those_of_the_whole(texts: list[str], cut: int) -> None:
    rows = dict(enumerate(texts))
    whole = labels_by_row(rows)
    first = labels_by_row({row: text for row, text in rows.items() if row < cut})
    second = labels_by_row({row: text for row, text in rows.items() if row >= cut})
    joined = labels_joined([first, second])
    assert by_row(joined) == by_row(whole) == rows
    assert joined.names == whole.names


@pytest.mark.parametrize("odd", ["", "timestamp,step,split,loss\n"])
def test_moments_and_labels_of_a_large_table_grow(
    odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_text, "LARGE", 1)

    def row(step: int) -> str:
        clock = f"2026-01-01T00:{step // 60:02d}:{step % 60:02d}"
        return f"{clock},{step},{'val' if step % 5 == 0 else 'train'},{1 / (step + 1)}\n"

    path = tmp_path / "metrics.csv"
    path.write_text("timestamp,step,split,loss\n" + "".join(map(row, range(300))) + odd)
    group = FileGroup(path, (LogFile(path),))
    follower = Delimited().follow(group)
    assert isinstance(follower, TextFollower)
    assert follower.poll()
    for step in range(300, 310):
        with path.open("a") as stream:
            stream.write(row(step))
        assert follower.poll()
        [followed] = follower.runs()
        [fresh] = Delimited().read(FileGroup(path, (LogFile(path),)))
        assert_same_frame(followed.frame, fresh.frame)
        assert followed.frame["train/loss"].wall_times is not None
