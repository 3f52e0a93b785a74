from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors._precursors import precursors
from losstui.detectors.divergence import Divergence
from losstui.detectors.non_finite import NonFinite
from losstui.findings import Skipped
from losstui.remedies import precursor_names
from support import make_curves

FloatArray = NDArray[np.float64]
EVENT = 300


def norms(from_step: int, seed: int = 0) -> FloatArray:
    """Gradient norms with the scatter of batches that grow from a step on."""
    scatter = np.exp(0.3 * np.random.default_rng(seed).standard_normal(EVENT + 1))
    grown: FloatArray = scatter * 2.0 ** np.clip(np.arange(EVENT + 1.0) - from_step, 0.0, None)
    return grown


def rates(from_step: int) -> FloatArray:
    return np.where(np.arange(EVENT + 1) < from_step, 1e-3, 1e-2)


def scales(from_step: int) -> FloatArray:
    halved: FloatArray = 65536.0 * 0.5 ** np.clip(np.arange(EVENT + 1.0) - from_step, 0.0, None)
    return halved


@pytest.mark.parametrize("seed", range(5))
def test_what_moved_first_comes_first(seed: int) -> None:
    tags = {"learning_rate": rates(280), "grad_norm": norms(290, seed), "loss_scale": scales(296)}
    text = precursors(make_curves(tags), EVENT).text
    assert text.startswith("; just before, the learning rate was rising (0.001 to 0.01) and then, from step ")
    assert text.index("the gradient norm was") < text.index("the loss scale had fallen")
    assert "from step 297 on, the loss scale had fallen" in text
    measures = precursors(make_curves(tags), EVENT).measures
    assert [one.name for one in measures] == [
        "learning rate",
        "gradient norm before",
        "fall of the loss scale",
    ]
    assert {one.name for one in measures} | {"learning rate below zero"} == precursor_names()


@pytest.mark.parametrize("seed", range(5))
def test_a_rate_that_is_raised_after_the_norm_grew_is_not_blamed_first(seed: int) -> None:
    tags = {"learning_rate": rates(298), "grad_norm": norms(285, seed)}
    text = precursors(make_curves(tags), EVENT).text
    assert text.startswith("; just before, the gradient norm was")
    assert text.endswith(" and then, from step 298 on, the learning rate was rising (0.001 to 0.01)")
    assert precursors(make_curves(tags), EVENT).measures[0].name == "gradient norm before"


@pytest.mark.parametrize("seed", range(20))
def test_scatter_a_single_halving_and_a_decaying_rate_are_no_precursors(seed: int) -> None:
    decay = 1e-3 * np.linspace(1.0, 0.1, EVENT + 1)
    halved = np.where(np.arange(EVENT + 1) < 298, 65536.0, 32768.0)
    tags = {"learning_rate": decay, "grad_norm": norms(10**6, seed), "loss_scale": halved}
    assert precursors(make_curves(tags), EVENT).text == ""


def test_what_moves_after_the_event_is_no_precursor() -> None:
    curves = make_curves({"learning_rate": rates(200), "grad_norm": norms(200)})
    assert precursors(curves, 199).text == ""


def test_both_detectors_tell_the_order() -> None:
    steps = np.arange(400)
    loss = 0.5 + 2.0 * np.exp(-steps / 50.0) + 0.05 * np.random.default_rng(1).standard_normal(400)
    rising = loss + 4.0 * np.clip((steps - 240) / 160.0, 0.0, None)
    broken = np.where(steps < 241, loss, np.nan)
    norm = np.where(steps < 236, 1.0, 40.0)
    rate = np.where(steps < 230, 1e-3, 1e-2)
    for detector, values in ((Divergence(), rising), (NonFinite(), broken)):
        found = detector.detect(make_curves({"loss": values, "learning_rate": rate, "grad_norm": norm}))
        assert not isinstance(found, Skipped)
        [finding] = found
        assert "the learning rate was rising (0.001 to 0.01) and then, from step 236 on, the gradient" in (
            finding.message
        )


@pytest.mark.parametrize("below", [False, True])
def test_a_rate_below_0_is_told_and_dates_the_rise(below: bool) -> None:
    steps = np.arange(400)
    loss = 0.5 + 2.0 * np.exp(-steps / 50.0) + 0.05 * np.random.default_rng(1).standard_normal(400)
    climbing = loss + 1e-3 * np.exp(np.clip((steps - 240) / 10.0, 0.0, None))
    rate = 1e-3 * (1.0 - steps / 240.5)
    tags = {"loss": climbing, "learning_rate": rate if below else np.maximum(rate, 0.0)}
    found = Divergence().detect(make_curves(tags))
    assert not isinstance(found, Skipped)
    [finding] = found
    assert (finding.onset.step == 241) is below
    assert (
        finding.message.endswith("; just before, the learning rate was below 0, which climbs the loss")
        is below
    )
    assert ("learning rate below zero" in [one.name for one in finding.measures]) is below


def test_a_rate_that_came_back_above_0_is_no_precursor() -> None:
    rate = np.where(np.arange(EVENT + 1) < 100, -1e-3, 1e-3)
    assert "below 0" not in precursors(make_curves({"learning_rate": rate}), EVENT).text


@pytest.mark.parametrize("seed", range(10))
def test_scatter_of_the_norm_before_a_raise_does_not_come_first(seed: int) -> None:
    norm = norms(10**6, seed) * np.where(np.arange(EVENT + 1) < 298, 1.0, 30.0)
    text = precursors(make_curves({"learning_rate": rates(298), "grad_norm": norm}), EVENT).text
    assert text.startswith(
        "; just before, the learning rate was rising (0.001 to 0.01) and the gradient norm was"
    )
