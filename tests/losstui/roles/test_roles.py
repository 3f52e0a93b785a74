"""What a tag is, by its name and by the other tags of its run."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from losstui.errors import UsageError
from losstui.roles import Direction, Kind, Role, Split, assign_roles, make_role, parse_role


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("loss", Direction.LOWER),
        ("val/rmse", Direction.LOWER),
        ("fid", Direction.LOWER),
        ("accuracy", Direction.HIGHER),
        ("psnr", Direction.HIGHER),
        ("episode_reward", Direction.HIGHER),
        ("elbo", Direction.HIGHER),
        ("kl_loss", Direction.NEUTRAL),
        ("Loss_D", Direction.NEUTRAL),
        ("entropy", Direction.NEUTRAL),
        ("lr", Direction.NEUTRAL),
        ("grad_norm", Direction.NEUTRAL),
        ("tokens_per_sec", Direction.NEUTRAL),
    ],
)
def test_which_way_is_better(tag: str, direction: Direction) -> None:
    assert assign_roles([tag])[tag].direction is direction


def test_a_regulariser_stays_neutral_beside_adversaries() -> None:
    roles = assign_roles(["g_loss", "d_loss", "kl_loss", "rec_loss"])
    assert roles["kl_loss"].direction is Direction.NEUTRAL
    assert roles["rec_loss"].direction is Direction.LOWER


@pytest.mark.parametrize("tag", ["Loss/r1_penalty", "loss/path_length", "train/loss_gp", "gradient_penalty"])
def test_what_holds_a_discriminator_back_measures_no_progress(tag: str) -> None:
    assert assign_roles(["Loss/D/loss", "Loss/G/loss", tag])[tag].direction is Direction.NEUTRAL


@pytest.mark.parametrize("tags", [(), ("",), ("///",), ("потери",), ("\x1b[31m", "12", "☃/loss"), ("__",)])
def test_any_text_is_a_tag(tags: Iterable[str]) -> None:
    assert set(assign_roles(tags)) == set(tags)


def test_what_a_very_long_tag_is_stands_at_its_end() -> None:
    tag = "grad_layer_" * 20_000 + "/val_loss"
    assert assign_roles([tag])[tag].name == "val_loss"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("split", Split)
def test_a_role_is_spelled_as_it_is_named(kind: Kind, split: Split) -> None:
    role = make_role(kind, split)
    assert parse_role(role.name) == role


def test_an_unknown_role_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no role 'losss'; a role is one of loss, component_loss"):
        parse_role("losss")


def test_a_role_without_a_split_is_named_by_its_kind() -> None:
    assert Role(Kind.LEARNING_RATE).name == "learning_rate"
