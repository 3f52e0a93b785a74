"""What a step in a list costs in bytes: within what is seen, beyond it, while runs are read, in a row."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

SIZE = (160, 45)
MOST = 1_000
SETTLED = 2.0  # seconds without a byte: on a busy machine what a held key leads to is drawn late
DOWN, UP, PAGE = b"\x1b[B", b"\x1b[A", b"\x1b[6~"
SWEEP = """
import sys
import time
import numpy as np
from losstui.findings import Severity
from losstui.tui.app import run_tui
from losstui.tui.reading import Found, Pending
from tui_support import make_finding, make_report

RUNS, AT_ONCE = 400, 80
spikes = [make_finding(f"spike-{step}", Severity.INFO, first=step, last=step + 5) for step in range(30)]


def outcomes():
    names = [f"sweep/seed-{number}" for number in range(RUNS)]
    yield Pending(tuple(names))
    yield Found(RUNS)
    for number, name in enumerate(names):
        loss = np.append(np.linspace(2.0, 0.4, 60), 0.4 + number * 7 % 13 / 100)
        yield make_report(name, [] if number else spikes, {"loss": loss})
        if number > AT_ONCE:
            time.sleep(PAUSE)


sys.exit(run_tui(lambda: outcomes, title="runs"))
"""
VARIED = """
import sys
import numpy as np
from losstui.findings import Severity
from losstui.tui.app import run_tui
from losstui.tui.screens import showing
from tui_support import make_finding, make_report, outcomes_of

showing.HELD_SECONDS = showing.HELD_SHOW_SECONDS = 600.0  # every step but the first is one of a held key


def report(number):
    noise = np.random.default_rng(number)
    fall = (1 + number % 7) * np.exp(-np.arange(300) / noise.uniform(5, 200))
    tags = {name: fall + noise.normal(0.1, 0.1, 300) for name in ("train/loss", "val/loss", "grad_norm")}
    at = int(noise.integers(300))
    found = [make_finding(f"spike-{one}", Severity.WARNING, first=at, last=at) for one in range(number % 4)]
    return make_report(f"sweep/rate-{noise.uniform():.6f}", found, tags)


sys.exit(run_tui(lambda: outcomes_of(*map(report, range(100))), title="runs"))
"""


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Program]:
    program = Program(SWEEP.replace("PAUSE", "0"), tmp_path, SIZE)
    program.redraw_until(b"400 runs")
    program.read_for(1.0)
    yield program
    program.end()


def prepare(program: Program, *keys: bytes) -> None:
    """Press keys whose drawing is not counted."""
    for key in keys:
        program.answer(key)
    program.read_for(SETTLED)


def costs(program: Program, key: bytes, times: int) -> list[int]:
    return [len(program.answer(key)) for _ in range(times)]


def test_a_step_in_the_list_of_runs_costs_few_bytes_also_where_it_scrolls(read: Program) -> None:
    prepare(read, b"1", b"g", DOWN * 3)
    within = costs(read, DOWN, 2)
    prepare(read, PAGE * 4)
    scrolled = costs(read, DOWN, 4)
    assert 0 < max(within) <= MOST / 2
    assert max(within) < min(scrolled)  # every line has changed
    assert max(scrolled) <= MOST


def test_a_step_in_the_list_of_findings_costs_few_bytes_also_where_it_scrolls(read: Program) -> None:
    prepare(read, b"1", b"g", DOWN, b"3")
    within = costs(read, DOWN, 2)
    prepare(read, DOWN * 16)
    assert 0 < max(within + costs(read, DOWN, 4)) <= MOST


def test_a_step_costs_few_bytes_while_runs_are_read(tmp_path: Path) -> None:
    program = Program(SWEEP.replace("PAUSE", "600"), tmp_path, SIZE)  # what comes in costs bytes too
    try:
        program.redraw_until(b"seed-37")
        program.read_for(1.0)
        prepare(program, b"1", b"g", DOWN * 3)
        within = costs(program, DOWN, 2)
        prepare(program, PAGE * 4)
        steps = within + costs(program, DOWN, 4) + costs(program, UP, 2)
        assert min(steps) > 0
        assert max(steps) <= MOST
        assert "400 logs…".encode() in program.answer(b"\x0c")  # all is drawn again, and it still reads
    finally:
        program.end()


def test_a_step_of_a_held_key_costs_few_bytes_however_the_runs_differ(tmp_path: Path) -> None:
    program = Program(VARIED, tmp_path, SIZE)
    try:
        program.redraw_until(b"100 runs")
        program.read_for(1.0)
        prepare(program, b"1", b"g", DOWN, DOWN)
        held = costs(program, DOWN, 10)
        shown = costs(program, UP, 1)  # another key: first the run that the held one has led to
        assert min(held) > 0
        assert max(held) <= MOST
        assert min(shown) > 2 * MOST
    finally:
        program.end()
