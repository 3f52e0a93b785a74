"""What single libraries write of a whole training: AllenNLP, DeepXDE, Flower, ClearML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui.parsing import LogFile
from losstui.run import StepUnit
from losstui_parsers.delimited import Delimited
from losstui_parsers.stdout import Stdout
from text_logs import claim_of, epochs, read_output, read_rows, runs_in, steps, values

SAVED = "# step, loss_train, loss_test, metrics_test\n"


def saved_row(*numbers: float) -> str:
    return " ".join(f"{number:.18e}" for number in numbers) + "\n"


@pytest.mark.parametrize("writer", ["console_logger", "tensorboard_writer"])
def test_allennlp_tells_both_splits_in_a_table_and_not_in_its_bars(writer: str, tmp_path: Path) -> None:
    text = ""
    for epoch, loss in enumerate([2.0, 1.5, 1.25]):
        said = f"2021-05-03 10:0{epoch}:01,125 - INFO - allennlp.training"
        text += (
            f"{said}.trainer - Epoch {epoch}/2\n{said}.trainer - Training\n"
            f"accuracy: 0.1000, loss: 9.0000 ||: 100%|######| 150/150 [00:05<00:00,  9.50it/s]\n"
            f"{said}.trainer - Validating\n"
            f"accuracy: 0.2000, loss: 8.0000 ||: 100%|######| 20/20 [00:01<00:00, 19.50it/s]\n"
            f"{said}.{writer} -                        Training |  Validation\n"
            f"{said}.{writer} - gpu_0_memory_MB    |  1301.500  |       N/A\n"
            f"{said}.{writer} - loss               |     {loss}  |     {loss + 0.25}\n"
        )
    run = read_output(tmp_path, text)
    assert (epochs(run, "training/loss"), run.step_unit) == ([0, 1, 2], StepUnit.EPOCH)
    assert values(run, "training/loss") == [2.0, 1.5, 1.25]
    assert values(run, "validation/loss") == [2.25, 1.75, 1.5]
    assert set(run.frame) == {"training/loss", "validation/loss", "training/gpu_0_memory_MB"}


def test_deepxde_keeps_the_parts_of_both_losses_side_by_side(tmp_path: Path) -> None:
    rows = [
        (0, 1.5, 0.25, 1.0, 0.25, 0.5),
        (1000, 0.5, 0.125, 0.75, 0.0, 0.25),
        (2000, 0.25, 0.0, 0.5, 0, 0.125),
    ]
    text = SAVED + "".join(saved_row(*row) for row in [*rows, rows[-1]])
    run = read_output(tmp_path, text, "loss.dat")
    assert {tag: values(run, tag) for tag in run.frame} == {
        "Train loss": [1.75, 0.625, 0.25],
        "Train loss 1": [1.5, 0.5, 0.25],
        "Train loss 2": [0.25, 0.125, 0.0],
        "Test loss": [1.25, 0.75, 0.5],
        "Test metric": [0.5, 0.25, 0.125],
    }
    assert steps(run, "Train loss") == [0, 1000, 2000]


@pytest.mark.parametrize(("terms", "metrics"), [(1, 2), (2, 2), (3, 2), (2, 4), (2, 0), (4, 0), (3, 1)])
def test_deepxde_may_have_several_metrics_behind_both_losses(
    terms: int, metrics: int, tmp_path: Path
) -> None:
    parts = [10.0**-term for term in range(terms)]
    rows = [
        [1000 * n, *parts, *(1.125 * part for part in parts), *(2.0 + metric for metric in range(metrics))]
        for n in range(3)
    ]
    run = read_output(tmp_path, SAVED + "".join(saved_row(*row) for row in rows), "loss.dat")
    assert values(run, "Train loss") == pytest.approx([sum(parts)] * 3)
    assert values(run, "Test loss") == pytest.approx([1.125 * sum(parts)] * 3)
    assert len([tag for tag in run.frame if tag.startswith("Test metric")]) == metrics


def test_a_single_equation_without_a_metric_is_no_table_named_by_its_file(tmp_path: Path) -> None:
    text = SAVED + "".join(saved_row(1000 * n, 2.0 - n / 4, 3.0 - n / 4) for n in range(4))
    assert claim_of(Delimited(), tmp_path / "loss.dat", text) is None
    [run] = Stdout().read(Stdout().group([LogFile(tmp_path / "loss.dat")])[0])
    assert values(run, "Test loss") == [3.0, 2.75, 2.5, 2.25]
    assert set(run.frame) == {"Train loss", "Test loss"}


def test_flower_tells_a_history_in_one_line_a_loss(tmp_path: Path) -> None:
    said = "INFO flwr 2023-09-01 10:00:00,123 | app.py:229 | app_fit: "
    text = (
        f"{said}losses_distributed [(1, 2.5), (2, 2.25), (3, 2.0)]\n"
        f"{said}metrics_distributed_fit {{}}\n"
        f"{said}metrics_distributed {{'top1': [(1, 0.25), (2, 0.5), (3, 0.75)], "
        "'f1': [(1, 0.0), (2, 0.125)]}\n"
        f"{said}losses_centralized [(0, 3.0), (1, 2.75)]\n"
    )
    run = read_output(tmp_path, text)
    assert {tag: (steps(run, tag), values(run, tag)) for tag in run.frame} == {
        "val/loss": ([1, 2, 3], [2.5, 2.25, 2.0]),
        "val/top1": ([1, 2, 3], [0.25, 0.5, 0.75]),
        "val/f1": ([1, 2], [0.0, 0.125]),
        "test/loss": ([0, 1], [3.0, 2.75]),
    }


def test_flower_tells_a_history_of_metrics_in_one_line_a_round(tmp_path: Path) -> None:
    text = (
        "INFO :      \tHistory (loss, distributed):\n"
        "INFO :      \t\tround 1: 2.5\nINFO :      \t\tround 2: 2.0\n"
        "INFO :      \tHistory (metrics, distributed, fit):\n"
        "INFO :      \t{'train_loss': [(1, 3.5),\nINFO :      \t               (2, 3.0)]}\n"
        "INFO :      \tHistory (metrics, distributed, evaluate):\n"
        "INFO :      \t{'accuracy': [(1, 0.25),\nINFO :      \t              (2, 0.5)]}\n"
    )
    run = read_output(tmp_path, text)
    assert {tag: values(run, tag) for tag in run.frame} == {
        "val/loss": [2.5, 2.0],
        "train/train_loss": [3.5, 3.0],
        "val/accuracy": [0.25, 0.5],
    }


def test_clearml_has_the_steps_of_a_series_as_its_x(tmp_path: Path) -> None:
    def series(name: str, *losses: float) -> dict[str, object]:
        return {"name": name, "x": [0, 50, 100], "y": list(losses)}

    scalars = {"loss": {"train": series("train", 2.0, 1.5, 1.25), "val": series("val", 2.5, 2.0, 1.75)}}
    run = read_rows(tmp_path, json.dumps(scalars), "scalars.json")
    assert {tag: values(run, tag) for tag in run.frame} == {
        "loss/train": [2.0, 1.5, 1.25],
        "loss/val": [2.5, 2.0, 1.75],
    }
    assert (steps(run, "loss/val"), run.step_unit) == ([0, 50, 100], StepUnit.STEP)


@pytest.mark.parametrize("below", ["variants", "data", ""])
def test_series_of_x_and_y_may_stand_in_lists_with_their_names(below: str, tmp_path: Path) -> None:
    series = [
        {"name": "train", "x": [0, 50, 100], "y": [2.0, 1.5, 1.25], "type": "scatter"},
        {"name": "val", "x": [0, 100], "y": [2.5, 1.75], "type": "scatter"},
    ]
    document = [{"metric": "loss", below: series}] if below else series
    run = read_rows(tmp_path, json.dumps(document), "loss.json")
    assert {tag: values(run, tag) for tag in run.frame} == {
        "loss/train": [2.0, 1.5, 1.25],
        "loss/val": [2.5, 1.75],
    }
    assert steps(run, "loss/val") == [0, 100]


def test_lists_in_which_names_come_twice_are_rows(tmp_path: Path) -> None:
    rows = [{"epoch": n, "name": "a", "x": [1, 2], "y": [1, 2], "loss": 2.0 - n / 4} for n in range(4)]
    assert values(read_rows(tmp_path, json.dumps(rows), "log.json"), "loss") == [2.0, 1.75, 1.5, 1.25]


def test_an_x_that_counts_nothing_is_no_axis(tmp_path: Path) -> None:
    scalars = {"loss": {"x": [0.25, 0.5, 0.75], "y": [2.0, 1.5, 1.25]}}
    run = read_rows(tmp_path, json.dumps(scalars), "scalars.json")
    assert (steps(run, "loss"), values(run, "loss")) == ([0, 1, 2], [2.0, 1.5, 1.25])


@pytest.mark.parametrize("separator", [",", " "])
def test_a_first_column_of_moments_is_the_clock(separator: str, tmp_path: Path) -> None:
    text = "".join(f"{1_700_000_000.5 + 60 * n}{separator}{2.0 - n / 4}\n" for n in range(4))
    [run] = runs_in(Delimited(), tmp_path / "loss.txt", text)
    assert values(run, "loss") == [2.0, 1.75, 1.5, 1.25]
    walls = run.frame["loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1_700_000_000.5 + 60 * n for n in range(4)]
    assert set(run.frame) == {"loss"}
