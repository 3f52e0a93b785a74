from __future__ import annotations

import numpy as np

from losstui.frame import Series
from losstui.points import points_kept

NAN = float("nan")


def test_a_resumed_run_that_writes_the_same_value_again_keeps_one_of_the_two() -> None:
    steps, values = np.array([0, 4, 8, 8, 12, 12, 16]), np.array([7.1, NAN, 1.3, 1.3, NAN, NAN, 1.2])
    sessions = np.array([0, 0, 0, 1, 0, 1, 1], np.int32)
    kept = points_kept(Series("val/loss", steps, values, sessions=sessions))
    assert kept is not None
    assert steps[kept].tolist() == [0, 4, 8, 12, 16]
    assert sessions[kept].tolist() == [0, 0, 1, 1, 1]


def test_a_row_written_twice_in_one_session_counts_once() -> None:
    kept = points_kept(Series("loss", np.array([0, 1, 1, 2]), np.array([3.0, 2.0, 2.0, 1.0])))
    assert kept is not None
    assert kept.tolist() == [True, True, False, True]
