"""The logs the screen is measured on, written to a folder."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from benchmarks.reading.writer import Events, write_events
from benchmarks.tui.drawing import noisy_curves

SIX, STEPS = 6, 1_000  # runs, and steps of each
MANY, MANY_STEPS = 5_000, 60  # the same of a large sweep
LONG, LONG_RUNS = 1_000_000, 3  # points of a curve, and runs of such curves
VARIED = 40  # runs that each log other tags


def six_runs(folder: Path) -> Path:
    """Six runs of three tags and 1,000 steps; every other one overfits."""
    rng = np.random.default_rng(0)
    steps = np.arange(STEPS)
    for number in range(SIX):
        train = 2 * np.exp(-steps / 200) + 0.3 + rng.normal(0, 0.02, STEPS)
        validation = train + 0.1 + (number % 2) * 0.001 * np.maximum(steps - STEPS // 2, 0)
        rate = 1e-3 * (1 - steps / STEPS)
        lines = ["step,train/loss,val/loss,lr"]
        lines += [
            f"{step},{one:.5f},{other:.5f},{third:.6f}"
            for step, one, other, third in zip(steps, train, validation, rate, strict=True)
        ]
        _write(folder / f"run-{number}" / "metrics.csv", "\n".join(lines) + "\n")
    return folder


def many_runs(folder: Path) -> Path:
    """5,000 short runs in ten folders."""
    for number in range(MANY):
        rows = "".join(
            f"{step},{2 * math.exp(-step / 20) + 0.3 + (step * 7919 + number) % 13 / 100:.4f}\n"
            for step in range(MANY_STEPS)
        )
        _write(folder / f"sweep-{number // 500}" / f"seed-{number}" / "metrics.csv", "step,loss\n" + rows)
    return folder


def varied_runs(folder: Path) -> Path:
    """40 runs of 1,000 steps, no two of which fall as fast or as far, with as much noise or to the end."""
    rng = np.random.default_rng(0)
    steps = np.arange(STEPS)
    for number in range(VARIED):
        fall = rng.uniform(1, 8) * np.exp(-steps / rng.uniform(20, 400)) + rng.uniform(0.1, 1)
        train = fall + rng.normal(0, rng.uniform(0.01, 0.1), STEPS)
        train[STEPS // 2 :] += (number % 4 == 0) * np.linspace(0, 2, STEPS - STEPS // 2)
        validation = train + rng.uniform(0, 0.01) * np.maximum(steps - STEPS // 2, 0)
        rows = "".join(
            f"{step},{one:.5f},{other:.5f}\n"
            for step, one, other in zip(steps, train, validation, strict=True)
        )
        name = f"rate-{rng.uniform(1e-4, 1e-2):.5f}"
        _write(folder / name / "metrics.csv", "step,train/loss,val/loss\n" + rows)
    return folder


def long_runs(folder: Path) -> Path:
    """Runs of three curves of 1,000,000 points each: two losses that share a chart, and a strip below."""
    for number in range(LONG_RUNS):
        curves = noisy_curves(LONG, number)
        tags = ["train/loss", "val/loss", "lr"]
        path = folder / f"run-{number}" / "events.out.tfevents.1"
        path.parent.mkdir(parents=True)
        write_events(
            path,
            Events(
                tags,
                np.tile(np.arange(3), LONG),
                np.repeat(np.arange(LONG), 3),
                np.asarray(1.7e9 + np.repeat(np.arange(LONG), 3) * 0.1, np.float64),
                np.stack(curves, axis=1).ravel().astype(np.float32),
            ),
        )
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
