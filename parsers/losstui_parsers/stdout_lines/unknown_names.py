"""Numbers of unknown names below the words of splits: "Train - CE: 0.9, KL: 2.6"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from losstui.tags import quantity_of
from losstui_parsers.stdout_lines.numbers import is_unknown


class UnknownNames:
    """Below which splits each name is told: one that only goes with training has no need of the word."""

    def __init__(self) -> None:
        self._splits: dict[str, set[str]] = {}

    def take(self, values: Iterable[tuple[str, float]]) -> None:
        """Take note of the names among the values of one line, "KL" or "train/KL"."""
        for tag, _ in values:
            split, _, name = tag.rpartition("/")
            if is_unknown(name) and not quantity_of(split):  # but for "loss/train/total"
                self._splits.setdefault(name, set()).add(split)

    def names(self) -> Mapping[str, str]:
        """The tags without the split where that tells nothing apart."""
        alone = {name: next(iter(splits)) for name, splits in self._splits.items() if len(splits) == 1}
        return {f"{split}/{name}": name for name, split in alone.items() if split}
