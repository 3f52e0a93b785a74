from __future__ import annotations

import io
import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui.parsing import LogFile
from losstui_parsers import json_bulk, plain_text
from losstui_parsers.json_lines import read_large_lines, read_lines
from losstui_parsers.rows import TableBuilder
from text_logs import json_lines as lines


@pytest.fixture(autouse=True)
def _every_size_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_text, "LARGE", 1)
    monkeypatch.setattr(json_bulk, "PARSED_BYTES", 600)
    monkeypatch.setattr(json_bulk, "BLOCK_BYTES", 200)


def assert_alike(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        path.write_bytes(text.encode())
        fast, fast_warnings = read_large_lines(LogFile(path))
    slow, slow_warnings = read_lines(text)
    assert fast_warnings == slow_warnings
    one, other = fast.build("log"), slow.build("log")
    assert sorted(one.warnings) == sorted(other.warnings)
    assert one.texts == other.texts
    assert set(one.numbers) == set(other.numbers)
    for name, column in other.numbers.items():
        np.testing.assert_array_equal(one.numbers[name].values, column.values)
        if not slow_warnings and "\n\n" not in text:  # a row is numbered by its line, read or not
            np.testing.assert_array_equal(one.numbers[name].rows, column.rows)


def left_over(text: str) -> list[int] | None:
    found = json_bulk.read_bulk_lines(io.BytesIO(text.encode()), TableBuilder())
    return None if found is None else [line for line, _ in found[0]]


def test_rows_of_numbers_need_no_parser() -> None:
    rows = [{"step": s, "train": {"loss": 1 / (1 + s)}, "lr": 1e-5 * s} for s in range(50)]
    assert left_over(lines(*rows)) == []
    assert_alike(lines(*rows))


def test_shapes_may_take_turns() -> None:
    rows = [
        {"step": s, "loss": 0.5 * s} if s % 7 else {"step": s, "val_loss": -s, "loss": math.nan}
        for s in range(60)
    ]
    assert left_over(lines(*rows)) == []
    assert_alike(lines(*rows))


@pytest.mark.parametrize(
    "row",
    [
        {"step": 7, "loss": "oops"},
        {"step": 7, "loss": "1e5x"},
        {"step": 7, "loss": "0.5"},
        {"step": 7, "loss": 0.5, "x": ":,"},
        {"step": 7, "lossNaN": 0.5},
        {"step": 7, "loss": -8.98846567431158e307},
        {"step": 7, "loss": math.nan, "NaN": math.inf},
        {"step": 10**30, "loss": 0.5},
        {"step": 7, "loss": True},
        {"step": 7, "elapsed": "0:10:04", "loss": 0.5},
        {"step": 7, "größe_loss": 0.5},
        {"step": 7, "loss": [1, 2]},
        {"step": 7},
        {},
        [1, 2],
        3,
    ],
)
def test_other_rows_are_read_one_by_one(row: object) -> None:
    rows: list[object] = [{"step": s, "loss": 0.5} for s in range(20)]
    assert_alike(lines(*rows[:7], row, *rows[7:]))


@pytest.mark.parametrize(
    "line",
    [
        '{"step": 7, "loss": }',
        '{"step": 7, "loss": 0.5,}',
        '{"step": 7, "loss": 0.5, 3}',
        '{"step": 7, "loss": 0.5}{"step": 8, "loss": 0.5}',
        '{"step": 7, "loss": NaN}',
        '{"step": , "loss": 7}',
        '{"step": 7, "loss": 1.2.3}',
        '{"step": 7, "loss": --1}',
        '{"step": 7, "loss": 1, "loss": 2}',
        '{"step": 7, "loss": 0.',
        '{"step": 7, "loss": 05}',
        '{"step": 7, "loss": -00.5}',
        '{"step": 7, "loss": +5}',
        '{"step": 7, "loss": .5}',
        '{"step": 7, "loss": -.5}',
        '{"step": 7, "loss": 5.}',
        '{"step": 7, "loss": 5.e3}',
        '{"step": 07, "loss": 5}',
        '{"step": 7, "loss": -NaN}',
        '{"step": 7, "loss": 5NaN}',
        '{"step": 7, "loss": NaN5}',
        '{"step": 7, "loss": 5 NaN}',
        '{"step": 7, "loss": NaN NaN}',
        '{"step": 7, "loss": \1\2\2}',
        '{"step": 7, "loss": 5\1\2\2}',
        '{"step": 7, "loss": 5\2}',
        "",
    ],
)
def test_broken_lines_are_told_of_alike(line: str) -> None:
    good = lines(*({"step": s, "loss": 0.5} for s in range(20)))
    assert_alike(good + line + "\n" + good)
    assert_alike(good + line)


NUMBERS = st.from_regex(r"[+-]?[0-9]{0,3}(\.[0-9]{0,3})?([eE][+-]?[0-9]{0,2})?", fullmatch=True)


@settings(max_examples=300, deadline=None)
@given(spelled=st.lists(st.one_of(NUMBERS, NUMBERS.map('"{}"'.format)), min_size=1, max_size=20))
def test_any_spelling_of_a_number_is_taken_or_refused_alike(spelled: list[str]) -> None:
    rows = [f'{{"step": {step}, "loss.e": {number}, "lr": {number}}}' for step, number in enumerate(spelled)]
    assert_alike("\n".join(['{"step": 0, "loss.e": 0.5, "lr": 1e-05}'] * 10 + rows) + "\n")


def test_keys_that_differ_in_a_digit_are_told_apart() -> None:
    rows = [{"step": s, "grad_1": 1.0, "grad_2": 2.0} for s in range(20)]
    swapped = [{"step": s, "grad_2": 2.0, "grad_1": 1.0} for s in range(20)]
    assert_alike(lines(*rows, *swapped))
    assert left_over(lines(*rows)) == []


@pytest.mark.parametrize("mark", [{"iter": 1}, {"epoch": 1, "data_time": 0.1}], ids=["iter", "data_time"])
def test_rows_that_need_the_row_before_are_left(mark: dict[str, float]) -> None:
    assert left_over(lines(*({"step": s, "loss": 0.5, **mark} for s in range(20)))) is None


def test_a_last_line_without_an_end_is_read_if_it_is_whole() -> None:
    text = lines(*({"step": s, "loss": 0.5} for s in range(20)))
    assert_alike(text[:-1])
    assert_alike(text[:-3])


KEYS = st.sampled_from(["loss", "l1", "l2", "e-1", "a:b", "NaN", "x,y"])
VALUES = st.one_of(st.floats(), st.integers(-(2**70), 2**70), st.none(), st.booleans(), st.text(max_size=3))


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(["loss", "l1", "l2", "e-1", "a:b", "NaN", "x,y"]), VALUES, max_size=4
        ),
        min_size=2,
        max_size=20,
    )
)
def test_any_rows_come_out_alike(rows: list[dict[str, object]]) -> None:
    assert_alike(lines(*rows))
