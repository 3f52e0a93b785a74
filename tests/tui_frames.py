"""`python tests/tui_frames.py`: the text of the screen as it should be, one file a scene and a size.

The test of these frames compares; whoever changes what is seen makes them anew and reads the difference.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from losstui.analysis import LogError, RunReport
from losstui.findings import Severity
from tui_support import all_read, made_app, make_finding, make_report, screen_text

FRAMES = Path(__file__).parent / "losstui" / "tui" / "frames"
STEPS = 400


@dataclass(frozen=True, slots=True)
class Scene:
    """A size of the terminal, and the keys that lead from the first screen to the one that is compared."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The file of the frame."""
        return FRAMES / f"{self.name}-{self.size[0]}x{self.size[1]}.txt"


SCENES = (
    *(Scene("first", size) for size in ((40, 12), (80, 24), (120, 40), (200, 60))),
    Scene("marked", (80, 24), ("space", "k", "space", "k", "end")),
    Scene("marked", (120, 40), ("a", "left")),
    Scene("seeds", (120, 40), ("b", "u")),
    Scene("difference", (80, 24), ("p", "k", "d")),
    Scene("difference", (120, 40), ("p", "k", "d")),
    Scene("grid", (80, 24), ("v", "t", "right")),
    Scene("zoomed", (120, 40), ("enter", "y", "w")),
)


def reports() -> Iterator[RunReport | LogError]:
    """Two configurations of three seeds each, one run of which diverges."""
    steps = np.arange(STEPS)
    for rate in (0.1, 0.01):
        for seed in (1, 2, 3):
            wave = np.sin(steps * (0.7 + seed / 10.0)) * 0.05
            train = 2.3 * np.exp(-steps * (rate * 0.1 + 0.005)) + 0.2 + seed * 0.04 + wave
            diverges = rate == 0.1 and seed == 3
            if diverges:
                train[300:] += np.linspace(0.0, 2.0, 100)
                train[390:392] = (np.nan, np.inf)
            tags = {
                "train/loss": train,
                "val/loss": train[::10] + 0.1,
                "lr": rate * (1 + np.cos(steps / STEPS * np.pi)) / 2,
                "grad_norm": 1.0 + np.abs(wave) * 3,
            }
            found = make_finding(first=300, last=STEPS - 1)
            plateau = replace(
                make_finding("plateau", Severity.WARNING, first=200, last=STEPS - 1), code="LT101"
            )
            report = make_report(
                f"lr-{rate}/seed-{seed}", [found] if diverges else [plateau] if seed == 2 else [], tags
            )
            run = replace(report.run, hyperparameters={"lr": rate, "seed": seed, "batch_size": 32})
            yield replace(report, run=run)


async def frame(scene: Scene) -> str:
    """What is on the screen at the end of a scene."""
    app = made_app(*reports())
    async with app.run_test(size=scene.size) as pilot:
        screen = await all_read(pilot)
        for key in scene.keys:
            await pilot.press(key)
        screen.say("")
        await pilot.pause()
        return "\n".join(line.rstrip() for line in screen_text(app).split("\n")) + "\n"


def main() -> None:
    """Write all frames."""
    FRAMES.mkdir(exist_ok=True)
    for scene in SCENES:
        scene.path.write_text(asyncio.run(frame(scene)), encoding="utf-8")


if __name__ == "__main__":
    main()
