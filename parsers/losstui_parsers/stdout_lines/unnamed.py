"""Values of which lines tell on what data they were measured, but not what: "Train: 0.91, Val: 0.87"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from losstui.tags import quantity_of, split_of


class Unnamed:
    """The first and the last of such values by their tags, which only name a split."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def take(self, values: Iterable[tuple[str, float]]) -> None:
        """Take note of those among the values of one line."""
        for tag, value in values:
            if not quantity_of(tag) and split_of(tag) != "none":
                self._first.setdefault(tag, value)
                self._last[tag] = value

    def names(self) -> Mapping[str, str]:
        """Better names: what falls while it is learnt is taken for a loss, all else for a score."""
        lead = next((tag for tag in self._first if split_of(tag) == "train"), next(iter(self._first), None))
        if lead is None:
            return {}
        metric = "score" if self._last[lead] >= self._first[lead] else "loss"
        return {tag: f"{tag}/{metric}" for tag in self._first}
