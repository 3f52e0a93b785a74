"""Trainers of language models."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case
from stdout_texts import (
    BUILD_NANO_GPT,
    DEEPSPEED,
    FAIRSEQ,
    FAIRSEQ_JSON,
    LANGUAGE_MODEL,
    LEVANTER,
    LITGPT,
    LLM_C,
    LLM_C_TERMINAL,
    MARIAN,
    MEGATRON,
    NANO_GPT,
    NEMO,
    SPEED_RUN,
    TORCHTITAN,
    TORCHTUNE,
    TORCHTUNE_BAR,
    TRANSFORMERS,
    VERL,
)

NAN = float("nan")

CASES: list[Case] = [
    ("tqdm-loggable", LEVANTER, StepUnit.STEP, {"loss": ([11, 980, 1250], [2.875, 2.75, 2.625])}),
    (
        "NeMo",
        NEMO,
        StepUnit.STEP,
        {
            "reduced_train_loss": ([1, 2, 3], [2.875, 2.75, 2.625]),
            "train_step_timing": ([1, 2, 3], [1.5, 1.5, 1.5]),
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
]
