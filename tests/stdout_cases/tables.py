"""Tables drawn row by row, and a line a round of boosting."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case
from stdout_texts import CATBOOST, FASTAI, LIGHTGBM, SCIKIT_LEARN, SKORCH, SPACY, STABLE_BASELINES, XGBOOST

# The table is drawn again for each epoch, as some do.
RICH = "".join(
    "     Training\n┏━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━┳━━━━━━━━━━┓\n"
    "┃ Epoch ┃ Train Loss ┃ Val Loss ┃ Note     ┃\n"
    "┡━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━┩\n"
    + "".join(f"│ {n:>5} │ {2 - n / 4:>10} │ {2.5 - n / 4:>8} │ {'best':<8} │\n" for n in range(1, last + 1))
    + "└───────┴────────────┴──────────┴──────────┘\n"
    for last in (1, 2, 3)
)

CASES: list[Case] = [
    (
        "Rich",
        RICH,
        StepUnit.EPOCH,
        {"Train Loss": ([1, 2, 3], [1.75, 1.5, 1.25]), "Val Loss": ([1, 2, 3], [2.25, 2.0, 1.75])},
    ),
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
        "[3/3 00:58, Epoch 3/3]\nEpoch\tTraining Loss\tValidation Loss\tAccuracy\n"
        "1\tNo log\t0.875\t0.25\n2\t0.75\t0.625\t0.5\n3\t0.5\t0.5\t0.75\n",
        StepUnit.EPOCH,
        {
            "Training Loss": ([2, 3], [0.75, 0.5]),
            "Validation Loss": ([1, 2, 3], [0.875, 0.625, 0.5]),
            "Accuracy": ([1, 2, 3], [0.25, 0.5, 0.75]),
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
        "Stable-Baselines or Spinning Up",
        STABLE_BASELINES,
        StepUnit.STEP,
        {
            "rollout/ep_rew_mean": ([100, 200, 300], [12.5, 25.0, 37.5]),
            "time/fps": ([100, 200, 300], [1230.0] * 3),
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
]
