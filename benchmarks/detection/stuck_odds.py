"""`python -m benchmarks.detection.stuck_odds [--corpus FOLDER]`: can a flat loss be told stuck from done?

Adds weak signs up to the odds of being stuck, fitted on the `dev` half, and writes
`docs/stuck-or-done.md`: how well each sign and all together tell the two kinds apart, on tasks that were
left out of the fit and among the runs of one task, and what the odds would add to the rules of the
detectors. No detector uses the odds; the page says why.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.classes import SAID_BY, UNSEEN, LabelledRun
from benchmarks.detection.data import labelled_runs
from benchmarks.detection.generator import SOURCE
from benchmarks.detection.injection import INJECTED
from benchmarks.detection.logistic import most_likely
from benchmarks.detection.scoring import claims_of
from benchmarks.detection.table import rows
from benchmarks.detection.tools import losstui_claims
from losstui.curves import RunCurves
from losstui.detectors._flat_bounds import FlatBounds, flat_tails
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.bounds import LEAST_FALL, LEAST_Z, LEVEL_SHARE, TAIL_SHARE
from losstui.detectors._schedule import Schedule, gradient_left, schedule
from losstui.detectors._skill import final_accuracy
from losstui.stats.noise import times_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "stuck-or-done.md"
SIGNS = (
    "level left",
    "fall left open",
    "flat since",
    "noise",
    "noise of the level",
    "stopped at once",
    "gap",
    "schedule ran out",
    "gradient left",
    "accuracy",
)
LEAST_SHARE = 0.01  # shares are kept that far from 0 and 1: beyond, they tell no more
LEAST_NOISE = 1e-4  # of the level: a loss that moves by less is constant for any purpose
BEND, BENT = 0.3, 0.05  # of the gain still to come: where the way into the flat part begins and ends
LEAST_OPEN = 0.003  # of the gain: a bound on the fall below is flat for any purpose
UNKNOWN = 0.5  # schedules end where the run does about every other time
LEAST_START = 0.1  # of the first level: what lost less is a model that was good before, or stuck at its start
STUCK = frozenset({*UNSEEN, *UNSEEN.values()})
SAY_SO = frozenset(finding for name in UNSEEN for finding in SAID_BY[name])
MADE, READ = "trained here", "labelled logs"
DEVIATION = 1.0  # of a weight around 0 before any run is seen, for signs that scatter by 1
OFFSET_DEVIATION = 10.0  # of the offset: as good as free
LEAST_OF_TASK = 3  # stuck runs and healthy runs: fewer say nothing of a task

FloatArray = NDArray[np.float64]
Names = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Flat:
    """Flat runs whose labels say whether they are stuck (1) or done (0); arrays of n rows.

    `warned` says whether a detector warns that they are stuck.
    """

    signs: FloatArray
    stuck: FloatArray
    tasks: Names
    halves: Names
    sources: Names
    warned: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> Flat:
        """Those runs alone."""
        return Flat(
            self.signs[chosen],
            self.stuck[chosen],
            self.tasks[chosen],
            self.halves[chosen],
            self.sources[chosen],
            self.warned[chosen],
        )


def flat_runs(runs: Iterable[LabelledRun]) -> Flat:
    """The runs whose losses have become flat, as the detector of plateaus sees it."""
    signs: list[FloatArray] = []
    stuck: list[float] = []
    tasks: list[str] = []
    halves: list[str] = []
    sources: list[str] = []
    warned: list[bool] = []
    bounds = FlatBounds(TAIL_SHARE, LEAST_FALL, LEVEL_SHARE)
    for run in runs:
        is_stuck = bool(run.labels & STUCK)
        if run.source == INJECTED or run.judged is not None or not (is_stuck or run.healthy or run.trap):
            continue
        curves = RunCurves(run.runs[0])
        tails = flat_tails(curves, bounds)
        if not tails or any(tail.moves(tail.bound, LEAST_Z) for tail in tails):
            continue
        if max(tail.fallen for tail in tails) < LEAST_START:
            continue
        signs.append(signs_of(curves, tails))
        stuck.append(float(is_stuck))
        tasks.append(run.task)
        halves.append(run.half)
        sources.append(MADE if run.source == SOURCE else READ)
        warned.append(any(one.loud and one.name in SAY_SO for one in claims_of(losstui_claims, run)))
    return Flat(
        np.array(signs),
        np.array(stuck),
        np.array(tasks),
        np.array(halves),
        np.array(sources),
        np.array(warned),
    )


def signs_of(curves: RunCurves, tails: list[FlatTail]) -> FloatArray:
    """What speaks for stuck or for done, shape (len(SIGNS),), without units; `tails` has some.

    Shares of the untrained level and the accuracy count as log odds, other shares as logarithms. Of two
    losses the surer one counts. What is not logged counts as even.
    """
    left = 1.0 - max(tail.fallen for tail in tails)
    gains = [max(tail.untrained - tail.level, tail.bound) for tail in tails]
    fall = min(tail.part.fall.upper / gain for tail, gain in zip(tails, gains, strict=True))
    plan, gradient, accuracy = schedule(curves), gradient_left(curves), final_accuracy(curves)
    return np.array(
        [
            _log_odds(left),
            _log(fall, LEAST_OPEN),
            _log(min(tail.since for tail in tails), LEAST_SHARE),
            _log(tails[0].curve.noise / gains[0], LEAST_SHARE),
            _log(times_of(tails[0].curve.noise, abs(tails[0].level)), LEAST_NOISE),
            -_bend(tails[-1]),
            _log(abs(tails[-1].level - tails[0].level) / max(gains), LEAST_SHARE),
            _ran_out(plan),
            0.0 if gradient is None else _log_odds(gradient),
            0.0 if accuracy is None else _log_odds(accuracy),
        ]
    )


def _bend(tail: FlatTail) -> float:
    """How long the loss took for the last of its gain, as the logarithm of a share of what it took before.

    Descents that slow down towards a floor take several times as long; one that is stopped takes none.
    """
    to_come = (tail.curve.levels - tail.level) / max(tail.first - tail.level, tail.bound)
    begun, ended = (int(np.argmax(to_come <= share)) for share in (BEND, BENT))
    return math.log((ended - begun + 1) / (begun + 1))


def _ran_out(plan: Schedule | None) -> float:
    return UNKNOWN if plan is None else float(plan.ran_out)


def _log_odds(share: float) -> float:
    kept = min(max(share, LEAST_SHARE), 1.0 - LEAST_SHARE)
    return math.log(kept / (1.0 - kept))


def _log(share: float, least: float) -> float:
    return math.log(min(1.0, max(share, least)))


def scaled(flat: Flat, seen: NDArray[np.bool_]) -> FloatArray:
    """The signs of all runs as they lie among those `seen`: mean 0, deviation 1; and a column of ones."""
    mean, deviation = flat.signs[seen].mean(axis=0), flat.signs[seen].std(axis=0)
    return np.column_stack([(flat.signs - mean) / np.maximum(deviation, 1e-9), np.ones(len(flat.stuck))])


def fit(flat: Flat, seen: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """The weights of the scaled signs and, last, the offset, from the runs `seen`; and all log odds."""
    features = scaled(flat, seen)
    deviations = np.array([DEVIATION] * len(SIGNS) + [OFFSET_DEVIATION])
    weights = most_likely(features[seen], flat.stuck[seen], np.zeros(len(deviations)), deviations)
    return weights, features @ weights


def left_out(flat: Flat) -> FloatArray:
    """The log odds of each run by a fit that has seen no run of its task."""
    odds = np.empty(len(flat.stuck))
    for task in np.unique(flat.tasks):
        own = flat.tasks == task
        odds[own] = fit(flat, ~own)[1][own]
    return odds


def area(scores: FloatArray, stuck: FloatArray) -> float:
    """How often a stuck run scores above a healthy one (area under the ROC curve)."""
    high, low = scores[stuck > 0][:, None], scores[stuck == 0][None, :]
    in_order, equal = int(np.count_nonzero(high > low)), int(np.count_nonzero(high == low))
    return (in_order + 0.5 * equal) / int(high.size * low.size)


def within_tasks(scores: FloatArray, flat: Flat) -> float:
    """The mean of `area` over the tasks with enough runs of both kinds."""
    areas: list[float] = []
    for task in np.unique(flat.tasks):
        own = flat.tasks == task
        if min(np.count_nonzero(flat.stuck[own]), np.count_nonzero(flat.stuck[own] == 0)) >= LEAST_OF_TASK:
            areas.append(area(scores[own], flat.stuck[own]))
    return float(np.mean(areas))


def sign_table(seen: Flat, apart: FloatArray, held_back: Flat, told: FloatArray, weights: FloatArray) -> str:
    """How well each sign and all together (`apart`, `told`) order the runs of both halves."""
    weighed = [*(f"{weight:+.1f}" for weight in weights[:-1]), ""]
    mine, others = np.column_stack([seen.signs, apart]).T, np.column_stack([held_back.signs, told]).T
    body = [
        [
            name,
            weight,
            f"{area(own, seen.stuck):.2f}",
            f"{within_tasks(own, seen):.2f}",
            f"{area(other, held_back.stuck):.2f}",
            f"{within_tasks(other, held_back):.2f}",
        ]
        for name, weight, own, other in zip([*SIGNS, "all together"], weighed, mine, others, strict=True)
    ]
    return rows(["sign", "weight", "dev half", "dev, within a task", "report half", "report, within"], body)


def rule_table(flat: Flat, above: NDArray[np.bool_]) -> str:
    """What the rules find, and what they and the odds find, where the odds are `above` their bound."""
    body: list[list[str]] = []
    for source in (MADE, READ):
        for half in ("dev", "report"):
            own = (flat.sources == source) & (flat.halves == half)
            cells = [source, half]
            for kind in (flat.stuck > 0, flat.stuck == 0):
                there = own & kind
                both = np.count_nonzero(there & (flat.warned | above))
                cells += [str(np.count_nonzero(one)) for one in (there, there & flat.warned)] + [str(both)]
            body.append(cells)
    with_odds = "and odds"
    return rows(["runs", "half", "stuck", "rules", with_odds, "healthy", "rules", with_odds], body)


def write(runs: list[LabelledRun]) -> str:
    """Fit, write the page and return it."""
    flat = flat_runs(runs)
    dev = flat.halves == "dev"
    seen, held_back = flat.where(dev), flat.where(~dev)
    weights, odds = fit(flat, dev)
    odds[dev] = left_out(seen)
    bound = float(odds[dev & (flat.stuck == 0)].max())
    stuck, others = int(seen.stuck.sum()), int(held_back.stuck.sum())
    text = f"""# Stuck or done

A loss that has become flat is either stuck above what its task allows, or done. Made by
`python -m benchmarks.detection.stuck_odds`: {len(seen.stuck)} flat runs of the `dev` half, of which
{stuck} are stuck, and {len(held_back.stuck)} of the `report` half, of which {others} are; all lost at least
{100 * LEAST_START:.0f} % of their first level.

The table says how often a stuck run scores above a healthy one (the area under the ROC curve; 0.5
is luck, 0 and 1 are certainty). The weights are fitted on the `dev` half, to signs scaled to a
standard deviation of 1. A run of that half is scored by weights fitted without the runs of its
task.

{sign_table(seen, odds[dev], held_back, odds[~dev], weights)}
Within one task the level alone nearly always says which run is stuck. Across tasks no bound on the
level holds, because tasks differ in how much of the first loss can be lost at all. The other signs
add little. Of these the noise tells most: relative to its level it is smaller in a stuck run, whose
model is wrong by about as much on every batch; but it depends on the size of the batches as well. A
descent that stops at once speaks for stuck, but most stuck runs come to their level as slowly as
one that is done.

The next table counts the runs that get a warning: by the rules of the detectors alone, and if odds
above those of every healthy run of the `dev` half warn too. (Some of the healthy runs could be
called either way.)

{rule_table(flat, odds > bound)}
With that bound the odds find next to no stuck run that the rules miss, so no detector uses them.
What decides the other runs, above all further runs of the same task, is told in [what curves alone
do not show](limits.md).
"""
    PAGE.write_text(text, encoding="utf-8")
    return text


def main() -> None:
    """Make the data, fit, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection.stuck_odds")
    parser.add_argument("--corpus", type=Path, help="folder of labelled logs, see corpus.py")
    print(write(labelled_runs(parser.parse_args().corpus)), end="")


if __name__ == "__main__":
    main()
