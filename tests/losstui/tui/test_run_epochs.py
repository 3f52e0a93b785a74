import numpy as np
import pytest

from losstui.tui.axes import XAxis
from losstui.tui.lines import LoggedLine
from losstui.tui.run_epochs import epochs_of
from support import make_curves


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        ([0, 0, 0, 0, 1, 1, 1, 1, 2, 2], [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25]),
        ([0.0, 0.5, 1.0, 1.5], [0.0, 0.5, 1.0, 1.5]),
        ([0, 1, 2, 0, 1, 2, 3], [0, 1, 2, 2.25, 2.5, 2.75, 3]),  # started again behind the same steps
    ],
)
def test_the_steps_of_an_epoch_are_spread_over_it(epochs: list[float], expected: list[float]) -> None:
    of = epochs_of(make_curves({"epoch": epochs}))
    assert of is not None
    assert of(np.arange(len(expected), dtype=np.float64)).tolist() == pytest.approx(expected)


def test_before_the_first_epoch_logged_and_behind_the_last_the_pace_is_kept() -> None:
    of = epochs_of(make_curves({"trainer/epoch": [2.0, 3.0]}, {"trainer/epoch": [100, 150]}))
    assert of is not None
    assert of(np.array([0.0, 75.0, 200.0])).tolist() == pytest.approx([0.0, 1.5, 4.0])


@pytest.mark.parametrize(
    "tags", [{"loss": [1.0, 2.0]}, {"epoch": [3.0, 3.0]}, {"epoch": [np.nan]}, {"epoch": []}]
)
def test_without_a_count_that_rises_there_are_no_epochs(tags: dict[str, list[float]]) -> None:
    assert epochs_of(make_curves(tags)) is None


def test_a_curve_without_epochs_of_its_own_has_those_of_the_run() -> None:
    curves = make_curves({"loss": [3.0, 2.0, np.nan, 1.0], "epoch": [0, 0, 1, 1]})
    line = LoggedLine(curves.curve("loss"), epochs=epochs_of(curves))
    assert line.has(XAxis.EPOCH)
    assert line.x(XAxis.EPOCH).tolist() == [0.0, 0.5, 1.5]
    assert line.breaks(XAxis.EPOCH).tolist() == [1.0]
