from __future__ import annotations

import math

import pytest

from losstui.stats.chance import FlatLoss, guess_at, is_guessing


@pytest.mark.parametrize("classes", [2, 10, 1000, 50257])
def test_ln_k_with_the_accuracy_of_guessing_is_named(classes: int) -> None:
    guess = guess_at(FlatLoss(math.log(classes) * 1.0001, math.log(classes)), 1.0 / classes)
    assert guess is not None
    assert "guessing among" in guess.text


def test_a_good_accuracy_is_no_guess_at_any_level() -> None:
    assert guess_at(FlatLoss(math.log(10), 2.4), 0.6) is None


def test_without_an_accuracy_only_a_close_and_distinct_ln_k_counts() -> None:
    assert guess_at(FlatLoss(math.log(10), 2.4), None) is not None
    assert guess_at(FlatLoss(math.log(10) + 0.04, 2.4), None) is None
    assert guess_at(FlatLoss(math.log(5000), 8.6), None) is None


def test_without_an_accuracy_a_loss_that_began_far_above_ln_k_passes_it_by_chance() -> None:
    assert guess_at(FlatLoss(math.log(3), 1.2), None) is not None
    assert guess_at(FlatLoss(math.log(3), math.log(27)), None) is None
    assert guess_at(FlatLoss(math.log(3), math.log(27)), 1.0 / 3.0) is not None


def test_without_an_accuracy_ln_2_from_far_above_has_to_be_nearly_exact() -> None:
    assert guess_at(FlatLoss(0.6935, math.log(8)), None) is not None
    assert guess_at(FlatLoss(0.6950, math.log(8)), None) is None
    assert guess_at(FlatLoss(0.6950, 0.75), None) is not None


def test_the_larger_of_two_classes_every_time() -> None:
    entropy = -0.64 * math.log(0.64) - 0.36 * math.log(0.36)
    guess = guess_at(FlatLoss(entropy, 0.7), 0.64)
    assert guess is not None
    assert "larger of two" in guess.text


@pytest.mark.parametrize(
    ("level", "found"), [(1.0, True), (0.98, True), (1.2, False), (0.0, False), (-2.0, False)]
)
def test_the_mean_of_a_standardised_target(level: float, found: bool) -> None:
    assert (guess_at(FlatLoss(level, 1.1), None, standardised=True) is not None) is found
    assert guess_at(FlatLoss(level, 1.1), None) is None


def test_ln_k_without_an_accuracy_is_a_level_from_which_single_values_are_not_far() -> None:
    assert guess_at(FlatLoss(math.log(3), 1.1, scatter=0.01), None) is not None
    assert guess_at(FlatLoss(math.log(3), 1.1, scatter=0.04), None) is None
    assert guess_at(FlatLoss(math.log(3), 1.1, scatter=0.04), 1.0 / 3.0) is not None


def test_guessing_leaves_room_for_uneven_classes_and_small_sets() -> None:
    assert is_guessing(0.12, 10)
    assert not is_guessing(0.2, 10)


def test_a_level_of_many_classes_has_to_be_as_near_as_its_own_error_allows() -> None:
    level = 1.004 * math.log(6)
    assert guess_at(FlatLoss(level, level, error=0.002), None) is not None
    assert guess_at(FlatLoss(level, level, error=0.0005), None) is None
    assert guess_at(FlatLoss(level, level, error=0.0005), 1.0 / 6.0) is not None
    assert guess_at(FlatLoss(1.004 * math.log(2), math.log(2), error=0.0005), None) is not None


def test_a_level_of_many_classes_is_no_guess_where_the_run_began_elsewhere() -> None:
    assert guess_at(FlatLoss(math.log(6), 1.05 * math.log(6)), None) is not None
    assert guess_at(FlatLoss(math.log(6), 1.2 * math.log(6)), None) is None
    assert guess_at(FlatLoss(math.log(6), 0.8 * math.log(6)), None) is None
