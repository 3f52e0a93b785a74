from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.frame import Frame
from losstui.roles import Kind, Split, assign_roles, make_role
from losstui.run import Run
from support import make_curves, make_run

TRAIN_LOSS = make_role(Kind.LOSS, Split.TRAIN)


def curves_of(frame: Frame) -> RunCurves:
    return RunCurves(Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame)))


def names(curves: RunCurves) -> tuple[str | None, str | None]:
    train, validation = curves.train_loss, curves.validation_loss
    return (None if train is None else train.tag, None if validation is None else validation.tag)


@pytest.mark.parametrize(
    ("lengths", "train", "validation"),
    [
        ({"loss": 90, "val_loss": 9}, "loss", "val_loss"),
        ({"loss": 90, "train_loss": 1, "eval_loss": 9}, "loss", "eval_loss"),
        ({"train_loss_step": 90, "train_loss_epoch": 9, "val_loss": 9}, "train_loss_step", "val_loss"),
        ({"total_loss": 90, "loss_cls": 90, "loss_box": 90}, "total_loss", None),
        ({"train/loss": 9, "test/loss": 9}, "train/loss", "test/loss"),
        ({"train/loss": 9, "test/loss": 9, "val/loss": 9}, "train/loss", "val/loss"),
        ({"loss": 9, "test_loss": 90, "val_loss": 9}, "loss", "val_loss"),
        ({"loss": 90, "eval_g0_loss": 9, "eval_g1_loss": 9}, "loss", "eval_g0_loss"),
        (
            {"train/box_loss": 9, "train/cls_loss": 9, "val/box_loss": 9, "val/cls_loss": 9},
            "train/cls_loss",
            "val/cls_loss",
        ),
        ({"Loss_D": 9, "Loss_G": 9}, None, None),
        (
            {"train_loss": 90, "loss_ema": 90, "Loss/ema_val": 9, "validation/loss": 9},
            "train_loss",
            "validation/loss",
        ),
        ({"train/loss": 90, "swa_val_loss": 9, "test_loss": 9}, "train/loss", "swa_val_loss"),
        ({"train_loss": 9, "loss_ema": 90}, "loss_ema", None),
        ({"loss/average": 90, "loss/current": 90}, "loss/current", None),
        (
            {"train/tot_loss": 90, "train/current_loss": 90, "train/valid_loss": 9},
            "train/current_loss",
            "train/valid_loss",
        ),
        ({"train/mse": 9, "val/mse": 9, "val/mae": 9}, "train/mse", "val/mse"),
        ({"lr": 9}, None, None),
    ],
)
def test_the_losses_of_a_run(lengths: dict[str, int], train: str | None, validation: str | None) -> None:
    weight = {tag: 10.0 if "cls" in tag else 1.0 for tag in lengths}
    tags = {tag: weight[tag] * np.linspace(2.0, 1.0, n) for tag, n in lengths.items()}
    assert names(make_curves(tags)) == (train, validation)


def test_the_losses_are_looked_for_among_curves_with_values() -> None:
    curves = make_curves(
        {"loss": [np.nan] * 50, "train_loss": [3.0, 2.0], "val_loss": [np.nan], "test_loss": [1.0]}
    )
    assert names(curves) == ("train_loss", "test_loss")


def test_a_loss_that_is_all_nan_is_still_the_loss() -> None:
    assert names(make_curves({"loss": [np.nan] * 5, "val_loss": [np.nan]})) == ("loss", "val_loss")


def test_a_role_for_a_tag_that_was_not_logged_is_passed_over() -> None:
    run = make_run({"loss": [2.0, 1.0]})
    roles = {**run.roles, "train/loss": TRAIN_LOSS}
    assert names(RunCurves(Run("run", "run", (), "made", run.frame, roles))) == ("loss", None)


@pytest.mark.parametrize(
    ("beside", "metrics"),
    [
        ((), ["train/accuracy", "train/rmsd_error", "val/accuracy"]),
        (("val/loss",), []),
        (("rollout/ep_rew_mean",), []),
        (("loss_D", "loss_G"), []),
        (("train/lr",), ["train/accuracy", "train/rmsd_error", "val/accuracy"]),
    ],
)
def test_metrics_are_alone_where_no_loss_and_no_reward_is(
    beside: tuple[str, ...], metrics: list[str]
) -> None:
    given_up = ("train/recall", "val_precision", "d_acc", "eval/win_rate")
    tags = ("val/accuracy", "train/accuracy", "train/rmsd_error", *given_up, *beside)
    curves = make_curves({tag: [0.1, 0.2, 0.3] for tag in tags})
    assert [metric.tag for metric in curves.lone_metrics] == metrics


def test_layers_come_from_the_input_to_the_output() -> None:
    layers = [
        "embed.weight",
        "encoder.0.weight",
        "layers.2.weight",
        "layers.10.weight",
        "decoder.1.bias",
        "head.weight",
    ]
    tags = {f"grad_norm/{layer}": [1.0, 1.0] for layer in sorted(layers, reverse=True)}
    found = [curve.tag.removeprefix("grad_norm/") for curve in make_curves(tags).layer_grad_norms]
    assert found == layers


def test_the_global_gradient_norm_is_the_one_before_clipping() -> None:
    curves = make_curves(
        {
            "grad_norm_clipped": [1.0] * 9,
            "train/grad_norm": [3.0] * 9,
            "grad_norm/0": [1.0],
            "grad_norm/1": [1.0],
        }
    )
    assert curves.grad_norm is not None
    assert curves.grad_norm.tag == "train/grad_norm"


def test_the_learning_rate_is_that_of_the_first_group() -> None:
    curves = make_curves({"lr/pg10": [1.0, 1.0], "lr/pg2": [1.0, 1.0], "lr/pg0": [1.0, 1.0]})
    assert curves.learning_rate is not None
    assert curves.learning_rate.tag == "lr/pg0"


def paired(curves: RunCurves) -> list[tuple[str, str]]:
    return [(pair.train.tag, pair.validation.tag) for pair in curves.pairs]


def test_the_same_quantity_is_paired_and_the_losses_come_first() -> None:
    tags = ["acc/train", "acc/val", "loss/train", "loss/val", "mse/train", "mse/val", "f1/val", "lr"]
    assert paired(make_curves({tag: [2.0, 1.0, 0.5] for tag in tags})) == [
        ("loss/train", "loss/val"),
        ("acc/train", "acc/val"),
        ("mse/train", "mse/val"),
    ]


def test_spellings_of_a_quantity_are_one() -> None:
    tags = ["train_acc", "validation/accuracy", "training_loss", "losses/val_total"]
    assert paired(make_curves({tag: [2.0, 1.0, 0.5] for tag in tags})) == [
        ("training_loss", "losses/val_total"),
        ("train_acc", "validation/accuracy"),
    ]


def test_a_validation_curve_is_paired_with_what_was_logged_as_it_was() -> None:
    tags = {
        "loss": np.ones(100),
        "train/loss": np.ones(10),
        "validation/loss": np.ones(10),
        "test/loss": np.ones(10),
    }
    assert paired(make_curves(tags)) == [("train/loss", "validation/loss"), ("train/loss", "test/loss")]


def test_a_summary_at_the_end_is_no_partner() -> None:
    tags = {"loss": np.ones(100), "train_loss": np.ones(1), "eval_loss": np.ones(10)}
    assert paired(make_curves(tags)) == [("loss", "eval_loss")]


def test_every_evaluation_set_is_paired_with_the_train_loss() -> None:
    tags = {"loss": np.ones(100), "eval_a_loss": np.ones(10), "eval_b_loss": np.ones(10)}
    assert paired(make_curves(tags)) == [("loss", "eval_a_loss"), ("loss", "eval_b_loss")]


def test_without_a_partner_there_is_no_pair() -> None:
    assert make_curves({"loss": [1.0, 2.0], "val_accuracy": [0.1, 0.2]}).pairs == []
    assert make_curves({"lr": [1.0]}).pairs == []


def test_a_pair_on_one_axis_keeps_its_steps() -> None:
    curves = make_curves({"loss": np.ones(1000), "val_loss": np.ones(10)}, {"val_loss": range(99, 1000, 100)})
    (pair,) = curves.pairs
    assert pair.train_steps_of_validation.tolist() == list(range(99, 1000, 100))


def test_validation_by_epoch_is_placed_on_the_steps_of_train() -> None:
    curves = make_curves({"loss": np.linspace(1.0, 0.0, 1001), "val_loss": np.ones(10)})
    (pair,) = curves.pairs
    assert pair.train_steps_of_validation.tolist() == pytest.approx(np.linspace(100.0, 1000.0, 10).tolist())
    levels: NDArray[np.float64] = pair.train_levels
    assert levels[:-1] == pytest.approx(np.linspace(0.9, 0.1, 9), abs=0.01)


def test_train_levels_beside_an_empty_train_curve_are_unknown() -> None:
    (pair,) = make_curves({"loss": [np.nan, np.nan], "val_loss": [1.0, 2.0, 3.0]}).pairs
    assert np.isnan(pair.train_levels).all()
