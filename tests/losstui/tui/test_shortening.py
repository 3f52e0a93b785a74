import pytest
from rich.text import Text

from losstui.tui.glyphs import ASCII, UNICODE, Glyphs
from losstui.tui.shortening import cut_lines, shortened


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "ab…ef"),
        ("abcdef", 1, "…"),
        ("abc", 0, ""),
        ("宽字符宽", 5, "宽…宽"),
    ],
)
def test_what_is_too_long_loses_its_middle(text: str, width: int, shown: str) -> None:
    assert shortened(text, width, UNICODE) == shown


@pytest.mark.parametrize(("glyphs", "mark"), [(UNICODE, "…"), (ASCII, "~")])
def test_each_line_loses_its_end_where_it_is_too_long(glyphs: Glyphs, mark: str) -> None:
    cut = cut_lines(Text.assemble("short\n", ("a longer one\n", "bold"), "end"), 8, glyphs)
    assert cut.plain == f"short\na longe{mark}\nend"
    assert [span.style for span in cut.spans if span.style] == ["bold"]


def test_a_wide_character_is_not_cut_in_two() -> None:
    assert cut_lines(Text("宽字符宽"), 4, UNICODE).plain == "宽 …"
