"""`python -m benchmarks.detection.calibration [--corpus FOLDER]`: is a confidence of 0.8 right in 8 of 10?

Fits the mapping from the confidence of the detectors to how often they are right on the `dev` half,
writes it where `losstui.stats.calibration` reads it, holds it against the `report` half and writes
`docs/calibration.md`.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.classes import NEAR, SAID_BY, UNJUDGED, Claim, LabelledRun, is_wrong
from benchmarks.detection.data import labelled_runs
from benchmarks.detection.logistic import covariance, most_likely
from benchmarks.detection.scoring import claims_of, wilson
from benchmarks.detection.table import rows
from benchmarks.detection.tools import losstui_claims
from losstui.detectors import DETECTORS
from losstui.stats.calibration import key, log_odds, moderated

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "calibration.md"
FITTED = ROOT / "losstui" / "stats" / "fitted_calibration.py"
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)  # of the confidence: finer where most findings are
PLACES = (0.5, 0.7, 0.9, 0.99)  # confidences by the evidence alone, of which the mapped ones are shown
# What the log states itself needs no odds: that steps went back, contradict each other or are too few.
STATED = frozenset({"resumed-run", "inconsistent-steps", "log-quality"})
# Standard deviations of what is expected before any run is seen: the detectors' own odds, about right.
SLOPE_PRIOR = 0.5  # around 1
COMMON_PRIOR = 1.5  # log odds around 0: of all findings
# The labelled runs are as likely with kinds that differ little within a finding as with findings that differ
# little among each other (the evidence of MacKay 1992, within 1 nat): what borrows least is taken.
OWN_PRIOR = 0.5  # log odds around what is common: a finding with few runs stays near the others
KIND_PRIOR = 1.4  # log odds around those of its finding: the same for a kind, and for what has none
# Of a finding that is no mistake but where something else is true of the run, not the same trouble by another
# name: left out, a kind that mostly speaks of such runs would have the odds of the few that are decided.
UNDECIDED = 0.5

FloatArray = NDArray[np.float64]
Offset: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings of known worth; all of shape (n,). `names` is what was found, `kinds` its `calibration.key`.

    `right` holds 0 and 1, and `UNDECIDED` where neither is known.
    """

    confidence: FloatArray
    right: FloatArray
    names: NDArray[np.str_]
    kinds: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log odds of being right: an offset by name or kind, `common` for others, plus `slope` times those
    given by the evidence. Offsets come with their standard deviations.
    """

    slope: float
    common: Offset
    offsets: Mapping[str, Offset]

    def __call__(self, kinds: NDArray[np.str_], confidence: FloatArray) -> FloatArray:
        """How often findings of those kinds and confidences are right; all of shape (n,)."""
        mapped = [
            moderated(offset + self.slope * log_odds(float(one)), deviation)
            for one, (offset, deviation) in zip(confidence, map(self.offset, kinds.tolist()), strict=True)
        ]
        return np.array(mapped)

    def offset(self, kind: str) -> Offset:
        """That of a kind, or by name what all of its kinds have in common: of one not seen it, less sure."""
        name = kind.partition(":")[0]
        offset, deviation = self.offsets.get(name, self.common)
        unseen = (offset, deviation if kind == name else math.hypot(deviation, KIND_PRIOR))
        return self.offsets.get(kind, unseen)


def fit(judged: Judged) -> Logistic:
    """The most likely mapping, each finding with an offset of its own that few runs move little.

    So has each of its kinds, around that of the finding; what has none is a kind as well, or however often it
    was right, all that comes as another kind would be as sure. A logistic regression; the slope is kept from
    falling below 0. How sure an offset is counts at the mean evidence, where most findings are.
    """
    names, of_name = np.unique(judged.names, return_inverse=True)
    kinds = np.unique(judged.kinds)
    given = np.array([log_odds(float(one)) for one in judged.confidence])
    of_kind = (judged.kinds[:, None] == kinds).astype(np.float64)
    features = np.column_stack([given, np.ones(len(given)), np.eye(len(names))[of_name], of_kind])
    expected = np.array([1.0, 0.0, *np.zeros(len(names) + len(kinds))])
    own = [np.full(len(names), OWN_PRIOR), np.full(len(kinds), KIND_PRIOR)]
    deviations = np.array([SLOPE_PRIOR, COMMON_PRIOR, *np.concatenate(own)])
    weights = most_likely(features, judged.right, expected, deviations)
    shared = covariance(features, weights, deviations)

    def offset(*columns: int) -> Offset:
        place = np.zeros(len(weights))
        place[[1, *columns]] = 1.0
        value = float(place @ weights)
        place[0] = given.mean()
        return value, math.sqrt(float(place @ shared @ place))

    column = {name: 2 + i for i, name in enumerate([*names.tolist(), *kinds.tolist()])}
    offsets = {name: offset(*{column[name.partition(":")[0]], column[name]}) for name in column}
    value, deviation = offset()
    return Logistic(max(0.0, float(weights[0])), (value, math.hypot(deviation, OWN_PRIOR)), offsets)


def judge(runs: Iterable[LabelledRun]) -> Judged:
    """Every finding that the labels speak of; without what the log states itself."""
    confidence: list[float] = []
    right: list[float] = []
    names: list[str] = []
    kinds: list[str] = []
    for run in runs:
        for claim in claims_of(partial(losstui_claims, calibrate=lambda name, kind, given: given), run):
            verdict = _verdict(claim, run)
            if verdict is not None and claim.name not in STATED:
                confidence.append(claim.confidence)
                right.append(verdict)
                names.append(claim.name)
                kinds.append(key(claim.name, claim.kind))
    return Judged(np.array(confidence), np.array(right), np.array(names), np.array(kinds))


def _verdict(claim: Claim, run: LabelledRun) -> float | None:
    said = {name for name, said_by in SAID_BY.items() if claim.name in said_by}
    if run.judged is not None:
        said &= run.judged
    if said & run.labels:
        return 1.0
    if not said or said & run.gray or run.labels & UNJUDGED:
        return None
    if all(is_wrong(name, run) for name in said):
        return 0.0
    beside = {(name, other) for name in said for other in NEAR[name] & (run.labels | run.gray)}
    same_trouble = any(name in NEAR.get(other, ()) for name, other in beside)
    return None if same_trouble else UNDECIDED


def module(mapping: Logistic) -> str:
    """The text of the module that the product reads the mapping from."""
    names = {detector.name for detector in DETECTORS if detector.name not in STATED}
    fitted = {name: mapping.offset(name) for name in sorted(names | mapping.offsets.keys())}
    offsets = [
        f'    "{name}": ({offset:.3f}, {deviation:.3f}),\n' for name, (offset, deviation) in fitted.items()
    ]
    return f'''"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = {mapping.slope:.3f}
# Standard deviation of the offset of a kind around that of its finding, before any run is seen.
KIND_DEVIATION: Final = {KIND_PRIOR:.3f}
# Of a kind that was seen, and by the name of a finding of one that was not: the log odds, how sure they are.
OFFSETS: Final[Mapping[str, tuple[float, float]]] = {{
{"".join(offsets)}}}
'''


def reliability(confidence: FloatArray, right: FloatArray) -> str:
    """How often findings are right, by the confidence they are given; what is undecided counts half."""
    body: list[list[str]] = []
    for low, high in pairwise(BINS):
        inside = (confidence >= low) & ((confidence < high) | (high == BINS[-1]))
        if inside.any():
            body.append([f"{low:.2f} to {high:.2f}", *_shares(confidence[inside], right[inside])])
    return rows(["confidence", "findings", "mean", "right"], body)


def by_finding(judged: Judged, mapping: Logistic, seen: Judged) -> str:
    """For each finding and kind: how often it is right, what it is given, what its evidence is mapped to."""
    body: list[list[str]] = []
    mapped = mapping(judged.kinds, judged.confidence)
    for name in sorted({*judged.kinds.tolist(), *seen.kinds.tolist()}):
        chosen = judged.kinds == name
        shares = _shares(mapped[chosen], judged.right[chosen]) if chosen.any() else ["0", "-", "-"]
        places = mapping(np.full(len(PLACES), name), np.array(PLACES))
        fitted_on = str(int(np.count_nonzero(seen.kinds == name)))
        body.append([name, *shares, fitted_on, *(f"{one:.2f}" for one in places)])
    header = ["finding", "findings", "mean confidence", "right", "fitted on"]
    return rows([*header, *(f"{one:.2f} becomes" for one in PLACES)], body)


def _shares(confidence: FloatArray, right: FloatArray) -> list[str]:
    n, hits = len(right), float(right.sum())
    low, high = wilson(hits, n)
    return [str(n), f"{confidence.mean():.2f}", f"{hits / n:.2f} ({low:.2f} to {high:.2f})"]


def brier(confidence: FloatArray, right: FloatArray) -> float:
    """The mean squared difference between confidence and outcome; 0 is perfect."""
    return float(np.mean((confidence - right) ** 2))


def write(runs: list[LabelledRun]) -> str:
    """Fit, write the module and the page, and return the page."""
    seen = judge(run for run in runs if run.half == "dev")
    held_back = judge(run for run in runs if run.half == "report")
    mapping = fit(seen)
    mapped = mapping(held_back.kinds, held_back.confidence)
    before, after = brier(held_back.confidence, held_back.right), brier(mapped, held_back.right)
    text = f"""# Calibration

How often a finding is right, by the confidence it is given. Made by
`python -m benchmarks.detection.calibration --corpus FOLDER`: {len(seen.right)} findings of the `dev` half
fit the mapping, {len(held_back.right)} findings of the `report` half, on other tasks, are counted
below. A finding is right if the labels say so and wrong if they exclude it. It is left out if it
could be said either way, or is the same trouble by another name. It counts half if another trouble
is in its way, as for overfitting reported of a run that diverges. How many findings are right
depends on how many runs are faulty: in the benchmark more are than in daily work.

{reliability(mapped, held_back.right)}
The same findings by the confidence that the evidence alone would give:

{reliability(held_back.confidence, held_back.right)}
Mean squared error of the confidence (Brier): {before:.3f} by the evidence alone, {after:.3f} calibrated.

The mapping is logistic. It has one slope for all, an offset for each finding, and one for each kind
of a finding; `plain` is the kind of a finding that has none. A kind that few runs show keeps close
to the offset of its finding, and a finding that few runs show keeps close to the common offset:
before any run is seen, offsets of findings scatter around the common one with a standard deviation
of {OWN_PRIOR}, and those of kinds around their finding's with one of {KIND_PRIOR}. The error of an
offset draws the confidence towards one half (the moderated output of MacKay 1992), so a finding
that was hardly ever seen gets less confidence.

What the log states itself ({", ".join(sorted(STATED))}) is neither
mapped nor counted: a restart that is in the log is there, whether the labels mention it or not.

{by_finding(held_back, mapping, seen)}
A finding of which no run is labelled gets the common offset, and a kind of which no run is labelled
that of its finding; both with less confidence.
"""
    FITTED.write_text(module(mapping), encoding="utf-8")
    PAGE.write_text(text, encoding="utf-8")
    return text


def main() -> None:
    """Make the data, fit, and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection.calibration")
    parser.add_argument("--corpus", type=Path, help="folder of labelled logs, see corpus.py")
    print(write(labelled_runs(parser.parse_args().corpus)), end="")


if __name__ == "__main__":
    main()
