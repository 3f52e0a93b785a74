from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curve import Curve
from losstui.detectors._rises.weights_of_parts import at_last_weights
from losstui.detectors.divergence import Divergence
from losstui.detectors.late_instability import LateInstability
from losstui.detectors.lr_too_high import LrTooHigh
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 600
RAISED = 300  # the step at which the weight of the second part is raised
INDEX = np.arange(POINTS)
WEIGHT = np.where(INDEX >= RAISED, 1.0, 0.0)
DETECTORS = (Divergence(), LateInstability())


def parts(seed: int = 0) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    main = 0.5 + 2.0 * np.exp(-INDEX / 40.0) + 0.03 * rng.standard_normal(POINTS)
    beside = 0.9 + 0.5 * np.exp(-INDEX / 200.0) + 0.03 * rng.standard_normal(POINTS)
    return main, beside


def logged(total: FloatArray, *of: FloatArray) -> dict[str, FloatArray]:
    names = ("train/cls_loss", "train/box_loss", "train/mask_loss")
    return {"train/loss": total, **dict(zip(names, of, strict=False))}


def told(tags: dict[str, FloatArray]) -> int:
    return sum(len(found_by(detector, make_curves(tags))) for detector in DETECTORS)


def weighed(tags: dict[str, FloatArray]) -> Curve | None:
    curves = make_curves(tags)
    return at_last_weights(curves, curves.curve("train/loss"))


@pytest.mark.parametrize("digits", [4, 12])
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_a_weight_that_is_raised_is_no_rise_of_the_loss(digits: int, scale: float) -> None:
    main, beside = parts()
    total = scale * (main + WEIGHT * beside)
    assert told({"train/loss": total}) > 0
    assert told(logged(np.round(total, digits), np.round(main, digits), np.round(beside, digits))) == 0


@pytest.mark.parametrize("scatter", [0.0, 0.6])
def test_validation_that_is_weighed_alike_bears_no_rise_out(scatter: float) -> None:
    main, beside = parts()
    main = main + scatter * np.random.default_rng(1).standard_normal(POINTS)
    held_out = sum(one for one in (parts(seed=2)[0], WEIGHT * parts(seed=2)[1]))
    total = {"train/loss": main + WEIGHT * beside, "val/loss": np.where(INDEX % 12 == 0, held_out, np.nan)}
    assert found_by(LateInstability(), make_curves(total)) != []
    weighed_up = {**total, "train/cls_loss": main, "train/box_loss": beside}
    assert found_by(LateInstability(), make_curves(weighed_up)) == []


def test_the_total_at_the_weights_of_its_end_is_the_sum_of_its_parts() -> None:
    main, beside = parts()
    curve = weighed(logged(main + WEIGHT * beside, main, beside))
    assert curve is not None
    assert curve.values == pytest.approx(main + beside)
    assert (curve.tag, curve.unit) == ("train/loss", "step")


@pytest.mark.parametrize("which", [0, 1])
def test_a_part_that_rises_where_its_weight_is_raised_is_told(which: int) -> None:
    of = list(parts())
    of[which] = of[which] + 2.0 * (INDEX >= RAISED)
    assert told(logged(of[0] + WEIGHT * of[1], *of)) > 0


def test_what_the_parts_do_not_tell_of_is_told() -> None:
    main, beside = parts()
    hidden = 1.0 + 0.02 * np.random.default_rng(1).standard_normal(POINTS)
    tags = logged(main + beside + WEIGHT * hidden, main, beside)
    assert weighed(tags) is None
    assert told(tags) > 0


def test_weights_that_are_the_same_all_along_change_nothing() -> None:
    main, beside = parts()
    assert weighed(logged(0.7 * main + 2.0 * beside, main, beside)) is None


def test_parts_that_are_one_at_the_end_leave_their_weights_unknown() -> None:
    main, beside = parts()
    doubled = np.where(INDEX >= RAISED, 2.0 * main, beside)
    assert weighed(logged(main + WEIGHT * doubled, main, doubled)) is None
    assert weighed(logged(main + WEIGHT * beside, main, beside, np.zeros(POINTS))) is not None


def test_few_values_and_such_as_are_not_finite_tell_no_weights() -> None:
    main, beside = parts()
    total = main + WEIGHT * beside
    few = slice(RAISED - 5, RAISED + 5)
    assert weighed(logged(total[few], main[few], beside[few])) is None
    total[100] = np.nan
    assert weighed(logged(total, main, beside)) is None


def test_a_rate_that_is_high_where_a_weight_is_raised_is_not_too_high() -> None:
    main, beside = parts()
    total = main + WEIGHT * 3.0 * beside
    rate = {"lr": np.where(INDEX >= RAISED, 0.2, 0.1)}
    assert len(found_by(LrTooHigh(), make_curves({"train/loss": total, **rate}))) == 1
    assert found_by(LrTooHigh(), make_curves({**logged(total, main, beside), **rate})) == []
