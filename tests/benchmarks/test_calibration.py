from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.detection.calibration import STATED, UNDECIDED, Judged, Logistic, fit, judge, module
from benchmarks.detection.classes import LabelledRun
from support import make_run


def test_the_mapping_finds_the_odds_of_each_finding() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 0.99, 4000)
    names = np.where(rng.random(4000) < 0.5, "plateau", "divergence")
    odds = 0.5 * np.log(confidence / (1.0 - confidence)) + np.where(names == "plateau", -1.0, 1.0)
    right = (rng.random(4000) < 1.0 / (1.0 + np.exp(-odds))).astype(np.float64)
    mapping = fit(Judged(confidence, right, names, names))
    assert mapping.slope == pytest.approx(0.5, abs=0.1)
    assert mapping.offsets["plateau"][0] == pytest.approx(-1.0, abs=0.2)
    assert mapping.offsets["divergence"][0] == pytest.approx(1.0, abs=0.2)


def test_few_runs_move_the_mapping_of_a_finding_little() -> None:
    names = np.array(["divergence"] * 200 + ["plateau"])
    mapping = fit(Judged(np.full(201, 0.9), np.append(np.ones(200), 0.0), names, names))
    assert mapping(np.array(["plateau"]), np.array([0.9])) > 0.5
    assert mapping(np.array(["plateau"]), np.array([0.9])) < mapping(np.array(["other"]), np.array([0.9]))


def test_a_kind_is_given_by_what_was_seen_of_it() -> None:
    kinds = np.array(["plateau:stuck"] * 100 + ["plateau:or-done"] * 100 + ["plateau:once"])
    right = np.concatenate([np.ones(100), np.arange(100) % 2, [1.0]])
    mapping = fit(Judged(np.full(201, 0.8), right, np.full(201, "plateau"), kinds))
    asked = np.array(["plateau:stuck", "plateau:or-done", "plateau:once", "plateau:never"])
    stuck, or_done, once, never = mapping(asked, np.full(4, 0.8))
    assert or_done == pytest.approx(0.5, abs=0.05)
    assert or_done < never < once < stuck
    deviations = [mapping.offset(kind)[1] for kind in asked.tolist()]
    assert deviations[1] < deviations[0] < deviations[2] < deviations[3]
    written: dict[str, Any] = {}
    exec(module(mapping), written)
    assert written["OFFSETS"].keys() >= {*asked[:3].tolist(), "plateau"}
    assert "plateau:never" not in written["OFFSETS"]


def test_a_kind_of_few_runs_does_not_borrow_the_certainty_of_what_has_no_kind() -> None:
    names = np.array(["overfitting"] * 103 + ["plateau"] * 100)
    kinds = np.array(["overfitting:plain"] * 100 + ["overfitting:few"] * 3 + ["plateau:plain"] * 100)
    right = np.concatenate([np.ones(100), [1.0, 0.0, UNDECIDED], np.arange(100) % 5 > 0])
    mapping = fit(Judged(np.full(203, 0.8), right, names, kinds))
    plain, few, never = mapping(
        np.array(["overfitting:plain", "overfitting:few", "overfitting:never"]), np.full(3, 0.8)
    )
    assert plain > 0.95
    assert 0.5 < few < 0.8  # half of three are right, four fifths of what is common
    assert few < never < 0.5 * (0.8 + plain)


def test_more_runs_of_a_kind_count_for_more() -> None:
    def given(count: int) -> float:
        kinds = np.array(["plateau:stuck"] * 100 + ["plateau:once"] * count)
        right = np.concatenate([np.arange(100) % 5 > 0, np.ones(count)]).astype(np.float64)
        judged = Judged(np.full(100 + count, 0.8), right, np.full(100 + count, "plateau"), kinds)
        return float(fit(judged)(np.array(["plateau:once"]), np.array([0.8]))[0])

    assert given(1) < given(4) < given(16) < given(64)


@pytest.mark.parametrize(
    ("labels", "gray", "outcome"),
    [
        ("overfitting", (), [1.0]),
        ("converged", (), [0.0]),
        ("oscillation", (), [UNDECIDED]),
        ("converged", ("oscillation",), [UNDECIDED]),
        ("converged", ("overfitting",), []),  # could be said either way
        ("epoch_drops", (), []),  # the same trouble by another name
        ("other", (), []),
    ],
)
def test_what_a_finding_counts_for(labels: str, gray: tuple[str, ...], outcome: list[float]) -> None:
    x = np.arange(200.0)
    run = make_run({"train/loss": 2.0 - 0.008 * x, "val/loss": 1.0 + 1e-4 * (x - 60.0) ** 2})
    judged = judge([LabelledRun("a", "made", "task", "dev", (run,), frozenset({labels}), frozenset(gray))])
    assert judged.right[judged.kinds == "overfitting:plain"].tolist() == outcome


def test_the_fitted_module_is_what_the_product_reads() -> None:
    mapping = Logistic(0.5, (1.0, 0.9), {"divergence": (2.0, 0.3)})
    written: dict[str, Any] = {}
    exec(module(mapping), written)
    assert written["SLOPE"] == 0.5
    assert written["OFFSETS"]["divergence"] == (2.0, 0.3)
    assert written["OFFSETS"]["plateau"] == (1.0, 0.9)
    assert not written["OFFSETS"].keys() & STATED
