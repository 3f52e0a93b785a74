from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from benchmarks.detection.field import losses as field_losses
from benchmarks.detection.field.models import Evolved
from benchmarks.detection.generator import reachable
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.setups import Setup, cosine
from benchmarks.detection.simulation import simulate
from benchmarks.detection.tape import Node
from sample_logs.training import stable_softmax
from task_support import labelling_test, task_named

LN2 = np.log(2.0)


def test_what_is_spoken_is_as_likely_as_all_its_ways_through_the_frames() -> None:
    frames, phones = field_losses.FRAMES, field_losses.PHONES
    scores = np.random.default_rng(0).normal(size=(frames, phones))
    middle = np.vstack([np.zeros((phones, phones)), np.eye(phones), np.zeros((phones, phones))])
    parameters = [Node(middle), Node(np.zeros((1, phones)))]
    text = np.array([[2.0, 4.0]])
    loss = field_losses.aligned(parameters, scores.reshape(1, -1), text, np.random.default_rng(0))["loss"]
    ways = np.array(list(product(range(phones), repeat=frames)))
    before = np.hstack([np.zeros((len(ways), 1), dtype=np.int64), ways[:, :-1]])
    begins = (ways > 0) & (ways != before)
    first = ways[np.arange(len(ways)), np.argmax(begins, axis=1)]
    says_it = (begins.sum(axis=1) == 2) & (first == 2) & ((ways * begins).sum(axis=1) == 6)
    shares = stable_softmax(scores)
    total = np.prod(shares[np.arange(frames), ways[says_it]], axis=1).sum()
    assert float(loss.value) == pytest.approx(-np.log(total))


def test_lifetimes_have_a_density() -> None:
    scores = Node(np.array([[-0.3, 0.4]]))
    years = np.linspace(1e-4, 12.0, 20001)
    density = [
        np.exp(-float(field_losses.weibull(scores, np.array([[year, 1.0]])).value)) for year in years[::4]
    ]
    assert sum(density) * (years[4] - years[0]) == pytest.approx(1.0, abs=1e-2)


def test_masks_that_fit_have_no_loss() -> None:
    mask = (np.arange(24) < 7).astype(np.float64)[None]
    assert float(field_losses.dice(Node(100.0 * (2.0 * mask - 1.0)), mask).value) == pytest.approx(0.0)


def test_a_policy_that_adds_nothing_is_at_ln_2() -> None:
    task = task_named("preferences")
    model = task.model(np.random.default_rng(0))
    assert model.loss(*task.draw(np.random.default_rng(1), 64)) == pytest.approx(LN2)


def test_a_generation_shows_the_slope() -> None:
    task = task_named("brakes")
    model, data = task.model(np.random.default_rng(0)), task.draw(np.random.default_rng(1), 64)
    assert isinstance(model, Evolved)
    exact = super(Evolved, model).loss_and_gradients(*data)[1]
    shown = [np.mean([model.loss_and_gradients(*data)[1][i] for _ in range(60)], axis=0) for i in range(4)]
    lengths = [np.sqrt(sum(float((one**2).sum()) for one in some)) for some in (exact, shown)]
    along = sum(float((one * other).sum()) for one, other in zip(exact, shown, strict=True))
    assert along / (lengths[0] * lengths[1]) > 0.9


def test_a_stump_of_a_yes_or_no_lowers_the_log_loss() -> None:
    task = task_named("defaults")
    model, data = task.model(np.random.default_rng(0)), task.draw(np.random.default_rng(1), 400)
    before, (stump,) = model.loss_and_gradients(*data)
    assert before == pytest.approx(LN2)
    model.parameters[0] -= 0.1 * stump
    assert model.loss(*data) < before


def test_a_tuned_run_that_overflows_does_not_say_what_is_reachable() -> None:
    task = task_named("lifetimes")
    overflows = simulate(task, Setup(schedule=cosine), 0)
    goal = reachable(task)
    assert np.isnan(overflows.train).any()
    assert goal.train < 0.0 < goal.start
    assert np.isfinite([goal.validation, goal.start]).all()


def test_half_precision_keeps_what_it_can_tell() -> None:
    task = replace(task_named("load"), logging=replace(task_named("load").logging, steps=40))
    exact, coarse = (simulate(task, Setup(half_precision=one), 0) for one in (False, True))
    assert coarse.train[0] == exact.train[0]
    assert 0.0 < abs(coarse.train[-1] - exact.train[-1]) < 0.1 * exact.train[0]


def test_a_forgetful_run_begins_its_schedule_anew() -> None:
    task = task_named("knots")
    rates = {
        forgetful: simulate(
            task, Setup(resumed_at=0.6, forgetful=forgetful, schedule=cosine, adam=True), 0
        ).frame["train/lr"]
        for forgetful in (False, True)
    }
    assert rates[False].values[-1] < 0.01 * task.adam_rate
    assert rates[True].values[-1] > 0.1 * task.adam_rate


def test_what_is_easy_comes_first() -> None:
    task = replace(task_named("load"), logging=replace(task_named("load").logging, steps=60, every=2))
    plain, easy = (simulate(task, Setup(easy_until=place, rate=0.0), 0) for place in (0.0, 0.5))
    before = easy.frame["train/loss"].steps < 30
    losses = [one.frame["train/loss"].values for one in (plain, easy)]
    assert abs(float(np.mean(losses[1][before] - losses[0][before]))) > 0.01


test_a_fault_is_labelled_by_what_it_does = labelling_test(
    [
        ("oscillation/shards", "clicks", Reachable(0.5, 0.55, 0.69), "oscillation"),
        ("late/bad-shard", "folds", Reachable(0.13, 0.15, 1.0), "late_instability"),
        ("plateau/two-softmaxes", "folds", Reachable(0.13, 0.15, 1.0), "plateau"),
        ("nan/overflow", "load", Reachable(0.035, 0.04, 0.4), "nan"),
        ("overfitting/very-few", "characters", Reachable(2.55, 2.7, 3.7), "overfitting"),
    ]
)
