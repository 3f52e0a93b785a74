"""Pictures of the screen that look the same in every font."""

from __future__ import annotations

import html
import re

from rich.cells import cell_len
from textual.app import App

TEXT = re.compile(
    r'<text class="(?P<class>[^"]*-r\d+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" '
    r'textLength="(?P<length>[\d.]+)" clip-path="[^"]*">(?P<text>[^<]*)</text>'
)
PART = re.compile(r"[\u2800-\u28ff]+|[^ \u2800-\u28ff]+")
BRAILLE = "\u2800"  # the first of them, without a dot
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))  # column and row of each bit
DOT = 3.6  # width of a dot, in the units of the picture: a cell is 12.2 wide
BASELINE = 0.76  # of the height of a line, above the baseline of its text


def screen_picture(app: App[int], title: str) -> str:
    """The screen as an SVG."""
    return in_a_grid(app.export_screenshot(title=title))


def in_a_grid(picture: str) -> str:
    """The SVG with each word in its place, and the curves as shapes.

    A page shows text in whatever font there is; few have the glyphs of a curve, and as wide as letters.
    """
    return TEXT.sub(_placed, picture)


def _placed(match: re.Match[str]) -> str:
    characters = html.unescape(match["text"]).replace("\xa0", " ")
    if not characters.strip():
        return ""
    width = float(match["length"]) / cell_len(characters)
    x, y = float(match["x"]), float(match["y"])
    dots: list[str] = []
    words: list[str] = []
    for part in PART.finditer(characters):
        begin = x + width * cell_len(characters[: part.start()])
        if part.group() >= BRAILLE:
            dots += [_dots(glyph, begin + i * width, y, width) for i, glyph in enumerate(part.group())]
        else:
            words.append(
                f'<text class="{match["class"]}" x="{begin:.1f}" y="{match["y"]}" '
                f'textLength="{width * cell_len(part.group()):.1f}">{html.escape(part.group())}</text>'
            )
    shape = f'<path class="{match["class"]}" d="{"".join(dots)}"/>' if dots else ""
    return shape + "".join(words)


def _dots(glyph: str, x: float, y: float, width: float) -> str:
    """The dots of a braille character in the cell with its left edge at `x`, its baseline at `y`."""
    lit = ord(glyph) - ord(BRAILLE)
    top, height = y - BASELINE * 2 * width, 2 * width
    return "".join(
        f"M{x + (across + 0.25) * width / 2:.1f} {top + (down + 0.25) * height / 4:.1f}h{DOT}v{DOT}h-{DOT}z"
        for bit, (across, down) in enumerate(DOTS)
        if lit >> bit & 1
    )
