from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.vanishing_gradient import VanishingGradient
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]


def noisy(n: int = 400, seed: int = 0) -> FloatArray:
    return np.exp(0.3 * np.random.default_rng(seed).standard_normal(n))


def layers(shrink: float, count: int = 6, n: int = 400) -> dict[str, FloatArray]:
    """Norms that shrink by `shrink` a layer on their way from the output to the input."""
    return {f"grad_norm/{k}.weight": noisy(n, seed=k) * shrink ** (count - 1 - k) for k in range(count)}


def learning(n: int = 400) -> FloatArray:
    return 0.5 + 2.0 * np.exp(-8.0 * np.arange(n) / n) + 0.02 * (noisy(n) - 1.0)


found = partial(found_by, VanishingGradient())


def test_first_layers_get_next_to_nothing() -> None:
    [finding] = found(layers(0.1))
    assert (finding.kind, finding.severity) == ("across-layers", Severity.WARNING)
    assert finding.tag == "grad_norm/0.weight"
    assert (finding.spans[0].first_step, finding.spans[0].last_step) == (0, 399)
    assert finding.measures[0].value == pytest.approx(1e-5, rel=0.5)


def test_layers_are_taken_by_their_number_not_by_their_spelling() -> None:
    [finding] = found(layers(0.3, count=12))
    assert finding.tag == "grad_norm/0.weight"
    assert finding.message.startswith("The gradient norm of grad_norm/0.weight")
    assert "grad_norm/11.weight" in finding.message


def test_one_small_layer_among_others_is_clear() -> None:
    even = layers(1.0)
    even["grad_norm/0.weight"] = even["grad_norm/0.weight"] * 1e-4
    rising = {tag: values * 2.0**-k for k, (tag, values) in enumerate(even.items())}
    assert found(rising) == []


def test_a_cut_between_two_layers_is_told_however_the_others_lie() -> None:
    sizes = (1.2e-5, 1e-5, 0.5, 0.3)
    cut = {f"grad_norm/{k}.weight": size * noisy(seed=k) for k, size in enumerate(sizes)}
    [finding] = found(cut)
    assert finding.kind == "across-layers"


def test_layers_in_no_order_are_clear_though_the_first_is_small() -> None:
    sizes = (1e-4, 1e-1, 1e-3, 1e-2, 1e-3, 1e-1, 1e-3, 1e-2, 1e-1, 1.0)  # six of nine rise to the output
    assert found({f"grad_norm/{k}.weight": size * noisy(seed=k) for k, size in enumerate(sizes)}) == []


def test_a_first_layer_that_gets_no_gradient_at_all_is_told() -> None:
    cut = {f"grad_norm/{k}.weight": size * noisy(seed=k) for k, size in enumerate((0.0, 0.5, 1.0, 2.0))}
    [finding] = found(cut)
    assert [one.value for one in finding.measures] == pytest.approx([0.0, 1.0, 1.0])


@pytest.mark.parametrize(("ratio", "is_told"), [(8e-4, True), (1.5e-3, False)])
def test_the_first_layer_has_to_get_a_thousandth_of_the_last(ratio: float, is_told: bool) -> None:
    assert bool(found(layers(ratio ** (1 / 5)))) is is_told


@pytest.mark.parametrize(("share", "is_told"), [(0.2, False), (0.3, True)])
def test_a_gradient_has_to_be_gone_for_a_quarter_of_the_run(share: float, is_told: bool) -> None:
    left = np.where(np.arange(400) >= (1.0 - share) * 400, 1e-4, 1.0)
    norms = layers(0.5)
    norms["grad_norm/0.weight"] = norms["grad_norm/0.weight"] * left
    assert bool(found(norms)) is is_told
    assert bool(found({"train/loss": 2.3 + 0.02 * noisy(), "grad_norm": left})) is is_told


def test_two_layers_are_too_few_to_tell() -> None:
    assert isinstance(VanishingGradient().detect(make_curves(layers(1e-6, count=2))), Skipped)


def test_layers_without_a_common_step_are_not_compared() -> None:
    norms = layers(0.01)
    apart = {tag: range(place, 4000, 10) for place, tag in enumerate(norms)}
    assert found(make_curves(norms, apart)) == []


def test_moderate_ratio_is_clear() -> None:
    assert found(layers(0.5)) == []


def test_norm_that_collapses_before_anything_was_learnt() -> None:
    norm = noisy()
    norm[40:] *= 1e-6
    [finding] = found({"grad_norm": norm, "train/loss": 2.3 + 0.05 * (noisy(seed=1) - 1.0)})
    assert finding.kind == "over-time"
    assert 36 <= finding.onset.step <= 44


@pytest.mark.parametrize(("left", "is_told"), [(8e-4, True), (1.5e-3, False)])
def test_a_norm_has_to_fall_by_three_decades(left: float, is_told: bool) -> None:
    norm = np.where(np.arange(400) < 100, 1.0, left)
    assert bool(found({"train/loss": 2.3 + 0.02 * noisy(), "grad_norm": norm})) is is_told


@pytest.mark.parametrize("count", [7, 8])
def test_a_norm_of_a_few_values_is_not_looked_at(count: int) -> None:
    norm = np.where(np.arange(count) < 3, 1.0, 1e-5)
    outcome = VanishingGradient().detect(
        make_curves({"train/loss": 2.3 + 0.02 * noisy(count), "grad_norm": norm})
    )
    assert isinstance(outcome, Skipped) is (count < 8)
    assert isinstance(outcome, Skipped) or [one.kind for one in outcome] == ["over-time"]


def test_a_norm_that_is_zero_all_along_has_not_fallen() -> None:
    assert found({"train/loss": 2.3 + 0.02 * noisy(), "grad_norm": np.zeros(400)}) == []


def test_a_loss_that_fell_by_more_than_it_scatters_did_learn() -> None:
    scatter = np.random.default_rng(0).normal(0.0, 0.01, 400)
    norm = np.where(np.arange(400) < 100, 1.0, 1e-5)
    for fall, is_told in ((0.01, True), (0.045, False)):
        loss = 2.3 - fall * (np.arange(400) >= 40) + scatter
        assert bool(found({"train/loss": loss, "grad_norm": norm})) is is_told


@pytest.mark.parametrize("count", [0, 7])
def test_beside_too_few_losses_a_norm_says_nothing(count: int) -> None:
    norm = np.where(np.arange(400) < 100, 1.0, 1e-5)
    assert found({"train/loss": np.full(count, 2.3), "grad_norm": norm}) == []


def test_norm_that_shrinks_because_the_run_converged_is_clear() -> None:
    norm = noisy() * 10.0 ** (-6.0 * np.arange(400) / 400)
    assert found({"grad_norm": norm, "train/loss": learning()}) == []


def test_run_without_gradient_norms_is_skipped() -> None:
    assert isinstance(VanishingGradient().detect(make_curves({"train/loss": learning()})), Skipped)
    too_few = {tag: values[:5] for tag, values in layers(0.1).items()}
    assert isinstance(VanishingGradient().detect(make_curves(too_few)), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    assert [one.kind for one in found(retold(layers(0.1)))] == ["across-layers"]
    assert found(retold(layers(0.7))) == []
