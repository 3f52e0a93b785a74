from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.blocks import block_medians, running_median


@pytest.mark.parametrize(
    ("n", "most"), [(1, 400), (399, 400), (400, 400), (401, 400), (1000, 7), (12_345, 400)]
)
def test_blocks_cover_every_value_once(n: int, most: int) -> None:
    values = np.random.default_rng(0).normal(size=n)
    blocks = block_medians(values, most)
    assert len(blocks) <= most
    assert blocks.first[0] == 0
    assert blocks.last[-1] == n - 1
    assert (blocks.first[1:] == blocks.last[:-1] + 1).all()
    lengths = blocks.last - blocks.first + 1
    assert (lengths[:-1] == blocks.size).all()
    assert 1 <= lengths[-1] <= blocks.size
    for i, (first, last) in enumerate(zip(blocks.first, blocks.last, strict=True)):
        block = values[first : last + 1]
        assert blocks.medians[i] == np.median(block)
        assert (blocks.lowest[i], blocks.highest[i]) == (block.min(), block.max())


def test_few_values_are_each_a_block() -> None:
    assert block_medians(np.array([3.0, 1.0, 2.0]), 400).medians.tolist() == [3.0, 1.0, 2.0]


def test_no_values_are_no_blocks() -> None:
    blocks = block_medians(np.array([]), 400)
    assert len(blocks) == 0
    assert blocks.size == 0
    assert len(running_median(blocks.medians, 5)) == 0


def test_the_running_median_is_the_median_of_the_window() -> None:
    values = np.random.default_rng(0).normal(size=50)
    smooth = running_median(values, 7)
    for i in range(50):
        assert smooth[i] == np.median(values[max(0, i - 3) : i + 4])


def test_the_running_median_passes_over_a_spike_and_keeps_a_step() -> None:
    values = np.concatenate([np.full(20, 2.0), np.full(20, 1.0)])
    values[10] = 100.0
    expected = np.concatenate([np.full(20, 2.0), np.full(20, 1.0)])
    assert running_median(values, 5).tolist() == expected.tolist()


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_window_wider_than_the_curve_shrinks_to_it(n: int) -> None:
    smooth = running_median(np.arange(float(n)), 99)
    assert len(smooth) == n
    assert smooth.min() >= 0.0
    assert smooth.max() <= n - 1


@pytest.mark.parametrize("window", [0, 1])
def test_a_window_of_one_value_changes_nothing(window: int) -> None:
    values = np.array([3.0, 1.0, 2.0])
    smooth = running_median(values, window)
    assert smooth.tolist() == values.tolist()
    smooth[0] = 9.0
    assert values[0] == 3.0
