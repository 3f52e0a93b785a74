"""Which of several data sets of one split a line is about: "Img Val: loss 0.5" and "Vid Val: loss 0.6"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_NAMED = re.compile(
    r"(?:^|[-|\]:>]\s)\s*(?:([A-Za-z]\w*)[ _-])?(val|vali|valid|validation|test|eval|evaluation|dev)\s*:",
    re.IGNORECASE,
)


class HeldOutSets:
    """The words that stand before the splits of a text: they are of use where a split has several of them."""

    def __init__(self) -> None:
        self._words: dict[str, set[str]] = {}
        self._plain: dict[str, tuple[str, str]] = {}  # for each tag its split and the tag without the word

    def under_set(self, line: str, values: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        """The values of a line; tags below the split that it names get the word before the split in front."""
        match = _NAMED.search(line)
        if match is None:
            return list(values)
        word, split = (match.group(1) or "").lower(), match.group(2).lower()
        self._words.setdefault(split, set()).add(word)
        if not word:
            return list(values)
        named: list[tuple[str, float]] = []
        for tag, value in values:
            own = f"{word} {tag}" if tag.startswith(f"{split}/") else tag
            if own != tag:
                self._plain[own] = split, tag
            named.append((own, value))
        return named

    def names(self) -> Mapping[str, str]:
        """The tags without the word where it tells nothing apart."""
        return {own: tag for own, (split, tag) in self._plain.items() if len(self._words[split]) == 1}
