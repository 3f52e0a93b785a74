"""What lines of one trainer alone are not, and what a table that names no direction is taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui_parsers.stdout import Stdout
from text_logs import claim_of, read_output, roles, steps, values


@pytest.mark.parametrize(
    "line",
    [
        "[   {n}00, 0.0000250]     0.7500,     0.5000,     0.2500,     3.2500, ",
        "[   {n}00, 0.0000250]     1.5000,     2.5000,     3.5000,     4.2500, ",
        "  {n} reward  84.00/ 22.50/  9.00 len  22.50",
        "gen\tnevals\n{n}\t300",
        "│ name │ size │\n│ train │ {n} │\n│ test │ 5 │",
        "<{n}> topics",
    ],
)
def test_numbers_that_cannot_be_what_the_trainer_prints_are_no_log(line: str, tmp_path: Path) -> None:
    text = "".join(line.format(n=n) + "\n" for n in range(1, 6))
    assert claim_of(Stdout(), tmp_path / "train.log", text) is None


def test_an_error_of_less_than_a_pixel_stands_where_it_stood_before(tmp_path: Path) -> None:
    line = "[   {n}00, 0.0000250]     {error},     0.5000,     0.7500,     0.8750, \n"
    printed = [line.format(n=n, error=error) for n, error in enumerate(("3.5000", "1.2500", "0.2500"), 1)]
    run = read_output(tmp_path, "".join(printed))
    assert values(run, "train/epe") == [3.5, 1.25, 0.25]


def test_an_evaluation_below_a_line_of_raft_is_read(tmp_path: Path) -> None:
    line = "[   {n}00, 0.0000250]     0.5000,     0.7500,     0.8750,     3.2500, \nValidation EPE: {n}.5\n"
    run = read_output(tmp_path, "".join(line.format(n=n) for n in range(1, 4)))
    assert steps(run, "Validation EPE") == [100, 200, 300]


@pytest.mark.parametrize(
    ("means", "tag", "role"),
    [((1.5, 2.5), "mean_fitness", "reward"), ((2.5, 1.5), "mean_cost", "train_loss")],
)
def test_a_mean_that_rises_is_a_fitness_and_one_that_falls_a_cost(
    means: tuple[float, float], tag: str, role: str, tmp_path: Path
) -> None:
    rows = "".join(f"{n}\t300\t{mean}\t0.5\n" for n, mean in enumerate(means))
    run = read_output(tmp_path, "gen\tnevals\tavg\tstd\n" + rows)
    assert roles(run)[tag] == role
    assert values(run, tag) == list(means)


def test_what_held_out_users_get_is_no_measure_of_the_training(tmp_path: Path) -> None:
    line = "Iteration {n} [12.5 s]: HR = 0.5, NDCG = 0.25, loss = 0.5 [1.5 s]\n"
    run = read_output(tmp_path, "".join(line.format(n=n) for n in range(3)))
    assert roles(run) == {
        "test/HR": "test_accuracy",
        "test/NDCG": "test_accuracy",
        "train/loss": "train_loss",
    }
