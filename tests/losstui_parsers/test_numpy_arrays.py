from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from losstui.discovery import discover
from losstui.parsing import LogFile, LoggedRun
from losstui.run import StepUnit
from losstui_parsers import PARSERS
from losstui_parsers.numpy_arrays import NumpyArrays
from text_logs import steps, values

FALLING = [2.5, 2.25, 2.0, 1.75]


def found(folder: Path) -> dict[str, LoggedRun]:
    logs = discover([folder], [parser() for parser in PARSERS]).logs
    assert {log.parser.name for log in logs} == {"numpy"}
    return {log.id: run for log in logs for run in log.parser.read(log.group)}


def test_the_arrays_of_a_folder_are_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    np.save(folder / "train_losses.npy", np.array(FALLING))
    np.save(folder / "val_losses.npy", np.array([[3.5], [3.0]], np.float32))
    np.save(folder / "val_acc_history.npy", np.array([10, 20], np.int64))
    np.save(folder / "images.npy", np.zeros((4, 8)))
    [run] = found(tmp_path).values()
    assert set(run.frame) == {"train_losses", "val_losses", "val_acc_history"}
    assert (steps(run, "train_losses"), values(run, "train_losses")) == ([0, 1, 2, 3], FALLING)
    assert values(run, "val_losses") == [3.5, 3.0]


def test_arrays_of_several_models_are_several_runs(tmp_path: Path) -> None:
    for model in ("resnet", "vgg"):
        for split in ("train", "val"):
            np.save(tmp_path / f"{model}_{split}_loss.npy", np.array(FALLING))
    runs = found(tmp_path)
    assert [sorted(run.frame) for run in runs.values()] == [
        ["resnet_train_loss", "resnet_val_loss"],
        ["vgg_train_loss", "vgg_val_loss"],
    ]


def test_an_archive_is_a_run_with_an_axis(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "history.npz", train_loss=FALLING, val_loss=FALLING, epoch=[1, 2, 3, 4])
    [run] = found(tmp_path).values()
    assert (run.step_unit, steps(run, "val_loss")) == (StepUnit.EPOCH, [1, 2, 3, 4])
    assert values(run, "val_loss") == FALLING


def test_evaluations_are_the_means_over_their_episodes(tmp_path: Path) -> None:
    rewards = np.array([[1.0, 3.0], [4.0, 6.0], [np.nan, 2.0]])
    lengths = np.full((3, 2), 200)
    np.savez(tmp_path / "evaluations.npz", timesteps=[1000, 2000, 3000], results=rewards, ep_lengths=lengths)
    [run] = found(tmp_path).values()
    assert set(run.frame) == {"mean_reward", "mean_ep_length"}
    assert steps(run, "mean_reward") == [1000, 2000, 3000]
    np.testing.assert_array_equal(values(run, "mean_reward"), [2.0, 5.0, np.nan])


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("losses.npy", np.array([{"loss": 0.5}, None])),
        ("x_train.npy", np.zeros(4)),
        ("loss_landscape.npy", np.zeros((4, 4))),
        ("loss.npy", np.zeros(1)),
        ("accuracy.npy", np.zeros(4)),
    ],
    ids=["objects", "data", "a matrix", "one value", "a metric of anything"],
)
def test_what_is_no_curve_is_left_alone(name: str, array: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / name, array)
    assert NumpyArrays().recognise(LogFile(tmp_path / name)) is None


def test_objects_beside_curves_cost_themselves(tmp_path: Path) -> None:
    np.savez(tmp_path / "history.npz", train_loss=FALLING, names=np.array([None, {}]))
    [run] = found(tmp_path).values()
    assert set(run.frame) == {"train_loss"}


@pytest.mark.parametrize("name", ["train_loss.npy", "loss.npz"])
def test_a_cut_file_is_no_log(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if path.suffix == ".npz":
        np.savez(path, train_loss=FALLING)
    else:
        np.save(path, np.array(FALLING))
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        assert NumpyArrays().recognise(LogFile(path)) is None


def test_a_cut_array_beside_others_costs_itself(tmp_path: Path) -> None:
    for split in ("train", "val"):
        np.save(tmp_path / f"{split}_loss.npy", np.array(FALLING))
    [log] = discover([tmp_path], [parser() for parser in PARSERS]).logs
    cut = tmp_path / "val_loss.npy"
    cut.write_bytes(cut.read_bytes()[:-1])
    [run] = log.parser.read(log.group)
    assert set(run.frame) == {"train_loss"}
    [warning] = run.warnings
    assert warning.startswith("val_loss.npy: a broken array: ")


def test_an_array_with_a_broken_header_is_no_log(tmp_path: Path) -> None:
    path = tmp_path / "val_loss.npy"
    np.save(path, np.array(FALLING))
    path.write_bytes(path.read_bytes().replace(b"'fortran", b"'for\0ran"))
    assert NumpyArrays().recognise(LogFile(path)) is None


def test_other_arrays_are_not_even_opened(tmp_path: Path) -> None:
    np.save(tmp_path / "sample_00001.npy", np.zeros(4))
    assert not discover([tmp_path], [parser() for parser in PARSERS]).skipped
