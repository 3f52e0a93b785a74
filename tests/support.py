"""Runs made by hand, for tests that build their data where they read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from losstui.curves import RunCurves
from losstui.detecting import Detector
from losstui.findings import Finding, Skipped
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run, StepUnit


def make_run(
    tags: Mapping[str, ArrayLike],
    steps: Mapping[str, Sequence[int]] | None = None,
    *,
    wall_times: Mapping[str, ArrayLike] | None = None,
    step_unit: StepUnit = StepUnit.STEP,
) -> Run:
    """A run with those values a tag; steps count from 0 unless given for the tag."""
    builder = FrameBuilder()
    for tag, logged in tags.items():
        values = np.asarray(logged, np.float64)
        own_steps = np.asarray((steps or {}).get(tag, range(len(values))), np.int64)
        builder.add(tag, own_steps, values, wall_times=(wall_times or {}).get(tag))
    frame = builder.build()
    return Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame), step_unit)


def make_curves(tags: Mapping[str, ArrayLike], steps: Mapping[str, Sequence[int]] | None = None) -> RunCurves:
    """The curves of `make_run`."""
    return RunCurves(make_run(tags, steps))


def found_by(detector: Detector, run: RunCurves | Mapping[str, ArrayLike]) -> list[Finding]:
    """What a detector finds in a run, given by its curves or values, where it must be able to look."""
    outcome = detector.detect(run if isinstance(run, RunCurves) else make_curves(run))
    assert not isinstance(outcome, Skipped)
    return list(outcome)


def remembering(rng: np.random.Generator, count: int, share: float) -> NDArray[np.float64]:
    """Noise of variance 1 whose neighbours have the correlation `share`."""
    values = rng.normal(size=count)
    for i in range(1, count):
        values[i] = share * values[i - 1] + np.sqrt(1.0 - share**2) * values[i]
    return values
