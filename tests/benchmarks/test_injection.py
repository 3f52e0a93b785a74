from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.classes import LabelledRun
from benchmarks.detection.injection import inject
from losstui.stats.periodicity import alternation, detrended
from support import make_run

ROWS = 400


def healthy(name: str, every: int) -> LabelledRun:
    loss = 1.0 + 2.0 * np.exp(-np.arange(ROWS) / 50.0) + np.random.default_rng(0).normal(0.0, 0.01, ROWS)
    run = make_run({"train/loss": loss}, {"train/loss": range(0, every * ROWS, every)})
    return LabelledRun(name, "made", "task", "dev", (run,), frozenset({"healthy"}))


@pytest.mark.parametrize(("every", "alternate"), [(1, True), (3, True), (2, False)])
def test_values_of_an_even_number_of_steps_apart_do_not_lie_opposite_each_other(
    every: int, alternate: bool
) -> None:
    broken = [one for i in range(8) for one in inject([healthy(f"run {i}", every)], 1)]
    swinging = [one.runs[0].frame["train/loss"].values for one in broken if "oscillation" in one.labels]
    assert len(swinging) == 8
    assert any(alternation(detrended(values[ROWS // 2 :])) > 4.0 for values in swinging) is alternate
