"""Curves that look as if something were wrong: no detector of instability warns of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.analysis import analyse_run
from losstui.detectors import DETECTORS
from losstui.findings import Finding, Severity
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run
from support import make_run

FloatArray = NDArray[np.float64]
N = 500
INDEX = np.arange(N)
DONE = INDEX / N
UNSTABLE = frozenset(
    (
        "divergence",
        "late-instability",
        "oscillation",
        "loss-spike",
        "non-finite",
        "exploding-gradient",
        "vanishing-gradient",
        "lr-too-high",
        "loss-scale-collapse",
    )
)


def descent(rng: np.random.Generator, sigma: float = 0.04) -> FloatArray:
    return 0.5 + 1.8 * np.exp(-DONE / 0.12) + sigma * rng.standard_normal(N)


def restarts(rng: np.random.Generator) -> Run:
    rate = 0.01 + 0.5 * (1.0 + np.cos(np.pi * ((4 * DONE) % 1)))
    return make_run({"train/loss": descent(rng) + 0.25 * rate, "lr": rate})


def step_drops(rng: np.random.Generator) -> Run:
    rate = np.where(DONE < 0.5, 1.0, np.where(DONE < 0.8, 0.1, 0.01))
    loud = 0.05 * rate * rng.standard_normal(N)
    return make_run({"train/loss": descent(rng, 0.02) + 0.4 * rate + loud, "lr": rate})


def warm_up_hump(rng: np.random.Generator) -> Run:
    hump = 1.5 * np.exp(-(((INDEX - 15) / 6.0) ** 2))
    return make_run({"train/loss": descent(rng) + hump, "lr": np.minimum(1.0, (INDEX + 1) / 50.0)})


def running_means(rng: np.random.Generator) -> Run:
    loss, builder = descent(rng, 0.2), FrameBuilder()
    parts = [np.cumsum(part) / np.arange(1, 51) for part in loss.reshape(10, 50)]
    builder.add("train/loss", INDEX, np.concatenate(parts), epochs=INDEX / 50.0)
    frame = builder.build()
    return Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame))


def curriculum(rng: np.random.Generator) -> Run:
    harder = 0.08 * (DONE >= 0.6)
    train, validation = descent(rng, 0.02) + harder, (descent(rng, 0.01) + harder)[::10]
    return make_run({"train/loss": train, "val/loss": validation}, {"val/loss": range(0, N, 10)})


def adversarial(rng: np.random.Generator) -> Run:
    swing = 0.4 * np.sin(INDEX / 9.0)
    noise = 0.3 * rng.standard_normal((2, N))
    return make_run({"loss_D": 0.7 + swing + noise[0], "loss_G": 1.2 + 2.0 * DONE - swing + noise[1]})


def reinforcement(rng: np.random.Generator) -> Run:
    reward = 200.0 * (1.0 - np.exp(-DONE / 0.2)) + 30.0 * rng.standard_normal(N)
    value = 5.0 + 40.0 * DONE + rng.gamma(2.0, 4.0, N)
    return make_run({"rollout/ep_rew_mean": reward, "train/value_loss": value})


def exploring(rng: np.random.Generator) -> Run:
    """A policy that loses half of what it had gained for a while, and comes back."""
    dip = 1.0 - 0.5 * np.exp(-(((DONE - 0.55) / 0.05) ** 2))
    return make_run(
        {"rollout/ep_rew_mean": 100.0 * np.minimum(1.0, DONE / 0.2) * dip + 15.0 * rng.standard_normal(N)}
    )


def episodes(rng: np.random.Generator) -> Run:
    """Lengths of single episodes, none longer than 500, with the bursts that value losses have."""
    length = (20.0 + 480.0 / (1.0 + np.exp(-(DONE - 0.35) / 0.06))) * rng.gamma(4.0, 0.3, N)
    value = 40.0 * np.exp(-DONE) * rng.gamma(0.5, 2.0, N)
    return make_run({"charts/episodic_return": np.minimum(500.0, length), "losses/value_loss": value})


def variational(rng: np.random.Generator) -> Run:
    loss = 90.0 + 60.0 * np.exp(-DONE / 0.1) + rng.standard_normal(N)
    return make_run({"train/loss": loss, "train/kl_loss": 8.0 * (1.0 - np.exp(-DONE / 0.1))})


def contrastive(rng: np.random.Generator) -> Run:
    loss = 3.0 + 3.2 * np.exp(-DONE / 0.3) + 0.15 * rng.standard_normal(N)
    return make_run({"train/contrastive_loss": loss})


def resumed(rng: np.random.Generator) -> Run:
    builder, loss = FrameBuilder(), descent(rng)
    builder.add("train/loss", INDEX[:300], loss[:300])
    builder.next_file()
    builder.add("train/loss", INDEX[280:], loss[280:] + 0.06 * np.exp(-(INDEX[280:] - 280) / 5.0))
    frame = builder.build()
    return Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame))


def smoothed(rng: np.random.Generator) -> Run:
    loss, average = descent(rng, 0.2), 0.0
    values = [average := 0.98 * average + 0.02 * one if i else float(one) for i, one in enumerate(loss)]
    return make_run({"train/loss": values})


def quantised(rng: np.random.Generator) -> Run:
    return make_run({"train/loss": np.round(descent(rng), 1), "grad_norm": np.round(1.0 + DONE, 1)})


def tiny(rng: np.random.Generator) -> Run:
    return make_run({"train/loss": [2.3, 1.9, 2.0, 1.6, 1.7], "val/loss": [2.2, 2.0, 1.9, 1.95, 1.8]})


def heavy_tailed(rng: np.random.Generator) -> Run:
    loss = descent(rng, 0.0) * np.exp(0.7 * rng.standard_normal(N))
    return make_run({"train/loss": loss, "grad_norm": np.exp(0.8 * rng.standard_normal(N))})


def clipped(rng: np.random.Generator) -> Run:
    norm = np.exp(0.4 * rng.standard_normal(N))
    norm[rng.choice(N, 8, replace=False)] *= 1000.0
    return make_run({"train/loss": descent(rng, 0.02) - 0.2 * DONE, "grad_norm": norm})


def not_evaluated(rng: np.random.Generator) -> Run:
    loss = descent(rng)
    return make_run({"train/loss": loss, "val/loss": np.where(INDEX % 10 == 0, loss + 0.02, np.nan)})


CURVES: tuple[Callable[[np.random.Generator], Run], ...] = (
    restarts,
    step_drops,
    warm_up_hump,
    running_means,
    curriculum,
    adversarial,
    reinforcement,
    exploring,
    episodes,
    variational,
    contrastive,
    resumed,
    smoothed,
    quantised,
    tiny,
    heavy_tailed,
    clipped,
    not_evaluated,
)


def unstable(run: Run) -> list[Finding]:
    report = analyse_run(run, [cls() for cls in DETECTORS])
    assert not report.run.warnings
    return [one for one in report.findings if one.name in UNSTABLE]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.__name__)
def test_what_is_benign_warns_of_nothing(curve: Callable[[np.random.Generator], Run], seed: int) -> None:
    loud = [one for one in unstable(curve(np.random.default_rng(seed))) if one.severity is not Severity.INFO]
    assert loud == []


def test_the_benign_kind_is_named() -> None:
    run = step_drops(np.random.default_rng(0))
    kinds = {one.name: one.kind for one in analyse_run(run, [cls() for cls in DETECTORS]).findings}
    assert kinds["level-shift"] == "rate-cut"
