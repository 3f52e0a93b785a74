"""What is done to the bytes of a text log raises nothing but UnreadableLog, on either path."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui import plugins
from losstui.discovery import discover
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, Parser
from losstui_parsers import bulk_scan, json_bulk, plain_text
from losstui_parsers.cells import column_names
from losstui_parsers.columns import number
from losstui_parsers.delimited import Delimited
from losstui_parsers.dialect import split_line
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.stdout import Stdout
from losstui_parsers.trainer_state import TrainerState
from text_logs import runs_in

LOSSES = [1.0 / (1 + step) for step in range(40)]
CSV = b"step,loss,val_loss\n" + b"".join(
    b"%d,%r,%s\n" % (step, loss, b"nan" if step % 7 else b"") for step, loss in enumerate(LOSSES)
).replace(b"b'", b"")
ROWS = [{"step": step, "loss": loss, "val": {"loss": float("nan")}} for step, loss in enumerate(LOSSES)]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
STATE = json.dumps({"global_step": 40, "log_history": ROWS}, indent=1).encode()
FORMATS: list[tuple[str, Parser, bytes]] = [
    ("metrics.csv", Delimited(), CSV),
    ("log.jsonl", JsonRows(), LINES),
    ("trainer_state.json", TrainerState(), STATE),
]


@st.composite
def damages(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes after some cuts, flips, repetitions and insertions."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        how = draw(st.sampled_from(["cut", "drop", "flip", "twice", "insert"]))
        if how == "cut":
            data = data[:start]
        elif how == "drop":
            data = data[:start] + data[end:]
        elif how == "twice":
            data = data[:end] + data[start:]
        elif how == "flip":
            data = data[:start] + bytes(byte ^ draw(st.integers(0, 255)) for byte in data[start:end][:3])
            data += data[start + 3 :]
        else:
            data = data[:start] + draw(st.binary(max_size=8)) + data[start:]
    return data


@pytest.mark.parametrize("large", [1, 1 << 30])
@pytest.mark.parametrize(("name", "parser", "whole"), FORMATS)
def test_damaged_bytes_raise_nothing_else(
    name: str,
    parser: Parser,
    whole: bytes,
    large: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plain_text, "LARGE", large)
    monkeypatch.setattr(bulk_scan, "PIECE", 200)
    monkeypatch.setattr(plain_text, "LARGE", large)
    monkeypatch.setattr(json_bulk, "BLOCK_BYTES", 200)

    @settings(max_examples=60, deadline=None)
    @given(data=damages(whole))
    def check(data: bytes) -> None:
        (tmp_path / name).write_bytes(data)
        file = LogFile(tmp_path / name)
        with suppress(UnreadableLog):
            if parser.recognise(file) is not None:
                parser.read(parser.group([file])[0])

    check()


def test_a_line_without_end_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("step,loss" * 10_000)
    parser = Delimited()
    with pytest.raises(UnreadableLog, match="line 1: longer than 64 KiB"):
        parser.read(parser.group([LogFile(path)])[0])


@pytest.mark.parametrize("header", ['"step\r",loss', '"step",loss\r"', f'"step","{"loss" * 15_000}'])
def test_no_file_is_worth_the_others(header: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\n0,1.0\n1,0.5\n", newline="")
    (tmp_path / "b.csv").write_bytes(CSV)
    found = discover([tmp_path], plugins.load().parsers)
    assert "b.csv" in [file.path.name for log in found.logs for file in log.group.files]


def test_a_cell_longer_than_any_is_split_as_it_is() -> None:
    assert split_line('"' + "x" * 200_000 + '",1', ",") == ['"' + "x" * 200_000 + '"', "1"]


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.floats(), min_size=8, max_size=15),  # more than are broken, or it is no curve
    broken=st.sets(st.integers(0, 14), max_size=2),
    twice=st.sets(st.integers(0, 14), max_size=3),
)
@pytest.mark.parametrize("large", [1, 1 << 30])
def test_damage_costs_the_damaged_lines_and_the_first_is_named(
    large: int,
    tmp_path_factory: pytest.TempPathFactory,
    numbers: list[float],
    broken: set[int],
    twice: set[int],
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    losses: list[float] = []
    table, lines = ["step,loss"], list[str]()
    for step, loss in enumerate(numbers):
        lost = step in broken and step > 1  # the first rows tell what the file is
        for _ in range(2 if step in twice else 1):
            table.append(f"{step},{loss!r}x" if lost else f"{step},{loss!r}")
            lines.append(json.dumps({"step": step, "loss": loss}).replace("}", "]" if lost else "}"))
            losses.extend([] if lost else [loss])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_text, "LARGE", large)
        for name, parser, text, sign in (
            ("log.csv", Delimited(), table, "x"),
            ("log.jsonl", JsonRows(), lines, "]"),
        ):
            path = folder / name
            path.write_text("\n".join(text) + "\n")
            [run] = parser.read(parser.group([LogFile(path)])[0])
            np.testing.assert_array_equal(run.frame["loss"].values, losses)
            first = next((place for place, line in enumerate(text, 1) if line.endswith(sign)), None)
            told = [f"{name}: line {first}"] if first else []
            assert [warning[: len(told[0])] for warning in run.warnings] == told


STDOUT = b"".join(b"step %d: loss %r\n" % (step, loss) for step, loss in enumerate(LOSSES)).replace(
    b"b'", b""
)


@pytest.mark.parametrize("large", [1, 1 << 30])
@pytest.mark.parametrize(
    ("name", "parser", "whole"),
    [*FORMATS[:2], ("train.log", Stdout(), STDOUT)],
    ids=["csv", "json", "stdout"],
)
def test_a_hole_of_zeros_makes_no_number(
    name: str, parser: Parser, whole: bytes, large: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_text, "LARGE", large)
    path = tmp_path / name
    for start in range(600, 660):
        path.write_bytes(whole[:start] + bytes(100) + whole[start + 100 :])
        [run] = parser.read(parser.group([LogFile(path)])[0])
        series = run.frame["loss"]
        assert set(series.values.tolist()) <= set(LOSSES)
        assert len(series) >= len(LOSSES) - 2 - whole[start : start + 100].count(b"\n")
        assert len(run.warnings) == 1


@pytest.mark.parametrize("zeros", [2, 5000])
@pytest.mark.parametrize(("name", "parser", "whole"), FORMATS[:2])
def test_zeros_in_front_of_a_file_emptied_while_it_was_written_are_counted(
    name: str, parser: Parser, whole: bytes, zeros: int, tmp_path: Path
) -> None:
    [run] = runs_in(parser, tmp_path / name, bytes(zeros) + whole)
    assert run.frame["loss"].values.tolist() == LOSSES
    assert run.warnings == (f"{name}: {zeros} zero bytes before the first line; left out",)


@pytest.mark.parametrize("ending", [b"", b"\n2,0.25\n", b"2,0.25\n"])
def test_a_long_hole_is_gone_through_once(ending: bytes) -> None:
    """What a crash leaves behind the last line may be megabytes, which a search from each byte never ends."""
    text = plain_text.decode(b"step,loss\n1,0.5\n" + bytes(4 << 20) + ending)
    assert len(text) <= 16 + 1 + len(ending)
    assert text.startswith("step,loss\n1,0.5\n")


@pytest.mark.parametrize(("cell", "expected"), [("50%%", 50.0), ("5" + "%" * 5000, 5.0), ("%" * 5000, None)])
def test_percent_signs_are_no_digits(cell: str, expected: float | None) -> None:
    assert number(cell) == expected


def test_columns_of_one_name_are_told_apart() -> None:
    assert column_names(["loss", "", "loss", "", "Unnamed: 1", "loss"]) == (
        "loss",
        "Unnamed: 1",
        "loss.1",
        "Unnamed: 3",
        "Unnamed: 1",
        "loss.2",
    )
