import numpy as np

from losstui.curve import Curve
from losstui.tui.glyphs import ASCII, UNICODE
from losstui.tui.sparkline import sparkline
from support import make_curves


def curve_of(values: list[float]) -> Curve:
    return make_curves({"loss": values}).curve("loss")


def test_a_falling_curve_falls() -> None:
    assert sparkline(curve_of([8, 7, 6, 5, 4, 3, 2, 1]), UNICODE, 8) == "█▇▆▅▄▃▂▁"


def test_ascii_has_glyphs_of_its_own() -> None:
    assert sparkline(curve_of([5, 4, 3, 2, 1]), ASCII, 5) == "^~-._"


def test_a_curve_that_ends_in_nan_says_so() -> None:
    assert sparkline(curve_of([2, 1, np.nan, np.nan]), UNICODE, 4).endswith("✖")
    assert sparkline(curve_of([np.nan, np.nan]), UNICODE, 4) == "   ✖"


def test_a_curve_that_recovers_from_nan_does_not() -> None:
    assert "✖" not in sparkline(curve_of([2, np.nan, 1, 1]), UNICODE, 4)


def test_without_values_it_is_blank() -> None:
    assert sparkline(None, UNICODE, 6) == " " * 6


def test_the_largest_range_does_not_overflow() -> None:
    assert sparkline(curve_of([1.7e308, -1.7e308]), UNICODE, 2) == "█▁"


def test_one_value_is_one_bar() -> None:
    assert len(sparkline(curve_of([3.0]), UNICODE, 6)) == 6
