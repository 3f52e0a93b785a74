"""The runs that the program is started on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A healthy run, one that ends in NaN, and a broken file."""
    rng = np.random.default_rng(0)
    loss = 0.3 + 2.0 / (1.0 + np.arange(300) / 20.0) + rng.normal(0, 0.02, 300)
    folder = tmp_path / "runs"
    for name, values in (("good", loss), ("bad", np.where(np.arange(300) < 200, loss, np.nan))):
        (folder / name).mkdir(parents=True)
        rows = "".join(f"{step},{value}\n" for step, value in enumerate(values))
        (folder / name / "metrics.csv").write_text("step,train_loss\n" + rows)
    (folder / "cut.json").write_text('{"log_history": [{"loss": ')
    return folder
