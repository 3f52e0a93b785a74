from __future__ import annotations

import math
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui.run import StepUnit
from losstui_parsers import plain_text
from losstui_parsers.delimited import Delimited
from text_logs import read_table as read
from text_logs import sessions, steps, values

NAN = math.nan


def test_rows_may_leave_out_the_evaluation_that_was_not_made(tmp_path: Path) -> None:
    rows = "".join(f"{step},{1 / (step + 1)}{',0.5' if step % 3 == 2 else ''}\n" for step in range(30))
    run = read(tmp_path, "step,loss,val_loss\n" + rows)
    assert steps(run, "loss") == list(range(30))
    assert steps(run, "val_loss") == list(range(2, 30, 3))
    assert run.warnings == ()


def test_why_no_row_fits_the_header_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{step},0.5,1,2,3\n" for step in range(30))
    with pytest.raises(UnreadableLog, match=r"line 2 has 5 cells, the header 1; left out \(and 29 more\)"):
        read(tmp_path, "step,loss\n" + rows, "metrics.csv")


def test_an_empty_cell_is_no_row_and_a_written_nan_is_one(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,val_loss\n0,1.0,\n1,nan,NaN\n2,,inf\n3,-inf, \n4,None,-\n")
    assert steps(run, "loss") == [0, 1, 3]
    np.testing.assert_array_equal(run.frame["loss"].values, [1.0, NAN, -math.inf])
    assert steps(run, "val_loss") == [1, 2]
    np.testing.assert_array_equal(run.frame["val_loss"].values, [NAN, math.inf])
    assert run.warnings == ()


def test_names_and_cells_may_be_padded(tmp_path: Path) -> None:
    text = "      epoch,   train/box_loss,     val/box_loss\n          0,           1.6447,\n          1,  "
    run = read(tmp_path, text + "         1.5,              0.25\n")
    assert values(run, "train/box_loss") == [1.6447, 1.5]
    assert steps(run, "val/box_loss") == [1]
    assert run.step_unit is StepUnit.EPOCH


def test_semicolons_decimal_commas_and_moments(tmp_path: Path) -> None:
    text = "\ufeffdatetime;step;loss/train;loss/test\n2026-01-01T00:00:00,500;0;3,16517;\n"
    text += "2026-01-01T00:00:01,500;1;1.234,5;1,5e-3\n2026-01-01T00:00:02.500;2;2;\n"
    run = read(tmp_path, text)
    assert values(run, "loss/train") == [3.16517, 1234.5, 2.0]
    assert values(run, "loss/test") == [1.5e-3]
    walls = run.frame["loss/train"].wall_times
    assert walls is not None
    np.testing.assert_allclose(walls - 1767225600.0, [0.5, 1.5, 2.5])


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("\"tensor(0.5, device='cuda:0')\"", 0.5),
        ("tensor(0.5, device='cuda:0')", 0.5),
        ("tensor(0.5, grad_fn=<NllLossBackward0>)", 0.5),
        ("np.float32(0.25)", 0.25),
        ("[0.5]", 0.5),
        ("93.1%", 93.1),
        ('"7,282"', 7282.0),
        ('"7,282.5"', 7282.5),
        ("True", 1.0),
        ("1.5E-3", 1.5e-3),
        ("1e400", math.inf),
        ("123456789012345678901234567890", 123456789012345678901234567890.0),
        ("1.#INF", math.inf),
    ],
)
def test_a_number_in_disguise_is_read(cell: str, number: float, tmp_path: Path) -> None:
    run = read(tmp_path, f"step,loss,val_loss\n0,1.0,2.0\n1,{cell},3.0\n2,{cell},4.0\n")
    assert values(run, "loss") == [1.0, number, number]
    assert values(run, "val_loss") == [2.0, 3.0, 4.0]
    assert run.warnings == ()


def test_a_text_among_numbers_costs_one_warning_and_nothing_else(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,note\n0,1.0,a\n1,oops\x1b,b\n2,0.5,c\n3,bad,d\n4,0.25,e\n", "run.txt")
    assert values(run, "loss") == [1.0, 0.5, 0.25]
    assert steps(run, "loss") == [0, 2, 4]
    assert run.warnings == (
        "run.txt: line 3, column 'loss': 'oops\\x1b' is no number; left out (and 1 more)",
    )
    assert "note" not in run.frame


def test_repeated_headers_start_no_row_and_a_new_one_renames_the_columns(tmp_path: Path) -> None:
    text = "epoch,train_loss,valid_loss\n0,1.0,1.1\n1,0.9,1.0\nepoch,train_loss,valid_loss\n0,0.8,0.9\n"
    run = read(tmp_path, text + "epoch,valid_loss,train_loss,accuracy\n0,0.7,0.6,0.5\n")
    assert values(run, "train_loss") == [1.0, 0.8, 0.6, 0.9]
    assert sessions(run, "train_loss") == [0, 1, 1, 0]
    assert values(run, "accuracy") == [0.5]
    assert run.warnings == ()


def test_a_row_wider_than_the_header_is_left_out_and_told(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,lr\n0,1.0,0.1\n1,0.5,0.1,7\n2,0.4,0.1,\n3,0.3\n4,0.2,0.1\n", "run.txt")
    assert steps(run, "loss") == [0, 2, 3, 4]
    assert steps(run, "lr") == [0, 2, 4]
    assert run.warnings == ("run.txt: line 3 has 4 cells, the header 3; left out",)


def test_a_column_that_has_neither_a_name_nor_cells_shifts_none(tmp_path: Path) -> None:
    rows = "".join(f"{n}\t10:00:0{n}\t{3.5 - n / 8}\t\t_\t0.5\n" for n in range(1, 5))
    run = read(tmp_path, f"EPOCH\tTIMESTAMP\tTRAIN_LOSS\tTRAIN_ACCURACY\tDEV_LOSS\n{rows}", "loss.tsv")
    assert (steps(run, "TRAIN_LOSS"), steps(run, "DEV_LOSS")) == ([1, 2, 3, 4], [1, 2, 3, 4])
    assert (values(run, "TRAIN_LOSS"), values(run, "DEV_LOSS")) == ([3.375, 3.25, 3.125, 3.0], [0.5] * 4)


@pytest.mark.parametrize("header", [",step,loss", "Unnamed: 0,step,loss", "index,step,loss", "step,loss"])
def test_the_index_of_a_data_frame_is_no_curve(header: str, tmp_path: Path) -> None:
    run = read(tmp_path, f"{header}\n0,10,1.0\n1,20,0.5\n2,30,0.4\n")
    assert list(run.frame) == ["loss"]
    assert steps(run, "loss") == [10, 20, 30]


def test_a_header_may_be_wide(tmp_path: Path) -> None:
    names = [f"layer_{layer}_grad_norm" for layer in range(1500)]
    rows = [",".join(["step", *names]), *(",".join([str(step), *["0.5"] * 1500]) for step in range(20))]
    run = read(tmp_path, "\n".join(rows) + "\n")
    assert len(run.frame) == 1500
    assert steps(run, names[-1]) == list(range(20))


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,loss,loss\n0,1.0,2.0,3.0\n1,0.5,1.5,2.5\n")
    assert {tag: values(run, tag) for tag in run.frame} == {
        "loss": [1.0, 0.5],
        "loss.1": [2.0, 1.5],
        "loss.2": [3.0, 2.5],
    }


def test_cells_with_lists_cost_no_row(tmp_path: Path) -> None:
    text = 'step,loss,betas,best\n0,1.0,"[0.9, 0.99]",True\n1,0.5,"[0.9, 0.99]",None\n2,nan,,False\n'
    run = read(tmp_path, text)
    assert sorted(run.frame) == ["best", "loss"]
    assert steps(run, "loss") == [0, 1, 2]
    assert values(run, "best") == [1.0, 0.0]
    assert run.warnings == ()


def test_a_line_of_ten_megabytes_costs_that_line(tmp_path: Path) -> None:
    rows = "".join(f"{step},{1 / (1 + step)}\n" for step in range(100))
    for long, told in (("x" * 10_000_000, "is no number"), ("1," * 5_000_000, "has 5000002 cells")):
        run = read(tmp_path, f"step,loss\n{rows}100,{long}\n101,0.5\n", "run.txt")
        assert len(run.frame["loss"]) == 101
        [warning] = run.warnings
        assert warning.startswith("run.txt: line 102")
        assert told in warning


def test_comments_are_no_rows(tmp_path: Path) -> None:
    run = read(tmp_path, "# lr=0.1\nstep,loss\n0,1.0\n# resumed\n1,0.5\n\n2,0.4\n")
    assert values(run, "loss") == [1.0, 0.5, 0.4]


def test_the_names_may_stand_in_a_comment(tmp_path: Path) -> None:
    run = read(tmp_path, "# epoch loss val_loss\n0 1.0 2.0\n1 0.5 1.5\n")
    assert values(run, "val_loss") == [2.0, 1.5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "   "])
def test_the_delimiter_is_told_from_the_content(delimiter: str, tmp_path: Path) -> None:
    rows = [["step", "loss", "val_loss"], ["0", "1.5", "2.5"], ["10", "0.5", "1.5"]]
    run = read(tmp_path, "".join(delimiter.join(row) + "\n" for row in rows), "table.json")
    assert steps(run, "loss") == [0, 10]
    assert values(run, "val_loss") == [2.5, 1.5]


def test_a_drawn_table_is_read(tmp_path: Path) -> None:
    run = read(tmp_path, "| epoch | loss |\n|-------|------|\n| 1 | 0.5 |\n| 2 | 0.4 |\n")
    assert values(run, "loss") == [0.5, 0.4]
    assert run.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "latin-1"])
def test_other_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,qualité_loss\n0,1.0,2.0\n1,0.5,1.0\n".encode(encoding))
    assert values(run, "qualité_loss") == [2.0, 1.0]


def test_zero_bytes_and_broken_bytes_lose_no_other_row(tmp_path: Path) -> None:
    run = read(tmp_path, b"step,loss\n0,1.0\n1,0.5\n" + b"\0" * 64 + b"2,0.\xff\n3,0.3\n")
    assert values(run, "loss") == [1.0, 0.5, 0.3]
    assert len(run.warnings) == 1


def test_windows_line_ends_and_quotes(tmp_path: Path) -> None:
    run = read(tmp_path, '"Step","train, loss"\r\n"0","1.0"\r\n"1","0.5"\r\n')
    assert values(run, "train, loss") == [1.0, 0.5]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("count", [3, 400])
@pytest.mark.parametrize("note", ["first", "last"])
def test_each_row_may_have_a_note_of_several_lines(
    note: str, count: int, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(plain_text, "LARGE", 1)
    said = '"better, I think:\n\n""warm-up""\n1,2,3"'
    rows = [f"{step},{1 / (step + 1)}" for step in range(count)]
    table = [f"{said},{row}" if note == "first" else f"{row},{said}" for row in rows]
    header = "note,step,loss" if note == "first" else "step,loss,note"
    run = read(tmp_path, "\n".join([header, *table, ""]), "metrics.csv")
    assert values(run, "loss") == [1 / (step + 1) for step in range(count)]
    assert steps(run, "loss") == list(range(count))
    assert run.warnings == ()


def test_inches_are_no_note_of_several_lines(tmp_path: Path) -> None:
    rows = "".join(f'{step},0.5,a 5" disk\n' for step in range(30))
    assert steps(read(tmp_path, "step,loss,device\n" + rows), "loss") == list(range(30))


def test_a_quote_that_is_never_closed_hides_no_rows(tmp_path: Path) -> None:
    text = 'step,loss,note\n0,1.0,"a\n' + "".join(f"{step},0.5,b\n" for step in range(1, 30_000))
    run = read(tmp_path, text)
    assert len(run.frame["loss"]) >= 29_999


def test_a_last_line_without_an_end(tmp_path: Path) -> None:
    half = read(tmp_path, "step,loss,lr\n0,1.0,0.1\n1,0.5,0.1\n2,0.4")
    assert steps(half, "loss") == [0, 1]
    assert half.warnings == ()
    doubtful = read(tmp_path, "step,lr,loss\n0,0.1,1.0\n1,0.1,0.512\n2,0.1,0.4", "run.txt")
    assert steps(doubtful, "lr") == [0, 1, 2]
    assert steps(doubtful, "loss") == [0, 1]
    assert doubtful.warnings == (
        "run.txt: line 4 has no line end: its last value may be cut and is left out",
    )
    fixed = read(tmp_path, "step,loss\n0,1.000\n1,0.512\n2,0.450\n3,0.400")
    assert values(fixed, "loss") == [1.0, 0.512, 0.45, 0.4]


NUMBERS = st.floats(allow_nan=False, width=64)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(NUMBERS, st.none() | NUMBERS), min_size=1, max_size=12), data=st.data())
def test_a_table_cut_anywhere_gives_a_prefix(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float | None]], data: st.DataObject
) -> None:
    text = "step,loss,val_loss\n"
    text += "".join(f"{step},{a!r},{'' if b is None else repr(b)}\n" for step, (a, b) in enumerate(rows))
    cut = text[: data.draw(st.integers(0, len(text)))]
    path = tmp_path_factory.mktemp("cut") / "metrics.csv"
    path.write_text(cut)
    parser = Delimited()
    whole = {"loss": [a for a, _ in rows], "val_loss": [b for _, b in rows if b is not None]}
    try:
        if parser.recognise(LogFile(path)) is None:
            return
        runs = parser.read(parser.group([LogFile(path)])[0])
    except UnreadableLog:
        return
    for tag, series in runs[0].frame.items():
        assert series.values.tolist() == whole[tag][: len(series)]
        assert series.steps.tolist() == sorted(series.steps.tolist())


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300))
def test_no_bytes_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "metrics.csv"
    path.write_bytes(b"step,loss\n0,1.0\n" + content)
    parser = Delimited()
    with suppress(UnreadableLog):
        parser.recognise(LogFile(path))
        parser.read(parser.group([LogFile(path)])[0])


def test_a_small_log_is_read_without_pandas(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n" + "".join(f"{step},{1 / (1 + step)}\n" for step in range(5000)))
    code = (
        "import sys; from pathlib import Path; from losstui.parsing import LogFile\n"
        "from losstui_parsers.delimited import Delimited as D\n"
        f"file = LogFile(Path({str(path)!r})); assert D().recognise(file)\n"
        "assert len(D().read(D().group([file])[0])[0].frame['loss']) == 5000\n"
        "assert not {'pandas', 'scipy', 'textual'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_colours_are_no_part_of_a_name_or_a_cell(tmp_path: Path) -> None:
    rows = "".join(f"\x1b[32m{step},{4 - step / 8},\x1b[1m{step / 8}\x1b(B\x1b[m\n" for step in range(30))
    run = read(tmp_path, "\x1b[32mstep,loss,val_loss\x1b[0m\n" + rows)
    assert steps(run, "loss") == steps(run, "val_loss") == list(range(30))
    assert values(run, "val_loss") == [step / 8 for step in range(30)]


@pytest.mark.parametrize(("often", "told"), [(1, ""), (2, " (and 1 more)")])
def test_a_row_longer_than_the_header_is_left_out_and_told(often: int, told: str, tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss\n0,2.0\n1,1.5,,\n" + "2,1.0,7\n" * often + "3,0.5\n", "run.csv")
    assert (steps(run, "loss"), values(run, "loss")) == ([0, 1, 3], [2.0, 1.5, 0.5])
    assert run.warnings == (f"run.csv: line 4 has 3 cells, the header 2; left out{told}",)


@pytest.mark.parametrize(("before", "kept"), [(2, False), (3, True)])
def test_three_numbers_of_as_many_decimals_show_that_the_last_is_whole(
    before: int, kept: bool, tmp_path: Path
) -> None:
    rows = [f"{step},0.{step}25" for step in range(before + 1)]
    run = read(tmp_path, "step,loss\n" + "\n".join(rows), "run.csv")
    assert len(values(run, "loss")) == before + kept
    assert bool(run.warnings) is not kept
