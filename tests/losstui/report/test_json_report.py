"""Values as JSON allows them."""

import math

import pytest

from losstui.report.json_report import dumps, number, plain, run_object
from tui_support import make_report


@pytest.mark.parametrize(
    ("value", "written"), [(0.5, 0.5), (math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_what_is_not_finite_is_a_string(value: float, written: float | str) -> None:
    assert number(value) == written
    assert plain({"a": [value, (value,)]}) == {"a": [written, [written]]}


def test_a_bare_nan_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"a": math.nan})


def test_the_best_value_is_the_lowest_loss_and_the_highest_accuracy() -> None:
    values = [0.5, 0.9, 0.1, math.nan]
    report = make_report("run", tags={"val/loss": values, "val/accuracy": values, "lr": [math.nan]})
    told = {one["tag"]: (one["best"], one["best_step"]) for one in run_object(report)["series"]}
    assert told == {"val/loss": (0.1, 2), "val/accuracy": (0.9, 1), "lr": (None, None)}
