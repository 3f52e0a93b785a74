from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.classes import Claim, LabelledRun
from benchmarks.detection.corpus import half_of, read_corpus
from benchmarks.detection.generator import ALL_TASKS, GROUPS, first_step_from, generate_one
from benchmarks.detection.labelling import Reachable, label
from benchmarks.detection.labels import Labels
from benchmarks.detection.labels_of_log import died_before
from benchmarks.detection.recipes import FAULTS, HEALTHY
from benchmarks.detection.recording import Recorded
from benchmarks.detection.robustness import CHANGES, replay
from benchmarks.detection.scoring import Placed, Score, count, score, wilson
from benchmarks.detection.setups import Setup
from benchmarks.detection.swing_setups import SWINGS
from benchmarks.detection.tasks import TASKS
from benchmarks.detection.tools import losstui_claims
from losstui.frame import Frame, Series
from losstui.run import Run
from support import make_run

FALLING = np.exp(-np.arange(200) / 20.0) + 0.001


def labelled(*labels: str, gray: tuple[str, ...] = (), onset: int | None = None) -> LabelledRun:
    run = make_run({"train/loss": np.linspace(2.0, 1.0, 101)})
    return LabelledRun(
        "a", "made", "task", "dev", (run,), frozenset(labels), frozenset(gray), onset, labels[0]
    )


def test_wilson_against_published_values() -> None:
    # Newcombe, Statistics in Medicine 1998, method 3: 81 of 263, 15 of 148, 0 of 20.
    for hits, of, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_hits_misses_and_mistakes_are_counted() -> None:
    total = Score()
    count(total, labelled("divergence", onset=40), [Claim("divergence", True, 45, 35, 50)])
    count(total, labelled("divergence"), [Claim("divergence", False)])  # too quiet
    count(total, labelled("healthy"), [Claim("divergence")])
    count(total, labelled("overfitting", gray=("plateau",)), [Claim("plateau"), Claim("overfitting")])
    assert (total.hits["divergence"], total.missed["divergence"], total.wrong["divergence"]) == (1, 1, 1)
    assert total.precision("divergence") == total.recall("divergence") == total.f1("divergence") == 0.5
    assert total.wrong["plateau"] == 0
    assert total.precision("overfitting") == 1.0
    assert total.onsets["divergence"] == [Placed(0.05, 0.15, covered=True)]
    assert (total.healthy.raised, total.healthy.runs) == (1, 1)


def test_a_neighbouring_class_counts_neither_way() -> None:
    total = Score()
    count(total, labelled("plateau"), [Claim("slow-progress"), Claim("oscillation")])
    assert total.wrong["slow_convergence"] == 0
    assert total.wrong["oscillation"] == 1


def test_what_no_log_shows_is_counted_by_itself() -> None:
    total = Score()
    for said in ("plateau", "converged"):
        count(total, labelled("unseen_plateau", gray=("plateau", "converged")), [Claim(said)])
    assert (total.unseen["plateau"].raised, total.unseen["plateau"].runs) == (1, 2)
    assert total.labelled("plateau") == total.wrong["plateau"] == total.unseen["underfitting"].runs == 0


def test_a_note_is_no_alarm_on_a_healthy_run() -> None:
    total = Score()
    count(total, labelled("healthy"), [Claim("oscillation", False)])
    count(total, labelled("converged", gray=("plateau",)), [Claim("plateau")])
    assert (total.healthy.raised, total.healthy.runs) == (0, 2)


def test_the_generator_is_deterministic_and_labels_a_healthy_run_healthy() -> None:
    task = next(task for task in TASKS if task.name == "margins")
    goal = Reachable(train=0.28, validation=0.29, start=1.0)
    first, second = (generate_one(task, HEALTHY[2], 7, goal) for _ in range(2))
    assert first.labels == second.labels
    assert "healthy" in first.labels
    for tag, series in first.runs[0].frame.items():
        np.testing.assert_array_equal(series.values, second.runs[0].frame[tag].values)


def test_a_resumed_run_has_its_onset_where_it_goes_back_to() -> None:
    task = next(task for task in TASKS if task.name == "waves")
    recipe = next(recipe for recipe in FAULTS if recipe.name == "resumed/checkpoint")
    run = generate_one(task, recipe, 0, Reachable(train=0.03, validation=0.03, start=1.0))
    series = run.runs[0].frame[task.logging.names.get("train/loss", "train/loss")]
    assert series.sessions is not None
    assert run.onset == series.steps[series.sessions == 1][0]


@pytest.mark.parametrize("seed", [5, 8])  # the place is just behind a logged step
def test_what_happens_once_has_its_onset_where_the_simulation_puts_it(seed: int) -> None:
    task = next(task for task in TASKS if task.name == "waves")
    recipe = next(recipe for recipe in FAULTS if recipe.name == "stalled/gap")
    run = generate_one(task, recipe, seed, Reachable(train=0.03, validation=0.03, start=1.0))
    series = max(run.runs[0].frame.values(), key=len)
    assert series.wall_times is not None
    assert run.onset is not None
    gap = int(np.argmax(np.diff(series.wall_times)))
    assert series.steps[gap] < run.onset <= series.steps[gap + 1]


@pytest.mark.parametrize("place", [0.3, 0.301, 0.3049])
def test_what_sets_in_at_a_share_begins_with_the_first_step_that_is_as_far(place: float) -> None:
    logging = TASKS[0].logging
    step = first_step_from(place, logging)
    assert step / logging.steps >= place > (step - 1) / logging.steps


def test_units_that_died_before_have_no_onset_where_the_rate_is_raised() -> None:
    shares = {"dead_fraction/layer_1": np.zeros(100), "dead_fraction/layer_2": 0.8 * (np.arange(100) >= 40)}
    none = np.zeros(0)
    recorded = Recorded(make_run(shares).frame, none, none, none, TASKS[0].logging)
    assert [died_before(recorded, step) for step in (40, 41)] == [False, True]


def test_tall_values_of_natural_noise_could_be_said_to_be_spikes() -> None:
    steps = np.arange(200)
    exact = 0.1 + np.exp(-steps / 20.0)
    noise = 0.02 * np.random.default_rng(0).standard_normal(200)
    for bursts, height, gray in (
        ((), 0.0, False),
        ((120,), 0.8, False),
        ((120,), 1.2, True),
        ((120, 150), 0.8, True),
    ):
        loss = exact + noise
        loss[list(bursts)] += height
        run = make_run({"train/loss": loss, "val/loss": exact, "train/grad_norm": np.ones(200)})
        recorded = Recorded(run.frame, steps.astype(np.float64), exact, exact, TASKS[0].logging)
        labels = label(recorded, HEALTHY[0], Setup(), Reachable(train=0.1, validation=0.1, start=1.1))
        assert "loss_spikes" not in labels.sure
        assert ("loss_spikes" in labels.gray) == gray


def rising(validation: NDArray[np.float64], setup: Setup) -> Labels:
    """The labels of a run whose train loss falls from 1 to 0.1 beside that validation loss."""
    steps = np.arange(len(validation))
    train = 0.1 + 0.9 * np.exp(-steps / 20.0)
    tags = {"train/loss": train, "val/loss": validation, "train/grad_norm": np.ones(len(validation))}
    recorded = Recorded(make_run(tags).frame, steps.astype(np.float64), train, validation, TASKS[0].logging)
    return label(recorded, HEALTHY[0], setup, Reachable(train=0.1, validation=0.1, start=1.0))


def test_a_rise_is_one_of_all_there_was_to_learn_and_lasts() -> None:
    steps = np.arange(200)
    from_scratch = 0.2 + 0.8 * np.exp(-steps / 10.0) + 0.15 * steps / 200
    assert "overfitting" in rising(from_scratch, Setup()).sure
    tuned = np.linspace(0.15, 0.16, 200)
    assert "overfitting" in rising(tuned, Setup()).sure
    before = rising(tuned, Setup(pretrained=1.0))
    assert "overfitting" in before.gray - before.sure
    swinging = 0.3 + 0.7 * np.exp(-steps / 10.0) - 0.1 * (steps % 20 < 7)
    swings = rising(swinging, Setup())
    assert "overfitting" in swings.gray - swings.sure


@pytest.mark.parametrize(
    ("name", "label"), [("epoch-drops/by-heart", "epoch_drops"), ("dead-units/rate", "dead_relu")]
)
def test_recipes_of_swings_give_what_they_are_named_for(name: str, label: str) -> None:
    task = next(task for task in TASKS if task.name == "waves")
    recipe = next(recipe for recipe in SWINGS if recipe.name == name)
    runs = [
        generate_one(task, recipe, seed, Reachable(train=0.03, validation=0.03, start=1.0))
        for seed in range(2)
    ]
    assert any(label in run.labels for run in runs)


def test_half_of_the_tasks_of_each_kind_are_held_back() -> None:
    assert {task.half for task in ALL_TASKS} == {"dev", "report"}
    for group in GROUPS:
        assert abs(2 * sum(task.half == "report" for task in group) - len(group)) <= 1
    halves = half_of({f"task-{i}" for i in range(9)})
    assert sorted(halves.values()).count("dev") == 4


def test_a_corpus_is_read_by_its_labels(tmp_path: Path) -> None:
    part = tmp_path / "part"
    for name in ("one", "two"):
        (part / name).mkdir(parents=True)
        (part / name / "log.csv").write_text("step,loss\n0,2.0\n10,1.0\n20,0.5\n")
    (part / "labels.csv").write_text(
        "id,labels,gray,onset,confidence,task\none,spikes,plateau,10,high,t\ntwo,healthy,,,low,t\n"
    )
    (read,) = read_corpus(tmp_path)
    assert read.labels == {"loss_spikes"}
    assert read.gray == {"plateau", "resumed", "stalled", "throughput_drop"}
    assert (read.onset, read.span) == (10, 20)


def test_a_part_that_names_what_no_curve_shows_was_read_for_it(tmp_path: Path) -> None:
    part = tmp_path / "part"
    for name in ("one", "two"):
        (part / name).mkdir(parents=True)
        (part / name / "log.csv").write_text("step,loss\n0,2.0\n10,1.0\n20,0.5\n")
    (part / "labels.csv").write_text("id,labels\none,resumed\ntwo,healthy\n")
    assert [run.gray for run in read_corpus(tmp_path)] == [{"stalled", "throughput_drop"}] * 2


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_tells_the_same_run(change: str) -> None:
    run = make_run(
        {"train/loss": FALLING, "val/loss": FALLING + 0.1},
        wall_times={"train/loss": 1.7e9 + np.arange(200.0), "val/loss": 1.7e9 + np.arange(200.0)},
    )
    told = CHANGES[change](run)
    assert set(told.frame) == set(run.frame)
    assert run.frame["train/loss"].values[0] == pytest.approx(1.001), "the run itself is not changed"
    if change != "one tag after the other":
        assert any(
            told.frame[tag].values.tolist() != run.frame[tag].values.tolist()
            or told.frame[tag].steps.tolist() != run.frame[tag].steps.tolist()
            for tag in run.frame
        )


def test_a_share_of_wrong_answers_has_no_unit() -> None:
    run = make_run({"train/loss": FALLING, "Test Error (%)": 100.0 * FALLING})
    told = CHANGES["losses x 1000"](run)
    assert told.frame["train/loss"].values[0] == pytest.approx(1001.0)
    assert told.frame["Test Error (%)"].values[0] == pytest.approx(100.1)


def test_half_of_each_session_is_left_where_two_overlap() -> None:
    steps, sessions = np.repeat(np.arange(20), 2), np.tile(np.array([0, 1], np.int32), 20)
    overlapping = Series("train/loss", steps, FALLING[:40], sessions=sessions)
    run = replace(make_run({"train/loss": FALLING}), frame=Frame([overlapping]))
    told = CHANGES["every other value"](run).frame["train/loss"]
    assert told.sessions is not None
    assert np.bincount(told.sessions).tolist() == [10, 10]
    assert told.steps.tolist() == np.repeat(np.arange(0, 20, 2), 2).tolist()


def test_a_replay_says_when_a_finding_came_and_whether_it_went() -> None:
    def at_half(run: Run) -> list[Claim]:
        steps = run.frame["train/loss"].steps[-1]
        return [Claim("divergence")] if steps >= 50 else []

    def once(run: Run) -> list[Claim]:
        steps = run.frame["train/loss"].steps[-1]
        return [Claim("divergence")] if 50 <= steps < 70 else []

    run = labelled("divergence", onset=40)
    steady, fickle = replay(at_half, [run]), replay(once, [run])
    assert steady.delays == {"divergence": [pytest.approx(0.1)]}
    assert (steady.taken_back["divergence"].raised, fickle.taken_back["divergence"].raised) == (0, 1)
    (told,) = [replay(once, [labelled("healthy")])]
    assert (told.healthy.raised, dict(told.alarms)) == (1, {"divergence": 1})


def test_the_product_is_scored_through_its_registered_detectors() -> None:
    values = np.concatenate([FALLING[:100], [np.nan] * 20])
    run = make_run({"train/loss": values})
    broken = LabelledRun("a", "made", "task", "dev", (run,), frozenset({"nan"}))
    assert score(losstui_claims, [broken]).recall("nan") == 1.0
