"""What agents and adversaries print: scores of games, how often a discriminator is right, several losses."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_logs import read_output, roles, steps, values


def printed(line: str) -> str:
    return "".join(line.format(n=n, a=n / 8, b=n / 4, c=n / 2) + "\n" for n in range(1, 5))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Game {n} Score 1{n} Record: 2{n}", {"Score": "reward", "Record": "other"}),
        (
            "ep:{n} score:1{n} avg_score:{c} loss:{a}",
            {"score": "reward", "avg_score": "reward", "loss": "adversarial_loss"},
        ),
        ("Episode: {n} Score: 1{n}", {"Score": "reward"}),
        ("# of episode :{n}, avg score : {c}", {"avg score": "reward"}),
        ("epoch {n} loss {a} score 0.5", {"loss": "train_loss"}),
    ],
)
def test_scores_of_games_are_rewards(line: str, expected: dict[str, str], tmp_path: Path) -> None:
    run = read_output(tmp_path, printed(line))
    assert roles(run) == expected
    assert steps(run, next(iter(expected))) or run.step_unit.value == "epoch"


def test_the_accuracy_of_a_discriminator_is_read_and_no_measure_of_progress(tmp_path: Path) -> None:
    run = read_output(tmp_path, printed("{n} [D loss: {a}, acc.: 5{n}.00%] [G loss: {b}]"))
    assert roles(run) == {"D loss": "adversarial_loss", "G loss": "adversarial_loss", "acc": "other"}
    assert values(run, "acc") == [51.0, 52.0, 53.0, 54.0]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("D loss: {a}, {b}, {c}", ["D loss", "D loss.2", "D loss.3"]),
        ("D loss: {a},-{b},{c} G loss: 0.5", ["D loss", "D loss.2", "D loss.3", "G loss"]),
        ("D: {a}, {b}, {c} G: 0.5", ["D loss", "D loss.2", "D loss.3", "G loss"]),
        ("loss: {a} A: {b} D: {c} G: 0.5", ["loss", "A", "D", "G"]),
        ("loss: {a}, 0.5, 0.25 s", ["loss"]),
        ("loss: {a}, {b}", ["loss"]),
        ("loss: {a}, acc: {b}, lr: 0.25", ["loss", "acc", "lr"]),
    ],
)
def test_several_values_of_one_name_are_curves_of_their_own(
    text: str, tags: list[str], tmp_path: Path
) -> None:
    run = read_output(tmp_path, printed("epoch {n} " + text))
    assert sorted(run.frame) == sorted(tags)
    assert values(run, tags[0]) == [0.125, 0.25, 0.375, 0.5]
    if tags[-1].endswith(".3"):
        assert values(run, tags[-1]) == [0.5, 1.0, 1.5, 2.0]
