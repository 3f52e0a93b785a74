"""The notation of the columns of numbers in the list of runs."""

import math

from hypothesis import given
from hypothesis import strategies as st

from losstui.tui.run_columns import fitting_column


def written(*values: float | None, cells: int = 7, signed: bool = False) -> list[str]:
    column = fitting_column(values, cells, signed=signed)
    return [column.text(value) for value in values]


def test_numbers_of_one_size_have_as_many_decimals() -> None:
    assert written(0.0446, 0.0054, 0.1, signed=True) == ["+0.0446", "+0.0054", "+0.1000"]
    assert written(2.3, 0.512, 11.0) == ["2.30", "0.51", "11.00"]
    assert written(1234.5, 2000.0, 900.0) == ["1234", "2000", "900"]


def test_a_run_far_off_does_not_change_how_the_others_are_written() -> None:
    assert written(*[0.5] * 7, 1e12, -1e12) == [*["0.500"] * 7, "1e12", "-1e12"]
    assert written(*[0.5] * 7, 1523.4, signed=True)[-1] == "+1523"


def test_numbers_over_many_powers_of_ten_have_a_notation_each() -> None:
    assert written(1e-9, 1e-6, 1e-3, 1.0) == ["1e-9", "1e-6", "0.001", "1"]
    assert written(1e-9, -2.5e-7, signed=True) == ["+1e-9", "-2.5e-7"]
    assert written(0.0055, -66.72, 0.0466, 1.0712, signed=True) == ["+0.0055", "-66.7", "+0.0466", "+1.07"]


def test_what_is_not_there_and_what_is_not_finite() -> None:
    assert written(None, math.nan, math.inf, -math.inf, 0.0) == ["", "NaN", "inf", "-inf", "0.00"]
    assert written(0.0, 0.5, signed=True) == ["0.000", "+0.500"]


@given(st.lists(st.floats(-1e300, 1e300), min_size=1), st.booleans())
def test_a_column_has_its_width_and_as_many_decimals_or_tells_each_number(
    values: list[float], signed: bool
) -> None:
    column = fitting_column(values, 7, signed=signed)
    texts = [column.text(value) for value in values]
    assert all(len(text) <= 7 for text in texts)
    written = list(zip(texts, values, strict=True))
    by_itself = [
        (text, value)
        for text, value in written
        if "e" in text or len(text.partition(".")[2]) != (column.decimals or 0)
    ]
    assert all(math.isclose(float(text), value, rel_tol=0.5) for text, value in by_itself)
    assert all(abs(float(text) - value) <= 0.5 or (text, value) in by_itself for text, value in written)
