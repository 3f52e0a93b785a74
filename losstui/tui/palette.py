"""Colours, one explicit list for each depth a terminal may have. Each is a Rich style by its use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rich.style import Style

from losstui.findings import Severity

TRUECOLOR, EIGHT_BIT, STANDARD = "truecolor", "256", "standard"


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of what is drawn. `lines` and `raw_lines` go round where there are more curves."""

    lines: tuple[str, ...]
    raw_lines: tuple[str, ...]
    uses: Mapping[str, str]
    shade: str
    shade_selected: str

    def style(self, use: str, shading: int = 0) -> Style:
        """The style of `use`: a name in `uses`, or "line<n>" and "raw<n>" for curve n.

        `shading` is 0 for none, 1 for the span of a finding, 2 for that of the selected one.
        """
        return _style(self._foreground(use), ("", self.shade, self.shade_selected)[shading])

    def _foreground(self, use: str) -> str:
        for prefix, colours in (("line", self.lines), ("raw", self.raw_lines)):
            if use.startswith(prefix) and use[len(prefix) :].isdigit():
                return colours[int(use[len(prefix) :]) % len(colours)]
        return self.uses[use]


@lru_cache(maxsize=256)
def _style(foreground: str, background: str) -> Style:
    return Style.parse(f"{foreground} on {background}" if background else foreground or "none")


def severity_use(severity: Severity | None) -> str:
    """The name in `Palette.uses` of a severity; "ok" for None."""
    return "ok" if severity is None else severity.value


# The colours of both lists are those of the 256-colour cube, told apart with any kind of colour vision.
_LINES = ("#5fafff", "#ffaf00", "#5fd7af", "#ff87d7", "#ffff5f", "#af87ff")
_RAW_LINES = ("#005f87", "#875f00", "#005f5f", "#87005f", "#87875f", "#5f5f87")
_USES = {
    "text": "",
    "strong": "bold",
    "label": "#9e9e9e",
    "axis": "#6c6c6c",
    "note": "#9e9e9e italic",
    "key": "#5fafff bold",
    "critical": "#ff5f5f bold",
    "warning": "#ffaf00 bold",
    "info": "#5fafff",
    "ok": "#5fd787",
    "error": "#ff5f5f",
    "non-finite": "#ff5f5f bold",
    "onset": "#ffffff bold",
    "cursor": "#ffff5f bold",
    "span": "#ff8787",
    "code": "#afd7af",
}
_STANDARD_USES = {
    **_USES,
    "label": "",
    "axis": "dim",
    "note": "italic",
    "key": "bold cyan",
    "critical": "bold red",
    "warning": "bold yellow",
    "info": "cyan",
    "ok": "green",
    "error": "red",
    "non-finite": "bold red",
    "onset": "bold",
    "cursor": "bold reverse",
    "span": "bold red",
    "code": "green",
}

PALETTES = {
    TRUECOLOR: Palette(_LINES, _RAW_LINES, _USES, "#1c1c24", "#30303c"),
    EIGHT_BIT: Palette(_LINES, _RAW_LINES, _USES, "#262626", "#3a3a3a"),
    # No background: of 16 colours each is unreadable on some terminal. The axis row shows the spans.
    STANDARD: Palette(
        ("bold cyan", "bold yellow", "bold green", "bold magenta", "bold white", "bold blue"),
        ("dim cyan", "dim yellow", "dim green", "dim magenta", "dim white", "dim blue"),
        _STANDARD_USES,
        "",
        "",
    ),
}
