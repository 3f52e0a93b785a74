from __future__ import annotations

from itertools import pairwise

import pytest

from losstui.detectors import DETECTORS
from losstui.stats.calibration import calibrated, log_odds
from losstui.stats.confidence import LEAST, MOST
from losstui.stats.fitted_calibration import OFFSETS, SLOPE


def test_more_evidence_is_never_less_sure() -> None:
    assert SLOPE >= 0.0
    for name in OFFSETS:
        mapped = [calibrated(name, one) for one in (0.0, LEAST, 0.7, 0.9, MOST, 1.0)]
        assert all(low <= high for low, high in pairwise(mapped)), name
        assert 0.0 <= mapped[0] <= mapped[-1] <= MOST


def test_what_was_not_fitted_keeps_its_confidence() -> None:
    assert calibrated("resumed-run", 0.99) == 0.99
    assert calibrated("found-by-a-plug-in", 0.3) == 0.3


def test_only_findings_there_are_have_been_fitted() -> None:
    assert OFFSETS.keys() <= {detector.name for detector in DETECTORS}


def test_odds() -> None:
    assert log_odds(0.5) == 0.0
    assert log_odds(0.8) == pytest.approx(1.3863, abs=1e-4)
    assert log_odds(1.0) == log_odds(MOST) == -log_odds(0.0)
