"""Makes the sample logs anew: `python sample_logs/make.py`, half a minute.

Each is a real training, in numpy on the CPU, with a fault put in on purpose (or none). Seeds and clock
are fixed: the same numpy on the same kind of processor gives the same bytes. Beside the log lie
expected.toml, what has to be found, by which `tests/test_sample_logs.py` measures, and README.md.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from breakdowns import BREAKDOWNS
from case import Case
from faults import FAULTS
from healthy import HEALTHY

ROOT = Path(__file__).parent
CASES: tuple[Case, ...] = (*HEALTHY, *FAULTS, *BREAKDOWNS)


def make() -> None:
    """Write every case into its folder; what was in the folder is gone."""
    for case in CASES:
        shutil.rmtree(ROOT / case.folder.split("/")[0], ignore_errors=True)
    for case in CASES:
        folder = ROOT / case.folder
        folder.mkdir(parents=True)
        case.write(folder)
        (folder / "expected.toml").write_text(case.expectation())
        if case.trained:
            (ROOT / case.folder.split("/")[0] / "README.md").write_text(case.readme())


if __name__ == "__main__":
    make()
