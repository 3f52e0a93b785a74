"""Which swings of a run its labels call an oscillation, and which could be denied."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.detection.doubts import swings
from benchmarks.detection.labelling import Reachable, label
from benchmarks.detection.labels import REVERSALS
from benchmarks.detection.recipes import HEALTHY
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.tasks import TASKS
from label_support import DESCENT, FAULTY, ROWS, STEPS, FloatArray, labelled, open_of
from support import make_run

FAR_ABOVE = np.where(STEPS == 0, 20.0, 0.0)


def swinging_by(size: float) -> FloatArray:
    """The descent, up and down by so much on both sides."""
    swung: FloatArray = DESCENT + size * np.sin(STEPS / 3.0)
    return swung


def test_an_oscillation_that_the_log_shows_in_few_turns_could_be_denied() -> None:
    swinging = DESCENT + 0.15 * np.sin(STEPS)
    assert "oscillation" in labelled(swinging, swinging).gray  # of a recipe for a healthy run
    assert swings(swinging[100:])[1] >= REVERSALS
    slow = DESCENT + 0.15 * np.sin(STEPS / 12.0)
    assert swings(slow[100:])[1] < REVERSALS
    faulty = replace(HEALTHY[0], intended="oscillation")
    for logged, sure in ((swinging, True), (slow, False)):
        tags = {"train/loss": logged, "val/loss": DESCENT, "train/grad_norm": np.ones(ROWS)}
        recorded = Recorded(make_run(tags).frame, STEPS.astype(float), swinging, DESCENT, TASKS[0].logging)
        labels = label(recorded, faulty, Setup(), Reachable(train=0.1, validation=0.1, start=1.0))
        assert ("oscillation" in labels.sure) is sure
        assert "oscillation" in labels.sure | labels.gray


@pytest.mark.parametrize(
    ("of_batches", "of_samples", "sure"), [(0.1, 5.0, True), (5.0, 0.1, True), (5.0, 5.0, False)]
)
def test_swings_below_the_noise_of_both_logged_losses_could_be_denied(
    of_batches: float, of_samples: float, sure: bool
) -> None:
    rng, swinging = np.random.default_rng(0), swinging_by(0.2)
    logged = swinging + of_batches * 0.2 * rng.uniform(-1.0, 1.0, ROWS)
    held_out = swinging + of_samples * 0.2 * rng.uniform(-1.0, 1.0, ROWS)
    labels = labelled(swinging, swinging, logged=logged, held_out=held_out, recipe=FAULTY)
    assert ("oscillation" in labels.sure) is sure
    assert ("oscillation" in open_of(labels)) is not sure


@pytest.mark.parametrize(
    ("shown", "sure"), [(swinging_by(0.2), True), (DESCENT, False), (FAR_ABOVE + swinging_by(0.2), False)]
)
def test_swings_that_the_logged_train_loss_does_not_show_could_be_denied(
    shown: FloatArray, sure: bool
) -> None:
    """The log has the loss of other data than the model is judged by, or of a first value far above all."""
    labels = labelled(swinging_by(0.2), swinging_by(0.2), logged=shown, recipe=FAULTY)
    assert ("oscillation" in labels.sure) is sure
    assert ("oscillation" in open_of(labels)) is not sure


@pytest.mark.parametrize(("of_the_model", "sure"), [(0.3, True), (0.0, False)])
def test_a_bad_shard_that_no_validation_shows_is_an_order_of_the_data(
    of_the_model: float, sure: bool
) -> None:
    exact = swinging_by(of_the_model)
    setup = Setup(bad_shard=lambda done: done * ROWS % 20 < 10)
    shown = exact + 0.3 * (STEPS % 20 < 10)
    labels = labelled(exact, exact, logged=shown, setup=setup, recipe=FAULTY)
    assert ("oscillation" in labels.sure) is sure
    assert ("oscillation" in open_of(labels)) is not sure
    assert "converged" not in labels.sure


@pytest.mark.parametrize(
    ("follows", "beside", "sure"), [(False, False, False), (False, True, True), (True, False, True)]
)
def test_rows_without_order_beside_a_validation_loss_that_is_not_in_step_could_be_those_of_batches(
    follows: bool, beside: bool, sure: bool
) -> None:
    """The log is the same where the model lies still and its batches scatter."""
    rng = np.random.default_rng(1)
    moved = swinging_by(0.2) if follows else DESCENT + rng.uniform(-0.25, 0.25, ROWS)
    own = 0.5 * rng.uniform(-1.0, 1.0, ROWS)
    held_out = (moved if beside else DESCENT) + own
    labels = labelled(moved, moved, logged=moved, held_out=held_out, recipe=FAULTY)
    assert ("oscillation" in labels.sure) is sure
    assert ("oscillation" in open_of(labels)) is not sure
