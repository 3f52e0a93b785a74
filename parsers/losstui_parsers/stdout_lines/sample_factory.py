"""Sample Factory: a line of how far it is, below it the rewards of each policy."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class SampleFactory(LineFamily):
    """`Fps is (10 sec: 8192.0, …). Total num frames: 81920. …`, then `Avg episode reward: [(0, '4.125')]`."""

    title: ClassVar[str] = "Sample Factory"
    marks: ClassVar[tuple[str, ...]] = ("Fps is (", "Avg episode reward: [(")
    distinctive: ClassVar[bool] = True
    values_wanted: ClassVar[int] = 3  # one line of rewards tells of no training

    _speed = re.compile(rf"Fps is \(\d+ sec: ({NUMBER}),.*?\)\. Total num frames: (\d+)\.")
    _policy = re.compile(rf"\((\d+), '({NUMBER})'\)")

    def __init__(self) -> None:
        self._frames: float | None = None

    def read(self, line: str) -> Record | None:
        """The speed at so many frames, or the mean reward of each policy there."""
        speed = self._speed.search(line)
        if speed:
            self._frames = float(speed.group(2))
            return Record([("fps", to_number(speed.group(1)))], self._frames)
        if self._frames is None or "Avg episode reward: [" not in line:
            return None
        told = self._policy.findall(line)
        return Record(
            [(f"policy_{policy}/avg_episode_reward", to_number(reward)) for policy, reward in told],
            self._frames,
        )
