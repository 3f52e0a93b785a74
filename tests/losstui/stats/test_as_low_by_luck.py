from __future__ import annotations

import numpy as np

from losstui.stats.ranks import as_low_by_luck, lowest_by_luck


def test_a_first_value_is_as_low_by_luck_as_its_rank_says() -> None:
    assert as_low_by_luck(np.array([2.0, 3.0, 1.0, 4.0])) == 0.5


def test_a_lowest_first_value_is_so_by_how_far_it_lies_below() -> None:
    near, far = np.array([0.9, 1.0, 3.0, 4.0]), np.array([0.0, 1.0, 3.0, 4.0])
    assert as_low_by_luck(far) == lowest_by_luck(far) < as_low_by_luck(near) < 0.25
