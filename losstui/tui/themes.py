"""The themes as Textual knows them: background, borders, text. What is drawn has colours of its own."""

from __future__ import annotations

from textual.theme import Theme

from losstui.tui.palette import STANDARD
from losstui.tui.settings import ThemeName


def _theme(name: ThemeName, *, primary: str, warning: str, error: str, success: str) -> Theme:
    dark = name is not ThemeName.LIGHT
    return Theme(
        name=f"losstui-{name.value}",
        primary=primary,
        secondary=primary,
        accent=warning,
        warning=warning,
        error=error,
        success=success,
        foreground="#e4e4e4" if dark else "#1c1c1c",
        background="#121212" if dark else "#ffffff",
        surface="#1c1c1c" if dark else "#eeeeee",
        panel="#262626" if dark else "#e4e4e4",
        dark=dark,
        variables={
            "block-cursor-background": "#005f87" if dark else "#afd7ff",
            "block-cursor-foreground": "#ffffff" if dark else "#000000",
            "border-blurred": "#444444" if dark else "#b2b2b2",
        },
    )


THEMES = (
    _theme(ThemeName.DARK, primary="#5fafff", warning="#ffaf00", error="#ff5f5f", success="#5fd787"),
    _theme(ThemeName.LIGHT, primary="#005faf", warning="#af5f00", error="#d70000", success="#008700"),
    _theme(ThemeName.COLOUR_BLIND, primary="#5fafd7", warning="#ffd75f", error="#ff5f00", success="#00af87"),
)


def textual_theme(name: ThemeName, depth: str) -> str:
    """The name of the Textual theme; on 16 colours one that leaves the terminal its own."""
    if name is ThemeName.TERMINAL or depth == STANDARD:
        return "ansi-light" if name is ThemeName.LIGHT else "ansi-dark"
    return f"losstui-{name.value}"
