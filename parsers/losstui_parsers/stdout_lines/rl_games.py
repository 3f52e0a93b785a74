"""rl_games, which Isaac Gym and Isaac Lab train with: it prints its speed, and rewards higher than before."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class RlGames(LineFamily):
    """`fps step: 112918 fps step and policy inference: 104337 fps total: 78179 epoch: 3/150 frames: 65536`.

    Below it `saving next best rewards:  [12.5]`, where they are: such a curve cannot fall, so none judges it.
    """

    title: ClassVar[str] = "rl_games"
    marks: ClassVar[tuple[str, ...]] = ("fps total: ", "saving next best rewards: ")
    distinctive: ClassVar[bool] = True

    _line = re.compile(
        rf"fps step: ({NUMBER}) fps step and policy inference: ({NUMBER}) +fps total: ({NUMBER})"
        r" epoch: (\d+)(?:/-?\d+)?(?: frames: (\d+)(?:/-?\d+)?)?\s*"
    )
    _best = re.compile(rf"saving next best rewards:\s+\[?({NUMBER})[\],\s]*")
    _names = ("fps step", "fps step and policy inference", "fps total")

    def __init__(self) -> None:
        self._place: tuple[float | None, float | None] = (None, None)

    def read(self, line: str) -> Record | None:
        """The speeds of one epoch, or a reward better than any before it."""
        speeds = self._line.fullmatch(line)
        if speeds:
            epoch, frames = speeds.groups()[3:]
            self._place = None if frames is None else float(frames), float(epoch)
            numbers = speeds.groups()[:3]
            return Record(
                [(name, to_number(one)) for name, one in zip(self._names, numbers, strict=True)], *self._place
            )
        best = self._best.fullmatch(line)
        return Record([("rewards/best", to_number(best.group(1)))], *self._place) if best else None
