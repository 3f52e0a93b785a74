from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.exploding_gradient import ExplodingGradient
from losstui.findings import Severity, Skipped
from losstui.run import StepUnit
from retelling import RETELLINGS, Tags
from support import found_by, make_curves, make_run

FloatArray = NDArray[np.float64]


def calm(n: int = 400, seed: int = 0) -> FloatArray:
    """A norm with a noise of 40 % that falls by ten as the run converges."""
    rng = np.random.default_rng(seed)
    return np.exp(0.4 * rng.standard_normal(n)) * 10.0 ** (-np.arange(n) / n)


def learning(n: int = 400) -> FloatArray:
    return 0.5 + 2.0 * np.exp(-8.0 * np.arange(n) / n)


found = partial(found_by, ExplodingGradient())


def growing() -> FloatArray:
    return calm() * np.exp(np.clip(np.arange(400) - 300, 0, None) / 8.0)


def test_norm_that_grows_and_never_comes_back() -> None:
    [finding] = found({"grad_norm": growing()})
    assert (finding.kind, finding.severity) == ("grown", Severity.CRITICAL)
    assert 275 <= finding.onset.low <= 300 <= finding.onset.high <= 320
    assert finding.spans[-1].last_step == 399


@pytest.mark.parametrize("tag", ["train/log10_grad_norm", "grad_norm_log10"])
def test_logarithms_of_norms_are_told_as_the_norms_are(tag: str) -> None:
    [plain] = found({"grad_norm": growing()})
    [finding] = found({tag: np.log10(growing())})
    assert (finding.kind, finding.severity) == ("grown", Severity.CRITICAL)
    assert finding.onset == plain.onset
    assert finding.measures[0].value == pytest.approx(plain.measures[0].value)


def covered(norms: list[FloatArray], begin: int) -> int:
    onsets = [found({"grad_norm": norm})[0].onset for norm in norms]
    assert float(np.median([onset.high - onset.low for onset in onsets])) <= 60
    return sum(onset.low <= begin <= onset.high for onset in onsets)


def test_what_grows_by_its_own_size_begins_below_its_noise() -> None:
    since = np.clip(np.arange(400) - 240, 0, None)
    assert covered([calm(400, seed) * np.exp(since / 16.0) for seed in range(20)], 240) >= 18


def test_what_is_large_now_and_then_began_before_it_first_was() -> None:
    def shaken(seed: int) -> FloatArray:
        large = (np.random.default_rng(seed).random(400) < 0.2) & (np.arange(400) >= 240)
        return calm(400, seed) * np.where(large, 1e4, 1.0)

    assert covered([shaken(seed) for seed in range(20)], 240) >= 18


@pytest.mark.parametrize(("rise", "severity"), [(0.0, Severity.WARNING), (0.5, Severity.CRITICAL)])
def test_norm_that_stays_large_is_critical_where_the_loss_is_harmed(rise: float, severity: Severity) -> None:
    loss = (
        learning()
        + np.random.default_rng(3).normal(0.0, 0.1, 400)
        + np.where(np.arange(400) > 320, rise, 0.0)
    )
    [finding] = found({"grad_norm": growing(), "train/loss": loss})
    assert finding.severity is severity
    assert ("has not risen" in finding.message) == (severity is Severity.WARNING)


@pytest.mark.parametrize(("end", "told"), [([], False), ([np.nan], True)])
def test_a_single_large_norm_is_a_bad_batch_unless_the_norm_ends_non_finite_after_it(
    end: list[float], told: bool
) -> None:
    norm = calm()
    norm[-1] *= 1000.0
    assert bool(found({"grad_norm": np.append(norm, end)})) is told


def test_a_norm_that_grows_until_it_is_non_finite_is_critical_though_the_loss_has_not_risen() -> None:
    [finding] = found({"grad_norm": np.append(growing(), np.nan), "train/loss": learning()})
    assert finding.severity is Severity.CRITICAL
    assert "has not risen" not in finding.message


def test_usual_is_what_was_before_it_grew() -> None:
    runaway = np.asarray(2.0 * 10.0 ** np.clip(np.arange(400) - 100.0, 0.0, None), np.float64)
    [finding] = found({"grad_norm": runaway})
    assert finding.message.startswith("grad_norm grows to 1e299 times its usual 2 from step 10")
    assert finding.measures[0].value == pytest.approx(1e299, rel=1e-6)


def test_excursions_that_come_back_are_a_warning_with_a_span_each() -> None:
    norm = calm()
    for at in (100, 101, 102, 103, 250, 251):
        norm[at] *= 1000.0
    [finding] = found({"grad_norm": norm})
    assert finding.severity is Severity.WARNING
    assert [(span.first_step, span.last_step) for span in finding.spans] == [(100, 103), (250, 251)]
    assert finding.measures[1].value == 6


def exceeding(times: int) -> FloatArray:
    norm = calm()
    norm[np.linspace(100, 390, times).astype(int)] *= 1000.0
    return norm


def test_clipped_norms_while_the_loss_goes_on_falling_are_no_alarm() -> None:
    [finding] = found({"grad_norm": exceeding(6), "train/loss": learning()})
    assert finding.severity is Severity.INFO
    assert "in 6 of 400 values, while the loss goes on falling" in finding.message


def test_large_norms_that_stop_the_loss_or_come_often_are_a_warning() -> None:
    stopped = np.where(np.arange(400) < 100, learning(), 2.0)
    for norm, loss in ((exceeding(6), stopped), (exceeding(60), learning())):
        [finding] = found({"grad_norm": norm, "train/loss": loss})
        assert finding.severity is Severity.WARNING
    [finding] = found({"grad_norm": exceeding(6), "train/loss": np.append(learning()[:-1], np.nan)})
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("measure", ["train/loss", "train/accuracy"])
def test_learning_that_begins_between_two_values_is_no_alarm(measure: str) -> None:
    # Saturated units let no gradient through at first; most of what is learned, is by the second value.
    norm = np.concatenate(([1e-5], calm(39)))
    loss = np.concatenate(([2.5], 0.6 + 0.05 * np.exp(-np.arange(39) / 10.0)))
    values = loss if measure == "train/loss" else 1.0 - loss / 3.0
    [finding] = found({"grad_norm": norm, measure: values})
    assert (finding.kind, finding.severity) == ("grown", Severity.INFO)
    [finding] = found({"grad_norm": norm, measure: values[::-1]})
    assert finding.severity is not Severity.INFO


def test_norms_that_grow_as_learning_begins_late_are_no_alarm() -> None:
    steps = np.arange(400)
    norm = 0.005 * calm()
    norm[60:160] *= 600.0
    begins = np.where(steps < 60, 2.5, 0.5 + 2.0 * np.exp(-(steps - 60) / 50.0))
    for until in (400, 150):  # and where the log ends before the norms have come back
        [finding] = found({"grad_norm": norm[:until], "train/loss": begins[:until]})
        assert finding.severity is Severity.INFO
    had_begun = begins - np.minimum(steps, 60) / 60.0
    [finding] = found({"grad_norm": norm, "train/loss": had_begun})
    assert finding.severity is Severity.WARNING


def test_norms_of_single_examples_have_any_size() -> None:
    scattered = np.exp(2.0 * np.random.default_rng(0).standard_normal(1000))
    scattered[:50] = np.clip(scattered[:50], 0.1, 10.0)
    assert np.count_nonzero(scattered > 100.0 * np.quantile(scattered, 0.25)) > 3
    assert found({"grad_norm": scattered}) == []


def test_norm_that_ends_non_finite_needs_no_third_value() -> None:
    norm = np.append(calm(30), [400.0, 1e9, np.inf, np.nan])
    [finding] = found({"grad_norm": norm})
    assert finding.severity is Severity.CRITICAL


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_a_bad_batch_or_two_are_clear(seed: int) -> None:
    norm = calm(seed=seed)
    assert found({"grad_norm": norm}) == []
    norm[[120, 240]] *= 500.0
    assert found({"grad_norm": norm}) == []
    heavy = np.exp(1.0 * np.random.default_rng(seed).standard_normal(2000))
    assert found({"grad_norm": heavy}) == []


def test_large_gradients_of_the_first_steps_are_clear() -> None:
    start = 1.0 + 300.0 * np.exp(-np.arange(400) / 5.0)
    assert found({"grad_norm": calm() * start, "train/loss": learning()}) == []


def test_gradients_that_wake_up_again_are_clear() -> None:
    norm = calm()
    norm[100:200] = 1e-9
    assert found({"grad_norm": norm}) == []


def test_start_that_only_undoes_the_initialisation() -> None:
    fall = 1.0 + 2000.0 * np.exp(-np.arange(400) / 10.0)
    [finding] = found({"grad_norm": 20.0 * calm() * fall, "train/loss": learning() * fall})
    assert (finding.kind, finding.onset.step) == ("at-start", 0)
    assert finding.spans[0].last_step < 100


def test_a_start_is_no_larger_for_the_unit_of_the_loss() -> None:
    fall = 1.0 + 3.0 * np.exp(-np.arange(400) / 10.0)
    for unit in (1.0, 1000.0):
        assert found({"grad_norm": unit * 20.0 * calm() * fall, "loss": unit * learning() * fall}) == []


@pytest.mark.parametrize(
    ("heavy", "kept", "kind"), [(0.95, 0.01, "heavy-part"), (0.6, 0.01, "at-start"), (0.95, 0.95, "at-start")]
)
def test_start_that_is_one_part_of_the_loss_is_no_alarm(heavy: float, kept: float, kind: str) -> None:
    fall = 1.0 + 2000.0 * np.exp(-np.arange(400) / 10.0)
    loss = learning() * fall
    share = np.where(np.arange(400) < 40, heavy, kept)
    tags = {"grad_norm": 20.0 * calm() * fall, "train/loss": loss}
    [finding] = found({**tags, "train/pde_loss": share * loss, "train/ic_loss": (1.0 - share) * loss})
    assert finding.kind == kind
    assert (finding.severity is Severity.INFO) == ("pde_loss" in finding.message) == (kind == "heavy-part")
    [unweighted] = found({**tags, "train/pde_loss": loss, "train/ic_loss": loss})
    assert unweighted.kind == "at-start"


def test_start_that_one_step_undoes() -> None:
    first: FloatArray = np.where(np.arange(400) == 0, 100.0, 1.0)
    norm: FloatArray = calm() * first
    large: FloatArray = 20.0 * norm
    loss: FloatArray = learning() * first
    [finding] = found({"grad_norm": large, "train/loss": loss})
    assert (finding.kind, finding.onset.step) == ("at-start", 0)
    assert found({"grad_norm": norm, "train/loss": loss}) == []


def test_a_first_batch_that_is_far_out_is_no_start() -> None:
    first: FloatArray = np.where(np.arange(400) == 0, 100.0, 1.0)
    tags = {"grad_norm": 20.0 * calm() * first, "train/loss": learning() * first}
    for level, kinds in ((1.0, []), (100.0, ["at-start"])):
        validation = learning(20) * np.where(np.arange(20) == 0, level, 1.0)
        run = make_curves({**tags, "val/loss": validation}, {"val/loss": list(range(0, 400, 20))})
        assert [one.kind for one in found(run)] == kinds
    late = make_run({**tags, "val/loss": learning(19)}, {"val/loss": list(range(20, 400, 20))})
    by_epochs = make_run({**tags, "val/loss": learning()}, step_unit=StepUnit.EPOCH)
    assert [one.kind for run in (late, by_epochs) for one in found(RunCurves(run))] == ["at-start"] * 2


def test_large_gradients_while_the_loss_stays_where_it_is() -> None:
    noise = np.exp(0.2 * np.random.default_rng(0).standard_normal(400))
    [finding] = found({"grad_norm": 5000.0 * noise, "train/loss": 700.0 * noise})
    assert finding.kind == "stuck"
    assert found({"grad_norm": 5.0 * noise, "train/loss": 700.0 * noise}) == []
    # In another unit of the loss sound gradients are as many times larger, and still some times the loss.
    assert found({"grad_norm": 3500.0 * noise, "train/loss": 700.0 * noise}) == []


@pytest.mark.parametrize("unit", [1.0, 1000.0])
def test_a_loss_that_learns_a_little_is_not_stuck_in_any_unit(unit: float) -> None:
    loss = 0.0135 + 0.0024 * np.exp(-np.arange(100) / 20.0)
    noise = 1.0 + 0.02 * np.random.default_rng(0).standard_normal(100)
    assert found({"grad_norm": unit * 9.0 * loss * noise, "train/loss": unit * loss * noise}) == []


def test_a_layer_with_hardly_any_gradient_does_not_explode_by_reaching_that_of_the_others() -> None:
    for reached, count in ((0.3, 0), (30.0, 1)):
        first = 1e-5 * calm()
        first[100::60] = reached
        layers = {
            "grad_norm/0.weight": first,
            "grad_norm/1.weight": calm(seed=1),
            "grad_norm/2.weight": calm(),
        }
        assert len(found(layers)) == count


def test_layers_whose_gradients_grow_towards_the_input() -> None:
    layers = {f"grad_norm/{k}.weight": calm() * 10.0 ** (-0.5 * k) for k in range(6)}
    [finding] = found(layers)
    assert finding.kind == "across-layers"
    even = {f"grad_norm/{k}.weight": calm() * 1.3**-k for k in range(6)}
    assert found(even) == []


@pytest.mark.parametrize(("count", "told"), [(2, False), (3, True)])
def test_three_layers_are_the_fewest_that_grow_from_one_to_the_next(count: int, told: bool) -> None:
    layers = {f"grad_norm/{k}.weight": calm() * 1e-3**k for k in range(count)}
    assert bool(found(layers)) is told


def test_run_without_gradient_norms_is_skipped() -> None:
    assert isinstance(ExplodingGradient().detect(make_curves({"train/loss": learning()})), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    [finding] = found(retold({"grad_norm": growing(), "train/loss": learning()}))
    assert (finding.kind, finding.severity) == ("grown", Severity.WARNING)
    assert found(retold({"grad_norm": calm(), "train/loss": learning()})) == []
