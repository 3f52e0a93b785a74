"""Several models trained one after the other, in one output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from losstui.parsing import LoggedRun
from losstui_parsers.stdout import Stdout
from losstui_parsers.stdout_lines.gathering import Gathering
from text_logs import runs_in, steps, values

EPOCHS = range(1, 5)


def runs(folder: Path, text: str) -> dict[str, LoggedRun]:
    return {run.name: run for run in runs_in(Stdout(), folder / "train.log", text)}


def told(template: str, names: Sequence[str], epochs: Iterable[int] = EPOCHS) -> str:
    """One line an epoch of each model; the losses of the next lie 10 lower."""
    return "".join(
        template.format(name=name, n=n, loss=100 - 10 * place - n / 8) + "\n"
        for place, name in enumerate(names)
        for n in epochs
    )


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("[{name} | Epoch {n}/4] loss: {loss} val_loss: 0.5", ("net_a", "net_b")),
        ("[{name} | Epoch {n}/4] loss: {loss}", ("small net", "large net")),
        ("{name}: Epoch {n}/4 loss: {loss}", ("resnet18", "resnet50", "vit-b")),
        ("Model {name} | Epoch {n} | loss {loss}", ("a", "b")),
        ("2024-01-01 10:00:00 INFO {name} | Epoch {n}/4 | loss {loss}", ("Fold 1", "Fold 2", "Fold 3")),
        ("INFO - [{name}] epoch {n} train_loss={loss}", ("mlp", "cnn")),
    ],
)
def test_each_model_is_a_run(template: str, names: Sequence[str], tmp_path: Path) -> None:
    found = runs(tmp_path, told(template, names))
    assert list(found) == list(names)
    for place, run in enumerate(found.values()):
        tag = next(tag for tag in run.frame if "val" not in tag)
        assert steps(run, tag) == list(EPOCHS)
        assert values(run, tag) == [100 - 10 * place - n / 8 for n in EPOCHS]


@pytest.mark.parametrize(
    "template",
    [
        "[{name}] step {n} | loss {loss} | lr 1e-3\n>>> val | loss {loss} | perplexity 4.5",
        "[{name} | Epoch {n}/4] loss: {loss}\n  val loss: {loss}",
    ],
)
def test_what_stands_below_the_line_of_a_model_is_of_that_model(template: str, tmp_path: Path) -> None:
    found = runs(tmp_path, told(template, ["net_a", "net_b"]))
    assert list(found) == ["net_a", "net_b"]
    for place, run in enumerate(found.values()):
        [tag] = [tag for tag in run.frame if "val" in tag and "loss" in tag]
        assert values(run, tag) == [100 - 10 * place - n / 8 for n in EPOCHS]


def test_a_model_that_was_started_again_stays_one_run(tmp_path: Path) -> None:
    lines = told("[{name} | Epoch {n}/4] loss: {loss}", ["net_a"])
    found = runs(tmp_path, lines + lines + told("[{name} | Epoch {n}/4] loss: {loss}", ["net_b"]))
    assert {name: len(run.frame["loss"]) for name, run in found.items()} == {"net_a": 8, "net_b": 4}


@pytest.mark.parametrize(
    "text",
    [
        told("[{name}] Epoch {n}/4 loss: {loss}", ["train", "val"]),
        told("[{name}] Epoch {n}/4 loss: {loss}", ["client1", "client2", "client1", "client2"]),
        told("[net] Epoch {n}/4 loss: {loss}", ["", ""]),
        told("Epoch {n}/4 loss: {loss}", ["", ""]),
        told("[net] Epoch {n}/4 loss: {loss}", [""]) + "[best] Epoch 3/4 loss: 99.5\n",
        "".join(told("[{name}] Epoch {n}/4 loss: {loss}", ["gen", "dis"], [n]) for n in EPOCHS),
    ],
    ids=["parts of the data", "in turns", "started again", "without names", "the best epoch", "side by side"],
)
def test_other_names_before_an_epoch_tell_no_runs(text: str, tmp_path: Path) -> None:
    assert list(runs(tmp_path, text)) == [""]


def test_the_next_model_is_a_run_once_it_is_under_way() -> None:
    gathering = Gathering()
    counts: list[int] = []
    for line in told("[{name} | Epoch {n}/4] loss: {loss}", ["net_a", "net_b"]).splitlines(keepends=True):
        gathering.read(line)
        runs_so_far = gathering.found.table().texts.get("run")
        counts.append(1 if runs_so_far is None else len(runs_so_far.names))
    assert counts == [1] * 6 + [2] * 2


@pytest.mark.parametrize(
    "heading", ["FOLD {n}", "===== Fold {n}/2 =====", "INFO: Starting run {n}", "seed: {n}"]
)
def test_a_line_of_its_own_names_the_model_below_it(heading: str, tmp_path: Path) -> None:
    lines = "".join(
        heading.format(n=n) + "\n" + told("Epoch {n}: train loss {loss} val loss 0.5", ["x"], range(1, 5))
        for n in (1, 2)
    )
    found = runs(tmp_path, lines)
    assert len(found) == 2
    assert [steps(run, "train loss") for run in found.values()] == [list(EPOCHS)] * 2


def test_a_heading_above_each_epoch_names_the_model(tmp_path: Path) -> None:
    template = "{name} - Epoch {n}/4\n------\ntrain Loss: {loss} Acc: 0.5\ntest Loss: 0.75 Acc: 0.5"
    found = runs(tmp_path, told(template, ["net-18", "net-34"]))
    assert list(found) == ["net-18", "net-34"]
    assert steps(found["net-34"], "test Loss") == list(EPOCHS)


@pytest.mark.parametrize(
    "lines",
    [
        "seed: 42\n" + told("Epoch {n}: loss {loss}", ["x", "x"]),
        told("Epoch {n}: loss {loss}", ["x"]) + "Run 1\n" + told("Epoch {n}: loss {loss}", ["x"]),
    ],
)
def test_what_is_begun_again_below_no_heading_of_its_own_is_one_run(lines: str, tmp_path: Path) -> None:
    assert list(runs(tmp_path, lines)) == [""]
