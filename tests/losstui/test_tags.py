from __future__ import annotations

import pytest

from losstui.tags import (
    layer_order,
    name_without_split,
    natural_order,
    quantity_of,
    run_order,
    split_of,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GradNorm", "grad_norm"),
        ("grad_2.0_norm_total", "grad_norm_total"),
        ("mAP50-95(B)", "map_50_95_b"),
        ("mIoU", "iou"),
        ("macro_F1", "macro_f1"),
        ("TFLOPs", "tflops"),
        ("valLoss", "val_loss"),
        ("testacc", "test_acc"),
        ("trl", "train_loss"),
        ("batchloss", "batch_loss"),
        ("avgAcc", "avg_acc"),
        ("stepless", "stepless"),
        ("latest", "latest"),
        ("validity", "validity"),
        ("mean_squared_error", "mse"),
        ("☃", ""),
    ],
)
def test_the_words_of_a_tag(text: str, words: str) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("tag", "split"),
    [
        ("loss", "none"),
        ("train/loss", "train"),
        ("Loss/valid", "val"),
        ("metrics_test/acc", "test"),
        ("eval_c4/loss", "val"),
        ("train/val_loss", "val"),
        ("eval/test_accuracy", "test"),
        ("eval_train_loss", "train"),
        ("evaluation_loss_vs_iterations", "val"),
        ("tf_test_run/loss", "none"),
        ("test_run_3/loss", "none"),
        ("my_train_experiment/val/loss", "val"),
        ("latest/contest_loss", "none"),
        ("training's l2", "train"),
        ("learn/RMSE", "train"),
        ("learning_rate", "none"),
    ],
)
def test_the_split_a_tag_names(tag: str, split: str) -> None:
    assert split_of(tag) == split


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Loss/train", "val_loss"),
        ("losses/total", "losses/val_total"),
        ("train_loss_epoch", "evaluation_loss_vs_iterations"),
        ("acc/train", "validation_accuracy"),
        ("training's l2", "valid_0's l2"),
        ("train_ppl", "valid perplexity"),
        ("lm loss", "lm loss validation"),
    ],
)
def test_one_quantity_has_one_name(one: str, other: str) -> None:
    assert quantity_of(one) == quantity_of(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("train_loss", "train_acc"), ("val/box_loss", "val/cls_loss"), ("top1", "top5")]
)
def test_two_quantities_have_two(one: str, other: str) -> None:
    assert quantity_of(one) != quantity_of(other)


def test_the_name_without_the_split_keeps_how_it_was_logged() -> None:
    assert name_without_split("train/loss_epoch") == name_without_split("val/loss_epoch") == "loss_epoch"


def test_numbers_sort_as_numbers() -> None:
    tags = ["layer_10", "layer_9", "layer", "Layer_1"]
    assert sorted(tags, key=natural_order) == ["layer", "Layer_1", "layer_9", "layer_10"]


@pytest.mark.parametrize(
    "names",
    [["a", "seed-2", "seed-10"], ["lr-0.01", "lr-0.03", "lr-0.1", "lr-1.0"], ["h.0.2", "h.0.10"], ["0", "٣"]],
)
def test_numbers_in_names_are_sorted_as_numbers(names: list[str]) -> None:
    assert sorted(reversed(names), key=natural_order) == names


@pytest.mark.parametrize(
    "names",
    [
        ["lr0.0001-seed1", "lr0.0003-seed0", "lr0.001-seed0", "lr0.01-seed2", "lr0.01-seed10", "lr0.1-seed0"],
        ["lr=1e-05", "lr=3e-05", "lr=1e-4", "lr=2.5e-4", "lr=1e+2"],
        ["run-2", "run-10", "run-10e4b"],
        ["v0.2.1", "v0.10.1"],
    ],
)
def test_runs_are_ordered_by_the_rates_in_their_names(names: list[str]) -> None:
    assert sorted(reversed(names), key=run_order) == names


def test_layers_sort_from_the_input_to_the_output() -> None:
    order = ["wte", "encoder.2", "encoder.11", "h.0", "h.3", "decoder.0", "lm_head"]
    assert sorted(reversed(order), key=layer_order) == order
