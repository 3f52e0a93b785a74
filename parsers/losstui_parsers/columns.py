"""The vocabulary of text tables: what a column's name says it is, and what number a cell holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from losstui.languages import LETTERS, name_in_english
from losstui.roles import Kind, assign_roles

# Names that count optimiser steps, normalised by `normalise`, the surest first.
STEP_NAMES = (
    "step",
    "global_step",
    "global_steps",
    "steps",
    "trainer_global_step",
    "train_global_step",
    "iteration",
    "iterations",
    "iter",
    "iters",
    "current_steps",
    "current_step",
    "training_iteration",
    "total_timesteps",
    "time_total_timesteps",
    "misc_total_timesteps",
    "timesteps_total",
    "timesteps",
    "timestep",
    "timesteps_so_far",
    "num_updates",
    "total_train_updates",
    "updates",
    "update",
    "n_iter",
    "itr",
    "it",
    "train_step",
    "train_steps",
    "training_step",
    "optimizer_step",
    "env_step",
    "env_steps",
    "total_env_steps",
    "env_frames",
    "total_frames",
    "num_frames",
    "time_iterations",
    "total_steps",
    "batch",
    "batch_idx",
    "batch_id",
    "round",
    "rounds",
    "boosting_round",
    "episode",
    "episodes",
    "time_episodes",
    "num_episodes",
    "frame",
    "generation",
    "generations",
    "kimg",
    "progress_kimg",
    "tick",
    "progress_tick",
)
# Counters that other tables have as well: alone they do not make a table a training log.
WEAK_STEP_NAMES = frozenset(
    (
        "it",
        "update",
        "updates",
        "total_steps",
        "batch",
        "batch_idx",
        "batch_id",
        "round",
        "rounds",
        "episode",
        "episodes",
        "num_episodes",
        "num_frames",
        "total_frames",
        "frame",
        "generation",
        "generations",
        "tick",
    )
)
EPOCH_NAMES = ("epoch", "epochs", "train_epoch", "trainer_epoch", "current_epoch", "epoch_num", "ep")
WALL_TIME_NAMES = (
    "timestamp",
    "wall_time",
    "walltime",
    "wall",
    "time",
    "datetime",
    "date_time",
    "date",
    "unix_time",
    "created_at",
    "logged_at",
    "ts",
)
# Known in advance or derived from the step: no curve to look at.
BOOKKEEPING_NAMES = frozenset(
    (*STEP_NAMES, *EPOCH_NAMES, "percentage", "max_steps", "total_epochs", "num_train_epochs")
)
TAG_NAMES = ("tag", "metric", "metric_name", "name", "key", "scalar", "series", "variable")
VARIANT_NAMES = ("variant", "series")  # ClearML's, of one metric
VALUE_NAMES = ("value", "metric_value", "val", "scalar_value")
RUN_NAMES = ("run", "run_id", "run_name", "run_uuid", "run_hash")
CONTEXTS = ("context", "metric_context", "context_subset", "run_context")  # the data, in Aim and Comet
SPLIT_NAMES = ("split", "phase", "mode", "stage", "subset", "type", "event", "kind", "set", "data_split")
SPLIT_WORDS = frozenset(
    (
        "train",
        "training",
        "tr",
        "val",
        "vali",
        "valid",
        "validation",
        "eval",
        "evaluation",
        "dev",
        "test",
        "testing",
    )
)
# What tells the rows of a table of finished trials apart, and what such trials are given.
TRIAL_NAMES = frozenset(
    (
        "trial",
        "trial_id",
        "trial_number",
        "model",
        "model_name",
        "experiment",
        "experiment_name",
        "method",
        "fold",
        "fold_id",
        "fold_idx",
        "repeat",
        "repetition",
        "seed",
        "config",
        "config_id",
        "batch_size",
        "hidden_size",
        "hidden_dim",
        "num_layers",
        "n_layers",
        "dropout",
        "weight_decay",
        "optimizer",
        "n_estimators",
        "max_depth",
        "dataset",
        "prompt_id",
    )
)
HYPERPARAMETER_PREFIXES = ("config/", "hparams/")

_TRAINED_ON = (Kind.LOSS, Kind.COMPONENT_LOSS, Kind.ADVERSARIAL_LOSS, Kind.REWARD, Kind.GRAD_NORM)
_LABEL_NAMES = TRIAL_NAMES.union(TAG_NAMES, VARIANT_NAMES, RUN_NAMES, SPLIT_NAMES, CONTEXTS, WALL_TIME_NAMES)
_WORDS = re.compile(rf"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[{LETTERS}]+")
_HELD_OUT_IN_NAME = re.compile(r"(^|_)(vali?|valid|validation|eval|dev|test)(_|$)")
_SPLIT_IN_NAME = re.compile(r"(^|_)(train|training|learn|vali?|valid|validation|eval|dev|test)(_|$)")


@lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """The lower-case words of a column name joined with "_": "trainer/globalStep" is trainer_global_step."""
    return "_".join(_WORDS.findall(name_in_english(name))).lower()


def is_bookkeeping(name: str) -> bool:
    """Whether a column counts something and is no curve."""
    return normalise(name) in BOOKKEEPING_NAMES


def names_split(name: str, *, held_out: bool = False) -> bool:
    """Whether a name says which part of the data was measured, or that it was data held out."""
    return (_HELD_OUT_IN_NAME if held_out else _SPLIT_IN_NAME).search(normalise(name)) is not None


def is_label(name: str) -> bool:
    """Whether a column of that name tells rows, runs or moments apart, so that its texts are of use."""
    return name.startswith(HYPERPARAMETER_PREFIXES) or normalise(name) in _LABEL_NAMES


def is_clock(name: str) -> bool:
    """Whether a column of that name holds moments."""
    return normalise(name) in WALL_TIME_NAMES


def first_of(names: Iterable[str], vocabulary: tuple[str, ...]) -> str | None:
    """The column whose name stands first in `vocabulary`, or None."""
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(normalise(name), name)
    return next((by_name[known] for known in vocabulary if known in by_name), None)


def training_words(names: Iterable[str]) -> list[str]:
    """The columns that by their name are a loss, a metric, a learning rate or the like, in their order."""
    roles = assign_roles([name for name in names if not is_bookkeeping(name)])
    return [name for name, role in roles.items() if role.kind not in (Kind.OTHER, Kind.EPOCH)]


def strong_words(names: Iterable[str]) -> list[str]:
    """Those of `training_words` that a table of results or predictions rarely has without an axis."""
    words = training_words(names)
    roles = assign_roles(words)
    return [
        name
        for name in words
        if roles[name].kind in _TRAINED_ON
        or (roles[name].kind in (Kind.ACCURACY, Kind.ERROR) and names_split(name))
    ]


_MISSING = frozenset(("", "none", "null", "na", "n/a", "<na>", "-", "--"))
_SPELLED = {
    "true": 1.0,
    "false": 0.0,
    "1.#inf": math.inf,
    "-1.#inf": -math.inf,
    "1.#qnan": math.nan,
    "-1.#ind": math.nan,
    "nan(ind)": math.nan,
    "-nan(ind)": math.nan,
}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_DECIMAL_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+([eE][+-]?\d+)?")
_POINTS_BETWEEN_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
# What Switzerland and France put between thousands, and the minus of typesetters
_TYPESET = str.maketrans({"\u2212": "-"} | dict.fromkeys("'\u2019\u00a0\u202f"))
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(['\u2019\u00a0\u202f]\d{3})+([.,]\d*)?|\u2212[\d.,]+(e[+-]?\d+)?", re.IGNORECASE
)
# A scalar printed as an object: tensor(0.5, device='cuda:0'), np.float32(0.5), tf.Tensor(0.5, shape=()),
# array([0.5])
_OBJECT = (
    r"(?:(?<![\w.])[\w.]{0,32}?(?:tensor|array)|(?:np|numpy|jnp)\.\w+)"
    r"\(\s*\[?\s*([^\s,()\[\]]+)\s*\]?\s*(?:,[^()]*(?:\(\)[^()]*)?)?\)|<tf\.Tensor:[^<>]{0,99}?numpy=([^\s,>]+)[^>]*>"
)
_PRINTED_OBJECT = re.compile(_OBJECT, re.IGNORECASE)
# What is in each of those: to look for it is all that most lines cost.
_OBJECT_SIGNS = ("ensor(", "rray(", "64(", "32(", "16(", "<tf.")
# Those, and [0.5]; not a unit in the header, "loss [-]".
_WRAPPED = re.compile(rf"{_OBJECT}|\[\s*([+-]?(?:\.?\d|nan|inf)[^\s,\[\]]*)\s*\]", re.IGNORECASE)


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value. "nan" is a value: it was written."""
    return cell.strip().lower() in _MISSING


def unwrap_scalars(text: str) -> str:
    """`text` with every scalar that was printed as an object replaced by its number."""
    if "(" not in text and "[" not in text and "<tf" not in text:
        return text
    return _WRAPPED.sub(lambda match: match.group(1) or match.group(2) or match.group(3), text)


def unwrap_objects(text: str) -> str:
    """A printed line with the number in place of each object of a library that holds one alone."""
    if not any(sign in text for sign in _OBJECT_SIGNS):
        return text
    return _PRINTED_OBJECT.sub(lambda match: match.group(1) or match.group(2), text)


def number(cell: str, decimal: str = ".") -> float | None:
    """The number in a cell that is not missing, or None where it holds other text."""
    text = cell.strip().strip("\"'").strip()
    if decimal == "," and (_DECIMAL_COMMA.fullmatch(text) or _POINTS_BETWEEN_THOUSANDS.fullmatch(text)):
        return float(text.replace(".", "").replace(",", "."))
    try:
        # float() takes "1_000", which in a log is a name, not a number
        return None if "_" in text else float(text)
    except ValueError:
        pass
    if text.endswith("%"):
        return number(text.rstrip("%"), decimal)
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", ""))
    if _GROUPED.fullmatch(text):
        return number(text.translate(_TYPESET), decimal)
    if text.lower() in _SPELLED:
        return _SPELLED[text.lower()]
    wrapped = _WRAPPED.fullmatch(text)
    return number(wrapped.group(1) or wrapped.group(2) or wrapped.group(3), decimal) if wrapped else None
