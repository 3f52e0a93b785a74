"""Which bare scores are those of a game that a policy plays."""

from __future__ import annotations

import re

import numpy as np

from losstui.frame import FloatArray, Frame
from losstui.kinds import EVERY_LOSS, Kind, Role, make_role
from losstui.loss_parts import tags_of
from losstui.tags import any_word, words_of

EXPLORATION = any_word(r"epsilon|exploration_rate|time_spent_exploring")
# What is told of a game beside its score; a record is the best score so far.
_OF_GAMES = any_word(r"ep(?:isode)?_len\w*|lives|record|high_?scores?")
_SCORE = re.compile(r"(?:(?:average|avg|ave|mean|max|min|total)_)?scores?$")
_AVERAGED = re.compile(r"average|avg|ave|mean")
_MEASURED = (*EVERY_LOSS, Kind.ACCURACY, Kind.ERROR)


def settle_scores_of_games(roles: dict[str, Role], frame: Frame | None) -> None:
    """Scores of no data, and their averages, are rewards where something tells of a game, or both are there.

    So are scores that are no shares of right answers, where no loss and no metric stands beside them.
    """
    scores = [tag for tag in roles if _SCORE.fullmatch(words_of(tag))]
    averaged = {bool(_AVERAGED.match(words_of(tag))) for tag in scores}
    played = len(averaged) > 1 or any(
        pattern.search(words_of(tag)) for tag in roles for pattern in (EXPLORATION, _OF_GAMES)
    )
    if played or (frame is not None and _stand_alone(scores, roles, frame)):
        roles.update(dict.fromkeys(scores, make_role(Kind.REWARD)))


def _stand_alone(scores: list[str], roles: dict[str, Role], frame: Frame) -> bool:
    others = {tag: role for tag, role in roles.items() if tag not in scores}
    return not tags_of(others, *_MEASURED) and any(_is_no_share(frame[tag].values) for tag in scores)


def _is_no_share(values: FloatArray) -> bool:
    return bool(np.any((values < 0.0) | (values > 1.0)))
