"""Short names that the other tags of a run explain."""

from __future__ import annotations

import pytest

from losstui.roles import assign_roles


@pytest.mark.parametrize(
    ("tags", "role"),
    [
        (["HR", "NDCG"], "accuracy"),
        (["HR", "val/NDCG@10"], "accuracy"),
        (["HR", "loss"], "other"),
        (["domain_acc", "adv_loss", "loss"], "other"),
        (["domain_acc", "intent_acc", "loss"], "train_accuracy"),
    ],
)
def test_a_short_name_is_what_the_others_say(tags: list[str], role: str) -> None:
    assert assign_roles(tags)[tags[0]].name == role
