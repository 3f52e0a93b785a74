from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from losstui.curve import MOST_BLOCKS, Curve
from losstui.curves import RunCurves
from losstui.frame import Frame, FrameBuilder, Series
from losstui.roles import Kind, Split, assign_roles, make_role
from losstui.run import Run
from support import make_curves

TRAIN_LOSS = make_role(Kind.LOSS, Split.TRAIN)


def curves_of(frame: Frame) -> RunCurves:
    return RunCurves(Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame)))


def curve_of(values: Sequence[float], role: Kind = Kind.LOSS) -> Curve:
    numbers = np.asarray(values, np.float64)
    return Curve(Series("loss", np.arange(len(numbers)), numbers), make_role(role, Split.TRAIN))


def test_values_that_are_not_finite_are_kept_apart_with_their_steps() -> None:
    curve = curve_of([3.0, np.nan, 2.0, np.inf, 1.0])
    assert curve.steps.tolist() == [0, 2, 4]
    assert curve.values.tolist() == [3.0, 2.0, 1.0]
    assert curve.non_finite_steps.tolist() == [1, 3]
    assert np.isnan(curve.non_finite_values[0])
    assert np.isposinf(curve.non_finite_values[1])


@pytest.mark.parametrize(
    ("tag", "norms"),
    [
        ("train/log10_grad_norm", [0.01, 100.0, 1e100]),
        ("grad_norm_log_10", [0.01, 100.0, 1e100]),
        ("log/grad_norm", [-2.0, 2.0, 1e4]),
        ("blog10/grad_norm", [-2.0, 2.0, 1e4]),
        ("log100/grad_norm", [-2.0, 2.0, 1e4]),
    ],
)
def test_decimal_logarithms_of_norms_are_undone_by_their_name_and_stay_finite(
    tag: str, norms: list[float]
) -> None:
    series = Series(tag, np.arange(3), np.array([-2.0, 2.0, 1e4]))
    assert Curve(series, make_role(Kind.GRAD_NORM, Split.NONE)).values.tolist() == pytest.approx(norms)


def test_a_loss_is_taken_as_it_is_logged_whatever_its_name() -> None:
    series = Series("log10_loss", np.arange(2), np.array([-2.0, 2.0]))
    assert Curve(series, TRAIN_LOSS).values.tolist() == [-2.0, 2.0]


def test_a_point_said_twice_counts_once_but_two_values_at_a_step_both_count() -> None:
    series = Series("loss", np.array([0, 0, 1, 1, 2, 2]), np.array([5.0, 5.0, 4.0, 3.0, np.nan, np.nan]))
    curve = Curve(series, TRAIN_LOSS)
    assert curve.steps.tolist() == [0, 1, 1]
    assert curve.values.tolist() == [5.0, 4.0, 3.0]
    assert curve.non_finite_steps.tolist() == [2]


def test_a_resumed_run_counts_as_it_went_on() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1, 2, 3, 4], [9.0, 8.0, 7.0, 6.0, np.nan], wall_times=[0.0, 1.0, 2.0, 3.0, 4.0])
    builder.next_file()
    builder.add("loss", [2, 3], [6.5, 5.5], wall_times=[10.0, 11.0])
    curve = curves_of(builder.build()).curve("loss")
    assert curve.steps.tolist() == [0, 1, 2, 3]
    assert curve.values.tolist() == [9.0, 8.0, 6.5, 5.5]
    assert curve.wall_times is not None
    assert curve.wall_times.tolist() == [0.0, 1.0, 10.0, 11.0]
    assert len(curve.non_finite_steps) == 0


def test_each_restart_overwrites_all_that_came_before_it() -> None:
    builder = FrameBuilder()
    for first, level in ((0, 1.0), (6, 2.0), (3, 3.0), (8, 4.0)):
        builder.add("loss", range(first, first + 6), [level] * 6)
        builder.next_file()
    curve = curves_of(builder.build()).curve("loss")
    assert curve.steps.tolist() == list(range(14))
    assert curve.values.tolist() == [1.0] * 3 + [3.0] * 5 + [4.0] * 6


@pytest.mark.parametrize(
    "values", [[], [1.0], [np.nan] * 7, [np.inf, -np.inf], [2.0, 1.0], [1e308, -1e308] * 9]
)
def test_no_curve_is_too_short_or_too_wild(values: list[float]) -> None:
    curve = curve_of(values)
    finite = int(np.isfinite(values).sum())
    assert len(curve) == finite
    assert len(curve.levels) == len(curve.block_steps) == len(curve.blocks)
    assert 0 <= curve.best_block < max(1, len(curve.levels))
    assert curve.progress >= 0.0
    assert curve.noise >= 0.0


def test_below_five_values_each_is_its_own_level() -> None:
    curve = curve_of([4.0, 1.0, 3.0, 2.0])
    assert curve.levels.tolist() == [4.0, 1.0, 3.0, 2.0]
    assert curve.best_block == 1
    assert curve.progress == 3.0


def test_a_curve_that_only_rises_has_made_no_progress() -> None:
    assert curve_of([1.0, 2.0]).progress == 0.0
    assert curve_of(np.arange(50.0).tolist()).progress == 0.0


def test_progress_counts_a_steep_start() -> None:
    values = 1.0 + 9.0 * np.exp(-np.arange(2000) / 10.0)
    curve = curve_of(values.tolist())
    assert curve.levels[0] < 2.0, "a running median over the start does not see it"
    assert curve.progress == pytest.approx(8.0, abs=1.0)


def test_progress_does_not_believe_one_wild_first_value() -> None:
    rng = np.random.default_rng(0)
    values = np.linspace(3.0, 1.0, 100) + rng.normal(0.0, 0.01, 100)
    values[0] = 1e6
    assert curve_of(values.tolist()).progress == pytest.approx(4.0, abs=0.2)


def test_progress_is_turned_where_higher_is_better() -> None:
    falling = curve_of(np.linspace(1.0, 0.0, 60).tolist())
    rising = curve_of(np.linspace(0.0, 1.0, 60).tolist(), Kind.ACCURACY)
    assert rising.progress == pytest.approx(falling.progress)
    assert rising.best_block == falling.best_block


@pytest.mark.parametrize("factor", [1e-6, 1.0, 1e6])
def test_progress_scales_with_the_unit(factor: float) -> None:
    values = np.exp(-np.arange(300) / 50.0)
    assert curve_of((factor * values).tolist()).progress == pytest.approx(
        factor * curve_of(values.tolist()).progress
    )


def test_a_long_curve_has_a_bounded_number_of_levels() -> None:
    curve = curve_of(np.linspace(1.0, 0.0, 100_001).tolist())
    assert len(curve.levels) <= MOST_BLOCKS
    assert curve.block_steps[0] < 251
    assert curve.block_steps[-1] > 100_001 - 251


@pytest.mark.parametrize(
    ("tag", "values", "floor"),
    [
        ("train/loss", [2.0, 0.5], 0.0),
        ("train/loss", [2.0, -0.5], None),
        ("val/accuracy", [0.5, 1.0], -1.0),
        ("val/accuracy", [50.0, 98.0], -100.0),
        ("val/psnr", [18.0, 31.0], None),
        ("val/psnr_ema", [0.5, 0.9], None),
        ("eval/si_sdr", [2.0, 11.0], None),
        ("eval/ssim", [0.5, 0.9], -1.0),
        ("reward", [1.0, 2.0], None),
        ("train/loss", [np.nan, np.nan], None),
    ],
)
def test_the_floor_is_what_is_best_where_that_is_known(
    tag: str, values: list[float], floor: float | None
) -> None:
    assert make_curves({tag: values}).curve(tag).floor == floor
