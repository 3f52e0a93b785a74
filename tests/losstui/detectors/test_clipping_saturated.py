from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.clipping_saturated import ClippingSaturated
from losstui.findings import Severity, Skipped
from retelling import Tags, every_second, later, twice
from support import found_by, make_curves, make_run

FloatArray = NDArray[np.float64]
POINTS = 400


def norms(level: float = 1.0, seed: int = 0) -> FloatArray:
    return level * np.exp(0.4 * np.random.default_rng(seed).standard_normal(POINTS))


findings = partial(found_by, ClippingSaturated())


def saturated() -> FloatArray:
    """Norms after clipping at 0.5, far above it until step 150, far below from then on."""
    norm = np.where(np.arange(POINTS) < 150, 10.0, 0.1) * norms()
    return np.minimum(norm, 0.5 * norm / (norm + 1e-6))


def test_a_norm_that_stands_at_the_threshold() -> None:
    [found] = findings(make_curves({"grad_norm": saturated()}))
    assert (found.kind, found.severity) == ("at-threshold", Severity.INFO)
    assert (found.spans[0].first_step, found.spans[0].last_step) == (0, 149)
    assert "stands at 0.5 " in found.message


@pytest.mark.parametrize("retelling", [later, every_second, twice], ids=lambda one: one.__name__)
def test_it_does_not_depend_on_how_the_steps_are_told(retelling: Callable[[Tags], RunCurves]) -> None:
    [found] = findings(retelling({"grad_norm": saturated()}))
    assert found.spans[0].last_step - found.spans[0].first_step == pytest.approx(149, abs=2)
    assert findings(retelling({"grad_norm": norms()})) == []


@pytest.mark.parametrize("seed", range(5))
def test_clipping_as_a_guard_is_clear(seed: int) -> None:
    assert findings(make_curves({"grad_norm": np.minimum(norms(0.7, seed), 1.0)})) == []
    assert findings(make_curves({"grad_norm": norms(5.0, seed)})) == []


def test_a_value_nobody_chooses_and_a_rounded_one_are_no_threshold() -> None:
    assert findings(make_curves({"grad_norm": np.full(POINTS, 0.7853)})) == []
    assert findings(make_curves({"grad_norm": np.round(norms(0.01), 2)})) == []


@pytest.mark.parametrize(("threshold", "is_told"), [(0.06, True), (0.04, False), (1.5, True), (1.25, False)])
def test_a_threshold_has_two_digits_and_is_not_near_0(threshold: float, is_told: bool) -> None:
    norm = np.minimum(norms(10.0 * threshold), threshold)
    assert bool(findings(make_curves({"grad_norm": norm}))) is is_told


@pytest.mark.parametrize(("below", "is_told"), [(8e-4, True), (1.5e-3, False)])
def test_clipping_divides_by_a_thousandth_more_than_the_norm_at_most(below: float, is_told: bool) -> None:
    norm = np.where(np.arange(POINTS) % 2, 1.0, 1.0 - below)
    assert bool(findings(make_curves({"grad_norm": norm}))) is is_told


@pytest.mark.parametrize(
    ("clipped", "of", "is_told"), [(30, 400, False), (60, 400, True), (15, 100, False), (22, 100, True)]
)
def test_a_stretch_has_a_tenth_of_the_values_and_twenty(clipped: int, of: int, is_told: bool) -> None:
    norm = np.where(np.arange(of) < clipped, 1.0, norms(0.1)[:of])
    assert bool(findings(make_curves({"grad_norm": norm}))) is is_told


@pytest.mark.parametrize(("free", "is_told"), [(1, True), (3, False)])
def test_in_a_stretch_nine_of_ten_are_clipped(free: int, is_told: bool) -> None:
    norm = np.where(np.arange(POINTS) % 20 < free, 0.1, 1.0)
    assert bool(findings(make_curves({"grad_norm": norm}))) is is_told


@pytest.mark.parametrize("count", [19, 20])
def test_a_norm_of_fewer_than_twenty_values_is_not_looked_at(count: int) -> None:
    outcome = ClippingSaturated().detect(make_curves({"grad_norm": np.full(count, 0.5)}))
    assert isinstance(outcome, Skipped) is (count < 20)
    assert isinstance(outcome, Skipped) or len(outcome) == 1


def test_a_threshold_named_among_the_hyperparameters() -> None:
    run = make_run({"train/loss": norms(), "grad_norm": norms(5.0)})
    named = replace(run, hyperparameters={"trainer/max_grad_norm": 1.0})
    [found] = findings(RunCurves(named))
    assert found.kind == "above-threshold"
    assert found.measures[0].value > 0.99
    assert findings(RunCurves(replace(run, hyperparameters={"trainer/max_grad_norm": 20.0}))) == []
    assert findings(RunCurves(replace(run, hyperparameters={"lr": 1.0, "clip_grad": True}))) == []
    assert findings(RunCurves(replace(run, hyperparameters={"max_grad_norm": 0.0}))) == []  # no clipping


def test_without_a_norm_it_does_not_look() -> None:
    assert isinstance(ClippingSaturated().detect(make_curves({"train/loss": np.ones(50)})), Skipped)
