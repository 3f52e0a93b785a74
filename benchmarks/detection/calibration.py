"""`python -m benchmarks.detection.calibration [--corpus FOLDER]`: is a confidence of 0.8 right in 8 of 10?

Fits the mapping from raw confidence to observed correctness on the `dev` half, isotonic, and holds it
against the `report` half. Writes `docs/calibration.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.__main__ import data
from benchmarks.detection.classes import SAID_BY, Claim, LabelledRun, is_wrong
from benchmarks.detection.scoring import claims_of, wilson
from benchmarks.detection.table import rows
from benchmarks.detection.tools import losstui_claims

PAGE = Path(__file__).resolve().parents[2] / "docs" / "calibration.md"
BINS = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
PLACES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings of known worth; all of shape (n,). `right` holds 0 and 1, `names` what was found."""

    confidence: FloatArray
    right: FloatArray
    names: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Isotonic:
    """A rising step function: `levels[i]` from `starts[i]` on; both of shape (k,)."""

    starts: FloatArray
    levels: FloatArray

    def __call__(self, confidence: FloatArray) -> FloatArray:
        """The observed correctness at each confidence; that of the first step below it."""
        index = np.searchsorted(self.starts, confidence, side="right") - 1
        return self.levels[np.maximum(index, 0)]


def fit(judged: Judged) -> Isotonic:
    """Least squares under the condition that it never falls: pool adjacent violators."""
    values, place = np.unique(judged.confidence, return_inverse=True)
    starts: list[float] = []
    sums: list[float] = []
    sizes: list[float] = []
    rights, counts = np.bincount(place, judged.right), np.bincount(place)
    for start, right, size in zip(values.tolist(), rights.tolist(), counts.tolist(), strict=True):
        starts.append(start)
        sums.append(right)
        sizes.append(size)
        while len(starts) > 1 and sums[-2] * sizes[-1] >= sums[-1] * sizes[-2]:
            starts.pop()
            last_sum, last_size = sums.pop(), sizes.pop()
            sums[-1], sizes[-1] = sums[-1] + last_sum, sizes[-1] + last_size
    return Isotonic(np.array(starts), np.array(sums) / np.array(sizes))


def judge(runs: Iterable[LabelledRun]) -> Judged:
    """Every finding of losstui that the labels decide on: right, wrong, or left out as neither."""
    confidence: list[float] = []
    right: list[float] = []
    names: list[str] = []
    for run in runs:
        for claim in claims_of(losstui_claims, run):
            verdict = _verdict(claim, run)
            if verdict is not None:
                confidence.append(claim.confidence)
                right.append(float(verdict))
                names.append(claim.name)
    return Judged(np.array(confidence), np.array(right), np.array(names))


def _verdict(claim: Claim, run: LabelledRun) -> bool | None:
    said = {name for name, said_by in SAID_BY.items() if claim.name in said_by}
    if run.judged is not None:
        said &= run.judged
    if not said or said & run.gray:
        return None
    if said & run.labels:
        return True
    return False if all(is_wrong(name, run) for name in said) else None


def reliability(judged: Judged, mapping: Isotonic) -> str:
    """Observed correctness by raw confidence, with the mapped one beside it."""
    mapped = mapping(judged.confidence)
    body: list[list[str]] = []
    for low, high in pairwise(BINS):
        inside = (judged.confidence >= low) & ((judged.confidence < high) | (high == BINS[-1]))
        n = int(inside.sum())
        if n:
            hits = int(judged.right[inside].sum())
            least, most = wilson(hits, n)
            body.append(
                [
                    f"{low:.2f} to {high:.2f}",
                    str(n),
                    f"{judged.confidence[inside].mean():.2f}",
                    f"{hits / n:.2f} ({least:.2f} to {most:.2f})",
                    f"{mapped[inside].mean():.2f}",
                ]
            )
    return rows(["confidence", "findings", "mean", "right", "mapped"], body)


def by_finding(judged: Judged) -> str:
    """Observed correctness and mean confidence of each finding."""
    body: list[list[str]] = []
    for name in sorted(set(judged.names.tolist())):
        chosen = judged.names == name
        n, hits = int(chosen.sum()), int(judged.right[chosen].sum())
        least, most = wilson(hits, n)
        mean = f"{judged.confidence[chosen].mean():.2f}"
        body.append([name, str(n), mean, f"{hits / n:.2f} ({least:.2f} to {most:.2f})"])
    return rows(["finding", "findings", "mean confidence", "right"], body)


def brier(confidence: FloatArray, right: FloatArray) -> float:
    """The mean squared difference between confidence and outcome; 0 is perfect."""
    return float(np.mean((confidence - right) ** 2))


def page(runs: list[LabelledRun]) -> str:
    """The text of `docs/calibration.md`."""
    dev = judge(run for run in runs if run.half == "dev")
    held_back = judge(run for run in runs if run.half == "report")
    mapping = fit(dev)
    places = np.array(PLACES)
    mapped = mapping(places)
    fitted = rows(["confidence", *(f"{x:.2f}" for x in places)], [["fitted", *(f"{x:.2f}" for x in mapped)]])
    before = brier(held_back.confidence, held_back.right)
    after = brier(mapping(held_back.confidence), held_back.right)
    return f"""# Calibration

How often a finding is right, by the confidence it is given. Made by
`python -m benchmarks.detection.calibration`: {len(dev.right)} findings of the `dev` half fit the mapping,
{len(held_back.right)} findings of the `report` half, on other tasks, are counted below. A finding is right
where the labels say so, wrong where they exclude it, and left out where it could be said either way. The
share that is right depends on how many runs are faulty: in the benchmark more are than in daily work.

{reliability(held_back, mapping)}
{by_finding(held_back)}
Mean squared error of the confidence (Brier): {before:.3f} as given, {after:.3f} mapped.

The mapping fitted on `dev` (isotonic, pool adjacent violators):

{fitted}"""


def main() -> None:
    """Make the data, fit, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection.calibration")
    parser.add_argument("--corpus", type=Path, help="folder of labelled logs, see corpus.py")
    text = page(data(parser.parse_args().corpus, quick=False))
    print(text)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
