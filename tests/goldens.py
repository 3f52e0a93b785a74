"""Frames of the screen kept as text, to be compared with what is drawn today.

`UPDATE_GOLDENS=1 pytest tests/losstui/tui/test_goldens.py` writes them anew; look at the difference before
it is committed. A frame with styles has below each line one letter a cell, explained at the end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.screen import Screen

FOLDER = Path(__file__).parent / "goldens"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check(name: str, frame: str) -> None:
    """Hold a frame against the one kept under that name."""
    path = FOLDER / f"{name}.txt"
    kept = "\n".join(line.rstrip() for line in frame.split("\n")) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(kept, encoding="utf-8")
    assert path.is_file(), f"{path} is missing; write it with UPDATE_GOLDENS=1"
    assert kept.split("\n") == path.read_text(encoding="utf-8").split("\n")


def styled(screen: Screen[Any]) -> str:
    """The lines of a screen, each with its styles below it."""
    compositor: Any = vars(screen)["_compositor"]
    letters: dict[str, str] = {}
    shown: list[str] = []
    for strip in compositor.render_strips():
        segments: list[Segment] = list(strip)
        shown.append("".join(segment.text for segment in segments))
        marks = (
            letters.setdefault(described(segment.style), LETTERS[len(letters) % len(LETTERS)])
            * segment.cell_length
            for segment in segments
        )
        shown.append("".join(marks))
    legend = [f"{letter} {style or 'as the terminal has it'}" for style, letter in letters.items()]
    return "\n".join([*shown, *legend])


def described(style: Style | None) -> str:
    """What is seen of a style."""
    if style is None:
        return ""
    seen = [name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)]
    for word, colour in (("", style.color), ("on ", style.bgcolor)):
        if colour is not None and not colour.is_default:
            seen.append(f"{word}{colour.name}")
    return " ".join(seen)
