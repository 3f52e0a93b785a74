"""Recommenders that print a training loss and what was measured on held-out users on one line."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Recommenders(LineFamily):
    """`Epoch 9 [2.5s + 1.5s]: train==[1.5=1.0 + 0.5], recall=[0.25, 0.5]`, and NCF's line of an iteration.

    NCF: `Iteration 3 [12.5 s]: HR = 0.5, NDCG = 0.25, loss = 0.375 [1.5 s]`.
    """

    title: ClassVar[str] = "NCF, NGCF, KGAT or LightGCN"
    marks: ClassVar[tuple[str, ...]] = ("==[", "]: HR = ")
    distinctive: ClassVar[bool] = True
    of_loops: ClassVar[bool] = True

    _sum = re.compile(
        rf"Epoch (\d+) \[[^\]]*\]: (train|test)==\[({NUMBER})=({NUMBER}(?: \+ {NUMBER})*)\](.*)"
    )
    _list = re.compile(rf"(\w+)=\[({NUMBER}(?:, {NUMBER})*)\]")
    _iteration = re.compile(
        rf"Iteration (\d+) \[[^\]]*\]: HR = ({NUMBER}), NDCG = ({NUMBER}), loss = ({NUMBER}).*"
    )

    def read(self, line: str) -> Record | None:
        """The loss, the terms that it is the sum of, and the metrics, at their several lengths of a list."""
        match = self._iteration.search(line)
        if match:
            step, hits, gain, loss = map(to_number, match.groups())
            return Record([("test/HR", hits), ("test/NDCG", gain), ("train/loss", loss)], step)
        match = self._sum.search(line)
        if match is None:
            return None
        epoch, split, total, terms, rest = match.groups()
        values = [(f"{split}/loss", to_number(total))]
        values += [
            (f"{split}/term_{place}_loss", to_number(term))
            for place, term in enumerate(terms.split(" + "), 1)
        ]
        for name, numbers in self._list.findall(rest):
            for place, text in enumerate(numbers.split(", "), 1):
                values.append((f"test/{name}" + (f".{place}" if place > 1 else ""), to_number(text)))
        return Record(values, None, float(epoch))
