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
    SLOW_FAST,
    TIMM,
    TORCHVISION,
    ULTRALYTICS,
    YOLO_RESULTS,
)

_ROW = " Average {what} ({short}) @[ IoU={overlap:<9} | area={size:>6} | maxDets={most:>3} ] = {value:.3f}\n"


def _of_coco(epoch: int) -> str:
    """An epoch of DETR with its evaluation, and the averages it prints of either."""
    rows = [("AP", "0.50:0.95", "all", 100, 0.25 * epoch), ("AP", "0.50", "all", 100, 0.5)]
    rows += [("AP", "0.50:0.95", "small", 100, -1), ("AP", "0.50:0.95", "large", 100, 0.375)]
    rows += [("AR", "0.50:0.95", "all", 10, 0.625), ("AR", "0.50:0.95", "large", 100, 0.75)]
    table = [
        _ROW.format(
            what="Precision " if short == "AP" else "Recall    ",
            short=short,
            overlap=overlap,
            size=size,
            most=most,
            value=value,
        )
        for short, overlap, size, most, value in rows
    ]
    return (
        f"Epoch: [{epoch}]  [ 0/10]  eta: 0:00:09  lr: 0.0625  loss: {3 - epoch / 4} (3.5)\n"
        "Averaged stats: lr: 0.0625  loss: 9.5 (9.5)\n"
        f"Test:  [9/10]  eta: 0:00:00  loss: 9.5 ({3.5 - epoch / 4})\n"
        "Test: Total time: 0:00:12 (0.3 s / it)\n"
        "Averaged stats: loss: 9.5 (9.25)\nIoU metric: bbox\n" + "".join(table)
    )


CASES: list[Case] = [
    (
        "pycls or SlowFast",
        SLOW_FAST,
        StepUnit.STEP,
        {
            "dt": ([10, 20, 30, 40], [0.5] * 4),
            "lr": ([10, 20, 30, 40], [0.125] * 4),
            "train/loss": ([10, 20, 30, 40], [2.875, 2.875, 2.75, 2.75]),
            "train_epoch/loss": ([20, 40], [3.875, 3.75]),
            "val/top1_err": ([20, 40], [49.5, 48.5]),
        },
    ),
    (
        "COCO's evaluation",
        "".join(_of_coco(epoch) for epoch in (1, 2, 3)),
        StepUnit.EPOCH,
        {
            "loss": ([1, 2, 3], [2.75, 2.5, 2.25]),
            "lr": ([1, 2, 3], [0.0625] * 3),
            "test/loss": ([1, 2, 3], [3.25, 3.0, 2.75]),
            "bbox/AP": ([1, 2, 3], [0.25, 0.5, 0.75]),
            "bbox/AP50": ([1, 2, 3], [0.5] * 3),
            "bbox/AP-large": ([1, 2, 3], [0.375] * 3),
            "bbox/AR10": ([1, 2, 3], [0.625] * 3),
            "bbox/AR-large": ([1, 2, 3], [0.75] * 3),
        },
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
