"""What is on a screen, line by line."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.strip import Strip


def screen_lines(screen: Screen[Any]) -> list[Strip]:
    """The lines of a screen with their styles, each as wide as the screen."""
    compositor: Any = vars(screen)["_compositor"]  # Textual has no public way to them
    lines: list[Strip] = compositor.render_strips()
    return lines


def screen_text(screen: Screen[Any]) -> str:
    """The lines of a screen, each as wide as the screen."""
    return "\n".join("".join(segment.text for segment in line) for line in screen_lines(screen))
