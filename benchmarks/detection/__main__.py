"""`python -m benchmarks.detection [--corpus FOLDER] [--quick]`: who finds what in training curves.

The runs are small trainings with a fault put in, made here; with `--corpus` also labelled logs, and
faults put into their healthy curves. Tasks are split, never runs: whatever is fitted is fitted on `dev`
and held against `report`; the table has both, and beside them the tasks of `fresh`, which nothing
is chosen with. The calibration of the confidence is fitted anew.
The peers `runmedic` and `trainproof` are in the dependency group `bench`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from benchmarks.detection import calibration, table
from benchmarks.detection.classes import LabelledRun
from benchmarks.detection.data import labelled_runs
from benchmarks.detection.fresh.family import FRESH_FAMILY
from benchmarks.detection.generator import SOURCE, generate
from benchmarks.detection.injection import INJECTED
from benchmarks.detection.robustness import changed_shares, replay
from benchmarks.detection.scoring import Score, score
from benchmarks.detection.tools import Tool, missing_peers, rules, tools

RESULTS = Path(__file__).with_name("results.md")
LOGS = "from labelled logs"
REPLAYED = 3  # every third generated run of the report half is told in prefixes and otherwise

EXPLANATION = """# Detection

`python -m benchmarks.detection` on {runs}.
P / R / F1 are precision, recall and their harmonic mean; shares per 100 come with the 95 % interval of
Wilson. A finding of a neighbouring class, or of one that could be said either way, counts neither for
nor against. What is fitted is fitted on the tasks of `dev`; those of `report` have been looked at while
detectors were made, the fresh ones have not. The known rules are written from their descriptions, at default
settings; those of AUTOTRAINER on accuracy are silent where none is logged{missing}.
A resumed run has its onset where it went back to, not where it had broken off; natural values as far out,
and together as high, as all that the run gained could be called spikes or not. Whether a run stopped too high
is judged where its log has a sign of it; how often the others are told stands in rows of their own.
"""


def scores(chosen: dict[str, Tool], runs: list[LabelledRun]) -> dict[str, dict[str, Score]]:
    """The score of each tool on each group."""
    result: dict[str, dict[str, Score]] = {}
    for half in table.GROUPS:
        of_half = [run for run in runs if run.half == half]
        result[half] = {name: score(tool, of_half) for name, tool in chosen.items()}
        print(f"{half}: {len(of_half)} runs scored", file=sys.stderr)
    return result


def report(runs: list[LabelledRun]) -> str:
    """Everything that is printed and written."""
    whole = tools()
    told = [run for run in runs if run.half == "report" and run.source == SOURCE][::REPLAYED]
    counted = Counter(_named(run.source) for run in runs)
    missing = missing_peers()
    found = scores({**whole, **rules()}, runs)
    peers = {half: {name: found[half][name] for name in whole} for half in found}
    replays = {name: replay(tool, told) for name, tool in whole.items()}
    parts = [
        EXPLANATION.format(
            runs=", ".join(f"{n} runs {source}" for source, n in counted.items()),
            missing=f". Not installed: {', '.join(missing)}" if missing else "",
        ),
        table.class_table(peers),
        "## Where it begins, by losstui\n",
        table.onset_table(found),
        "## Known rules\n",
        table.rule_table(found),
        "## The same run told otherwise: warnings that change, per 100\n",
        table.change_table({name: changed_shares(tool, told) for name, tool in whole.items()}),
        "## While the log grows\n",
        table.replay_table(replays),
        table.replay_class_table(replays["losstui"]),
    ]
    return "\n".join(parts)


def _named(source: str) -> str:
    return {SOURCE: "trained here", INJECTED: "with a fault put into a real curve"}.get(source, LOGS)


def main() -> None:
    """Make the data, measure, print the tables and write them down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection")
    parser.add_argument("--corpus", type=Path, help="folder of labelled logs, see corpus.py")
    parser.add_argument(
        "--quick", action="store_true", help="one seed, half of the tasks; nothing is written"
    )
    arguments = parser.parse_args()
    runs = labelled_runs(arguments.corpus, quick=arguments.quick)
    text = report([*runs, *generate(FRESH_FAMILY.tasks, quick=arguments.quick)])
    print(text, end="")
    if not arguments.quick:
        RESULTS.write_text(text, encoding="utf-8")
        calibration.write(runs)


if __name__ == "__main__":
    main()
