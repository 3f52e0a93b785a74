from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.stats.blocks import block_medians
from losstui.stats.outliers import (
    LocalScores,
    SpikeScores,
    apart_probabilities,
    first_at_most,
    heavy_tail_probabilities,
    local_scores,
    runs_of,
)

FloatArray = NDArray[np.float64]


def scores_of(values: FloatArray, resolution: float = 0.0) -> LocalScores:
    return local_scores(values, block_medians(values, 400), resolution)


@pytest.mark.parametrize("n", [64, 1000, 40_000])
def test_scores_of_normal_noise_are_normal(n: int) -> None:
    values = 5.0 + 0.1 * np.random.default_rng(0).standard_normal(n)
    scores = scores_of(values)
    late = scores.z[n // 4 :]
    assert abs(float(np.median(late))) < 0.5
    assert float(np.std(late)) == pytest.approx(1.1, abs=0.3)
    assert float(np.median(scores.levels)) == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("n", [400, 40_000])
def test_outliers_do_not_hide_the_next_one(n: int) -> None:
    values = np.random.default_rng(0).standard_normal(n)
    values[200:220:2] += 50.0
    assert scores_of(values).z[218] > 20.0


@pytest.mark.parametrize("n", [100, 10_000])
def test_first_descent_holds_no_outlier(n: int) -> None:
    values = 10.0 * np.exp(-np.arange(n) / 5.0)
    assert float(np.max(scores_of(values, 1e-6).residuals[: n // 100])) <= 0.0


@pytest.mark.parametrize("n", [5, 30, 79])
def test_in_a_short_curve_each_value_is_held_against_the_others(n: int) -> None:
    values = np.random.default_rng(0).lognormal(size=n)
    scores = scores_of(values)
    assert np.count_nonzero(scores.distances == 0.0) < 0.1 * n
    assert float(np.max(scores.distances[:5] - scores.residuals[:5])) <= 0.0


def test_a_straight_descent_has_no_distances() -> None:
    scores = scores_of(np.linspace(9.0, 1.0, 40))
    assert np.abs(scores.distances[8:-8]).max() < 1e-12


def test_flat_stretch_has_the_resolution_as_its_scale() -> None:
    values = np.full(100, 2.0)
    values[80] = 3.0
    assert scores_of(values, 0.5).z[80] == pytest.approx(2.0)
    assert np.isfinite(scores_of(np.full(9, 2.0)).z).all()
    assert len(scores_of(np.ones(1)).z) == 1


def test_gap_lies_below_the_values_apart() -> None:
    noise = np.abs(np.random.default_rng(0).standard_normal(500))
    probability = apart_probabilities(np.array([12.0, 9.0, 15.0, 2.5]), noise, most=10)
    assert len(probability) == 4
    assert int(np.argmin(probability)) == 2
    assert probability[2] < 1e-2
    assert len(apart_probabilities(np.array([12.0, 9.0, 15.0]), noise, most=2)) == 2
    assert len(apart_probabilities(np.empty(0), noise, most=10)) == 0


def test_values_of_many_heights_lie_apart_together() -> None:
    noise = np.abs(np.random.default_rng(0).standard_normal(500))
    peaks = np.array([70.0, 55.0, 42.0, 31.0, 22.0, 14.0, 9.0])
    probability = apart_probabilities(peaks, noise, most=10)
    assert float(probability[-1]) < 1e-3 < float(probability[:3].min())


@pytest.mark.parametrize("tail", ["normal", "exponential", "root"])
def test_noise_hardly_ever_has_a_gap(tail: str) -> None:
    apart = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        noise = np.abs(rng.standard_normal(400)) if tail == "normal" else rng.exponential(size=400)
        noise = np.sort(noise**2 if tail == "root" else noise)
        apart += float(apart_probabilities(noise[-6:], noise[:-6], most=6).min()) < 0.05
    assert apart <= 0.06 * 300


def test_a_few_values_without_noise_are_judged_too() -> None:
    assert apart_probabilities(np.array([30.0]), np.zeros(3), most=3)[0] < 1e-3
    assert 0.0 <= apart_probabilities(np.array([1e300, 0.0]), np.zeros(0), most=3).min() <= 1.0
    assert apart_probabilities(np.array([np.inf, np.inf, 1.0]), np.zeros(9), most=3)[1] < 1e-3


def test_too_many_values_lie_far_out_even_for_a_heavy_tail() -> None:
    scores = np.random.default_rng(0).standard_normal(100)
    scores[[20, 40, 60, 80]] = peaks = np.array([12.0, 9.0, 11.0, 10.0])
    probability = heavy_tail_probabilities(peaks, scores, most=6, power=2.5, share=0.1)
    assert probability.shape == (4,)
    assert float(probability[3]) < 1e-3 < 0.02 < float(probability[0])
    assert heavy_tail_probabilities(peaks, scores, most=2, power=2.5, share=0.1).shape == (2,)
    assert heavy_tail_probabilities(np.empty(0), scores, most=6, power=2.5, share=0.1).shape == (0,)


def test_a_value_without_bound_is_far_out_but_where_all_are() -> None:
    peaks, alone = np.array([np.inf]), np.array([*range(30), np.inf])
    assert heavy_tail_probabilities(peaks, alone, most=3, power=2.5, share=0.1)[0] == 0.0
    assert heavy_tail_probabilities(peaks, np.full(30, np.inf), most=3, power=2.5, share=0.1)[0] == 1.0


@pytest.mark.parametrize("n", [60, 200, 2000])
@pytest.mark.parametrize("tail", ["student", "lognormal"])
def test_a_heavy_tail_hardly_ever_has_too_many_values_far_out(tail: str, n: int) -> None:
    few = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        noise = rng.standard_t(3, n) if tail == "student" else np.exp(rng.standard_normal(n)) - 1.0
        scores = noise / (1.4826 * float(np.median(np.abs(noise - np.median(noise)))))
        told = heavy_tail_probabilities(np.sort(scores)[-6:], scores, most=6, power=2.5, share=0.1)
        few += float(told.min()) < 0.01
    assert few <= 0.04 * 300


def test_runs_are_joined_across_small_gaps() -> None:
    flags = np.array([1, 1, 0, 0, 1, 0, 1], bool)
    assert runs_of(flags) == [(0, 1), (4, 4), (6, 6)]
    assert runs_of(flags, gap=1) == [(0, 1), (4, 6)]
    assert runs_of(flags, gap=2) == [(0, 6)]
    assert runs_of(np.zeros(5, bool)) == []


def spike_score(values: FloatArray, sigmas: float, window: int, two_sided: bool = False) -> float:
    return SpikeScores(values, float(np.median(values))).share(sigmas, window, two_sided)


def test_spike_score_counts_what_the_published_rule_counts() -> None:
    values = np.random.default_rng(0).standard_normal(600)
    values[[200, 500]] = 12.0
    expected = [
        values[i] > values[i - 128 : i].mean() + 6.0 * values[i - 128 : i].std() for i in range(128, 600)
    ]
    assert sum(expected) == 2
    assert spike_score(values, 6.0, 128) == pytest.approx(np.mean(expected))
    assert spike_score(1e9 + 1e-3 * values, 6.0, 128) == pytest.approx(np.mean(expected))


def test_two_sided_spike_score_counts_dips_and_values_on_the_bound() -> None:
    values = np.array([-1.0, 1.0] * 4 + [3.0] + [-1.0, 1.0] * 4 + [-9.0])
    # Over the 8 values before, the mean is 0 and the deviation 1 where the 3 comes: it lies on the bound.
    assert spike_score(values, 3.0, 8) == 0.0
    assert spike_score(values, 3.0, 8, two_sided=True) == pytest.approx(2 / 10)


def test_spike_score_of_a_short_or_flat_curve() -> None:
    assert np.isnan(spike_score(np.ones(100), 6.0, 128))
    assert spike_score(np.ones(200), 6.0, 128) == 0.0


@pytest.mark.parametrize("at", [0, 62, 63, 64, 700, 999])
def test_first_value_that_is_low_enough_is_found_wherever_it_lies(at: int) -> None:
    values = np.full(1000, 2.0)
    values[at:] = 1.0
    assert first_at_most(values, 1.0) == at
    assert first_at_most(values[:at], 1.0) is None
