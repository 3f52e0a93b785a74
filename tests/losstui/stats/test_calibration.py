from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from losstui.detectors import DETECTORS
from losstui.stats.calibration import calibrated, log_odds, moderated
from losstui.stats.confidence import LEAST, MOST
from losstui.stats.fitted_calibration import KIND_DEVIATION, OFFSETS, SLOPE


def test_more_evidence_is_never_less_sure() -> None:
    assert SLOPE >= 0.0
    for name in OFFSETS:
        finding, _, kind = name.partition(":")
        mapped = [calibrated(finding, kind or None, one) for one in (0.0, LEAST, 0.7, 0.9, MOST, 1.0)]
        assert all(low <= high for low, high in pairwise(mapped)), name
        assert 0.0 <= mapped[0] <= mapped[-1] <= MOST


def test_what_was_not_fitted_keeps_its_confidence() -> None:
    assert calibrated("resumed-run", None, 0.99) == 0.99
    assert calibrated("found-by-a-plug-in", "kind", 0.3) == 0.3


def test_only_findings_there_are_have_been_fitted() -> None:
    assert {name.partition(":")[0] for name in OFFSETS} <= {detector.name for detector in DETECTORS}


def test_a_kind_that_was_never_seen_is_less_sure_than_its_finding() -> None:
    assert KIND_DEVIATION > 0.0
    known = calibrated("overfitting", None, 0.8)  # what has none was seen often
    assert 0.5 < calibrated("overfitting", "of a kind there is not", 0.8) < known


def test_the_less_is_known_of_the_odds_the_nearer_to_a_half() -> None:
    assert moderated(2.0, 0.0) == pytest.approx(0.8808, abs=1e-4)
    assert moderated(2.0, 0.0) > moderated(2.0, 1.0) > moderated(2.0, 10.0) > 0.5
    assert moderated(0.0, 3.0) == 0.5
    rng = np.random.default_rng(0)
    shares = 1.0 / (1.0 + np.exp(-rng.normal(2.0, 1.5, 100_000)))
    assert moderated(2.0, 1.5) == pytest.approx(shares.mean(), abs=0.01)


def test_odds() -> None:
    assert log_odds(0.5) == 0.0
    assert log_odds(0.8) == pytest.approx(1.3863, abs=1e-4)
    assert log_odds(1.0) == log_odds(MOST) == -log_odds(0.0)
