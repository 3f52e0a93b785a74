from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.assorted.tasks import ASSORTED_TASKS
from benchmarks.detection.broad.tasks import BROAD_TASKS
from benchmarks.detection.deriving import counted, highest, lowest, seconds, speed
from benchmarks.detection.diverse.tasks import DIVERSE_TASKS
from benchmarks.detection.field.tasks import FIELD_TASKS
from benchmarks.detection.fresh.tasks import FRESH_TASKS
from benchmarks.detection.generator import (
    SHARED_RECIPES,
    SHARING,
    as_run,
    generate_one,
    reachable,
    recipes_of,
)
from benchmarks.detection.head import losses as head_losses
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.medley.tasks import MEDLEY_TASKS
from benchmarks.detection.mixed.tasks import MIXED_TASKS
from benchmarks.detection.motley.tasks import MOTLEY_TASKS
from benchmarks.detection.other_models import data as model_data
from benchmarks.detection.other_models import losses as model_losses
from benchmarks.detection.part.models import PartModel
from benchmarks.detection.patchwork.tasks import PATCHWORK_TASKS
from benchmarks.detection.recipes import FAULTS, HEALTHY
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import simulate
from benchmarks.detection.sundry.tasks import SUNDRY_TASKS
from benchmarks.detection.tape import Node
from benchmarks.detection.tasks import KERAS, Logging, Task
from benchmarks.detection.telling import as_logged, as_told, unseen
from benchmarks.detection.varied.tasks import VARIED_TASKS
from benchmarks.detection.wide.tasks import WIDE_TASKS
from losstui.kinds import OF_THE_MODEL
from losstui.roles import Kind
from support import make_run
from task_support import task_named

NAMES = [
    task.name
    for task in (
        *SHARING,
        *FIELD_TASKS,
        *BROAD_TASKS,
        *WIDE_TASKS,
        *VARIED_TASKS,
        *MIXED_TASKS,
        *DIVERSE_TASKS,
        *SUNDRY_TASKS,
        *ASSORTED_TASKS,
        *MOTLEY_TASKS,
        *MEDLEY_TASKS,
        *PATCHWORK_TASKS,
        *FRESH_TASKS,
    )
]
SMALL = 1e-6
# What is logged is not what the gradient is of: errors, rewards, rounds, stumps, generations, pairs, scales
# of a batch, and values of what follows, or it does not go back all the way.
NOT_A_SLOPE = (
    *("glances", "offers", "federated", "boosted", "probe", "play", "brakes", "defaults"),
    *("transitions", "echoing", "churned", "scans", "logged-actions", "valves", "ferries"),
    "boards",  # of units that say their sign only, whose slope is that of a smooth one
    "thermostats",  # of weights in steps, likewise
    "riddles",  # what answers that were drawn bring, with the slope of those above their mean
)


def short(name: str) -> Task:
    task = task_named(name)
    rows = replace(task.logging, steps=4 * task.logging.evaluate_every)
    return replace(task, logging=rows)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_A_SLOPE])
def test_the_gradient_of_a_task_leads_down(name: str) -> None:
    task = task_named(name)
    model, data = task.model(np.random.default_rng(0)), task.draw(np.random.default_rng(1), 32)
    for parameter in model.parameters:  # away from where they are all 0
        parameter += 0.1 * np.random.default_rng(2).normal(size=parameter.shape)
    before = model.loss(*data)
    if isinstance(model, PartModel):
        model.rng = np.random.default_rng(0)  # the same draws as those of `loss`
    value, slope = model.loss_and_gradients(*data)
    assert value == pytest.approx(before)
    for parameter, one in zip(model.parameters, slope, strict=True):
        parameter -= SMALL * one
    expected = -SMALL * sum(float((one**2).sum()) for one in slope)
    assert expected < 0.0
    assert model.loss(*data) - before == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_each_task_learns_and_logs_a_curve_that_can_be_judged(name: str) -> None:
    task = task_named(name)
    fewer = replace(task.logging, steps=max(4 * task.logging.evaluate_every, task.logging.steps // 4))
    recorded = as_logged(simulate(replace(task, logging=fewer), Setup(adam=True), 0))
    assert np.isfinite(recorded.train).all()
    assert recorded.train[-1] < recorded.train[0]
    assert recorded.validation[-1] < recorded.validation[0]
    run = as_run(name, as_told(recorded.frame, task.logging))
    judged = {*OF_THE_MODEL, Kind.REWARD}
    assert judged & {role.kind for role in run.roles.values()}
    assert not task.logging.unlogged & run.frame.keys()


def test_tasks_that_share_the_faults_all_have_the_plain_runs() -> None:
    made = {task.name: recipes_of(task) for task in SHARING}
    for recipe in SHARED_RECIPES:
        takers = [name for name, recipes in made.items() if recipe in recipes]
        fitting = [task.name for task in SHARING if recipe.fits(task)]
        assert takers
        assert set(takers) <= set(fitting)
        assert (takers == fitting) == (recipe in SHARED_RECIPES[: len(HEALTHY)])


def test_what_is_seen_later_says_nothing_of_an_earlier_bracket() -> None:
    model = task_named("brackets").model(np.random.default_rng(0))
    texts, following = model_data.bracketed(np.random.default_rng(1), 1)
    others = texts.copy()
    others[0, 6:] = (others[0, 6:] + 1) % 4

    def of_place(place: int, given: NDArray[np.floating]) -> float:
        changed = following.copy()
        changed[0, place] = (changed[0, place] + 1) % 4
        return model.loss(given, changed) - model.loss(given, following)

    assert of_place(5, texts) == pytest.approx(of_place(5, others), abs=1e-12)
    assert of_place(6, texts) != pytest.approx(of_place(6, others), abs=1e-3)


def test_the_probabilities_of_all_rows_of_states_add_up_to_one() -> None:
    task = task_named("chain")
    model = task.model(np.random.default_rng(0))
    model.parameters[2] += np.random.default_rng(1).normal(size=(3, 3))
    inputs, _ = task.draw(np.random.default_rng(2), 1)
    states = np.eye(model_losses.STATES)
    total = sum(
        np.exp(-model.loss(inputs, np.concatenate([states[i] for i in row])[None]))
        for row in product(range(model_losses.STATES), repeat=model_losses.PLACES)
    )
    assert total == pytest.approx(1.0)


def test_the_density_of_a_flow_adds_up_to_one() -> None:
    model = task_named("flow").model(np.random.default_rng(3))
    axis = np.linspace(-8.0, 8.0, 161)
    bits = [2.0 * model.loss(np.array([[x, y]]), np.zeros((1, 1))) for x in axis[::2] for y in axis[::2]]
    assert sum(2.0 ** -np.array(bits)) * 0.2**2 == pytest.approx(1.0, abs=0.01)


def test_the_mixture_is_a_density() -> None:
    scores = np.random.default_rng(0).normal(size=(1, 9))
    values = np.linspace(-30.0, 30.0, 6001)
    density = [np.exp(-float(head_losses.mixture(Node(scores), np.array([[y]])).value)) for y in values]
    assert sum(density) * (values[1] - values[0]) == pytest.approx(1.0, abs=1e-3)


def test_quantiles_have_the_least_pinball_loss() -> None:
    values = np.random.default_rng(0).normal(size=(2000, 1))
    right = np.quantile(values, head_losses.LEVELS)[None]
    least = float(head_losses.pinball(Node(right), values).value)
    for off in (-0.1, 0.1):
        assert float(head_losses.pinball(Node(right + off), values).value) > least


def test_stumps_find_a_step() -> None:
    model = task_named("boosted").model(np.random.default_rng(0))
    inputs = np.random.default_rng(1).uniform(size=(500, 8))
    targets = np.where(inputs[:, 5:6] < 0.5, -1.0, 2.0)
    before, (stump,) = model.loss_and_gradients(inputs, targets)
    model.parameters[0] -= stump
    assert before > 1.0
    assert model.loss(inputs, targets) == pytest.approx(0.0, abs=1e-12)


def test_a_round_of_equal_clients_goes_as_far_as_one_alone() -> None:
    task = task_named("federated")
    model = task.model(np.random.default_rng(0))
    assert isinstance(model, PartModel)
    inputs, targets = task.draw(np.random.default_rng(1), 1)
    _, alone = model.loss_and_gradients(inputs, targets)
    _, many = model.loss_and_gradients(np.repeat(inputs, 8, axis=0), np.repeat(targets, 8, axis=0))
    for one, other in zip(alone, many, strict=True):
        np.testing.assert_allclose(other, one, atol=1e-12)


def test_only_the_data_that_are_trained_on_are_smoothed() -> None:
    task = short("smoothed")
    smoothed, plain = (simulate(one, Setup(), 0) for one in (task, replace(task, for_training=None)))
    assert smoothed.validation[0] == plain.validation[0]
    assert smoothed.train[0] != plain.train[0]


def test_running_means_of_the_weights_are_validated_and_not_trained() -> None:
    task = short("denoised")
    averaged, plain = (simulate(one, Setup(), 0) for one in (task, replace(task, averaging=0.0)))
    np.testing.assert_array_equal(averaged.train, plain.train)
    assert averaged.validation[0] == plain.validation[0]
    assert averaged.validation[-1] != plain.validation[-1]


def told(logging: Logging) -> tuple[Recorded, dict[str, list[float]]]:
    run = make_run({"train/loss": [2.0, 1.0, 0.5, 0.25], "train/grad_norm": np.ones(4)})
    held_out = make_run({"val/loss": [1.5, 1.25]}, steps={"val/loss": [0, 2]})
    frame = type(run.frame)([*run.frame.values(), *held_out.frame.values()])
    exact = np.array([2.0, 1.0, 0.5, 0.25])
    recorded = as_logged(Recorded(frame, np.arange(4.0), exact, exact, logging))
    return recorded, {
        tag: one.values.tolist() for tag, one in as_told(recorded.frame, logging).items() if len(one)
    }


def test_a_run_is_told_as_its_task_says() -> None:
    assert told(Logging())[1]["train/loss"] == [2.0, 1.0, 0.5, 0.25]
    assert told(Logging(running=0.5))[1]["train/loss"] == [2.0, 1.5, 1.0, 0.625]
    assert told(Logging(digits=1))[1]["train/loss"] == [2.0, 1.0, 0.5, 0.2]
    assert told(Logging(upwards_from=1.0))[1]["val/loss"] == [-0.5, -0.25]
    assert told(Logging(scale=100.0, upwards_from=100.0))[1]["val/loss"] == [-50.0, -25.0]
    np.testing.assert_equal(told(Logging(blanks=True))[1]["val/loss"], [1.5, np.nan, 1.25, np.nan])
    recorded, tags = told(Logging(quantity=np.exp, names=KERAS, unlogged=frozenset({"train/grad_norm"})))
    assert tags["loss"] == pytest.approx(np.exp([2.0, 1.0, 0.5, 0.25]))
    assert recorded.train == pytest.approx(np.exp([2.0, 1.0, 0.5, 0.25]))
    assert set(tags) == {"loss", "val_loss"}


def test_losses_have_so_many_digits_wherever_the_point_is() -> None:
    assert told(Logging(significant=1, scale=0.01))[1]["train/loss"] == pytest.approx(
        [0.02, 0.01, 0.005, 0.002]
    )


def test_the_mean_since_an_epoch_began_begins_anew_with_the_next_one() -> None:
    assert told(Logging(every=1, epoch=2))[1]["train/loss"] == [2.0, 1.5, 0.5, 0.375]
    assert "oscillation" in unseen(Logging(epoch=2))


def test_nothing_is_told_of_the_time_before_the_first_step() -> None:
    _, tags = told(Logging(without_first=True))
    assert tags["train/loss"] == [1.0, 0.5, 0.25]
    assert tags["val/loss"] == [1.25]


def test_evaluations_become_rarer_and_rarer() -> None:
    run = make_run(
        {"train/loss": [1.0], "val/loss": np.arange(14.0)}, steps={"val/loss": [3 * i for i in range(14)]}
    )
    held_out = as_told(run.frame, Logging(evaluate_every=3, rarer=True))["val/loss"]
    assert held_out.steps.tolist() == [0, 3, 6, 12, 24, 39]
    assert held_out.values.tolist() == [0.0, 1.0, 2.0, 4.0, 8.0, 13.0]


def test_what_is_evaluated_may_be_counted_otherwise() -> None:
    run = make_run({"train/loss": [1.0, 0.5, 0.2], "val/loss": [1.5, 1.25]}, steps={"val/loss": [0, 2]})
    frame = as_told(run.frame, Logging(held_out_units=0.5))
    assert frame["train/loss"].steps.tolist() == [0, 1, 2]
    assert frame["val/loss"].steps.tolist() == [0, 1]


def test_a_session_may_count_its_steps_anew() -> None:
    task = task_named("counts")
    setup = Setup(
        resumed_at=0.5,
        changed=lambda task: replace(task, logging=replace(task.logging, counted_anew=True)),
    )
    recorded = simulate(task, setup, 0)
    written = as_told(recorded.frame, recorded.logging)["poisson_loss"]
    plain = as_told(recorded.frame, task.logging)["poisson_loss"]
    assert written.sessions is not None
    assert plain.sessions is not None
    own, same = written.sessions == 1, plain.sessions == 1
    np.testing.assert_array_equal(written.values[own], plain.values[same])
    assert written.steps[own].tolist() == (plain.steps[same] - plain.steps[same][0]).tolist()
    assert np.all(np.diff(written.steps) >= 0)


def test_tags_are_worked_out_of_the_others() -> None:
    run = make_run({"train/loss": [3.0, 1.0, 2.0]}, steps={"train/loss": [0, 10, 20]})
    series = replace(run.frame["train/loss"], wall_times=np.array([100.0, 105.0, 125.0]))
    derived = {
        "best": lowest("train/loss"),
        "most": highest("train/loss"),
        "epoch": counted("train/loss", 0.1),
        "time": seconds("train/loss"),
        "samples_per_second": speed("train/loss", 8.0),
    }
    told = as_told(type(run.frame)([series]), Logging(derived=derived))
    assert {tag: one.values.tolist() for tag, one in told.items() if tag in derived} == {
        "best": [3.0, 1.0, 1.0],
        "most": [3.0, 3.0, 3.0],
        "epoch": pytest.approx([0.0, 1.0, 2.0]),
        "time": [0.5, 0.5, 2.0],
        "samples_per_second": [16.0, 16.0, 4.0],
    }


def test_steps_are_told_in_the_units_of_the_log() -> None:
    task = replace(short("counts"), logging=replace(task_named("counts").logging, steps=64))
    frame = as_told(simulate(task, Setup(), 0).frame, task.logging)
    assert frame["poisson_loss"].steps.tolist() == [0, 1, 2, 3]
    timeless = as_told(simulate(task, Setup(), 0).frame, replace(task.logging, timed=False))
    assert timeless["poisson_loss"].wall_times is None


def test_what_the_log_cannot_show_could_be_said_either_way() -> None:
    task = task_named("triplets")
    assert "overfitting" in unseen(task.logging)
    few = next(recipe for recipe in FAULTS if recipe.name == "overfitting/few")
    run = generate_one(task, few, 0, Reachable(train=0.01, validation=0.02, start=0.1))
    assert "overfitting" in run.gray - run.labels
    assert "stalled" in unseen(Logging(timed=False)) - unseen(Logging())


def test_an_onset_is_told_in_the_units_of_the_log() -> None:
    task = task_named("demand")
    recipe = next(recipe for recipe in FAULTS if recipe.name == "nan/poison")
    run = generate_one(task, recipe, 0, reachable(short("demand")))
    assert run.onset is not None
    losses = run.runs[0].frame["train/quantile_loss"]
    first = losses.steps[~np.isfinite(losses.values)][0]
    assert 0 < first - run.onset <= 2 * task.logging.every * task.logging.units
