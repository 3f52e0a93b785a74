"""Names and places that stand elsewhere than before a sign: behind the number, in a call, in a tuple."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from text_logs import claim_of, read_output, roles, steps, values

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
        ("{n}00 iterations\nrecon_error: {loss}\nperplexity: 12.5", "recon_error", StepUnit.STEP, 100),
        ("{n}/900 (epoch 0.0{n}), train_loss = {loss}, time/batch = 0.5s", "train_loss", StepUnit.STEP, 1),
        (
            " ****** Running generation {n} ****** \n\nPopulation's average fitness: {loss} stdev: 0.5",
            "average fitness",
            StepUnit.STEP,
            1,
        ),
        ("EPOCH[{n}/900] loss{loss}-|Sample:0.5|", "loss", StepUnit.EPOCH, 1),
        ("Test {n}, loss: {loss}, test acc: 0.5", "test/loss", StepUnit.EPOCH, 1),
        ("Epoch {n}\nMean test loss of 25 batches: {loss}", "Mean test loss", StepUnit.EPOCH, 1),
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


def test_the_batches_of_a_test_behind_its_epoch_are_no_steps_of_the_training(tmp_path: Path) -> None:
    """As fb.resnet.torch prints them, whose "top1" and "top5" are errors."""
    text = ""
    for epoch in (1, 2):
        for batch in (100, 200):
            low = 90 - 10 * epoch - batch / 100
            text += (
                f" | Epoch: [{epoch}][{batch}/200]    Time 0.5  Err 2.5  top1 {low:.3f}  top5 {low / 2:.3f}\n"
            )
        text += f" | Test: [{epoch}][25/25]    Time 0.5  top1 {low + 5:.3f} ({low:.3f})  top5 40.5 (40.5)\n"
        text += f" * Finished epoch # {epoch}     top1: {low:.3f}  top5: 40.500\n"
    run = read_output(tmp_path, text)
    assert steps(run, "top1") == [100, 200, 300, 400]
    assert sorted(set(steps(run, "test/top1"))) == [200, 400]
    found = roles(run)
    assert (found["top1"], found["top5"]) == ("train_error", "train_error")
    assert "Test/score" not in run.frame


def test_an_evaluation_of_an_epoch_is_a_heading_of_its_own(tmp_path: Path) -> None:
    """As ST-GCN prints it, whose mean loss has one name in training and evaluation."""
    text = ""
    for epoch in (1, 2, 3):
        text += f"Training epoch: {epoch}\n\tmean_loss: {2.5 / epoch}\nDone.\n"
        text += f"Eval epoch: {epoch}\n\tmean_loss: {3.5 / epoch}\n\tTop1: {10.5 * epoch}%\n"
    run = read_output(tmp_path, text)
    assert values(run, "mean_loss") == [2.5, 1.25, 2.5 / 3]
    assert values(run, "eval/mean_loss") == [3.5, 1.75, 3.5 / 3]
    assert values(run, "eval/Top1") == [10.5, 21.0, 31.5]


def test_what_stands_behind_the_best_value_is_of_that_epoch(tmp_path: Path) -> None:
    text = ""
    for epoch in (1, 2, 3):
        text += f"Epoch {epoch}\nTest Accuracy: 0.{epoch}, Class Accuracy: 0.2{epoch}\n"
        text += "Best Accuracy: 0.5, Class Accuracy: 0.75\n"
    run = read_output(tmp_path, text)
    assert values(run, "test/Class Accuracy") == [0.21, 0.22, 0.23]
    assert "Class Accuracy" not in run.frame


@pytest.mark.parametrize("line", ["idx: {n} question: 12 accuracy: 0.{n}\n", "iter {n} value {n}\n"])
def test_what_counts_other_things_is_no_training(line: str, tmp_path: Path) -> None:
    text = "".join(line.format(n=n) for n in range(1, 7))
    assert claim_of(Stdout(), tmp_path / "eval.log", text) is None
