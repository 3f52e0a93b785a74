from __future__ import annotations

import math

import pytest

from losstui.stats.confidence import LEAST, MOST, below, confidence, confidence_of_shares


def test_at_the_bound_a_finding_is_a_coin_toss() -> None:
    assert confidence(4.0, 4.0, 0.2, 0.2) == LEAST
    assert confidence_of_shares((0.2, 0.2)) == LEAST


def test_the_weaker_comparison_decides() -> None:
    assert confidence(100.0, 4.0, 0.2, 0.2) == LEAST
    assert confidence(4.0, 4.0, 100.0, 0.2) == LEAST
    assert confidence(6.0, 4.0, 9.0, 0.2) == pytest.approx(confidence(6.0, 4.0, 99.0, 0.2))
    assert confidence_of_shares((0.2, 0.2), (9.0, 0.1)) == LEAST


def test_confidence_rises_to_its_limit() -> None:
    rising = [confidence(4.0 + k, 4.0, 0.2 * (1.0 + k), 0.2) for k in range(8)]
    assert rising == sorted(rising)
    assert confidence(math.inf, 4.0, math.inf, 0.2) == MOST
    assert confidence_of_shares((math.inf, 1.0)) == MOST


@pytest.mark.parametrize("value", [0.0, -1.0, 0.1, math.nan])
def test_what_is_below_its_bound_is_no_less_than_a_coin_toss(value: float) -> None:
    assert confidence(9.0, 4.0, value, 0.2) == LEAST
    assert confidence_of_shares((value, 0.2)) == LEAST


def test_what_has_to_be_small_counts_until_a_tenth_of_its_bound() -> None:
    assert below(0.3, 0.5) == (0.5, 0.3)
    assert below(-1.0, 0.5) == below(0.0, 0.5) == (0.5, 0.05)
