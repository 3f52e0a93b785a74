"""What is on a screen, as text."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def screen_text(screen: Screen[Any]) -> str:
    """The lines of a screen, each as wide as the screen."""
    compositor: Any = vars(screen)["_compositor"]  # Textual has no public way to the text alone
    return "\n".join("".join(segment.text for segment in strip) for strip in compositor.render_strips())
