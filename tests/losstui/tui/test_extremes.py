"""What is kept of blocks must say the same as a look at each value."""

import numpy as np
import pytest

from losstui.tui.extremes import BLOCK, Extremes


@pytest.mark.parametrize("seed", range(30))
def test_stretches_of_any_length_have_their_own_extremes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=rng.integers(1, 60 * BLOCK))
    count = int(rng.integers(1, 9))
    bounds = np.sort(rng.integers(0, len(values) + 1, count + 1))
    bounds[rng.random(count + 1) < 0.3] //= BLOCK
    bounds = np.sort(bounds)
    low, high = Extremes(values).of(bounds)
    for index in range(count):
        stretch = values[bounds[index] : bounds[index + 1]]
        expected = (stretch.min(), stretch.max()) if len(stretch) else (np.nan, np.nan)
        assert (low[index], high[index]) == pytest.approx(expected, nan_ok=True, rel=0, abs=0)


def test_stretches_may_begin_and_end_where_blocks_do() -> None:
    values = np.arange(40.0 * BLOCK)
    bounds = np.array([0, 10, 10, 25, 40]) * BLOCK
    low, high = Extremes(values).of(bounds)
    assert low.tolist() == pytest.approx([0, np.nan, 10 * BLOCK, 25 * BLOCK], nan_ok=True)
    assert high.tolist() == pytest.approx(
        [10 * BLOCK - 1, np.nan, 25 * BLOCK - 1, 40 * BLOCK - 1], nan_ok=True
    )


@pytest.mark.parametrize("seed", range(30))
def test_what_is_beyond_the_fences_is_counted_and_left_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=20 * BLOCK)
    values[rng.integers(0, len(values), 5)] *= 100
    first, last = np.sort(rng.integers(0, len(values) + 1, 2)).tolist()
    if seed % 3 == 0:
        last = min(len(values), first + BLOCK // 2)
    within = Extremes(values).within(first, last, -3.0, 3.0)
    seen = values[first:last]
    kept = seen[np.abs(seen) <= 3.0]
    assert (within.above, within.below) == (int((seen > 3.0).sum()), int((seen < -3.0).sum()))
    assert (within.low, within.high) == (kept.min(initial=np.inf), kept.max(initial=-np.inf))
