"""Which runs that stopped too high are labelled so: those whose log has a sign of it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.classes import UNSEEN, LabelledRun
from benchmarks.detection.injection import inject
from benchmarks.detection.labelling import Reachable, label
from benchmarks.detection.labels import Labels
from benchmarks.detection.recipes import FAULTS
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.tasks import Logging
from support import make_run

FloatArray = NDArray[np.float64]
ROWS = 200
STEPS = np.arange(ROWS)
STUCK = next(recipe for recipe in FAULTS if recipe.intended == "plateau")
CONSTANT = np.ones(ROWS)


def stopped(level: float) -> FloatArray:
    """A loss from 1 down to that level, of which a tuned run comes to 0.1; it moves a little all along."""
    return level + (1.0 - level) * np.exp(-STEPS / 5.0) + 1e-4 * np.sin(STEPS)


def labelled(losses: FloatArray, logging: Logging | None = None, **tags: FloatArray) -> Labels:
    """The labels of a run of those losses, of which 0.9 can be gained, and what else it logs: "val__loss"."""
    logged = {"train/loss": losses, "val/loss": losses, "train/grad_norm": CONSTANT}
    logged |= {tag.replace("__", "/"): values for tag, values in tags.items()}
    recorded = Recorded(make_run(logged).frame, STEPS.astype(float), losses, losses, logging or Logging())
    first = float(losses[0])
    return label(recorded, STUCK, Setup(), Reachable(first - 0.9, first - 0.9, first))


def is_told(labels: Labels) -> bool:
    """Whether the label is sure; if not it could be said either way, and that it is done as well."""
    sure = "plateau" in labels.sure
    assert (UNSEEN["plateau"] in labels.sure) is not sure
    assert sure or {"plateau", "converged"} <= labels.gray - labels.sure
    return sure


@pytest.mark.parametrize(("level", "told"), [(0.62, True), (0.58, False), (0.4, False)])
def test_a_level_tells_where_few_tasks_leave_as_much(level: float, told: bool) -> None:
    assert is_told(labelled(stopped(level))) is told


@pytest.mark.parametrize(("level", "told"), [(0.95, True), (0.8, False)])
def test_a_loss_that_may_be_below_0_tells_only_where_it_began(level: float, told: bool) -> None:
    assert is_told(labelled(stopped(level) - 2.0)) is told
    assert is_told(labelled(stopped(level), Logging(upwards_from=5.0))) is told


@pytest.mark.parametrize(("accuracy", "told"), [(0.5, True), (0.6, False)])
def test_an_accuracy_tells_below_half_of_the_way(accuracy: float, told: bool) -> None:
    shares = np.linspace(0.1, accuracy, ROWS // 2).repeat(2)
    assert is_told(labelled(stopped(0.4), val__accuracy=shares)) is told
    assert not is_told(
        labelled(stopped(0.4), Logging(unlogged=frozenset({"val/accuracy"})), val__accuracy=shares)
    )


@pytest.mark.parametrize(("end", "told"), [(80, True), (150, False)])
def test_a_rate_tells_that_had_gone_half_way(end: int, told: bool) -> None:
    rates = np.maximum(0.0, 1.0 - STEPS / end)
    assert is_told(labelled(stopped(0.4), train__lr=rates)) is told
    assert not is_told(labelled(stopped(0.4), Logging(unlogged=frozenset({"train/lr"})), train__lr=rates))


@pytest.mark.parametrize(("level", "told"), [(0.4, True), (0.31, False)])
def test_a_run_that_could_be_said_to_be_stuck_could_be_said_to_be_done(level: float, told: bool) -> None:
    labels = labelled(stopped(level), train__lr=np.maximum(0.0, 1.0 - STEPS / 80))
    assert ("plateau" in labels.sure, "plateau" in labels.gray - labels.sure) == (told, not told)
    assert ("converged" in labels.gray) is not told


@pytest.mark.parametrize(("rise", "told"), [(0.1, True), (0.01, False), (-0.3, False)])
def test_a_part_tells_that_rose(rise: float, told: bool) -> None:
    assert is_told(labelled(stopped(0.4), train__boundary=np.linspace(0.1, 0.1 + rise, ROWS))) is told


def test_weights_that_do_not_move_tell() -> None:
    assert is_told(labelled(np.where(STEPS < 20, 1.0 - 0.03 * STEPS, 0.4)))


def test_dead_units_in_the_log_tell() -> None:
    assert is_told(labelled(stopped(0.4), dead_fraction__layer_1=CONSTANT))
    assert not is_told(labelled(stopped(0.4), dead_fraction__layer_1=0.1 * CONSTANT))


@pytest.mark.parametrize(("pace", "slow"), [(0.01, False), (0.02, True)])
def test_what_falls_by_half_of_what_is_no_longer_flat_could_be_called_slow(pace: float, slow: bool) -> None:
    """`pace`: the fall of a quarter of the run, in what there is to gain."""
    labels = labelled(1.0 - 0.9 * pace * 4.0 * STEPS / ROWS)
    assert ("plateau" in labels.sure) is not slow
    assert ("slow_convergence" in labels.gray) is slow


@pytest.mark.parametrize(
    ("above", "named"), [(0.0, UNSEEN["plateau"]), (2.0, "plateau")], ids=["far below the start", "near it"]
)
def test_a_plateau_put_into_a_real_curve_is_told_by_its_level_alone(above: float, named: str) -> None:
    noise = 0.005 * np.random.default_rng(0).normal(size=ROWS)
    run = make_run({"train/loss": above + 0.1 + 0.9 * np.exp(-STEPS / 10.0) + noise})
    healthy = LabelledRun("one", "read", "a task", "dev", (run,), frozenset({"healthy"}))
    [broken] = (one for one in inject([healthy], 1) if one.id.startswith("plateau"))
    assert broken.labels == {named}
    assert ({"plateau", "converged"} <= broken.gray) is (named != "plateau")
