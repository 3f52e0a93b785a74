"""Losses that are mostly exactly 0, rounded or constant: nothing is held against a noise they do not have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.analysis import analyse_run
from losstui.detectors import DETECTORS
from losstui.findings import Severity
from losstui.run import Run
from losstui.run_report import RunReport
from support import make_run

FloatArray = NDArray[np.float64]
ABSURD = 1e12  # times, standard errors or shares: no curve of numbers of order one has so many

Make = Callable[[np.random.Generator, int], Run]


def _margin(rng: np.random.Generator, batch: int, gap: float = 0.0) -> Run:
    """A linear classifier that is trained with the hinge loss, one batch a value."""
    n, size = 600, 8
    truth = rng.normal(size=size) / np.sqrt(size)
    weights = np.zeros(size)
    losses: list[float] = []
    norms: list[float] = []
    held_out: list[float] = []

    def batch_of(count: int) -> tuple[FloatArray, FloatArray]:
        x = rng.normal(size=(count, size))
        y = np.where(x @ truth > 0.0, 1.0, -1.0)
        return x + gap * y[:, None] * truth, y

    fixed = batch_of(200)
    for step in range(n):
        x, y = batch_of(batch)
        miss = np.maximum(0.0, 1.0 - y * (x @ weights))
        gradient = -np.mean(np.where(miss > 0.0, y, 0.0)[:, None] * x, axis=0)
        losses.append(float(miss.mean()))
        norms.append(float(np.linalg.norm(gradient)))
        weights = weights - 0.1 * gradient
        if step % 20 == 0:
            held_out.append(float(np.maximum(0.0, 1.0 - fixed[1] * (fixed[0] @ weights)).mean()))
    return make_run(
        {"train/loss": losses, "val/loss": held_out, "train/grad_norm": norms},
        {"val/loss": range(0, n, 20)},
    )


def single_samples(rng: np.random.Generator, _: int) -> Run:
    return _margin(rng, 1)


def small_batches(rng: np.random.Generator, _: int) -> Run:
    return _margin(rng, 4)


def wide_margin(rng: np.random.Generator, _: int) -> Run:
    return _margin(rng, 2, 1.0)


def rounded_margin(rng: np.random.Generator, digits: int) -> Run:
    run = _margin(rng, 4)
    return make_run({"train/loss": run.frame["train/loss"].values.round(1 + digits % 2)})


def rare_values(rng: np.random.Generator, _: int) -> Run:
    return make_run({"train/loss": np.where(rng.random(600) < 0.04, rng.exponential(1.0, 600), 0.0)})


def rounded(rng: np.random.Generator, digits: int) -> Run:
    done = np.arange(400) / 400.0
    loss = 0.02 + 2.3 * np.exp(-8.0 * done) * np.exp(rng.normal(0.0, 0.1, 400))
    return make_run({"train/loss": loss.round(1 + digits % 2)})


def always_zero(_: np.random.Generator, n: int) -> Run:
    return make_run({"train/loss": np.zeros(40 + 300 * n), "train/grad_norm": np.zeros(40 + 300 * n)})


def solved(rng: np.random.Generator, _: int) -> Run:
    done = np.arange(300) / 300.0
    loss = np.maximum(0.0, 1.0 - 3.0 * done + rng.normal(0.0, 0.1, 300))
    return make_run({"train/loss": loss, "train/grad_norm": np.where(loss > 0.0, 1.0, 0.0)})


HEALTHY: tuple[Make, ...] = (
    single_samples,
    small_batches,
    wide_margin,
    rounded_margin,
    rare_values,
    rounded,
    always_zero,
    solved,
)


def late_first_value(rng: np.random.Generator, n: int) -> Run:
    """Exactly 0 at first: nothing that a rise could be a share of."""
    loss = np.where(np.arange(400) < 40 * (1 + n), 0.0, rng.exponential(0.3, 400))
    return make_run({"train/loss": loss, "train/grad_norm": loss, "lr": np.ones(400)})


def step_of_constants(_: np.random.Generator, n: int) -> Run:
    loss = np.concatenate((np.full(100, 1.0), np.full(200, 0.25), np.full(50 + 50 * n, 0.75)))
    return make_run({"train/loss": loss, "val/loss": loss, "lr": np.where(loss == 1.0, 0.1, 0.2)})


def last_numbers(rng: np.random.Generator, n: int) -> Run:
    """The smallest numbers there are, some of them rounded to 0 by the computer."""
    done = np.arange(300) / 300.0
    return make_run(
        {"train/loss": 1e-300 ** (1.0 + 0.03 * n) * np.exp(-9.0 * done + rng.normal(0.0, 0.1, 300))}
    )


def report_of(run: Run) -> RunReport:
    report = analyse_run(run, [cls() for cls in DETECTORS])
    assert report.run.warnings == ()
    return report


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("curve", HEALTHY, ids=lambda curve: curve.__name__)
def test_a_healthy_loss_that_is_mostly_zero_warns_of_nothing(curve: Make, seed: int) -> None:
    report = report_of(curve(np.random.default_rng(seed), seed))
    assert [(one.name, one.message) for one in report.findings if one.severity is not Severity.INFO] == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "curve",
    [*HEALTHY, late_first_value, step_of_constants, last_numbers],
    ids=lambda curve: curve.__name__,
)
def test_no_measure_is_a_share_of_nothing(curve: Make, seed: int) -> None:
    report = report_of(curve(np.random.default_rng(seed), seed))
    assert [check for check in report.checks.values() if "too large" in check] == []
    measures = [measure for one in report.findings for measure in one.measures]
    assert [one for one in measures if abs(one.value) > ABSURD or abs(one.bound) > ABSURD] == []


def test_a_loss_that_scatters_after_a_calm_of_zeros_is_judged_by_its_few_values() -> None:
    rng = np.random.default_rng(0)
    learning = np.linspace(2.0, 0.5, 60)
    calm = np.where(rng.random(200) < 0.3, 0.4, 0.0)
    often = np.where(rng.random(120) < 0.6, rng.exponential(0.5, 120), 0.0)
    report = report_of(make_run({"train/loss": np.concatenate((learning, calm, often))}))
    assert "late-instability" not in [one.name for one in report.findings]


def test_a_spike_among_rounded_values_is_one() -> None:
    rng = np.random.default_rng(1)
    loss = (0.3 + 2.0 * np.exp(-np.arange(600) / 60.0) + rng.normal(0.0, 0.03, 600)).round(1)
    loss[[200, 260, 431, 520]] = 9.0
    report = report_of(make_run({"train/loss": loss}))
    assert "loss-spike" in [one.name for one in report.findings if one.severity is Severity.WARNING]
