from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.classes import LabelledRun
from benchmarks.detection.generator import ALL_TASKS, generate_one
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.recipes import HEALTHY
from benchmarks.detection.setups import Recipe, Setup
from benchmarks.detection.simulation import simulate
from benchmarks.detection.stuck_odds import (
    SIGNS,
    Flat,
    area,
    fit,
    flat_runs,
    left_out,
    rule_table,
    sign_table,
    within_tasks,
)
from support import make_run

N = 240
ARM = next(task for task in ALL_TASKS if task.name == "arm")
WINES = next(task for task in ALL_TASKS if task.name == "wines")


def flat(shifts: tuple[float, ...] = (0.0, 0.0, 0.0)) -> Flat:
    """Runs of three tasks, in each of which the stuck ones have 2 more of the first sign."""
    rng = np.random.default_rng(0)
    stuck = np.tile([0.0, 1.0], N // 2)
    task = np.repeat(np.arange(3), N // 3)
    signs = rng.normal(size=(N, len(SIGNS)))
    signs[:, 0] += 2.0 * stuck + np.array(shifts)[task]
    half, source = np.where(task < 2, "dev", "report"), np.full(N, "trained here")
    return Flat(signs, stuck, task.astype(str), half, source, np.zeros(N, bool))


def labelled(run_id: str, label: str, end: float) -> LabelledRun:
    values = end + np.exp(-np.arange(200) / 10.0)
    run = make_run({"train/loss": values})
    return LabelledRun(run_id, "made", "task", "dev", (run,), frozenset({label}))


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    assert area(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 0.0, 1.0, 1.0])) == 1.0
    assert area(np.array([4.0, 1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0, 1.0])) == 0.5
    assert area(np.zeros(4), np.array([0.0, 1.0, 0.0, 1.0])) == 0.5


def test_the_fit_finds_the_one_sign_that_tells() -> None:
    weights, odds = fit(flat(), np.ones(N, bool))
    assert np.argmax(np.abs(weights[:-1])) == 0
    assert weights[0] > 1.0
    assert area(odds, flat().stuck) > 0.9


def test_no_fit_has_seen_the_task_that_it_scores() -> None:
    runs = flat()
    turned = runs.signs.copy()
    own = runs.tasks == "1"
    turned[own, 0] *= -1.0
    odds = left_out(replace(runs, signs=turned))
    assert area(odds[own], runs.stuck[own]) < 0.2


def test_tasks_at_levels_of_their_own_are_told_apart_within_but_not_across() -> None:
    runs = flat((0.0, 20.0, 40.0))
    assert within_tasks(runs.signs[:, 0], runs) > 0.85
    assert area(runs.signs[:, 0], runs.stuck) < 0.65


def test_a_loss_that_ends_at_0_has_signs_too() -> None:
    values = np.maximum(1.0 - np.arange(200) / 20.0, 0.0)
    run = LabelledRun(
        "zero", "made", "task", "dev", (make_run({"train/loss": values}),), frozenset({"converged"})
    )
    assert np.isfinite(flat_runs([run]).signs).all()


def test_runs_that_still_fall_or_never_began_are_not_asked_about() -> None:
    falling = make_run({"train/loss": np.linspace(2.0, 1.0, 200)})
    still = LabelledRun("still", "made", "task", "dev", (falling,), frozenset({"healthy"}))
    runs = [
        labelled("done", "converged", 0.1),
        labelled("stuck", "plateau", 1.0),
        labelled("never began", "plateau", 30.0),
        labelled("another fault", "divergence", 1.0),
        still,
    ]
    chosen = flat_runs(runs)
    assert chosen.stuck.tolist() == [0.0, 1.0]
    assert chosen.signs.shape == (2, len(SIGNS))
    assert chosen.signs[1, 0] > chosen.signs[0, 0]


def test_a_descent_that_is_stopped_differs_from_one_that_slows_down() -> None:
    steps = np.arange(400)
    slows = 1.0 + np.exp(-steps / 60.0)
    stops = np.maximum(2.0 - steps / 120.0, 1.0)
    runs = [
        LabelledRun(name, "made", "task", "dev", (make_run({"train/loss": loss}),), frozenset({"plateau"}))
        for name, loss in (("slows", slows), ("stops", stops))
    ]
    at_once = flat_runs(runs).signs[:, SIGNS.index("stopped at once")]
    assert at_once[0] < 0.0 < at_once[1]


def test_the_tables_have_a_row_for_each_sign_and_count_what_the_odds_add() -> None:
    runs = flat()
    dev = runs.halves == "dev"
    table = sign_table(
        runs.where(dev), left_out(runs)[dev], runs.where(~dev), np.zeros(N // 3), np.zeros(len(SIGNS) + 1)
    )
    assert all(f"| {name} |" in table for name in (*SIGNS, "all together"))
    counted = rule_table(runs, runs.stuck > 0)
    assert "| trained here | dev | 80 | 0 | 80 | 80 | 0 | 0 |" in counted


def test_layers_that_are_frozen_stay_as_they_began() -> None:
    free = simulate(ARM, Setup(hidden=(6, 24)), 0)
    frozen = simulate(ARM, Setup(hidden=(6, 24), frozen_layers=3), 0)
    assert free.train[-1] < 0.5 * free.train[0]
    assert frozen.train[-1] == frozen.train[0]


def test_features_that_say_nothing_leave_a_level_that_training_cannot_pass() -> None:
    whole, lost = simulate(WINES, Setup(), 0), simulate(WINES, Setup(lost_inputs=1.0), 0)
    assert whole.validation[-1] < 0.2
    assert lost.validation[-1] > 0.9


def test_a_model_trained_before_is_healthy_though_it_gains_little() -> None:
    recipe = Recipe("fine-tuned", "healthy", lambda _: Setup(pretrained=1.0, rate=0.1, adam=True))
    goal = Reachable(train=0.003, validation=0.003, start=2.6)
    tuned, new = generate_one(ARM, recipe, 0, goal), generate_one(ARM, HEALTHY[1], 0, goal)
    assert "healthy" in tuned.labels
    begins, began = (one.runs[0].frame["train/loss"].values[0] for one in (tuned, new))
    assert begins < 0.1 * began
