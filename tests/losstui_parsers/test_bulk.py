from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui_parsers import bulk
from losstui_parsers.bulk import read_bulk
from losstui_parsers.cells import read_cells
from losstui_parsers.dialect import sniff
from losstui_parsers.tables import Table


@pytest.fixture(autouse=True)
def _every_size_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "LARGE", 1)


def both(text: str) -> tuple[Table | None, Table]:
    sniffed = sniff(text)
    assert sniffed is not None
    return read_bulk(text.encode(), sniffed[0], "log.csv"), read_cells(text, sniffed[0], "log.csv")


def assert_equal(fast: Table | None, slow: Table) -> None:
    assert fast is not None
    assert fast.rows == slow.rows
    assert fast.texts == slow.texts
    filled = {name: column for name, column in slow.numbers.items() if len(column.rows)}
    assert {name for name, column in fast.numbers.items() if len(column.rows)} == set(filled)
    for name, column in filled.items():
        np.testing.assert_array_equal(fast.numbers[name].rows, column.rows)
        np.testing.assert_array_equal(fast.numbers[name].values, column.values)


@pytest.mark.parametrize(
    "text",
    [
        "step,loss,val_loss\n0,1.0,\n1,nan,NaN\n2,,inf\n3,-inf,\n4,None,0.1\n",
        "   step,    loss\n      0,   1.6447\n      1,         \n      2,   0.5\n",
        "datetime;step;loss\n2026-01-01T00:00:00;0;3,16\n2026-01-01T00:00:01;1;1,5e-3\n",
        "step\tloss\tflag\n0\t1e-310\tTrue\n1\t0.1\tFalse\n",
        "step,metric,value\n0,loss,1.5\n0,lr,0.1\n1,loss,nan\n",
        "step,loss\r\n0,1.0\r\n1,nan\r\n2,\r\n",
        ",step,loss\n0,10,1.0\n1,20,0.5\n",
        "step,loss,val_loss\n0,1.0\n1,0.5,0.4\n",
        "# lr=0.1\nstep,loss\n0,12345678901234567890\n1,0.30000000000000004\n",
    ],
)
def test_the_fast_path_gives_what_the_cells_give(text: str) -> None:
    assert_equal(*both(text))


@pytest.mark.parametrize(
    "text",
    [
        "step,loss\n0,1.0\nstep,loss\n0,0.5\n",
        "step,loss\n0,1.0\n1,0.5,7\n",
        "step,loss\n0,1.0\n# resumed\n1,0.5\n",
        "step,loss\n0,1.0\n1,oops\n2,0.5\n",
        "step,loss\n0,tensor(0.5)\n1,0.5\n",
        "step,loss,loss\n0,1.0,2.0\n1,0.5,1.0\n",
        "step,loss\n0,93.1%\n1,50%\n",
        "step,metric,value\n0,nan_count,1.5\n1,nan_count,nan\n",
        "step,loss\n0,-8.98846567431158e307\n1,nan\n",
    ],
)
def test_what_is_not_plain_is_left_to_the_cells(text: str) -> None:
    assert both(text)[0] is None


def test_a_last_line_without_an_end_is_told_where_it_looks_whole() -> None:
    told = both("step,loss\n0,1.0\n1,0.5\n2,0.4")[0]
    assert told is not None
    assert told.warnings == ["log.csv: line 4 has no line end: it may be cut and is left out"]
    assert told.rows == 2
    half = both("step,loss,lr\n0,1.0,0.1\n1,0.5,0.1\n2,0.4")[0]
    assert half is not None
    assert half.warnings == []


def test_a_small_table_is_left_to_the_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "LARGE", 1 << 20)
    assert both("step,loss\n0,1.0\n1,0.5\n")[0] is None


CELLS = st.one_of(st.floats().map(repr), st.integers(-(2**70), 2**70).map(str), st.just(""), st.just("NaN"))


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=20))
def test_any_numbers_come_out_alike(rows: list[tuple[str, str]]) -> None:
    text = "step,loss,val_loss\n" + "".join(f"{step},{a},{b}\n" for step, (a, b) in enumerate(rows))
    fast, slow = both(text)
    if fast is not None:
        assert_equal(fast, slow)


def test_a_text_far_down_a_long_column_is_not_lost() -> None:
    rows = [f"{step},0.5" for step in range(400_000)]
    rows[300_000] = "300000,oops"
    fast, slow = both("step,loss\n" + "\n".join(rows) + "\n")
    assert fast is None
    assert slow.warnings == ["log.csv: line 300002, column 'loss': 'oops' is no number; left out"]
