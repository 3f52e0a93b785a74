from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.loss_scale_collapse import LossScaleCollapse
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 2000
AT = 1500


def dynamic(overflows: tuple[int, ...] = (500, 900, 1300), growth: int = 200) -> FloatArray:
    """A scale that starts too high, is halved at each overflow, and doubled after `growth` good steps."""
    scale, good = 2.0**16, 0
    values = np.empty(POINTS)
    for step in range(POINTS):
        if step < 6 or step in overflows:
            scale, good = scale / 2.0, 0
        else:
            good += 1
            if good == growth:
                scale, good = scale * 2.0, 0
        values[step] = scale
    return values


def collapsed() -> FloatArray:
    values = dynamic()
    values[AT:] = values[AT - 1] / 2.0 ** np.minimum(np.arange(POINTS - AT) + 1, 9)
    return values


findings = partial(found_by, LossScaleCollapse())


def test_halving_after_halving() -> None:
    [found] = findings(make_curves({"loss_scale": collapsed()}))
    assert (found.kind, found.severity) == ("fall", Severity.WARNING)
    assert AT - 15 <= found.onset.low <= AT <= found.onset.high <= AT + 20
    assert found.measures[0].value == 9.0


def test_a_fall_that_was_made_good_is_worth_knowing_only() -> None:
    values = dynamic()
    values[1000:1010] = values[1000] / 2.0 ** np.arange(10)
    [found] = findings(make_curves({"loss_scale": values}))
    assert found.severity is Severity.INFO
    assert "came back" in found.message


def test_a_scale_at_its_floor() -> None:
    values = np.maximum(2.0**16 / 2.0 ** np.arange(100), 1.0)
    [found] = findings(make_curves({"grad_scale": values}))
    assert (found.kind, found.severity) == ("floor", Severity.WARNING)
    assert found.onset.step == 16
    assert found.spans[0].last_step == 99


def test_the_start_and_the_equilibrium_of_dynamic_scaling_are_normal() -> None:
    assert findings(make_curves({"loss_scale": dynamic()})) == []
    assert findings(make_curves({"loss_scale": dynamic(tuple(range(400, 2000, 150)), 150)})) == []
    assert findings(make_curves({"loss_scale": np.full(POINTS, 1024.0)})) == []
    assert findings(make_curves({"loss_scale": np.ones(50)})) == []


@pytest.mark.parametrize(("highest", "is_told"), [(8.0, False), (16.0, True)])
def test_a_scale_at_its_floor_has_been_halved_four_times(highest: float, is_told: bool) -> None:
    values = np.maximum(highest / 2.0 ** np.arange(100), 1.0)
    assert bool(findings(make_curves({"loss_scale": values}))) is is_told


def test_a_scale_that_was_never_above_its_floor_has_not_fallen_to_it() -> None:
    assert findings(make_curves({"loss_scale": [1.0, 0.5, 0.25, 0.125, *[0.0625] * 5]})) == []


@pytest.mark.parametrize(("ones", "is_told"), [(2, False), (3, True)])
def test_a_scale_stays_at_its_floor_for_three_values(ones: int, is_told: bool) -> None:
    assert bool(findings(make_curves({"loss_scale": [16.0, 8.0, 4.0, 2.0, *[1.0] * ones]}))) is is_told


@pytest.mark.parametrize("count", [4, 5])
def test_fewer_than_five_values_show_no_course(count: int) -> None:
    outcome = LossScaleCollapse().detect(make_curves({"loss_scale": [16.0, *[1.0] * (count - 1)]}))
    assert isinstance(outcome, Skipped) is (count < 5)
    assert isinstance(outcome, Skipped) or len(outcome) == 1


def halved_at(steps: Sequence[int], points: int = POINTS) -> FloatArray:
    """A scale that was doubled once, early, and halved at these steps."""
    halvings = np.array([sum(step <= at for step in steps) for at in range(points)])
    return np.where(np.arange(points) < 5, 2.0**14, 2.0**15 / 2.0**halvings)


@pytest.mark.parametrize(("apart", "is_told"), [(5, True), (10, False)])
def test_halvings_in_a_row_lie_within_a_hundredth_of_the_run(apart: int, is_told: bool) -> None:
    values = halved_at(range(1000, 1000 + 4 * apart, apart))
    assert bool(findings(make_curves({"loss_scale": values}))) is is_told


@pytest.mark.parametrize(("points", "is_told"), [(60, True), (40, False)])
def test_what_fell_between_two_values_is_told_where_they_are_close(points: int, is_told: bool) -> None:
    assert bool(findings(make_curves({"loss_scale": halved_at([30] * 5, points)}))) is is_told


@pytest.mark.parametrize(("back", "severity"), [(0.3, Severity.INFO), (0.2, Severity.WARNING)])
def test_a_fall_is_made_good_two_doublings_below(back: float, severity: Severity) -> None:
    values = np.where(np.arange(POINTS) < 1200, halved_at(range(1000, 1010)), back * 2.0**15)
    [found] = findings(make_curves({"loss_scale": values}))
    assert found.severity is severity


def test_values_too_far_apart_to_tell_are_clear() -> None:
    values = [2.0**12, 2.0**13, 2.0**14, 2.0**9, 2.0**9, 2.0**10]
    assert findings(make_curves({"loss_scale": values})) == []


@pytest.mark.parametrize("retelling", RETELLINGS, ids=lambda one: one.__name__)
def test_the_same_run_told_otherwise_is_the_same(retelling: Callable[[Tags], RunCurves]) -> None:
    [found] = findings(retelling({"loss_scale": collapsed()}))
    assert found.kind == "fall"
    assert findings(retelling({"loss_scale": dynamic()})) == []


@pytest.mark.parametrize("values", [[], [0.0] * 20, [-1.0] * 20])
def test_without_a_scale_it_does_not_look(values: list[float]) -> None:
    assert isinstance(LossScaleCollapse().detect(make_curves({"loss_scale": values})), Skipped)


def norms_with(lost: Sequence[int], n: int = 400) -> FloatArray:
    """Gradient norms around 1 that are infinite at the places `lost`."""
    norms = 1.0 + 0.1 * np.random.default_rng(0).standard_normal(n)
    norms[list(lost)] = np.inf
    return norms


def beside_a_loss(norms: FloatArray) -> RunCurves:
    return make_curves({"train/loss": 0.3 + np.exp(-np.arange(len(norms)) / 60.0), "grad_norm": norms})


def test_norms_that_overflow_again_and_again_are_steps_that_were_skipped() -> None:
    [finding] = found_by(LossScaleCollapse(), beside_a_loss(norms_with(range(3, 400, 30))))
    assert (finding.kind, finding.severity, finding.tag) == ("skipped-steps", Severity.INFO, "grad_norm")
    assert finding.measures[0].value == 14 / 400
    assert (finding.spans[0].first_step, finding.spans[0].last_step) == (3, 393)


@pytest.mark.parametrize(
    "norms",
    [
        norms_with([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        norms_with([150, 320]),
        norms_with([30, 31, 32, 33, 34, 35, 36, 300]),
        norms_with(range(3, 4000, 400), 4000),
        norms_with([5, 30], 40),
    ],
    ids=["as the scale is found", "two", "in one half", "as rarely as in a healthy run", "by luck"],
)
def test_single_overflows_are_how_a_loss_scale_works(norms: FloatArray) -> None:
    assert isinstance(LossScaleCollapse().detect(beside_a_loss(norms)), Skipped)


def test_norms_beside_a_loss_that_is_not_finite_are_no_skipped_steps() -> None:
    norms = norms_with(range(3, 400, 30))
    loss = np.where(np.isfinite(norms), 1.0, np.nan)
    curves = make_curves({"train/loss": loss, "grad_norm": norms})
    assert isinstance(LossScaleCollapse().detect(curves), Skipped)
