"""Values as JSON allows them."""

import math

import pytest

from losstui.report.json_report import dumps, number, plain


@pytest.mark.parametrize(
    ("value", "written"), [(0.5, 0.5), (math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_what_is_not_finite_is_a_string(value: float, written: float | str) -> None:
    assert number(value) == written
    assert plain({"a": [value, (value,)]}) == {"a": [written, [written]]}


def test_a_bare_nan_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"a": math.nan})
