import pytest

from losstui.tui.glyphs import ASCII, UNICODE, Glyphs, glyphs_for


@pytest.mark.parametrize(
    ("environment", "glyphs"),
    [
        ({}, UNICODE),
        ({"LANG": "en_US.UTF-8"}, UNICODE),
        ({"LANG": "de_DE.utf8"}, UNICODE),
        ({"LC_ALL": "C"}, ASCII),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, ASCII),
        ({"LC_CTYPE": "POSIX", "LANG": "en_US.UTF-8"}, ASCII),
        ({"LC_CTYPE": "C.UTF-8"}, UNICODE),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, ASCII),
        ({"LANG": "en_US.ISO-8859-1"}, ASCII),
    ],
)
def test_the_locale_decides(environment: dict[str, str], glyphs: Glyphs) -> None:
    assert glyphs_for(environment) is glyphs


def test_ascii_glyphs_are_ascii() -> None:
    drawn = [getattr(ASCII, name) for name in Glyphs.__slots__ if name != "ascii_only"]
    assert all(glyph.isascii() for glyph in drawn)


@pytest.mark.parametrize("glyphs", [ASCII, UNICODE])
def test_each_severity_has_a_shape_of_its_own(glyphs: Glyphs) -> None:
    assert len({glyphs.critical, glyphs.warning, glyphs.info, glyphs.ok}) == 4
