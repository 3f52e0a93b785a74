"""Libraries for any kind of model."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case
from stdout_texts import (
    ALLENNLP,
    DEEPXDE,
    DEMUCS,
    DLLOGGER,
    DLLOGGER_TERMINAL,
    ESTIMATOR,
    FASTTEXT,
    FLOWER,
    FLOWER_HISTORY,
    KERAS,
    LIGHTNING,
    MACE,
    NEQUIP,
    OLD_KERAS,
    OLD_MACE,
)

CASES: list[Case] = [
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
    (
        "AllenNLP",
        ALLENNLP,
        StepUnit.EPOCH,
        {"training/loss": ([0, 1, 2], [2.0, 1.5, 1.25]), "validation/loss": ([0, 1, 2], [2.25, 1.75, 1.5])},
    ),
    (
        "DeepXDE",
        DEEPXDE,
        StepUnit.STEP,
        {
            "Train loss": ([0, 1000, 2000], [1.75, 0.625, 0.25]),
            "Train loss 1": ([0, 1000, 2000], [1.5, 0.5, 0.25]),
            "Train loss 2": ([0, 1000, 2000], [0.25, 0.125, 0.0]),
            "Test loss": ([0, 1000, 2000], [1.25, 0.75, 0.5]),
            "Test metric": ([0, 1000, 2000], [0.5, 0.25, 0.125]),
        },
    ),
    (
        "Flower",
        FLOWER,
        StepUnit.STEP,
        {
            "train_loss": ([1, 2], [2.0, 1.5]),
            "train/f1": ([1, 2], [0.5, 0.75]),
            "val/loss": ([1, 2], [1.75, 1.25]),
            "test/accuracy": ([0, 1, 2], [0.125, 0.25, 0.5]),
            "test/loss": ([0, 1, 2], [2.25, 1.875, 1.375]),
        },
    ),
    (
        "Flower",
        FLOWER_HISTORY,
        StepUnit.STEP,
        {
            "test/accuracy": ([1, 2], [0.25, 0.5]),
            "test/loss": ([1, 2], [2.5, 1.5]),
            "val/loss": ([1, 2], [2.25, 1.25]),
            "val/accuracy": ([1], [0.25]),
        },
    ),
    (
        "MACE",
        MACE,
        StepUnit.EPOCH,
        {
            "valid/loss": ([0, 1, 2], [2.0, 1.875, 1.75]),
            "valid/RMSE_E_per_atom": ([0, 1, 2], [200.5, 199.5, 198.5]),
            "valid/RMSE_F": ([0, 1, 2], [400.5, 399.5, 398.5]),
            "pt_head/valid/loss": ([0, 1, 2], [3.0, 2.875, 2.75]),
            "pt_head/valid/RMSE_E_per_atom": ([0, 1, 2], [200.5, 199.5, 198.5]),
            "pt_head/valid/RMSE_F": ([0, 1, 2], [400.5, 399.5, 398.5]),
        },
    ),
    (
        "NequIP",
        NEQUIP,
        StepUnit.EPOCH,
        {
            "LR": ([1, 2], [0.005, 0.005]),
            "Train/loss_f": ([1, 2], [1.0, 1.0]),
            "Train/loss": ([1, 2], [3.875, 3.75]),
            "Train/f_mae": ([1, 2], [15.1, 15.1]),
            "Validation/loss_f": ([0, 1, 2], [3.02, 0.125, 0.125]),
            "Validation/loss": ([0, 1, 2], [4.25, 4.875, 4.75]),
            "Validation/f_mae": ([0, 1, 2], [15.1, 16.5, 16.5]),
        },
    ),
    (
        "MACE",
        OLD_MACE,
        StepUnit.EPOCH,
        {
            "valid/loss": ([0, 1, 2], [2.0, 1.875, 1.75]),
            "valid/MAE_E_per_atom": ([0, 1, 2], [200.5, 199.5, 198.5]),
            "valid/MAE_F": ([0, 1, 2], [400.5, 399.5, 398.5]),
        },
    ),
    (
        "fastText",
        FASTTEXT,
        StepUnit.ROW,
        {
            "words/sec/thread": ([0, 1, 2, 3], [512.0] * 4),
            "lr": ([0, 1, 2, 3], [0.5] * 4),
            "loss": ([0, 1, 2, 3], [4.0, 3.75, 3.5, 3.25]),
        },
    ),
    (
        "TensorFlow Estimator",
        ESTIMATOR,
        StepUnit.STEP,
        {
            "loss": ([0, 100, 200], [0.75, 0.5, 0.25]),
            "global_step/sec": ([0], [8.5]),
            "eval_accuracy": ([100], [0.875]),
            "eval/loss": ([100], [0.625]),
        },
    ),
    (
        "NVIDIA DLLogger",
        DLLOGGER,
        StepUnit.STEP,
        {
            "train.loss": ([0, 10, 20, 30], [2.5, 2.25, 2.0, 1.75]),
            "lr": ([0, 10, 20, 30], [0.5] * 4),
            "train.loss_epoch": ([10, 30], [2.375, 1.875]),
            "val.top1": ([10, 30], [50.5, 60.5]),
        },
    ),
    (
        "NVIDIA DLLogger",
        DLLOGGER_TERMINAL,
        StepUnit.STEP,
        {"loss": ([10, 20, 30], [2.875, 2.75, 2.625]), "speed": ([10, 20, 30], [512.5] * 3)},
    ),
    (
        "Demucs or AudioCraft",
        DEMUCS,
        StepUnit.STEP,
        {
            "train/Loss": ([200, 400, 600, 800], [0.75, 0.5, 0.5, 0.25]),
            "train/grad_norm": ([200, 400, 600, 800], [1.5] * 4),
            "train_epoch/Loss": ([400, 800], [0.5, 0.25]),
            "valid/Loss": ([400, 800], [0.625, 0.375]),
            "valid/Nsdr": ([400, 800], [1.5, 2.5]),
        },
    ),
]
