"""Numbers with a unit behind them, and columns that hold values in a way nobody reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui_parsers import plain_text
from losstui_parsers.units import holds_value, number_with_unit
from text_logs import read_table, values


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.2e-3s", 1.2e-3),
        ("850 ms", 0.85),
        ("2min", 120.0),
        ("93.5 it/s", 93.5),
        ("1,200 tok/sec", 1200.0),
        ("12.3G", None),  # of how many bytes, nobody says
        ("0.5 nats", None),
        ("7b", None),
        ("ms", None),
    ],
)
def test_times_are_seconds_and_rates_stay(cell: str, expected: float | None) -> None:
    assert number_with_unit(cell) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("name", "cell", "holds"),
    [
        ("loss", "0.5 nats", True),
        ("step_time", "12ms", True),
        ("loss", "mse", False),
        ("note", "run 3", False),
        ("model", "7s", False),
    ],
)
def test_a_value_is_told_by_its_unit_or_by_the_name_above_it(name: str, cell: str, holds: bool) -> None:
    assert holds_value(name, cell) is holds


@pytest.mark.parametrize("large", [False, True])
def test_times_in_different_units_make_one_column(
    large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(plain_text, "LARGE", 1)
    rows = "".join(
        f"{step},{1 / (step + 1)},{850 if step % 2 else 1.7}{' ms' if step % 2 else 's'}\n"
        for step in range(20)
    )
    run = read_table(tmp_path, "step,loss,step_time\n" + rows, "log.csv")
    assert values(run, "step_time") == pytest.approx([1.7, 0.85] * 10)
    assert run.warnings == ()


@pytest.mark.parametrize("large", [False, True])
def test_a_loss_nobody_can_read_is_told(large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        monkeypatch.setattr(plain_text, "LARGE", 1)
    rows = "".join(f"{step},{1 / (step + 1)} nats,{2 / (step + 1)}\n" for step in range(20))
    run = read_table(tmp_path, "step,loss,val_loss\n" + rows, "log.csv")
    assert list(run.frame) == ["val_loss"]
    assert run.warnings == (
        "log.csv: line 2, column 'loss': '1.0 nats' is no number; "
        "a column of more texts than numbers is left out (and 19 more)",
    )


def test_a_column_of_words_is_no_loss(tmp_path: Path) -> None:
    rows = "".join(f"{step},{1 / (step + 1)},mse\n" for step in range(20))
    assert read_table(tmp_path, "step,loss,loss_type\n" + rows, "log.csv").warnings == ()
