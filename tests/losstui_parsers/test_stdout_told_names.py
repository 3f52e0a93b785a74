"""Names and places that stand elsewhere than before a sign: behind the number, in a call, in a tuple."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.run import StepUnit
from text_logs import read_output, roles, steps, values

LOSSES = [2.5, 1.25, 0.75, 0.5]


@pytest.mark.parametrize(
    ("template", "tag", "unit", "factor"),
    [
        ("Average loss at step  {n}00 :  {loss}", "Average loss", StepUnit.STEP, 100),
        ("Loss of epoch {n} is {loss}", "Loss", StepUnit.EPOCH, 1),
        ("Total reward in global step {n}: {loss}", "Total reward", StepUnit.STEP, 1),
        ("Total reward for episode {n} was {loss}", "Total reward", StepUnit.STEP, 1),
        ("(epoch, loss) = ({n}, {loss})", "loss", StepUnit.EPOCH, 1),
        ("idx: {n}loss: tensor({loss}, grad_fn=<NegBackward0>)", "loss", StepUnit.STEP, 1),
        ("step -> {n}\nvalid_loss -> {loss}", "valid_loss", StepUnit.STEP, 1),
        ("T = {n}00 / 1000 | Avg. reward: {loss} | Avg. Q: 0.5", "reward", StepUnit.STEP, 100),
    ],
)
def test_a_value_and_its_place(template: str, tag: str, unit: StepUnit, factor: int, tmp_path: Path) -> None:
    text = "\n".join(template.format(n=n, loss=loss) for n, loss in enumerate(LOSSES, 1))
    run = read_output(tmp_path, text + "\n")
    assert run.step_unit is unit
    assert (steps(run, tag), values(run, tag)) == ([factor * n for n in (1, 2, 3, 4)], LOSSES)


def test_a_tuple_of_fewer_values_than_names_tells_nothing(tmp_path: Path) -> None:
    text = "".join(f"epoch {n} loss: {loss} (acc, f1) = ({loss})\n" for n, loss in enumerate(LOSSES))
    assert set(read_output(tmp_path, text).frame) == {"loss"}


def test_the_name_of_a_function_that_is_called(tmp_path: Path) -> None:
    calls = [f"loss(x, y) = param({loss})\n" for loss in [3.5, *LOSSES]]
    run = read_output(tmp_path, "[ Info: Training\n" + "".join(calls))
    assert values(run, "loss") == [3.5, *LOSSES]


def test_the_scores_of_episodes_in_which_a_policy_explores_are_rewards(tmp_path: Path) -> None:
    line = "Episode {n}\tAverage Score: {loss}\tScore: {loss}\tEpsilon: 0.5\n"
    text = "".join(line.format(n=n, loss=loss) for n, loss in enumerate(LOSSES))
    found = roles(read_output(tmp_path, text))
    assert (found["Average Score"], found["Score"]) == ("reward", "reward")


def test_another_score_beside_an_episode_is_none(tmp_path: Path) -> None:
    text = "".join(f"Episode {n}\tF1 score: {loss}\n" for n, loss in enumerate(LOSSES))
    assert set(roles(read_output(tmp_path, text)).values()) == {"accuracy"}
