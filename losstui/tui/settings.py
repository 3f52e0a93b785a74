"""How the user wants the screen: what the flags and the configuration file say of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from losstui.tui.keymap import Keymap


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices there are for the screen. What is not chosen is found out from the terminal."""

    keymap: Keymap = field(default_factory=Keymap)


DEFAULTS = Settings()
