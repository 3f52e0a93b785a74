"""What a tag is: its kind, its split, and which direction is good. One ordered table decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from losstui.errors import UsageError


class Split(str, Enum):
    """Which part of the data a tag was measured on; NONE where that makes no sense or is not said."""

    TRAIN = "train"
    VALIDATION = "val"
    TEST = "test"
    NONE = "none"


class Direction(str, Enum):
    """Which way is better. Neutral tags get no trend findings."""

    LOWER = "lower"
    HIGHER = "higher"
    NEUTRAL = "neutral"


class Kind(str, Enum):
    """What is measured."""

    LOSS = "loss"
    COMPONENT_LOSS = "component_loss"
    ADVERSARIAL_LOSS = "adversarial_loss"
    ACCURACY = "accuracy"
    ERROR = "error"
    REWARD = "reward"
    LEARNING_RATE = "learning_rate"
    GRAD_NORM = "grad_norm"
    LAYER_GRAD_NORM = "layer_grad_norm"
    LOSS_SCALE = "loss_scale"
    DEAD_UNITS = "dead_units"
    THROUGHPUT = "throughput"
    STEP_TIME = "step_time"
    EPOCH = "epoch"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Role:
    """What a tag is. `name` is how `--json` and `--role` spell it: "train_loss", "learning_rate"."""

    kind: Kind
    split: Split = Split.NONE
    direction: Direction = Direction.NEUTRAL

    @property
    def name(self) -> str:
        """The split and the kind, or the kind alone where there is no split."""
        return self.kind.value if self.split is Split.NONE else f"{self.split.value}_{self.kind.value}"


DIRECTIONS = {
    Kind.LOSS: Direction.LOWER,
    Kind.COMPONENT_LOSS: Direction.LOWER,
    Kind.ERROR: Direction.LOWER,
    Kind.ACCURACY: Direction.HIGHER,
    Kind.REWARD: Direction.HIGHER,
}


def make_role(kind: Kind, split: Split = Split.NONE) -> Role:
    """The role of that kind and split, with the kind's usual direction."""
    return Role(kind, split, DIRECTIONS.get(kind, Direction.NEUTRAL))


def parse_role(text: str) -> Role:
    """The role a user spells on the command line, as `Role.name` does.

    Raises UsageError, with the names there are, where the text is none of them.
    """
    for split in Split:
        for kind in Kind:
            role = make_role(kind, split)
            if role.name == text:
                return role
    kinds = ", ".join(kind.value for kind in Kind)
    raise UsageError(
        f"no role '{text}'; a role is one of {kinds}, after train_, val_ or test_ where it has a split"
    )


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+(?:\.\d+)?")

# First match wins: (kind, pattern over the tag's lower-case words joined with "_").
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (Kind.LEARNING_RATE, r"(^|_)(lr|learning_rate)(_|$)"),
        (Kind.LOSS_SCALE, r"(loss|grad|amp)_scale|scaler"),
        (Kind.DEAD_UNITS, r"dead"),
        (Kind.LAYER_GRAD_NORM, r"grad\w*_(norm_)?\w*(layers?|weight|bias|l\d|\d)|gnorm_\d"),
        (Kind.GRAD_NORM, r"grad\w*_norm|gnorm|grad_2\.0_norm_total|gradient_norm"),
        (Kind.THROUGHPUT, r"per_s(ec|econd)?(_|$)|throughput|(^|_)(ips|fps|mfu)(_|$)"),
        (Kind.STEP_TIME, r"runtime|(^|_)time(_|$)|duration|elapsed"),
        (Kind.REWARD, r"reward|return|rew(_|$)"),
        (
            Kind.ADVERSARIAL_LOSS,
            r"loss_(d|g|disc|gen)(_|$)|(^|_)(d|g|disc|gen|policy|value|actor|critic)_loss|loss_(policy|value)",
        ),
        (Kind.LOSS, r"loss|(^|_)(nll|ce|mse|bce|cross_entropy|cost|perplexity|ppl|bpb)(_|$)"),
        (Kind.ERROR, r"(^|_)(error|err|mae|rmse|wer|cer|fid|mape)(_|$)"),
        (
            Kind.ACCURACY,
            r"acc|top\d|(^|_)(f1|auc|bleu|iou|map|dice|precision|recall|r2|psnr|ssim|rouge|em)(_|$)",
        ),
        (Kind.EPOCH, r"^(\w+_)?epochs?$"),
    )
)
_SPLITS: tuple[tuple[Split, re.Pattern[str]], ...] = (
    (Split.VALIDATION, re.compile(r"(^|_)(val|valid|validation|eval|dev|va)(_|$)")),
    (Split.TEST, re.compile(r"(^|_)(test|te)(_|$)")),
    (Split.TRAIN, re.compile(r"(^|_)(train|training|tr)(_|$)")),
)


def assign_roles(tags: Iterable[str]) -> dict[str, Role]:
    """Return the role of each tag; the tags of one run together, because they explain each other."""
    return {tag: _role(tag) for tag in tags}


def _role(tag: str) -> Role:
    words = "_".join(_WORDS.findall(tag)).lower()
    kind = next((kind for kind, pattern in _KINDS if pattern.search(words)), Kind.OTHER)
    split = next((split for split, pattern in _SPLITS if pattern.search(words)), Split.NONE)
    if kind in (Kind.LOSS, Kind.ACCURACY, Kind.ERROR):
        return make_role(kind, Split.TRAIN if split is Split.NONE else split)
    return make_role(kind)
