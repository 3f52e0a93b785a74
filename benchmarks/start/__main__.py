"""`python -m benchmarks.start`: CPU seconds of `losstui --json sample_logs`, beside its peers.

Each command runs several times as a process of its own, with compiled bytecode as `pip install`
leaves it; the smallest sum of user and system time counts, because whatever else the machine does only
adds to it. `runmedic` (in the dependency group `bench`) is the peer that does the same work; the other
lines say what the imports alone would cost.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 9  # of which the quickest counts: the machine is shared


def commands() -> dict[str, list[str]]:
    """What is measured, by the name in the table; peers that are not installed are left out."""
    python = sys.executable
    chosen = {
        "losstui --json sample_logs": [python, "-m", "losstui", "--json", "sample_logs"],
        "import numpy": [python, "-c", "import numpy"],
        "import pandas, scipy.stats": [python, "-c", "import pandas, scipy.stats"],
        "import EventAccumulator": [
            python,
            "-c",
            "from tensorboard.backend.event_processing import event_accumulator",
        ],
    }
    runmedic = shutil.which("runmedic", path=str(Path(python).parent))
    if runmedic is not None:
        chosen["runmedic diagnose --json sample_logs"] = [runmedic, "diagnose", "--json", "sample_logs"]
    return chosen


def cpu_seconds(command: list[str]) -> float:
    """User and system seconds of one run of `command`, its output thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure in turns, so that a busy minute hits all alike; print the table and write it down."""
    chosen = commands()
    seconds: dict[str, list[float]] = {name: [] for name in chosen}
    for _ in range(REPEATS):
        for name, command in chosen.items():
            seconds[name].append(cpu_seconds(command))
    own = min(next(iter(seconds.values())))
    lines = ["| command | CPU seconds | times losstui |", "|---|---|---|"]
    lines += [f"| {name} | {min(taken):.2f} | {min(taken) / own:.2f} |" for name, taken in seconds.items()]
    table = "\n".join(lines) + "\n"
    print(table, end="")
    (Path(__file__).parent / "results.md").write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
