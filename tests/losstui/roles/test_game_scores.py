"""Bare scores: of a game, of right answers, or of nobody knows what."""

from __future__ import annotations

import pytest

from support import make_run

POINTS = [-3.0, 5.0, 13.0, 21.0]
SHARES = [0.1, 0.4, 0.6, 0.7]
LOSSES = [2.0, 1.0, 0.5, 0.25]


@pytest.mark.parametrize(
    ("tags", "role"),
    [
        ({"Score": POINTS}, "reward"),
        ({"Score": SHARES}, "other"),
        ({"Score": POINTS, "loss": LOSSES}, "other"),
        ({"Score": POINTS, "val_accuracy": SHARES}, "other"),
        ({"Score": SHARES, "Record": POINTS}, "reward"),
        ({"Score": POINTS, "loss": LOSSES, "episode_length": POINTS}, "reward"),
        ({"val_score": POINTS}, "accuracy"),
    ],
)
def test_a_score_is_a_reward_where_something_tells_of_a_game(tags: dict[str, list[float]], role: str) -> None:
    name = next(iter(tags))
    assert make_run(tags).roles[name].kind.value == role


def test_averages_go_with_the_scores_they_are_of() -> None:
    roles = make_run({"Average Score": SHARES, "Score": POINTS}).roles
    assert {role.name for role in roles.values()} == {"reward"}
