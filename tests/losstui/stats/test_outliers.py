from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.outliers import MANY, causal_scores, runs_of, spike_score, tail_bound


@pytest.mark.parametrize("n", [64, 1000, 2 * MANY])
def test_scores_of_normal_noise_are_normal(n: int) -> None:
    values = 5.0 + 0.1 * np.random.default_rng(0).standard_normal(n)
    scores = causal_scores(values, resolution=0.0)
    late = scores.z[n // 4 :]
    assert abs(float(np.median(late))) < 0.5
    assert float(np.std(late)) == pytest.approx(1.2, abs=0.4)
    assert float(np.median(scores.levels)) == pytest.approx(5.0, abs=0.1)


def test_outliers_do_not_hide_the_next_one() -> None:
    values = np.random.default_rng(0).standard_normal(400)
    values[200:220:2] += 50.0
    assert causal_scores(values, resolution=0.0).z[218] > 20.0


def test_score_uses_only_what_came_before() -> None:
    values = np.random.default_rng(0).standard_normal(400)
    before = causal_scores(values, resolution=0.0).z[:300]
    assert causal_scores(values, resolution=0.0).window == 50
    changed = np.concatenate((values[:300], 100.0 + values[300:]))
    np.testing.assert_array_equal(causal_scores(changed, resolution=0.0).z[:300], before)


def test_first_descent_holds_no_outlier() -> None:
    values = 10.0 * np.exp(-np.arange(100) / 5.0)
    assert float(np.max(causal_scores(values, resolution=1e-6).z)) <= 0.0


def test_flat_stretch_has_the_resolution_as_its_scale() -> None:
    values = np.full(100, 2.0)
    values[80] = 3.0
    scores = causal_scores(values, resolution=0.5)
    assert scores.z[80] == pytest.approx(2.0)
    assert np.isfinite(causal_scores(np.full(9, 2.0), resolution=0.0).z).all()


def test_runs_are_joined_across_small_gaps() -> None:
    flags = np.array([1, 1, 0, 0, 1, 0, 1], bool)
    assert runs_of(flags) == [(0, 1), (4, 4), (6, 6)]
    assert runs_of(flags, gap=1) == [(0, 1), (4, 6)]
    assert runs_of(flags, gap=2) == [(0, 6)]
    assert runs_of(np.zeros(5, bool)) == []


def test_tail_bound_grows_with_the_weight_of_the_tail() -> None:
    rng = np.random.default_rng(0)
    normal = tail_bound(rng.standard_normal(2000), beyond=4, by_chance=0.05)
    heavy = tail_bound(rng.standard_t(3, 2000), beyond=4, by_chance=0.05)
    assert 4.0 < normal < 9.0
    assert heavy > 2.0 * normal


def test_tail_bound_is_hardly_ever_exceeded_by_the_noise_it_is_made_from() -> None:
    exceeded = 0
    for seed in range(200):
        noise = np.random.default_rng(seed).standard_t(3, 1000)
        exceeded += int(np.max(noise) > tail_bound(noise, beyond=4, by_chance=0.05))
    assert exceeded <= 30


def test_tail_bound_of_degenerate_values_is_a_number() -> None:
    assert tail_bound(np.zeros(50), beyond=4, by_chance=0.05) == 0.0
    steep = np.concatenate((np.zeros(100), [1e-300, 1e300]))
    assert tail_bound(steep, beyond=1, by_chance=0.05) >= 0.0


def test_spike_score_counts_what_the_published_rule_counts() -> None:
    values = np.random.default_rng(0).standard_normal(600)
    values[[200, 500]] = 12.0
    expected = [
        values[i] > values[i - 128 : i].mean() + 6.0 * values[i - 128 : i].std() for i in range(128, 600)
    ]
    assert sum(expected) == 2
    assert spike_score(values, 6.0, 128) == pytest.approx(np.mean(expected))
    assert spike_score(1e9 + 1e-3 * values, 6.0, 128) == pytest.approx(np.mean(expected))


def test_spike_score_of_a_short_or_flat_curve() -> None:
    assert np.isnan(spike_score(np.ones(100), 6.0, 128))
    assert spike_score(np.ones(200), 6.0, 128) == 0.0
