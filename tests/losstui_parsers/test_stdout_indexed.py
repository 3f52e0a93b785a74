"""Counts before a colon: steps where they rise evenly, else the numbers of processes or of lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui_parsers.stdout import Stdout
from text_logs import claim_of, read_output, steps, values


@pytest.mark.parametrize("counts", [(100, 200, 300, 400), (0, 5, 10, 15), (1, 2, 3, 4)])
def test_counts_that_rise_evenly_are_steps(counts: tuple[int, ...], tmp_path: Path) -> None:
    run = read_output(tmp_path, "".join(f"{count}: Training loss {count + 0.5}\n" for count in counts))
    [tag] = run.frame
    assert steps(run, tag) == list(counts)
    assert values(run, tag) == [count + 0.5 for count in counts]


def test_what_stands_below_a_count_is_of_its_step(tmp_path: Path) -> None:
    lines = "".join(f"{n}0: Training loss 0.{n}\nValidation loss: 0.5\n" for n in range(1, 5))
    run = read_output(tmp_path, lines)
    assert steps(run, "Validation loss") == [10, 20, 30, 40]


def test_processes_that_print_in_turn_are_no_steps(tmp_path: Path) -> None:
    lines = "".join(f"{rank}: loss: {turn}.5\n" for turn in range(8) for rank in range(4))
    run = read_output(tmp_path, lines)
    assert values(run, "loss") == [turn + 0.5 for turn in range(8) for _ in range(4)]
    assert steps(run, "loss") == list(range(32))


@pytest.mark.parametrize("lines", [(12, 15, 31, 40), (40, 30, 20, 10), (10, 20)])
def test_lines_of_a_listing_are_no_log(lines: tuple[int, ...], tmp_path: Path) -> None:
    text = "".join(f"{line}: loss 0.5\n" for line in lines)
    assert claim_of(Stdout(), tmp_path / "found.log", text) is None
