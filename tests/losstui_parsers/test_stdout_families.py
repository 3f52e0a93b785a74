"""What each family of lines gives: tag -> steps (or epochs, or rows) and values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from losstui.parsing import FileGroup, LogFile
from losstui.roles import assign_roles
from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from losstui_parsers.stdout_lines import FAMILIES, LAST_RESORT
from stdout_texts import (
    BUILD_NANO_GPT,
    CATBOOST,
    DARKNET,
    DEEPSPEED,
    DETECTRON2,
    FAIRSEQ,
    FAIRSEQ_JSON,
    FASTAI,
    KERAS,
    LANGUAGE_MODEL,
    LIGHTGBM,
    LIGHTNING,
    LITGPT,
    LLM_C,
    LLM_C_TERMINAL,
    MARIAN,
    MEGATRON,
    MMCV,
    MMENGINE,
    NANO_GPT,
    NEMO,
    OLD_KERAS,
    SCIKIT_LEARN,
    SKORCH,
    SPACY,
    SPEED_RUN,
    STABLE_BASELINES,
    TIMM,
    TORCHTITAN,
    TORCHTUNE,
    TORCHTUNE_BAR,
    TORCHVISION,
    TRANSFORMERS,
    ULTRALYTICS,
    VERL,
    XGBOOST,
    YOLO_RESULTS,
)

Curves = dict[str, tuple[list[int], list[float]]]
NAN = float("nan")

CASES: list[tuple[str, str, StepUnit, Curves]] = [
    ("NeMo", NEMO, StepUnit.STEP, {"reduced_train_loss": ([1, 2, 3], [2.875, 2.75, 2.625])}),
    (
        "fastai, skorch, spaCy or scikit-learn",
        FASTAI,
        StepUnit.EPOCH,
        {
            "train_loss": ([0, 1, 2], [2.5, 2.25, 2.0]),
            "valid_loss": ([0, 1, 2], [2.75, 2.5, 2.375]),
            "accuracy": ([0, 1, 2], [0.25, 0.375, 0.5]),
        },
    ),
    (
        "fastai, skorch, spaCy or scikit-learn",
        SPACY,
        StepUnit.STEP,
        {
            "LOSS TOK2VEC": ([0, 200, 400], [0.0, 12.25, 22.5]),
            "LOSS NER": ([0, 200, 400], [45.5, 1845.25, 1245.5]),
            "ENTS_F": ([0, 200, 400], [0.0, 40.5, 60.25]),
            "SCORE": ([0, 200, 400], [0.0, 0.5, 0.75]),
        },
    ),
    (
        "fastai, skorch, spaCy or scikit-learn",
        SKORCH,
        StepUnit.EPOCH,
        {
            "train_loss": ([1, 2, 3], [0.75, 0.5, 0.25]),
            "valid_acc": ([1, 2, 3], [0.5, 0.625, 0.625]),
            "valid_loss": ([1, 2, 3], [0.875, 0.625, 0.75]),
            "dur": ([1, 2, 3], [0.032, 0.031, 0.031]),
        },
    ),
    (
        "fastai, skorch, spaCy or scikit-learn",
        SCIKIT_LEARN,
        StepUnit.STEP,
        {"Train Loss": ([1, 2, 3], [1.5, 1.25, 1.125])},
    ),
    (
        "Darknet",
        DARKNET,
        StepUnit.STEP,
        {
            "loss": ([100, 200], [-9.5, -22.0]),
            "learning_rate": ([100, 200], [0.001] * 2),
            "seconds": ([100, 200], [3.25] * 2),
        },
    ),
    (
        "Stable-Baselines or Spinning Up",
        STABLE_BASELINES,
        StepUnit.STEP,
        {
            "rollout/ep_rew_mean": ([100, 200, 300], [12.5, 25.0, 37.5]),
            "time/fps": ([100, 200, 300], [1230.0] * 3),
        },
    ),
    (
        "rows printed as dictionaries",
        TRANSFORMERS,
        StepUnit.ROW,
        {
            "loss": ([0, 1], [1.52, 1.421]),
            "grad_norm": ([0, 1], [82.9, NAN]),
            "learning_rate": ([0, 1], [1.4e-6, 1.5e-6]),
            "eval_loss": ([2], [1.31]),
            "eval_runtime": ([2], [12.1]),
        },
    ),
    (
        "rows printed as dictionaries",
        FAIRSEQ_JSON,
        StepUnit.STEP,
        {"loss": ([100], [8.206]), "lr": ([100], [1e-5]), "valid_loss": ([200], [8.1])},
    ),
    (
        "Megatron",
        MEGATRON,
        StepUnit.STEP,
        {
            "learning rate": ([100, 200], [1e-4, 1e-4]),
            "lm loss": ([100, 200], [2.50422, NAN]),
            "grad norm": ([100], [0.231]),
            "loss scale": ([200], [1.0]),
            "validation/lm loss": ([200], [2.4]),
            "validation/lm loss PPL": ([200], [11.0]),
        },
    ),
    (
        "verl",
        VERL,
        StepUnit.STEP,
        {
            "val-core/gsm8k/acc/mean@1": ([0], [0.508]),
            "actor/pg_loss": ([1], [-8.1e-6]),
            "critic/rewards/mean": ([1], [0.5]),
        },
    ),
    (
        "nanoGPT speed runs",
        SPEED_RUN,
        StepUnit.STEP,
        {
            "val_loss": ([0, 125], [10.8, 5.5]),
            "train_loss": ([1], [10.5]),
            "elapsed_time": ([0, 1, 125], [0.2, 1.0, 12.0]),
            "step_avg": ([1, 125], [95.1, 95.1]),
        },
    ),
    (
        "llm.c",
        LLM_C,
        StepUnit.STEP,
        {
            "val_loss": ([0], [11.0]),
            "train_loss": ([0, 1], [11.1, 10.9]),
            "lr": ([0, 1], [1e-6, 2e-6]),
            "grad_norm": ([0, 1], [15.37, 15.0]),
            "eval_accuracy": ([2], [0.25]),
        },
    ),
    (
        "Marian",
        MARIAN,
        StepUnit.STEP,
        {
            "Cost": ([500, 600], [2.05, 2.04]),
            "Time": ([500, 600], [882.75] * 2),
            "words/s": ([500, 600], [15777.39, 15777.5]),
            "gNorm": ([500], [0.5]),
            "learning_rate": ([500, 600], [3.6e-5] * 2),
            "valid/perplexity": ([600], [4.72182]),
            "valid/translation": ([600], [25.3]),
        },
    ),
    (
        "Detectron2 or torchtitan",
        TORCHTITAN,
        StepUnit.STEP,
        {
            "loss": ([1, 10], [12.2, 11.2]),
            "grad_norm": ([1, 10], [1.5, 1.5]),
            "memory": ([1], [40.1]),
            "tps": ([1], [7282.0]),
            "mfu": ([1], [0.17]),
            "validate/loss": ([10], [12.1]),
            "validate/memory": ([10], [3.0]),
        },
    ),
    (
        "Detectron2 or torchtitan",
        DETECTRON2,
        StepUnit.STEP,
        {
            "total_loss": ([19, 39], [2.1, float("inf")]),
            "loss_cls": ([19, 39], [1.2, 1.1]),
            "time": ([19, 39], [0.3, 0.3]),
            "lr": ([19, 39], [2e-4, 2e-4]),
            "max_mem": ([19, 39], [1234.0, 1234.0]),
        },
    ),
    (
        "nanoGPT",
        NANO_GPT,
        StepUnit.STEP,
        {
            "train loss": ([0], [4.2]),
            "val loss": ([0], [4.3]),
            "loss": ([0, 10, 20], [4.25, 3.98, NAN]),
            "time": ([0, 10, 20], [1099.1, 99.1, 99.1]),
            "mfu": ([0, 10, 20], [-100.0, 15.1, 15.1]),
        },
    ),
    (
        "build-nanogpt",
        BUILD_NANO_GPT,
        StepUnit.STEP,
        {
            "val_loss": ([0], [10.95]),
            "hellaswag_accuracy": ([0], [0.24]),
            "train_loss": ([0, 1, 2], [10.95, 10.5, 10.1]),
        },
    ),
    ("torchtune", TORCHTUNE_BAR, StepUnit.STEP, {"loss": ([1, 2, 3], [2.875, 2.75, 2.625])}),
    (
        "DeepSpeed",
        DEEPSPEED,
        StepUnit.STEP,
        {"loss_scale": ([10], [128.0]), "lr": ([10], [1e-4]), "loss": ([20], [3.2])},
    ),
    (
        "fairseq",
        FAIRSEQ,
        StepUnit.STEP,
        {
            "train/loss": ([445], [11.5]),
            "train/ppl": ([445], [1886.05]),
            "wps": ([445], [52922.0]),
            "lr": ([445, 1891], [8.9e-5, 2e-4]),
            "gnorm": ([445], [1.5]),
            "clip": ([1891], [0.0]),
            "train_epoch/loss": ([1891, 3782], [8.2, 7.2]),
            "train_epoch/ppl": ([1891], [136.0]),
            "valid/loss": ([1891], [8.1]),
            "valid/ppl": ([1891], [118.5]),
        },
    ),
    (
        "steps and cells between bars",
        LLM_C_TERMINAL,
        StepUnit.STEP,
        {
            "loss": ([1, 2, 3], [11.0, 10.9, 10.8]),
            "grad_norm": ([1, 2, 3], [15.37, 15.1, 15.0]),
            "lr": ([1, 2, 3], [0.0, 8.6e-7, 1.7e-6]),
            "ms/step": ([1, 2, 3], [2915.2, 2900.5, 2900.5]),
            "bf16 MFU": ([1, 2, 3], [52.1, 52.3, 52.3]),
            "tok/s": ([1, 2, 3], [179846.0, 180000.0, 180000.0]),
            "val loss": ([2], [10.5]),
        },
    ),
    (
        "steps and cells between bars",
        TORCHTUNE,
        StepUnit.STEP,
        {
            "loss": ([1, 2, 3], [2.875, 2.75, 2.625]),
            "lr": ([1, 2, 3], [2e-5] * 3),
            "tokens_per_second_per_gpu": ([1, 2, 3], [57.5] * 3),
        },
    ),
    (
        "steps and cells between bars",
        LITGPT,
        StepUnit.STEP,
        {
            "loss train": ([0, 1, 2], [10.9, 10.8, 10.7]),
            "loss val": ([2], [10.95]),
            "iter time": ([0, 1, 2], [391.5] * 3),
        },
    ),
    (
        "steps and cells between bars",
        LANGUAGE_MODEL,
        StepUnit.STEP,
        {
            "lr": ([200, 400, 600], [20.0] * 3),
            "ms/batch": ([200, 400, 600], [12.5] * 3),
            "loss": ([200, 400, 600], [5.75, 5.5, 5.25]),
            "ppl": ([200, 400, 600], [500.5, 400.5, 300.5]),
            "time": ([400], [30.1]),
            "valid loss": ([400], [5.41]),
            "valid ppl": ([400], [224.1]),
        },
    ),
    (
        "epochs and batches in brackets",
        TORCHVISION,
        StepUnit.STEP,
        {
            "Time": ([0, 50, 100], [0.3] * 3),
            "Loss": ([0, 50, 100], [6.9, 6.5, 6.0]),
            "Acc@1": ([0, 50, 100], [1.0, 1.5, 2.0]),
            "test/Acc@1": ([100], [12.5]),
            "test/Acc@5": ([100], [33.1]),
        },
    ),
    (
        "epochs and batches in brackets",
        TIMM,
        StepUnit.STEP,
        {
            "Loss": ([0, 50, 100], [6.951, 6.9, 6.5]),
            "Time": ([0, 50, 100], [3.436, 0.436, 3.436]),
            "LR": ([0, 50, 100], [1e-6] * 3),
            "test/Time": ([100], [0.2]),
            "test/Loss": ([100], [6.05]),
            "test/Acc@1": ([100], [11.0]),
        },
    ),
    (
        "epochs and batches in brackets",
        MMCV,
        StepUnit.STEP,
        {
            "lr": ([50, 100, 150], [1.978e-3] * 3),
            "time": ([50, 100, 150], [0.5] * 3),
            "loss_cls": ([50, 100, 150], [1.2] * 3),
            "loss": ([50, 100, 150], [2.5, 2.4, 2.2]),
            "val/bbox_mAP": ([150], [0.3]),
            "val/bbox_mAP_50": ([150], [0.5]),
        },
    ),
    (
        "epochs and batches in brackets",
        MMENGINE,
        StepUnit.STEP,
        {
            "lr": ([50, 100, 150], [9.9e-3] * 3),
            "time": ([50, 100, 150], [0.5] * 3),
            "loss": ([50, 100, 150], [2.5, 2.4, 2.3]),
            "val/aAcc": ([150], [70.1]),
            "val/mIoU": ([150], [30.2]),
        },
    ),
    (
        "YOLOv5 results",
        YOLO_RESULTS,
        StepUnit.EPOCH,
        {
            "train/box_loss": ([0, 1, 2], [0.125] * 3),
            "train/obj_loss": ([0, 1, 2], [0.06] * 3),
            "train/cls_loss": ([0, 1, 2], [0.03] * 3),
            "train/total_loss": ([0, 1, 2], [0.25] * 3),
            "metrics/precision": ([0, 1, 2], [0.01] * 3),
            "metrics/recall": ([0, 1, 2], [0.02] * 3),
            "metrics/mAP_0.5": ([0, 1, 2], [0.003] * 3),
            "metrics/mAP_0.5:0.95": ([0, 1, 2], [0.001] * 3),
            "val/box_loss": ([0, 1, 2], [0.09] * 3),
            "val/obj_loss": ([0, 1, 2], [0.05] * 3),
            "val/cls_loss": ([0, 1, 2], [0.02] * 3),
        },
    ),
    (
        "Ultralytics",
        ULTRALYTICS,
        StepUnit.EPOCH,
        {
            "train/box_loss": ([1, 2, 3], [3.5, 2.5, 1.5]),
            "train/cls_loss": ([1, 2, 3], [2.5] * 3),
            "metrics/precision(B)": ([1, 2, 3], [0.6] * 3),
            "metrics/recall(B)": ([1, 2, 3], [0.5] * 3),
            "metrics/mAP50(B)": ([1, 2, 3], [0.55] * 3),
            "metrics/mAP50-95(B)": ([1, 2, 3], [0.4] * 3),
        },
    ),
    (
        "LightGBM or XGBoost",
        LIGHTGBM,
        StepUnit.STEP,
        {"training/auc": ([10, 20, 30], [0.625, 0.75, 0.875]), "valid_1/auc": ([10, 20, 30], [0.5] * 3)},
    ),
    (
        "LightGBM or XGBoost",
        XGBOOST,
        StepUnit.STEP,
        {"train-rmse": ([0, 1, 2], [0.5, 0.25, 0.125]), "eval-rmse": ([0], [0.75])},
    ),
    (
        "CatBoost",
        CATBOOST,
        StepUnit.STEP,
        {"learn/loss": ([0, 1, 2], [0.75, 0.625, 0.5]), "test/loss": ([0, 1, 2], [0.7] * 3)},
    ),
    ("Lightning", LIGHTNING, StepUnit.EPOCH, {"train_loss": ([0, 1, 2], [2.0, 1.875, 1.75])}),
    (
        "Keras",
        KERAS + KERAS.replace("Epoch 1/3", "Epoch 3/3").partition("Epoch 2/3")[0],
        StepUnit.EPOCH,
        {
            "accuracy": ([1, 2, 3], [0.5] * 3),
            "loss": ([1, 2, 3], [1.5, 0.5, 1.5]),
            "val_loss": ([1, 2, 3], [2.0] * 3),
        },
    ),
    (
        "Keras",
        OLD_KERAS,
        StepUnit.EPOCH,
        {"loss": ([1, 2, 3], [1.5, 0.5, -0.5]), "acc": ([1, 2, 3], [0.5] * 3)},
    ),
]


@pytest.mark.parametrize(
    ("title", "text", "unit", "expected"), CASES, ids=[f"{n} {case[0]}" for n, case in enumerate(CASES)]
)
def test_family(title: str, text: str, unit: StepUnit, expected: Curves, tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text(text, encoding="utf-8", newline="")
    parser = Stdout()
    why = parser.recognise(LogFile(path))
    assert why is not None
    assert title in why
    [run] = parser.read(parser.group([LogFile(path)])[0])
    assert sorted(run.frame) == sorted(expected)
    for tag, (steps, values) in expected.items():
        assert run.frame[tag].steps.tolist() == steps, tag
        np.testing.assert_allclose(run.frame[tag].values, values, rtol=1e-12, err_msg=tag)
    assert run.step_unit is unit


@pytest.mark.parametrize("label", ["0: ", "12: ", "[rank3]: ", "[default0]:"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [(case[1], case[3]) for case in CASES],
    ids=[f"{n} {case[0]}" for n, case in enumerate(CASES)],
)
def test_what_a_launcher_puts_before_each_line_changes_nothing(
    text: str, expected: Curves, label: str, tmp_path: Path
) -> None:
    path = tmp_path / "slurm-7.out"
    path.write_text("".join(label + line for line in text.splitlines(keepends=True)), encoding="utf-8")
    [run] = Stdout().read(FileGroup(path, (LogFile(path),)))
    assert sorted(run.frame) == sorted(expected)
    for tag, (steps, values) in expected.items():
        assert run.frame[tag].steps.tolist() == steps, tag
        np.testing.assert_allclose(run.frame[tag].values, values, rtol=1e-12, err_msg=tag)


def test_every_family_has_a_case() -> None:
    assert {family.title for family in FAMILIES} == {case[0] for case in CASES}
    assert LAST_RESORT not in FAMILIES


def test_a_rising_score_of_catboost_is_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text("".join(f"{n}:\tlearn: {0.5 + n / 10}\ttest: 0.5\ttotal: 57ms\n" for n in range(4)))
    [run] = Stdout().read(Stdout().group([LogFile(path)])[0])
    assert sorted(run.frame) == ["learn/score", "test/score"]
    assert all("loss" not in role.name for role in assign_roles(run.frame).values())
