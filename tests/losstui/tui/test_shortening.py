import pytest
from rich.text import Span, Text

from losstui.tui.glyphs import ASCII, UNICODE, Glyphs
from losstui.tui.shortening import begun, begun_name, cut_lines, in_lines, shortened, wrapped


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "ab…ef"),
        ("abcdef", 1, "…"),
        ("abc", 0, ""),
        ("宽字符宽", 5, "宽…宽"),
        ("a long one…/seed", 12, "a long…/seed"),
    ],
)
def test_what_is_too_long_loses_its_middle(text: str, width: int, shown: str) -> None:
    assert shortened(text, width, UNICODE) == shown


@pytest.mark.parametrize(("glyphs", "mark"), [(UNICODE, "…"), (ASCII, "~")])
def test_each_line_loses_its_end_where_it_is_too_long(glyphs: Glyphs, mark: str) -> None:
    cut = cut_lines(Text.assemble("short\n", ("a longer one\n", "bold"), "end"), 10, glyphs)
    assert cut.plain == f"short\na longer {mark}\nend"
    assert [span.style for span in cut.spans if span.style] == ["bold"]


def test_a_line_is_cut_in_a_word_where_that_is_most_of_it() -> None:
    assert cut_lines(Text("of /one/very/long/path"), 20, UNICODE).plain == "of /one/very/long/p…"
    assert cut_lines(Text("abcdef"), 4, UNICODE).plain == "abc…"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("· one two three", ["· one two", "  three"]),
        ("  one two three", ["  one two", "  three"]),
        ("12 one two", ["12 one", "   two"]),
        ("a  one two", ["a  one", "   two"]),
        ("of two  three", ["of two", "three"]),
        ("label  one two", ["label", "  one two"]),
        ("label  one two three", ["label", "  one two", "  three"]),
        ("· ", ["·"]),
        ("", [""]),
        ("      narrow", ["      nar", "row"]),
    ],
)
def test_lines_stand_to_the_right_of_a_mark_or_an_indent(text: str, lines: list[str]) -> None:
    assert [line.plain.rstrip() for line in wrapped(Text(text), 9)] == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a better-than-train, b", ["a ", "better-", "than-", "train, b"]),
        ("train/loss_of_them", ["train/", "loss_of_", "them"]),
        ("abcdefghijk-l", ["abcdefgh", "ijk-l"]),
        ("of 1234-5678", ["of 1234-", "5678"]),
        ("a.b_c(d_e", ["a.b_c(", "d_e"]),
        ("a_b.c_d_e", ["a_b.", "c_d_e"]),
        ("f(a.b_c.de)", ["f(", "a.b_c.", "de)"]),
    ],
)
def test_a_word_longer_than_a_line_ends_at_a_joint(text: str, lines: list[str]) -> None:
    styled = Text(text)
    styled.stylize("bold", 2, 9)
    shown = wrapped(styled, 8)
    assert [line.plain.rstrip() for line in shown] == [line.rstrip() for line in lines]
    assert sum(end - start for line in shown for start, end, style in line.spans if style == "bold") == 7


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "    loss = criterion(model(inputs), labels)",
            ["    loss =", "        criterion(", "        model(inputs),", "        labels)"],
        ),
        ("    loss.backward()", ["    loss.backward()"]),
        ("   three blanks are no code of it", ["   three blanks are no", "   code of it"]),
    ],
)
def test_what_does_not_fit_of_a_line_of_code_stands_further_in(text: str, lines: list[str]) -> None:
    assert [line.plain.rstrip() for line in wrapped(Text(text), 22)] == lines


def test_no_line_ends_between_a_number_and_its_percent() -> None:
    text = Text("gain of 50 % of it")
    text.stylize("bold", 8, 12)
    lines = wrapped(text, 10)
    assert [line.plain.rstrip() for line in lines] == ["gain of", "50 % of it"]
    assert lines[1].spans == [Span(0, 4, "bold")]


def test_what_is_too_much_for_so_many_lines_stands_in_the_last() -> None:
    assert [one.plain for one in in_lines(Text("one two three four"), 7, 2)] == ["one two", "three four"]
    assert [one.plain for one in in_lines(Text("one two three four"), 7, 0)] == ["one two three four"]
    assert [one.plain for one in in_lines(Text("one"), 7, 2)] == ["one"]


def test_a_wide_character_is_not_cut_in_two() -> None:
    assert cut_lines(Text("宽字符宽"), 4, UNICODE).plain == "宽 …"


@pytest.mark.parametrize(
    ("width", "shown"),
    [(14, "stuck-at-start"), (13, "stuck-at-sta…"), (7, "stuck-…"), (1, "…"), (0, "")],
)
def test_what_loses_its_end_says_so(width: int, shown: str) -> None:
    assert begun("stuck-at-start", width, UNICODE) == shown


@pytest.mark.parametrize(
    ("name", "width", "shown"),
    [
        ("lr-too-high", 11, "lr-too-high"),
        ("lr-too-high", 9, "lr-too-h…"),
        ("lr-too-high", 8, "lr…high"),
        ("lr-too-high", 6, "lr-to…"),
        ("stuck-at-start", 11, "stuck-at-s…"),
        ("stuck-at-start", 9, "stuck-at…"),
        ("loss-spike", 8, "loss-sp…"),
        ("plateau", 5, "plat…"),
    ],
)
def test_a_name_keeps_its_last_word_where_that_has_room_and_nothing_of_it_had(
    name: str, width: int, shown: str
) -> None:
    assert begun_name(name, width, UNICODE) == shown
