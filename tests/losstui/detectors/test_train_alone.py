"""A rise of the train loss that validation does not follow: worth knowing, and no fault of the model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from divergence_support import noise
from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.detectors import DETECTORS
from losstui.detectors._rises.train_alone import TrainAlone, denied_divergence, denied_late_rise
from losstui.detectors.divergence import Divergence
from losstui.detectors.late_instability import LateInstability
from losstui.detectors.level_shift import LevelShift
from losstui.findings import Severity, Skipped
from losstui.frame import FloatArray
from support import found_by, make_curves

POINTS, AT = 400, 200
INDEX = np.arange(POINTS)
shifts = partial(found_by, LevelShift())


def descent(sigma: float, seed: int = 0, end: float = 0.5) -> FloatArray:
    return end + 2.0 * np.exp(-INDEX / 40.0) + sigma * noise(POINTS, seed)


def risen(height: float, *, within: int = 1, seed: int = 0) -> FloatArray:
    return descent(0.05, seed) + height * np.clip((INDEX - AT) / within, 0.0, 1.0)


def beside(train: FloatArray, validation: FloatArray, every: int = 1, **tags: FloatArray) -> RunCurves:
    """Both losses, every `every`-th value of train, and a tenth of all of validation."""
    values = {"train/loss": train[::every], "val/loss": validation[::10], **tags}
    return make_curves(values, {"train/loss": range(0, POINTS, every), "val/loss": range(0, POINTS, 10)})


@pytest.mark.parametrize("every", [1, 10])
@pytest.mark.parametrize("within", [1, 40, 150])
@pytest.mark.parametrize("height", [0.5, 3.2])
def test_a_rise_that_validation_does_not_follow_is_told_and_named(
    height: float, within: int, every: int
) -> None:
    curves = beside(risen(height, within=within), descent(0.02, seed=1, end=0.7), every)
    [finding] = shifts(curves)
    assert (finding.kind, finding.severity) == ("train-alone", Severity.INFO)
    assert finding.onset.low <= AT + within
    assert finding.onset.high >= AT
    assert finding.spans[0].last_step == curves.curve("train/loss").last_step
    for told in ("val/loss does not follow", "dropout", "augmentation", "mixture of data", "weight"):
        assert told in finding.message


def test_a_short_log_is_told_of_too() -> None:
    [finding] = shifts(beside(risen(3.2), descent(0.02, seed=1, end=0.7), 25))
    assert finding.kind == "train-alone"


def reported(curves: RunCurves) -> list[tuple[str, str | None]]:
    return [(one.name, one.kind) for one in analyse_run(curves.run, [one() for one in DETECTORS]).findings]


def test_it_is_told_exactly_where_no_divergence_and_no_instability_are() -> None:
    train = risen(3.2)
    followed = descent(0.02, seed=1, end=0.7) + 3.2 * (INDEX >= AT)
    assert ("level-shift", "train-alone") in reported(beside(train, descent(0.02, seed=1, end=0.7)))
    for curves in (beside(train, followed), make_curves({"train/loss": train})):
        names = {name for name, _ in reported(curves)}
        assert names & {"divergence", "late-instability"}
        assert "level-shift" not in names


def test_what_is_told_though_validation_is_level_is_told_once() -> None:
    names = {name for name, _ in reported(beside(risen(60.0), descent(0.02, seed=1, end=0.7)))}
    assert "divergence" in names
    assert "level-shift" not in names


@pytest.mark.parametrize("seed", range(6))
def test_a_descent_and_what_comes_back_are_no_rise_of_train_alone(seed: int) -> None:
    validation = descent(0.02, seed=seed + 50, end=0.7)
    hump = descent(0.05, seed) + 3.2 * ((INDEX >= 150) & (INDEX < 220))
    for train in (descent(0.05, seed), descent(0.4, seed), hump):
        assert "train-alone" not in [kind for _, kind in reported(beside(train, validation))]


def kinds(curves: RunCurves) -> list[str | None]:
    outcome = LevelShift().detect(curves)
    return [] if isinstance(outcome, Skipped) else [one.kind for one in outcome]


def test_what_else_explains_the_rise_is_told_in_its_place() -> None:
    validation = descent(0.02, seed=1, end=0.7)
    raised = np.where(INDEX <= AT, 1e-3, 1e-2)
    assert kinds(beside(risen(1.0), validation, lr=raised)) == ["rate-raised"]
    restarted = np.where(INDEX < AT, 0.5e-2 * (1.0 + np.cos(np.pi * INDEX / AT)), 1e-2)
    assert "train-alone" not in kinds(beside(risen(1.0), validation, lr=restarted))


def test_a_cut_of_the_rate_before_the_rise_is_told_beside_it() -> None:
    cut = np.where(INDEX < 120, 1.5, 0.0)
    rate = np.where(INDEX < 120, 1e-2, 1e-3)
    curves = beside(risen(0.6) + cut, descent(0.02, seed=1, end=0.7) + cut, lr=rate)
    assert sorted(map(str, kinds(curves))) == ["rate-cut", "train-alone"]


def test_a_loss_that_rises_by_the_weights_of_its_parts_has_its_explanation() -> None:
    first, second = descent(0.02) / 2.0, descent(0.02, seed=2) / 2.0
    weight = np.where(INDEX < AT, 1.0, 4.0)
    validation = descent(0.02, seed=1, end=0.7)
    assert "train-alone" in kinds(beside(first + weight * second, validation))
    parts = {"train/recon_loss": first, "train/percept_loss": second}
    evaluated = {"train/loss": first + weight * second, "val/loss": validation[::10]}
    assert kinds(make_curves({**evaluated, **parts}, {"val/loss": range(0, POINTS, 10)})) == ["unexplained"]


@pytest.mark.parametrize(
    ("detector", "denied"), [(Divergence(), denied_divergence), (LateInstability(), denied_late_rise)]
)
def test_both_detectors_keep_what_validation_denies_for_it(
    detector: Divergence | LateInstability, denied: Callable[[RunCurves], TrainAlone | None]
) -> None:
    curves = beside(risen(3.2), descent(0.02, seed=1, end=0.7))
    assert found_by(detector, curves) == []
    alone = denied(curves)
    assert alone is not None
    assert alone.first == pytest.approx(0.5, abs=0.05)
    assert alone.last == pytest.approx(3.7, abs=0.05)
    assert denied(beside(descent(0.05), descent(0.02))) is None
