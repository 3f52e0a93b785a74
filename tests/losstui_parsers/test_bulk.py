from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_support import assert_equal, both
from losstui.parsing import FileGroup, LogFile
from losstui_parsers import bulk, bulk_frame, plain_text
from losstui_parsers.delimited import Delimited


@pytest.fixture(autouse=True)
def _every_size_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_text, "LARGE", 1)


@pytest.mark.parametrize(
    "text",
    [
        "step,loss,val_loss\n0,1.0,\n1,nan,NaN\n2,,inf\n3,-inf,\n4,None,0.1\n",
        "   step,    loss\n      0,   1.6447\n      1,         \n      2,   nan\n",
        "step,loss,val_loss\n0,nan,\n1,,nan\n2,NAN,NaN\n3,1.5,inf\n",
        "step\tmean\tloss\n0\tnan\t\n1\t\tNaN\n",
        "step,metric,value\n0,nan_count,1.5\n1,nan_count,nan\n",
        "step,phase,loss\n0,train,nan\n1,train,\n2,val,0.5\n",
        "datetime;step;loss\n2026-01-01T00:00:00;0;3,16\n2026-01-01T00:00:01;1;1,5e-3\n",
        "step\tloss\tflag\n0\t1e-310\tTrue\n1\t0.1\tFalse\n",
        "step,metric,value\n0,loss,1.5\n0,lr,0.1\n1,loss,nan\n",
        "step,loss\r\n0,1.0\r\n1,nan\r\n2,\r\n",
        ",step,loss\n0,10,1.0\n1,20,0.5\n",
        "step,loss,val_loss\n0,1.0\n1,0.5,0.4\n",
        "step,loss\n0,1.0\n\n1,0.5\n",
        "step,loss\n0,1.0\n1,0.5\x0c\n",
        "step,loss\n0,1.0\r1,0.5\n",
        'step,note,loss\n0,"a,b",nan\n1,b,\n',
        "step,loss\n0,-0\n1,0\n",
        "# lr=0.1\nstep,loss\n0,12345678901234567890\n1,0.30000000000000004\n",
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_the_fast_path_gives_what_the_cells_give(text: str, compressed: bool) -> None:
    assert_equal(*both(text, compressed=compressed))


@pytest.mark.parametrize(
    "text",
    [
        "step,loss\n0,1.0\nstep,loss\n0,0.5\n",
        "step,loss\n0,1.0\nstep,loss,lr\n0,0.5,0.1\n1,0.4,0.1\n",
        "step,loss\n0,1.0\n1,0.5,7\n",
        "step,loss\n0,1.0,7\n1,0.5\n",
        "step,loss\n0,1.0,\n1,0.5\n",
        "step,loss\n0,1.0\n# resumed\n1,0.5\n",
        "phase,step,loss\ntrain,0,1.0\n# resumed\ntrain,1,0.5\n",
        "step,loss,tokens\n0,nan,9e9\n1,0.5,9000000000\n",
        "step,loss\n0,1.0\n1,oops\n2,0.5\n",
        "step,loss\n0,tensor(0.5)\n1,0.5\n",
        "step,loss\n0,93.1%\n1,50%\n",
        "step,note,loss\n0,nan,nan\n1,b,\n2,c,3\n",
        "step\tloss\n0\t1.0\n\t\n1\t0.5\n",
        "epoch,train_loss,eval_loss,lr\n0,1.0,0.9,0.1\n1,0.8,0.05\n2,0.7,0.6,0.025\n",
    ],
)
def test_odd_lines_are_read_as_cells(text: str) -> None:
    assert_equal(*both(text))


@pytest.mark.parametrize(
    "text",
    [
        "step,loss,loss\n0,1.0,2.0\n1,0.5,1.0\n",
        "step,loss\n0,1.0\n1,0.\x005\n",
        'step,note,loss\n0,"a\n1,b,0.5\n2,c",0.4\n3,c,0.3\n',
    ],
)
def test_what_belongs_together_is_left_to_the_cells(text: str) -> None:
    assert both(text)[0] is None


ODD_LINES = st.sampled_from(
    [
        "step,phase,loss,lr",
        "step,phase,loss,lr,extra",
        "# resumed",
        "17,train",
        "17,train,0.5,0.1,3,4",
        "0.25,0.5",
        "7,train,0.5,0.1,",
        "",
        "   ",
        "-----",
        "9,train,oops,0.1",
        "9,0.5,train,0.1",
        "9,train,None,-",
        "9,train,nan,9e9",
        "9,train,93.1%,tensor(0.5)",
        "caf\u00e9,val,0.5,0.1",
        ",,,",
    ]
)
STRETCHES = st.sampled_from([1, 3, 8, 1 << 20])
PLAIN_LINES = st.builds(
    "{},{},{},{}".format,
    st.integers(0, 99),
    st.sampled_from(["train", "val", ""]),
    st.sampled_from(["0.5", "nan", "", "1e-3"]),
    st.sampled_from(["0.1", "NaN", ""]),
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), lines=st.lists(PLAIN_LINES, min_size=20, max_size=60))
def test_odd_lines_anywhere_change_nothing_else(data: st.DataObject, lines: list[str]) -> None:
    for odd in data.draw(st.lists(ODD_LINES, max_size=4)):
        lines.insert(data.draw(st.integers(5, len(lines))), odd)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "BLOCK", data.draw(st.sampled_from([64, 300, 1 << 20])))
        patch.setattr(bulk, "ODD_BLOCK", 32)
        patch.setattr(bulk_frame, "STRETCH", data.draw(STRETCHES))
        fast, slow = both("step,phase,loss,lr\n" + "\n".join(lines) + "\n")
    if fast is not None:  # a label among numbers alone, in one of these tiny pieces, is left to the cells
        assert_equal(fast, slow)


def test_a_last_line_without_an_end_is_told_where_it_looks_whole() -> None:
    told = both("step,loss\n0,1.0\n1,0.5\n2,0.4")[0]
    assert told is not None
    assert told.warnings == ["log.csv: line 4 has no line end: it may be cut and is left out"]
    assert told.rows == 2
    half = both("step,loss,lr\n0,1.0,0.1\n1,0.5,0.1\n2,0.4")[0]
    assert half is not None
    assert half.warnings == []


def test_a_last_line_that_ends_as_on_an_old_mac_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"step,loss\n0,1.0\n1,0.5\r")
    [run] = Delimited().read(FileGroup(path, (LogFile(path),)))
    assert run.frame["loss"].values.tolist() == [1.0, 0.5]
    assert run.warnings == ()


@pytest.mark.parametrize(("rows", "large"), [(10, False), (1000, True)])
def test_a_large_table_is_read_in_bulk(
    rows: int, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_text, "LARGE", 1000)
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n" + "".join(f"{step},1.5\n" for step in range(rows)))
    assert plain_text.is_large(LogFile(path)) is large


def test_the_number_that_stands_for_nan_may_be_logged_where_no_nan_is() -> None:
    assert_equal(*both("step,loss,tokens\n0,1.5,9e9\n1,0.5,9000000000\n"))


CELLS = st.one_of(
    st.floats().map(repr),
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(
        ["", "NaN", "nan", "NAN", "inf", "None", "-", " nan", "True", "train", "0x1", "1_0", "9e9"]
    ),
    st.sampled_from(["-0", "-00", '"-0"', "0", "-922", "-9223372036854775808", "18446744073709551615"]),
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=20),
    compressed=st.booleans(),
    wide=st.booleans(),
    stretch=STRETCHES,
)
def test_any_numbers_come_out_alike(
    rows: list[tuple[str, str]], compressed: bool, wide: bool, stretch: int
) -> None:
    text = "step,loss,val_loss\n" + "".join(f"{step},{a},{b}\n" for step, (a, b) in enumerate(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_frame, "STRETCH", stretch)
        if wide:
            patch.setattr(bulk, "WIDE", 2)
        fast, slow = both(text, compressed=compressed)
    if fast is not None:
        assert_equal(fast, slow)


@pytest.mark.parametrize(
    "cell", ["-0", "-000", '"-0"', "-0 ", "-9223372036854775808", "True", "1e400", "-0.0"]
)
@pytest.mark.parametrize("beside", ["7", "", "0.5", "nan", "-1"])
def test_many_columns_keep_what_a_whole_number_would_lose(cell: str, beside: str) -> None:
    names = ",".join(f"layer_{index}/bias" for index in range(bulk.WIDE))
    others = ",".join([beside] * (bulk.WIDE - 1))
    rows = "".join(f"{step},{beside if step % 3 else cell},{others}\n" for step in range(30))
    assert_equal(*both(f"step,{names}\n{rows}"))


def test_a_text_far_down_a_long_column_is_not_lost() -> None:
    rows = [f"{step},0.5" for step in range(400_000)]
    rows[300_000] = "300000,oops"
    fast, slow = both("step,loss\n" + "\n".join(rows) + "\n")
    assert_equal(fast, slow)
    assert slow.warnings == ["log.csv: line 300002, column 'loss': 'oops' is no number; left out"]


@pytest.mark.parametrize("columns", [2, 30])
@pytest.mark.parametrize("coloured", [range(30), range(25, 30)])
def test_a_coloured_cell_is_a_number_in_a_large_table_too(
    columns: int, coloured: range, tmp_path: Path
) -> None:
    names = ",".join(f"loss_{column}" for column in range(columns))
    rows = [",".join(str(step / 8 + column) for column in range(columns)) for step in range(30)]
    ends = ["\x1b[0m" if step in coloured else "" for step in range(30)]
    path = tmp_path / "log.csv"
    path.write_text(
        f"step,{names}\n"
        + "".join(f"{step},{row}{end}\n" for step, (row, end) in enumerate(zip(rows, ends, strict=True)))
    )
    (run,) = Delimited().read(FileGroup(path, (LogFile(path),)))
    last = run.frame[f"loss_{columns - 1}"]
    assert last.steps.tolist() == list(range(30))
    assert last.values.tolist() == [step / 8 + columns - 1 for step in range(30)]
    assert run.warnings == ()
