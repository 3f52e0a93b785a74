"""The colours of each theme: enough of them, told apart, and readable."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.color import Color, ColorSystem

from losstui.findings import Severity
from losstui.tui.palette import EIGHT_BIT, STANDARD, TRUECOLOR, Colours, Palette, colours, default_theme
from losstui.tui.settings import ThemeName
from losstui.tui.themes import THEMES, textual_theme

DEPTHS = {STANDARD: ColorSystem.STANDARD, EIGHT_BIT: ColorSystem.EIGHT_BIT, TRUECOLOR: ColorSystem.TRUECOLOR}
BACKGROUNDS = {theme.name: theme.background or "" for theme in THEMES}
# From linear RGB, what a dichromat sees: Machado, Oliveira and Fernandes 2009, table 1, severity 1.0.
VISION = {
    "protanopia": "0.152286 1.052583 -0.204868 0.114503 0.786281 0.099216 -0.003882 -0.048116 1.051998",
    "deuteranopia": "0.367322 0.860646 -0.227968 0.280085 0.672501 0.047413 -0.01182 0.04294 0.968881",
    "tritanopia": "1.255528 -0.076749 -0.178779 -0.078411 0.930809 0.147602 0.004733 0.691367 0.3039",
}
LEAST_DIFFERENCE = 8.0  # in Lab: more than three of the differences an eye just notices, 2.3

every_theme = pytest.mark.parametrize("theme", list(ThemeName))
every_depth = pytest.mark.parametrize("depth", list(DEPTHS))
in_the_cube = pytest.mark.parametrize("theme", [one for one in ThemeName if one is not ThemeName.TERMINAL])


def foreground(style: str) -> Color | None:
    return Palette(Colours((style,), (style,), {})).style("line0").color


def linear(style: str) -> NDArray[np.float64]:
    colour = foreground(style)
    assert colour is not None
    share = np.array(colour.get_truecolor(), float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def luminance(style: str) -> float:
    return float(linear(style) @ [0.2126, 0.7152, 0.0722])


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    share = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    root = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@every_theme
@every_depth
def test_six_curves_have_six_colours_as_the_terminal_shows_them(theme: ThemeName, depth: str) -> None:
    shown = colours(theme, depth)
    for styles in (shown.lines, shown.raw_lines):
        drawn = [foreground(style) for style in styles]
        seen = {colour and colour.downgrade(DEPTHS[depth]) for colour in drawn}  # None: the terminal's own
        assert len(seen) == len(styles) == 6


@every_theme
def test_of_sixteen_colours_none_may_be_that_of_the_ground(theme: ThemeName) -> None:
    shown = colours(theme, STANDARD)
    used = " ".join([*shown.lines, *shown.raw_lines, *shown.uses.values()])
    assert not {"white", "black"} & set(used.split())


@every_theme
@every_depth
def test_each_use_has_a_style_in_each_theme(theme: ThemeName, depth: str) -> None:
    palette = Palette(colours(theme, depth))
    assert set(palette.colours.uses) == set(colours(ThemeName.DARK, TRUECOLOR).uses)
    for use in (*palette.colours.uses, "line7", "raw11"):
        for shading in (0, 1, 2):
            palette.style(use, shading)


@in_the_cube
def test_what_is_drawn_is_read_on_its_background(theme: ThemeName) -> None:
    shown = colours(theme, TRUECOLOR)
    background = luminance(BACKGROUNDS[textual_theme(theme, TRUECOLOR)])
    words = [
        shown.uses[name] for name in ("label", "critical", "warning", "info", "ok", "error", "code", "key")
    ]
    for style in (*shown.lines, *words):
        light, dark = max(background, luminance(style)), min(background, luminance(style))
        assert (light + 0.05) / (dark + 0.05) >= 3.0, style


@in_the_cube
def test_what_is_no_grey_is_of_the_cube(theme: ThemeName) -> None:
    shown = colours(theme, TRUECOLOR)
    for style in (*shown.lines, *shown.raw_lines, *shown.uses.values(), shown.shade, shown.shade_selected):
        colour = foreground(style)
        if colour is not None and len(set(colour.get_truecolor())) > 1:
            as_256 = colour.downgrade(ColorSystem.EIGHT_BIT)
            assert as_256.get_truecolor() == colour.get_truecolor(), style


@in_the_cube
@pytest.mark.parametrize("vision", list(VISION))
def test_curves_are_told_apart_with_any_kind_of_vision(theme: ThemeName, vision: str) -> None:
    through = np.array(VISION[vision].split(), float).reshape(3, 3)
    seen = [lab(through @ linear(one)) for one in colours(theme, TRUECOLOR).lines]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > LEAST_DIFFERENCE


def test_severities_have_a_style_each() -> None:
    for theme in ThemeName:
        palette = Palette(colours(theme, STANDARD))
        assert len({palette.style(severity.value) for severity in Severity}) == 3


def test_on_sixteen_colours_the_terminal_keeps_its_own() -> None:
    assert default_theme(STANDARD) is ThemeName.TERMINAL
    assert default_theme(TRUECOLOR) is ThemeName.DARK
    assert textual_theme(ThemeName.DARK, STANDARD) == "ansi-dark"
    assert textual_theme(ThemeName.LIGHT, STANDARD) == "ansi-light"
    assert textual_theme(ThemeName.LIGHT, EIGHT_BIT) == "losstui-light"
