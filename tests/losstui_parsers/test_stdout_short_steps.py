"""Steps that are printed in thousands."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui_parsers.stdout_lines.short_steps import ShortSteps
from text_logs import epochs, read_output, steps

LINE = (
    "INFO train.py:232 step:{step} smpl:2K ep:{n}7 epch:0.{n} loss:{loss} grdn:0.5 lr:1.0e-05 updt_s:0.080\n"
)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        (["600", "800", "1K", "1K", "1K", "2K", "2K"], [600, 800, 1000, 1200, 1400, 1600, 1800]),
        (["500", "1K", "2K", "2K"], [500, 1000, 2000, 2000]),  # one before is no interval
        (["1K", "2K", "3K"], [1000, 2000, 3000]),
        (["600", "800", "20K", "20K"], [600, 800, 20000, 20200]),  # resumed
        (["999800", "999900", "1.0M"], [999800, 999900, 1000000]),
        (["1", "2", "3"], [1, 2, 3]),
    ],
)
def test_the_interval_of_those_in_full_tells_the_others(printed: list[str], meant: list[int]) -> None:
    short = ShortSteps()
    told = [short.in_full(f"step:{step} loss:0.5") for step in printed]
    assert told == [f"step:{step} loss:0.5" for step in meant]


def test_a_line_without_a_step_is_left_as_it_is() -> None:
    assert ShortSteps().in_full("steps per second: 2K, overstep=1K") == "steps per second: 2K, overstep=1K"


def test_lines_of_lerobot_stand_at_their_steps_and_in_their_epoch(tmp_path: Path) -> None:
    printed = ["400", "600", "800", "1K", "1K", "1K"]
    lines = [LINE.format(step=step, n=n, loss=3 - n / 4) for n, step in enumerate(printed, 1)]
    run = read_output(tmp_path, "".join(lines))
    assert steps(run, "loss") == [400, 600, 800, 1000, 1200, 1400]
    assert epochs(run, "loss") == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
