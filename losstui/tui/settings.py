"""How the user wants the screen: what the flags and the configuration file say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from losstui.tui.keymap import Keymap
from losstui.tui.marker import Marker


class ThemeName(str, Enum):
    """The sets of colours there are."""

    DARK = "dark"
    LIGHT = "light"
    TERMINAL = "terminal"
    COLOUR_BLIND = "colour-blind"

    @property
    def next(self) -> ThemeName:
        """The next one, round and round."""
        names = list(ThemeName)
        return names[(names.index(self) + 1) % len(names)]


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices there are for the screen; None is found out from the terminal.

    `root` are the paths that are looked at: what was selected is remembered for them, and nothing is
    written below them. Without `remember` nothing is remembered.
    """

    keymap: Keymap = field(default_factory=Keymap)
    theme: ThemeName | None = None
    marker: Marker | None = None
    ascii_only: bool = False
    follow: bool = True
    root: tuple[str, ...] = ()
    remember: bool = False


DEFAULTS = Settings()
