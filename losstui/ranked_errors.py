"""Shares of the first one and of the first five that are errors, by a name that only says how many."""

from __future__ import annotations

import re

import numpy as np

from losstui.frame import Frame
from losstui.kinds import Kind, Role, make_role
from losstui.tags import words_of

LEAST_COMPARED = 3  # rows: what is right among the first five is right among more than the first alone

_FIRST = re.compile(r"(?:^|_)top_?1(?:_|$)")


def settle_ranked_errors(roles: dict[str, Role], frame: Frame) -> None:
    """Where "top5" is below "top1" throughout, both are errors: who is right at once is right among five."""
    by_words = {words_of(tag): tag for tag, role in roles.items() if role.kind is Kind.ACCURACY}
    for words, first in by_words.items():
        five = by_words.get(_FIRST.sub(lambda found: found.group().replace("1", "5"), words), first)
        if five != first and _below(frame, five, first):
            roles.update({tag: make_role(Kind.ERROR, roles[tag].split) for tag in (first, five)})


def _below(frame: Frame, lower: str, upper: str) -> bool:
    """Whether two tags of the same rows have values, and each of the one is below that of the other."""
    low, high = frame[lower].values, frame[upper].values
    if len(low) != len(high) or len(low) < LEAST_COMPARED:
        return False
    return bool(np.all(low <= high)) and bool(np.any(low < high))
