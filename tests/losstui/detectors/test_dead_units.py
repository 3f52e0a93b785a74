from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors._dead_share import dead_share
from losstui.detectors.dead_units import DeadUnits
from losstui.findings import Severity, Skipped
from retelling import OFFSET, RETELLINGS, Tags, later
from support import found_by, make_curves

FloatArray = NDArray[np.float64]


findings = partial(found_by, DeadUnits())


def dying(end: float = 0.9) -> FloatArray:
    """The share grows from 10 % between step 100 and 200 of 300."""
    noise = np.random.default_rng(0).normal(0.0, 0.01, 300)
    return np.clip(0.1 + (end - 0.1) * np.clip((np.arange(300) - 100) / 100, 0, 1) + noise, 0.0, 1.0)


def test_units_that_died() -> None:
    [found] = findings(make_curves({"dead_relu": dying()}))
    assert (found.kind, found.severity) == ("grown", Severity.WARNING)
    assert found.onset.low <= 100 <= found.onset.high < 115
    assert "up from 7.7 % since step 10" in found.message
    assert found.spans[0].last_step == 299


def test_learning_rate_that_was_raised_names_the_step() -> None:
    rate = np.where((np.arange(300) >= 99) & (np.arange(300) < 110), 1.0, 0.01)
    [found] = findings(make_curves({"dead_relu": dying(), "lr": rate}))
    assert found.onset.step == 99


def test_units_that_never_lived() -> None:
    [found] = findings(make_curves({"frac_dead": np.full(40, 1.0)}))
    assert found.kind == "from-start"
    assert found.onset.step == 0


@pytest.mark.parametrize(("start", "kind"), [(0.65, "grown"), (0.75, "from-start")])
def test_units_that_die_are_a_fifth_of_all(start: float, kind: str) -> None:
    share = start + (0.9 - start) * np.clip((np.arange(300) - 100) / 100, 0, 1)
    [found] = findings(make_curves({"dead_relu": share}))
    assert found.kind == kind
    assert ("from the start" in found.message) is (kind == "from-start")
    assert (found.onset.step == 0) is (kind == "from-start")


def test_the_worst_layer_is_shown() -> None:
    tags = {"dead/layer1": dying(0.3), "dead/layer2": dying(0.95), "dead/layer3": dying(0.8)}
    [found] = findings(make_curves(tags))
    assert found.tag == "dead/layer2"
    assert found.message.endswith("; so are 2 of 3 layers logged")
    [alone] = findings(make_curves({**tags, "dead/layer3": dying(0.3)}))
    assert alone.message.endswith(" since step 102")


def test_half_the_units_and_units_that_came_back_are_clear() -> None:
    assert findings(make_curves({"dead_relu": dying(0.5)})) == []
    assert findings(make_curves({"dead_relu": dying()[::-1]})) == []


@pytest.mark.parametrize(("end", "is_dead"), [(0.65, False), (0.75, True)])
def test_seven_of_ten_units_are_most(end: float, is_dead: bool) -> None:
    curves = make_curves({"dead_relu": dying(end)})
    assert bool(findings(curves)) is is_dead
    assert (dead_share(curves) is not None) is is_dead


@pytest.mark.parametrize(("last", "is_dead"), [(28, True), (14, False)])
def test_the_last_tenth_of_the_values_tells(last: int, is_dead: bool) -> None:
    share = np.where(np.arange(300) >= 300 - last, 0.9, 0.1)
    assert bool(findings(make_curves({"dead_relu": share}))) is is_dead


@pytest.mark.parametrize("count", [2, 3])
def test_a_share_needs_three_values(count: int) -> None:
    outcome = DeadUnits().detect(make_curves({"dead_relu": np.ones(count)}))
    assert isinstance(outcome, Skipped) is (count < 3)


def test_percent_is_read_and_a_count_is_not() -> None:
    [found] = findings(make_curves({"dead_pct": 100.0 * dying()}))
    assert found.measures[0].value == pytest.approx(0.9, abs=0.02)
    assert isinstance(DeadUnits().detect(make_curves({"dead_features": 100.0 * dying()})), Skipped)
    assert isinstance(DeadUnits().detect(make_curves({"dead_pct": 200.0 * dying()})), Skipped)
    assert isinstance(DeadUnits().detect(make_curves({"dead_relu": dying() - 0.5})), Skipped)


def test_without_such_a_tag_it_does_not_look() -> None:
    assert DeadUnits().detect(make_curves({"train/loss": np.ones(50)})) == Skipped(
        "no tag with the share of dead units"
    )


@pytest.mark.parametrize("retelling", RETELLINGS, ids=lambda one: one.__name__)
def test_the_same_run_told_otherwise_is_the_same(retelling: Callable[[Tags], RunCurves]) -> None:
    [found] = findings(retelling({"dead_relu": dying()}))
    offset = OFFSET if retelling is later else 0
    assert found.kind == "grown"
    assert found.onset.step - offset == pytest.approx(100, abs=6)
    assert findings(retelling({"dead_relu": dying(0.5)})) == []
