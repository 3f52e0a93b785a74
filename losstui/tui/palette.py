"""Colours, one explicit list for each depth a terminal may have. Each is a Rich style by its use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rich.style import Style

from losstui.findings import Severity
from losstui.tui.settings import ThemeName

TRUECOLOR, EIGHT_BIT, STANDARD = "truecolor", "256", "standard"


@dataclass(frozen=True, slots=True)
class Colours:
    """The styles of what is drawn. `lines` and `raw_lines` go round where there are more curves."""

    lines: tuple[str, ...]
    raw_lines: tuple[str, ...]
    uses: Mapping[str, str]
    shade: str = ""
    shade_selected: str = ""


class Palette:
    """The colours in use. All widgets share it: what is drawn after a change is drawn in the new ones."""

    def __init__(self, colours: Colours) -> None:
        self.colours = colours

    def style(self, use: str, shading: int = 0) -> Style:
        """The style of `use`: a name in `uses`, or "line<n>" and "raw<n>" for curve n.

        `shading` is 0 for none, 1 for the span of a finding, 2 for that of the selected one.
        """
        colours = self.colours
        return _style(self._foreground(use), ("", colours.shade, colours.shade_selected)[shading])

    def _foreground(self, use: str) -> str:
        for prefix, styles in (("line", self.colours.lines), ("raw", self.colours.raw_lines)):
            if use.startswith(prefix) and use[len(prefix) :].isdigit():
                return styles[int(use[len(prefix) :]) % len(styles)]
        return self.colours.uses[use]


@lru_cache(maxsize=256)
def _style(foreground: str, background: str) -> Style:
    return Style.parse(f"{foreground} on {background}" if background else foreground or "none")


def severity_use(severity: Severity | None) -> str:
    """The name in `Colours.uses` of a severity; "ok" for None."""
    return "ok" if severity is None else severity.value


def mark_use(mark: Severity | str | None) -> str:
    """The name in `Colours.uses` of the mark of a run; a dead run looks like a warning."""
    return severity_use(mark if mark is None or isinstance(mark, Severity) else Severity.WARNING)


# Every colour is one of the 256-colour cube: it looks the same with 256 colours and with all. The lists
# of each theme are told apart with any kind of colour vision; those of COLOUR_BLIND are the colours of
# Okabe and Ito, in the cube, for all that is drawn.
_DARK_USES = {
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
_LIGHT_USES = {
    **_DARK_USES,
    "label": "#585858",
    "axis": "#8a8a8a",
    "note": "#585858 italic",
    "key": "#005faf bold",
    "critical": "#d70000 bold",
    "warning": "#af5f00 bold",
    "info": "#005faf",
    "ok": "#008700",
    "error": "#d70000",
    "non-finite": "#d70000 bold",
    "onset": "#000000 bold",
    "cursor": "#8700af bold",
    "span": "#d75f5f",
    "code": "#005f5f",
}
_COLOUR_BLIND_USES = {
    **_DARK_USES,
    "key": "#5fafd7 bold",
    "critical": "#ff5f00 bold",
    "warning": "#ffd75f bold",
    "info": "#5fafd7",
    "ok": "#00af87",
    "error": "#ff5f00",
    "non-finite": "#ff5f00 bold",
    "span": "#ffaf5f",
    "code": "#afd7ff",
}
_SIXTEEN_USES = {
    **_DARK_USES,
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
_SIXTEEN_LIGHT_USES = {
    **_SIXTEEN_USES,
    "key": "bold blue",
    "warning": "bold magenta",
    "info": "blue",
    "code": "blue",
}
_SIXTEEN_COLOUR_BLIND_USES = {
    **_SIXTEEN_USES,
    "ok": "cyan",
    "info": "bright_blue",
    "code": "cyan",
}

_CUBE = {
    ThemeName.DARK: Colours(
        ("#5fafff", "#ffaf00", "#5fd7af", "#ff87d7", "#ffff5f", "#875fff"),
        ("#005f87", "#875f00", "#005f5f", "#87005f", "#87875f", "#5f5f87"),
        _DARK_USES,
        "#1c1c1c",
        "#303030",
    ),
    ThemeName.LIGHT: Colours(
        ("#005fd7", "#d75f00", "#008787", "#af0087", "#5f5f00", "#5f00af"),
        ("#87afd7", "#d7af87", "#87afaf", "#d787af", "#afaf87", "#af87d7"),
        _LIGHT_USES,
        "#eeeeee",
        "#e4e4e4",
    ),
    ThemeName.COLOUR_BLIND: Colours(
        ("#5fafd7", "#d7af00", "#00af87", "#d787af", "#ffff5f", "#d75f00"),
        ("#005f87", "#875f00", "#005f5f", "#875f5f", "#87875f", "#870000"),
        _COLOUR_BLIND_USES,
        "#1c1c1c",
        "#303030",
    ),
}
# No background: of 16 colours each is unreadable on some terminal. The axis row shows the spans. Nor white
# or black: one of them is the ground. On a dark one blue is read where it is the bright one.
_SIXTEEN = {
    ThemeName.DARK: Colours(
        ("bold cyan", "bold yellow", "bold green", "bold magenta", "bold", "bold bright_blue"),
        ("dim cyan", "dim yellow", "dim green", "dim magenta", "dim", "blue"),
        _SIXTEEN_USES,
    ),
    ThemeName.LIGHT: Colours(
        ("bold blue", "bold red", "bold magenta", "bold green", "bold", "bold cyan"),
        ("dim blue", "dim red", "dim magenta", "dim green", "dim", "dim cyan"),
        _SIXTEEN_LIGHT_USES,
    ),
    ThemeName.COLOUR_BLIND: Colours(
        ("bold bright_blue", "bold yellow", "bold cyan", "bold magenta", "bold", "bold red"),
        ("blue", "dim yellow", "dim cyan", "dim magenta", "dim", "dim red"),
        _SIXTEEN_COLOUR_BLIND_USES,
    ),
}


def colours(theme: ThemeName, depth: str) -> Colours:
    """The colours of a theme on a terminal of that depth; TERMINAL are the 16 the terminal has itself."""
    if theme is ThemeName.TERMINAL:
        return _SIXTEEN[ThemeName.DARK]
    return (_SIXTEEN if depth == STANDARD else _CUBE)[theme]


def default_theme(depth: str) -> ThemeName:
    """The theme where none was chosen: on 16 colours only those of the terminal fit its background."""
    return ThemeName.TERMINAL if depth == STANDARD else ThemeName.DARK
