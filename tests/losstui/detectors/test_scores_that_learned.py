"""A loss that hardly fell beside a score that says what was learned: of clicks, survival, retrieval."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.findings import Severity
from losstui.frame import FloatArray
from plateau_support import POINTS, falling, findings, steady
from support import found_by, make_curves

stuck_at_start = partial(found_by, StuckAtStart())


def rising(start: float, end: float, noise: float = 0.004) -> FloatArray:
    """A score that rises over the first three fifths of the run."""
    return -falling(-start, -end, 0.6, noise)


def at_once(level: float) -> FloatArray:
    """A score that one class named for all examples gives, from the second value on."""
    return np.append(0.0, rising(level, level)[1:])


LEARNED = {
    "val/auc": rising(0.5, 0.75),
    "val/c_index": rising(0.66, 0.68),  # first measured when most was learned: guessing is known to be 0.5
    "test/roc_auc": 100.0 * rising(0.5, 0.7),
    "val/recall@10": rising(0.02, 0.5),
    "train/ndcg": rising(0.0, 0.4),
}
NOT_LEARNED = {
    "val/auc": rising(0.5, 0.55),
    "val/c_index": rising(0.5, 0.5, 0.1),
    "val/pr_auc": rising(0.7, 0.7),  # the share of positives is what guessing gives
    "val/f1": at_once(0.6),
    "val/recall@10": rising(0.02, 0.1),
    "val/accuracy": rising(0.1, 0.4),
}


def told(loss: FloatArray, tag: str, score: FloatArray) -> list[str | None]:
    curves = make_curves({"train/loss": loss, "lr": steady(0.1), tag: score})
    return [one.kind for one in findings(curves) if one.severity is Severity.WARNING]


@pytest.mark.parametrize("share", [0.4, 0.02], ids=["small fall", "stopped at once"])
@pytest.mark.parametrize("tag", LEARNED)
def test_a_score_that_learned_says_that_the_loss_had_no_more_to_lose(tag: str, share: float) -> None:
    assert told(falling(4.0, 3.2, share, 0.005), tag, LEARNED[tag]) == []


@pytest.mark.parametrize("tag", NOT_LEARNED)
def test_a_score_that_hardly_moved_excuses_nothing(tag: str) -> None:
    assert told(falling(4.0, 3.2, 0.4, 0.005), tag, NOT_LEARNED[tag]) == ["stuck"]


def test_the_score_of_train_alone_excuses_nothing_beside_one_of_held_back_data() -> None:
    scores = {"train/auc": LEARNED["val/auc"], "val/auc": NOT_LEARNED["val/auc"]}
    logged = {"train/loss": falling(4.0, 3.2, 0.4, 0.005), "lr": steady(0.1), **scores}
    assert [one.kind for one in findings(make_curves(logged))] == ["stuck"]


@pytest.mark.parametrize(("score", "count"), [(LEARNED["val/auc"], 0), (NOT_LEARNED["val/auc"], 1)])
def test_a_run_whose_score_rose_has_learned_something(score: FloatArray, count: int) -> None:
    loss = np.random.default_rng(1).normal(0.57, 0.02, POINTS)
    assert len(stuck_at_start({"train/loss": loss, "lr": steady(1e-3), "val/auc": score})) == count
