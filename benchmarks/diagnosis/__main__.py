"""`python -m benchmarks.diagnosis`: CPU milliseconds that the diagnosis of a run with long curves takes.

Two runs of three tags each, at two lengths; the peers `runmedic` and `trainproof` (in the dependency
group `bench`) are given the same curves in the same process. The least of a dozen repeats counts, because
whatever else the machine does only adds to it. Reading the log is not part of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.detection.table import rows
from benchmarks.detection.tools import PEERS, missing_peers
from losstui import plugins
from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.frame import FloatArray, FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run, StepUnit

RESULTS = Path(__file__).with_name("results.md")
LENGTHS = (100_000, 1_000_000)  # values a curve
REPEATS = 12  # of which the quickest counts: the machine is shared
SECONDS_A_STEP = 0.1  # between two wall times
START = 1.75e9  # seconds since 1970
DEAREST = 12  # detectors that the second table names


def long_run(points: int, *, held_out: bool) -> Run:
    """A healthy run of three tags: losses and rate, or with `held_out` False loss, accuracy, norm."""
    rng = np.random.default_rng(points)
    done = np.arange(points) / points
    walls = START + np.cumsum(rng.gamma(50.0, SECONDS_A_STEP / 50.0, points))

    def noisy(values: FloatArray, sigma: float) -> FloatArray:
        return values + rng.normal(0.0, sigma, points)

    falling = np.exp(-6.0 * done)
    tags = {"train/loss": noisy(0.5 + 2.0 * falling, 0.05)}
    if held_out:
        tags |= {"val/loss": noisy(0.55 + 2.0 * falling, 0.05), "lr": 1e-3 * 0.5 * (1 + np.cos(np.pi * done))}
    else:
        norms = np.exp(rng.normal(0.0, 0.3, points)) * (1.0 + 2.0 * falling)
        tags |= {"train/accuracy": noisy(0.9 - 0.8 * falling, 0.03), "train/grad_norm": norms}
    builder = FrameBuilder()
    for tag, values in tags.items():
        builder.add(tag, np.arange(points), values, wall_times=walls)
    frame = builder.build()
    return Run("long", "long", ("made",), "made", frame, assign_roles(frame), StepUnit.STEP)


def milliseconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The least CPU time of `work`."""
    taken: list[float] = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return 1e3 * min(taken)


def whole(run: Run) -> Iterator[tuple[str, float]]:
    """Each tool with its milliseconds, losstui first."""
    detectors = plugins.load().detectors
    yield "losstui", milliseconds(partial(analyse_run, run, detectors))
    for name, (_, tool) in PEERS.items():
        if name not in missing_peers():
            yield name, milliseconds(partial(tool, run), repeats=1)


def by_detector(run: Run) -> dict[str, float]:
    """The milliseconds of each detector, in the order they run in: the first pays for what others share."""
    least: dict[str, float] = {}
    for _ in range(REPEATS):
        curves = RunCurves(run)
        for detector in plugins.load().detectors:
            taken = milliseconds(partial(detector.detect, curves), repeats=1)
            least[detector.name] = min(taken, least.get(detector.name, taken))
    return least


def report() -> str:
    """Both tables."""
    runs = {"loss, validation, rate": True, "loss, accuracy, gradient norm": False}
    body: list[list[str]] = []
    names: list[str] = []
    for text, held_out in runs.items():
        for points in LENGTHS:
            costs = dict(whole(long_run(points, held_out=held_out)))
            names = list(costs)
            body.append([f"{text}: 3 x {points:,}", *(f"{cost:,.0f}" for cost in costs.values())])
    longest = [by_detector(long_run(LENGTHS[-1], held_out=held_out)) for held_out in runs.values()]
    dearest = sorted(longest[0], key=lambda name: -max(costs[name] for costs in longest))[:DEAREST]
    detail = [[name, *(f"{costs[name]:.1f}" for costs in longest)] for name in dearest]
    return "\n".join(
        [
            "# Diagnosis\n\n`python -m benchmarks.diagnosis`: CPU milliseconds for all detectors, the curves "
            "at hand.\n",
            rows(["run", *names], body),
            f"The dearest detectors at {LENGTHS[-1]:,} values a tag; the first one to ask for a level or a "
            "scale pays for it.\n",
            rows(["detector", *runs], detail),
        ]
    )


def main() -> None:
    """Measure, print the tables and write them down."""
    text = report()
    print(text, end="")
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
