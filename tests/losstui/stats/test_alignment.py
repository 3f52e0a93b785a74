from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.stats.alignment import Axis, place_on

FloatArray = NDArray[np.float64]

EPOCHS, STEPS_PER_EPOCH = 20, 50
TRAIN = np.arange(EPOCHS * STEPS_PER_EPOCH)
ENDS = np.arange(1, EPOCHS + 1) * STEPS_PER_EPOCH - 1


def seconds(steps: NDArray[np.int64]) -> FloatArray:
    """The clock of a run that makes one step a second."""
    return steps.astype(np.float64)


def test_one_axis_stays_as_it_is() -> None:
    assert place_on(Axis(TRAIN), Axis(ENDS)).tolist() == ENDS.tolist()


def test_validation_that_stopped_half_way_is_on_the_same_axis() -> None:
    assert place_on(Axis(TRAIN), Axis(ENDS[:8])).tolist() == ENDS[:8].tolist()


def test_too_few_points_do_not_show_how_they_count() -> None:
    assert place_on(Axis(TRAIN), Axis(np.array([1, 2]))).tolist() == [1.0, 2.0]
    assert place_on(Axis(np.array([], np.int64)), Axis(ENDS)).tolist() == ENDS.tolist()
    assert place_on(Axis(TRAIN), Axis(np.array([], np.int64))).tolist() == []


@pytest.mark.parametrize("first", [0, 1])
def test_epoch_numbers_are_spread_over_the_range(first: int) -> None:
    placed = place_on(Axis(TRAIN), Axis(np.arange(first, first + EPOCHS)))
    assert placed == pytest.approx(ENDS, abs=STEPS_PER_EPOCH / 10)


def test_every_fifth_epoch_is_spread_too() -> None:
    placed = place_on(Axis(TRAIN), Axis(np.arange(5, EPOCHS + 1, 5)))
    assert placed == pytest.approx(ENDS[4::5], abs=STEPS_PER_EPOCH / 10)


def test_steps_beside_a_train_curve_by_epoch() -> None:
    placed = place_on(Axis(np.arange(EPOCHS)), Axis(ENDS))
    assert placed == pytest.approx(np.arange(EPOCHS), abs=1.0)


def test_wall_times_place_what_steps_cannot() -> None:
    # The second half of the epochs is twice as long: no proportion could know.
    train_clock = seconds(TRAIN)
    ends = np.concatenate([np.arange(30, 300, 30), np.arange(300, 1000, 60)])
    placed = place_on(Axis(TRAIN, train_clock), Axis(np.arange(len(ends)), seconds(ends)))
    assert placed == pytest.approx(ends)


def test_an_evaluation_made_after_the_run_is_not_placed_by_its_clock() -> None:
    placed = place_on(Axis(TRAIN, seconds(TRAIN)), Axis(np.arange(EPOCHS), 1e6 + seconds(np.arange(EPOCHS))))
    assert placed == pytest.approx(ENDS, abs=STEPS_PER_EPOCH / 10)


def test_a_clock_decides_where_the_steps_leave_it_open() -> None:
    # Four steps an epoch: last step 79 against last epoch 19.
    train, ends = np.arange(80), np.arange(1, EPOCHS + 1) * 4 - 1
    numbers = np.arange(EPOCHS)
    assert place_on(Axis(train), Axis(numbers)).tolist() == numbers.tolist()
    by_clock = place_on(Axis(train, seconds(train)), Axis(numbers, seconds(ends)))
    assert by_clock == pytest.approx(ends)
    agreeing = place_on(Axis(train, seconds(train)), Axis(numbers, seconds(numbers)))
    assert agreeing.tolist() == numbers.tolist()


@pytest.mark.parametrize("first", [0, 1])
def test_whole_epochs_of_train_place_epoch_numbers_at_the_ends(first: int) -> None:
    epochs = (TRAIN // STEPS_PER_EPOCH).astype(np.float64)
    placed = place_on(Axis(TRAIN, epochs=epochs), Axis(np.arange(first, first + EPOCHS)))
    assert placed.tolist() == ENDS.tolist()


def test_fractions_of_epochs_place_epoch_columns() -> None:
    epochs = seconds(TRAIN + 1) / STEPS_PER_EPOCH
    numbers = np.arange(1, EPOCHS + 1)
    placed = place_on(Axis(TRAIN, epochs=epochs), Axis(numbers, epochs=numbers.astype(np.float64)))
    assert placed.tolist() == ENDS.tolist()


def test_rows_that_all_have_the_same_step_are_spread_in_their_order() -> None:
    placed = place_on(Axis(TRAIN), Axis(np.zeros(EPOCHS, np.int64)))
    assert placed == pytest.approx(ENDS, abs=STEPS_PER_EPOCH / 10)
    assert np.all(np.diff(placed) > 0)


@pytest.mark.parametrize("clock", [np.full(len(TRAIN), np.nan), np.zeros(len(TRAIN))])
def test_a_clock_that_says_nothing_is_passed_over(clock: FloatArray) -> None:
    placed = place_on(Axis(TRAIN, clock), Axis(np.arange(EPOCHS), seconds(np.arange(EPOCHS))))
    assert placed == pytest.approx(ENDS, abs=STEPS_PER_EPOCH / 10)
