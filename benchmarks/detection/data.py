"""All labelled runs: trained here, from a corpus, and with a fault put into its healthy ones."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.detection.classes import LabelledRun
from benchmarks.detection.corpus import read_corpus
from benchmarks.detection.generator import generate
from benchmarks.detection.injection import inject

MOST_INJECTED = 40  # healthy curves that faults are put into


def labelled_runs(corpus: Path | None, *, quick: bool = False) -> list[LabelledRun]:
    """All of them, the generated ones first; see `generate` for `quick`."""
    runs = list(generate(quick=quick))
    print(f"{len(runs)} runs trained", file=sys.stderr)
    if corpus is not None:
        read = list(read_corpus(corpus))
        runs += [*read, *inject(read, MOST_INJECTED)]
    return runs
