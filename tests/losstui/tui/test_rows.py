from rich.cells import cell_len

from losstui.tui.rows import centred


def texts(text: str, width: int, height: int) -> list[str]:
    return ["".join(run.text for run in row).strip() for row in centred(text, width, height)]


def test_a_long_note_breaks_between_words() -> None:
    assert texts("no value at several steps", 12, 4) == ["no value at", "several", "steps", ""]


def test_a_word_too_long_for_a_row_breaks_anywhere_and_wide_characters_count_twice() -> None:
    assert texts("abcdef", 4, 2) == ["abcd", "ef"]
    assert all(cell_len(row) <= 7 for row in texts("宽字符宽字符宽字符", 7, 9))
