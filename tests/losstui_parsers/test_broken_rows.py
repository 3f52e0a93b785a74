"""Rows that are not as the header promises: each value is read, or its line is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from losstui_parsers import plain_text
from losstui_parsers.columns import number
from text_logs import read_table, steps, values

HEADER = "epoch,loss,val_loss"
ROWS = [f"{epoch},{2 / (epoch + 1):.4f},{3 / (epoch + 1):.4f}" for epoch in range(30)]
LOSSES = [round(2 / (epoch + 1), 4) for epoch in range(30)]
VAL_LOSSES = [round(3 / (epoch + 1), 4) for epoch in range(30)]


def table(change: Callable[[int, str], str], header: str = HEADER) -> str:
    return "\n".join([header, *(change(epoch, row) for epoch, row in enumerate(ROWS)), ""])


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("places", [{5}, {25}, {29}, {5, 9}, {0}])
def test_a_quote_that_is_not_closed_costs_no_value(
    places: set[int], column: int, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(plain_text, "LARGE", 1)

    def quoted(epoch: int, row: str) -> str:
        cells = row.split(",")
        cells[column] = '"' + cells[column]
        return ",".join(cells) if epoch in places else row

    run = read_table(tmp_path, table(quoted), "log.csv")
    assert steps(run, "loss") == list(range(30))
    assert values(run, "loss") == LOSSES
    assert values(run, "val_loss") == VAL_LOSSES
    assert run.warnings == ()


@pytest.mark.parametrize("zeros", [1, 5000])
def test_a_line_of_zero_bytes_is_told(zeros: int, tmp_path: Path) -> None:
    run = read_table(tmp_path, table(lambda epoch, row: "\0" * zeros if epoch == 7 else row), "log.csv")
    assert steps(run, "loss") == [*range(7), *range(8, 30)]
    assert run.warnings == ("log.csv: line 9 is broken by zero bytes; left out",)


def test_room_made_for_lines_to_come_is_no_hole(tmp_path: Path) -> None:
    run = read_table(tmp_path, table(lambda _, row: row) + "\0" * 4096, "log.csv")
    assert values(run, "loss") == LOSSES
    assert run.warnings == ()


def test_a_column_without_a_name_behind_the_others_moves_none_of_them(tmp_path: Path) -> None:
    run = read_table(tmp_path, table(lambda _, row: row + ",7"), "log.csv")
    assert (values(run, "loss"), values(run, "val_loss")) == (LOSSES, VAL_LOSSES)
    of_parts = "\n".join(["epoch,loss", *(f"{row},{row / 30},{LOSSES[row]}" for row in range(1, 30)), ""])
    assert values(read_table(tmp_path, of_parts, "log.csv"), "loss") == LOSSES[1:]


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("11.013,44", ",", 11013.44),
        ("29.000", ",", 29000.0),
        ("0.125", ",", 0.125),
        ("11'013.4", ".", 11013.4),
        ("11\u202f013,4", ",", 11013.4),
        ("\u22120.25", ".", -0.25),
        ("1.2.3", ".", None),
    ],
)
def test_thousands_as_countries_write_them(cell: str, decimal: str, expected: float | None) -> None:
    assert number(cell, decimal) == expected


@pytest.mark.parametrize(("delimiter", "quote"), [(";", ""), ("\t", ""), (",", '"')])
@pytest.mark.parametrize("thousands", ["", ".", "\u202f"])
def test_decimal_commas(thousands: str, delimiter: str, quote: str, tmp_path: Path) -> None:
    def written(value: float) -> str:
        return quote + f"{value:,.2f}".translate({ord(","): thousands, ord("."): ","}) + quote

    rows = [delimiter.join([str(step), written(90_000.5 / (step + 1))]) for step in range(30)]
    run = read_table(tmp_path, "\n".join([f"step{delimiter}loss", *rows, ""]), "log.csv")
    assert values(run, "loss") == [round(90_000.5 / (step + 1), 2) for step in range(30)]


def test_thousands_in_quotes_between_commas_have_no_decimals(tmp_path: Path) -> None:
    rows = "".join(f'{step},{1 / (step + 1)},"{7000 + step:,}"\n' for step in range(30))
    run = read_table(tmp_path, "step,loss,tokens_per_second\n" + rows, "log.csv")
    assert values(run, "tokens_per_second") == [7000.0 + step for step in range(30)]
