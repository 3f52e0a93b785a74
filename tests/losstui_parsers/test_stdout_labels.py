"""Names before the step of a line: of models that are trained beside each other, or of what prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import LogFile
from losstui_parsers.stdout import Stdout
from text_logs import read_output, steps, values

STAMP = "2026-01-02 10:00:00,123 [INFO] "


def output(lines: list[str]) -> str:
    """Those lines for each of thirty steps, `{n}`; `{v}` differs from step to step."""
    return "".join(f"{line.format(n=n, v=n / 64)}\n" for n in range(0, 300, 10) for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        "[{name}] step {n} loss {value}",
        "[{name}][step {n}] loss: {value}",
        "{name}: step {n} loss {value}",
        STAMP + "[{name}] step: {n}, loss: {value}, lr: 0.01",
        STAMP + "{name} - global_step {n} - loss = {value}",
        "[rank0]: [{name}] step {n}: loss {value}, time 12.5ms",
    ],
)
def test_models_that_take_turns_have_curves_of_their_own(line: str, tmp_path: Path) -> None:
    own = {"Generator": "{v:.6f}", "Discriminator": "-{v:.6f}"}
    named = [line.replace("{name}", name).replace("{value}", value) for name, value in own.items()]
    text = output(named)
    run = read_output(tmp_path, text)
    assert steps(run, "Generator/loss") == steps(run, "Discriminator/loss") == list(range(0, 300, 10))
    assert values(run, "Generator/loss") == [n / 64 for n in range(0, 300, 10)]
    assert values(run, "Discriminator/loss") == [-n / 64 for n in range(0, 300, 10)]
    assert "loss" not in run.frame
    assert run.warnings == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["[rank0] step {n} loss {v}", "[rank1] step {n} loss 0.5{n}"],
        ["[0] step {n} loss {v}", "[1] step {n} loss 0.5{n}"],
        ["node-a1: step {n} loss {v}", "node-a2: step {n} loss 0.5{n}"],
        ["[INFO] step {n} loss {v}", "[WARNING] step {n} loss 0.5{n}"],
        ["[trainer] step {n} loss {v}", "[console] step {n} loss {v}"],
        ["[Jan 02] step {n} loss {v}", "[10:00:00] step {n} loss 0.5{n}"],
    ],
)
def test_names_of_what_prints_tell_nothing_apart(lines: list[str], tmp_path: Path) -> None:
    run = read_output(tmp_path, output(lines))
    assert set(run.frame) == {"loss"}
    assert len(run.frame["loss"]) == 60


def test_a_name_that_is_told_once_is_no_model(tmp_path: Path) -> None:
    text = output(["[Model] step {n} loss {v}"]) + "[Best] step 290 loss 0.25\n"
    assert set(read_output(tmp_path, text).frame) == {"loss"}


def test_what_has_no_name_stays_as_it_is(tmp_path: Path) -> None:
    text = output(["[Actor] step {n} loss {v}", "[Critic] step {n} loss -{v}", "step {n} loss 0.5"])
    run = read_output(tmp_path, text)
    assert set(run.frame) == {"Actor/loss", "Critic/loss", "loss"}
    assert values(run, "loss") == [0.5] * 30


def test_a_follower_tells_them_apart_as_soon_as_a_reader(tmp_path: Path) -> None:
    lines = output(["[Teacher] step {n} loss {v}", "[Student] step {n} loss -{v}"]).splitlines(keepends=True)
    path = tmp_path / "train.log"
    path.write_text("".join(lines[:5]))
    parser = Stdout()
    group = parser.group([LogFile(path)])[0]
    follower = parser.follow(group)
    for line in ["", *lines[5:]]:
        with path.open("a") as stream:
            stream.write(line)
        follower.poll()
        [followed], [fresh] = follower.runs(), parser.read(group)
        assert {tag: values(followed, tag) for tag in followed.frame} == {
            tag: values(fresh, tag) for tag in fresh.frame
        }
    assert set(follower.runs()[0].frame) == {"Teacher/loss", "Student/loss"}


def test_the_word_before_training_names_which_of_several_losses(tmp_path: Path) -> None:
    text = output(["CF Training: Epoch {n} | Iter Loss {v}", "KG Training: Epoch {n} | Iter Loss -{v}"])
    assert set(read_output(tmp_path, text).frame) == {"CF/training/Iter Loss", "KG/training/Iter Loss"}
