"""Trainers of vision models."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case
from stdout_texts import (
    DARKNET,
    DETECTRON2,
    MMCV,
    MMENGINE,
    PYTORCH_CIFAR,
    TIMM,
    TORCHVISION,
    ULTRALYTICS,
    YOLO_RESULTS,
)

CASES: list[Case] = [
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
        "pytorch-cifar",
        PYTORCH_CIFAR,
        StepUnit.EPOCH,
        {
            "train/Loss": ([0, 1, 2], [3.0, 2.5, 2.0]),
            "train/Acc": ([0, 1, 2], [50.5] * 3),
            "test/Loss": ([0, 1, 2], [3.0, 2.75, 2.5]),
            "test/Acc": ([0, 1, 2], [40.5] * 3),
        },
    ),
]
