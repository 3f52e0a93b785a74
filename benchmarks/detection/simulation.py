"""Trains one run, logs it as a trainer would, and keeps beside the log the losses without noise."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.detection.feeding import FEATURES, apart, batches, easier_half, without
from benchmarks.detection.models import Model, Network
from benchmarks.detection.optimisers import Optimiser
from benchmarks.detection.part.models import PartModel
from benchmarks.detection.recording import Recorded, RunLog, checkpoint_step, logged_step, nearest_step
from benchmarks.detection.setups import Setup
from benchmarks.detection.tasks import Data, Layers, Task
from sample_logs.training import Adam, Array, Parameters, Sgd, norm

COUNTED = 256  # examples that accuracies and dead units are of
SECONDS_A_STEP = 0.2  # any number would do: times are held against each other only
STALL_SECONDS = 7200.0  # of a stall that was put in: far longer than any step
START = 1.75e9  # seconds since 1970


@dataclass(slots=True)
class _Training:
    """The state of a run that is being trained."""

    task: Task
    setup: Setup
    rng: np.random.Generator
    model: Model
    optimiser: Optimiser
    train: Data
    held_out: Data
    log: RunLog = field(default_factory=RunLog)
    exact: list[tuple[int, float, float]] = field(default_factory=list[tuple[int, float, float]])
    recent: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    delay: float = 0.0
    average: Parameters = field(default_factory=list[Array])
    averaged: int = 0  # weights in their plain mean
    begun: int = 0  # the step at which its schedule began

    def run(self, steps: range, *, exact: bool = True) -> None:
        """Train over `steps`; `exact` is False where the steps will be trained again."""
        setup, logging = self.setup, self.task.logging
        tuned = self.task.adam_rate if setup.adam else self.task.rate
        for step, (inputs, targets) in zip(steps, self._fed(steps), strict=True):
            rate = tuned * setup.rate * setup.schedule((step - self.begun) / logging.steps)
            if step % logging.every == 0 and exact:
                train = self._judged(self.train)
                with self._averaged():
                    self.exact.append((step, train, self._judged(self.held_out)))
            self._step(step, rate, inputs, targets)

    def run_resumed(self, at: float) -> None:
        """Train to that share of all steps, and once more from the last checkpoint before it to the end."""
        setup, steps = self.setup, self.task.logging.steps
        checkpoint = checkpoint_step(at, self.task.logging)
        self.run(range(checkpoint))
        saved = deepcopy((self.model.parameters, self.optimiser))
        self.run(range(checkpoint, round(at * steps)), exact=False)
        for parameter, value in zip(self.model.parameters, saved[0], strict=True):
            parameter[...] = value
        self.optimiser = _optimiser(setup, steps) if setup.forgetful else saved[1]
        self.begun = checkpoint if setup.forgetful else 0
        self.delay += 600.0
        self.run(range(checkpoint, steps))

    def _fed(self, steps: range) -> Iterator[Data]:
        """The batch of each of `steps`, with what is done to it."""
        setup, logging = self.setup, self.task.logging
        size = setup.batch or self.task.batch
        feeds: dict[int, Iterator[Data]] = {}  # by how many times that size
        easy = batches(easier_half(self.train), self.rng, size, in_order=setup.sorted_data)
        bad = {logged_step(place, logging) for place in setup.bad_batches}
        for step in steps:
            done = step / logging.steps
            times = 1 if setup.batch_factor is None else setup.batch_factor(done)
            if times not in feeds:
                feeds[times] = batches(self.train, self.rng, times * size, in_order=setup.sorted_data)
            inputs, targets = next(easy if done < setup.easy_until else feeds[times])
            if setup.input_noise:
                noise = setup.input_noise * setup.noise_schedule(done)
                inputs = inputs + noise * self.rng.normal(size=inputs.shape)
            if setup.fed is not None:
                inputs, targets = setup.fed(done, self.rng, (inputs, targets))
            if step in bad and setup.bad_feed is not None:
                inputs, targets = setup.bad_feed(done, self.rng, (inputs, targets))
            elif step in bad:
                inputs, targets = setup.bad_scale * inputs, targets[::-1]
            if setup.bad_shard is not None and setup.bad_shard(done):
                targets = targets[self.rng.permutation(len(targets))]
            yield inputs, targets

    def _step(self, step: int, rate: float, inputs: Array, targets: Array) -> None:
        loss, gradients = self.model.loss_and_gradients(inputs, targets)
        logging, setup = self.task.logging, self.setup
        if logging.heard is not None:
            loss = self.model.loss(inputs[: logging.heard], targets[: logging.heard])
        self.recent.append({"train/loss": loss, **self._parts("train"), **self._of_workers(inputs, targets)})
        if setup.spoilt is not None:
            gradients = setup.spoilt(step / logging.steps, gradients)
        if setup.stalled_at is not None and step == nearest_step(setup.stalled_at, logging):
            self.delay += STALL_SECONDS
        if setup.slower_at is not None and step >= setup.slower_at * logging.steps:
            self.delay += (setup.slower - 1.0) * SECONDS_A_STEP
        if setup.pauses is not None:
            self.delay += setup.pauses(step, step / logging.steps)
        time = START + self.delay + SECONDS_A_STEP * (step + 0.1 * float(self.rng.random()))
        if step % logging.every == 0:
            measured = {**self._since_last_row(), "train/lr": rate, **self._norms(gradients), **self._dead()}
            self.log.add(step, time, measured)
            self.recent = []
        if step % logging.evaluate_every == 0:
            with self._averaged():
                evaluated = {"val/loss": self._validation(), **self._parts("val"), **self._accuracy()}
                if logging.tested:
                    others, answers = (one[self.task.judged :] for one in self.held_out)
                    evaluated["test/loss"] = self.model.loss(others, answers)
            self.log.add(step, time, evaluated)
        self._update(step, rate, gradients)

    def _of_workers(self, inputs: Array, targets: Array) -> dict[str, float]:
        """The loss of each worker's part of a batch; of fewer examples than workers some have the same."""
        many = self.task.logging.workers
        parts = {i: slice(i % len(inputs), None, many) for i in range(many)}
        return {f"worker_{i}/loss": self.model.loss(inputs[one], targets[one]) for i, one in parts.items()}

    def _since_last_row(self) -> dict[str, float]:
        """The train loss and its parts, as the log has them."""
        logging = self.task.logging
        if logging.estimated:
            chosen = self.rng.integers(len(self.train[0]), size=logging.estimated)
            loss = self.model.loss(self.train[0][chosen], self.train[1][chosen])
            return {"train/loss": loss, **self._parts("train")}
        whole = self.setup.interval_mean or logging.interval_mean or logging.interval_median
        meant = self.recent if whole else self.recent[-1:]
        middle = np.median if logging.interval_median else np.mean
        return {tag: float(middle([one[tag] for one in meant])) for tag in self.recent[-1]}

    def _update(self, step: int, rate: float, gradients: Parameters) -> None:
        setup, length = self.setup, norm(gradients)
        if setup.clip is not None and length > setup.clip:
            gradients = [one * (setup.clip / length) for one in gradients]
        for frozen in gradients[: 2 * setup.frozen_layers]:  # weights and biases
            frozen[...] = 0.0
        if setup.poisoned_at is not None and step == nearest_step(setup.poisoned_at, self.task.logging):
            gradients = [np.full_like(one, np.nan) for one in gradients]
        self.optimiser.step(self.model.parameters, gradients, rate)
        if setup.half_precision:
            for parameter in self.model.parameters:
                parameter[...] = parameter.astype(np.float16)
        self._average(step)

    def _average(self, step: int) -> None:
        kept, begin = self.task.averaging, self.task.averaged_from
        if begin is not None and step >= begin * self.task.logging.steps:
            self.averaged += 1
            kept = 1.0 - 1.0 / self.averaged
        if kept or self.averaged:
            self.average = self.average or [one.copy() for one in self.model.parameters]
            for mean, one in zip(self.average, self.model.parameters, strict=True):
                mean += (1.0 - kept) * (one - mean)

    @contextmanager
    def _averaged(self) -> Generator[None, None, None]:
        """The model with the running means of its weights, where the task keeps them."""
        own = self.model.parameters
        self.model.parameters = self.average or own
        yield
        self.model.parameters = own

    def _norms(self, gradients: Parameters) -> dict[str, float]:
        norms = {"train/grad_norm": norm(gradients)}
        if self.setup.layer_norms:
            norms |= {f"grad_norm/layer_{i}": norm([one]) for i, one in enumerate(gradients[::2], 1)}
        return norms

    def _dead(self) -> dict[str, float]:
        if not self.setup.dead_shares or not isinstance(self.model, Network):
            return {}
        shares = self.model.dead_shares(self.held_out[0][:COUNTED])
        return {f"dead_fraction/layer_{i}": share for i, share in enumerate(shares, 1)}

    def _validation(self) -> float:
        if self.setup.fresh_held_out:
            drawn = self.task.draw(self.rng, self.setup.held_out)
            fed = self.setup.held_out_fed
            return self.model.loss(*(drawn if fed is None else fed(1.0, self.rng, drawn)))
        return self._exact(self.held_out)

    def _accuracy(self) -> dict[str, float]:
        if not self.task.logs_accuracy or not isinstance(self.model, Network):
            return {}
        inputs, targets = self.held_out
        return {"val/accuracy": self.model.accuracy(inputs[:COUNTED], targets[:COUNTED])}

    def _parts(self, split: str) -> dict[str, float]:
        """The parts of the loss that was worked out last."""
        if not isinstance(self.model, PartModel):
            return {}
        return {f"{split}/{name}": value for name, value in self.model.last.items()}

    def _exact(self, data: Data) -> float:
        return self.model.loss(data[0][: self.task.judged], data[1][: self.task.judged])

    def _judged(self, data: Data) -> float:
        if not isinstance(self.model, PartModel):
            return self._exact(data)
        return self.model.aimed_at(data[0][: self.task.judged], data[1][: self.task.judged])


def _optimiser(setup: Setup, steps: int) -> Optimiser:
    if setup.optimiser is not None:
        return setup.optimiser(steps)
    return Adam() if setup.adam else Sgd(setup.momentum, setup.weight_decay)


def _model(task: Task, setup: Setup, rng: np.random.Generator) -> Model:
    if setup.by_heart:
        model = replace(task, sizes=(FEATURES, task.sizes[-1])).model(rng, Layers(gain=0.0))
    else:
        model = task.model(rng, Layers(setup.hidden, setup.activation, setup.gain))
    if isinstance(model, PartModel):
        model.weight = setup.part_weight
    return model


def _begin_anew(model: Model, rng: np.random.Generator) -> None:
    weights, bias = model.parameters[-2:]
    weights[...] = rng.normal(size=weights.shape) / np.sqrt(len(weights))
    bias[...] = 0.0


def simulate(task: Task, setup: Setup, seed: int) -> Recorded:
    """Train one run; the same arguments give the same numbers."""
    task = task if setup.changed is None else setup.changed(task)
    rng, steps = np.random.default_rng(seed), task.logging.steps
    size = setup.batch or task.batch
    train = task.draw(rng, setup.examples if setup.epochs is None else size * steps // setup.epochs)
    if setup.shuffled_targets:
        train = (train[0], train[1][rng.permutation(len(train[1]))])
    if task.for_training is not None:
        train = task.for_training(rng, train)
    model = _model(task, setup, rng)
    held_out = task.draw(rng, task.judged * (2 if task.logging.tested else 1))
    if setup.by_heart:
        step_size = task.rate * setup.rate / (1.0 - setup.momentum)
        train, held_out = apart(rng, float(np.sqrt(setup.by_heart * size / step_size)), train, held_out)
    if setup.lost_inputs:
        lost = rng.permutation(train[0].shape[1])[: round(setup.lost_inputs * train[0].shape[1])]
        train, held_out = without(train, lost, rng), without(held_out, lost, rng)
    if setup.pretrained:
        before = _Training(task, Setup(adam=True), rng, model, Adam(), train, held_out)
        before.run(range(round(setup.pretrained * steps)), exact=False)
        if setup.new_head:
            _begin_anew(model, rng)
    training = _Training(task, setup, rng, model, _optimiser(setup, steps), train, held_out)
    with np.errstate(all="ignore"):
        if setup.resumed_at is None:
            training.run(range(steps))
        else:
            training.run_resumed(setup.resumed_at)
    at, exact_train, exact_validation = np.array(training.exact).T
    as_logged = not isinstance(model, PartModel) or model.judged_by_its_loss
    return Recorded(training.log.frame(), at, exact_train, exact_validation, task.logging, as_logged)
