"""The words roles are made of: what is measured, on which data, and which way is better."""

from __future__ import annotations

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


HELD_BACK = (Split.VALIDATION, Split.TEST)  # what no step of training is taken on
LOSSES = (Kind.LOSS, Kind.COMPONENT_LOSS)  # what training brings down ...
EVERY_LOSS = (*LOSSES, Kind.ADVERSARIAL_LOSS)  # ... and what goes up where the other one comes down
OF_THE_MODEL = (*LOSSES, Kind.ACCURACY, Kind.ERROR)  # what says how good a model is, whatever its task


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
