"""What is left out must be on the screen already: every frame is compared with the whole one."""

import re

import numpy as np
import pytest

from losstui.tui.terminal_memory import TerminalMemory, transition

DOWN = "\x1bD"
RED, BOLD_RED, ON_GREY = "38;2;255;0;0", "1;38;2;255;0;0", "38;2;255;0;0;48;2;38;38;38"


ENDS = {"22": {"1", "2"}, "24": {"4", "21"}, "27": {"7"}}  # what of a style each of these codes ends


class Terminal:
    """A terminal that knows what the memory writes: moves, styles, and text of narrow characters."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], tuple[str, str, str, frozenset[str]]] = {}
        self.place = (0, 0)

    def feed(self, data: str) -> None:
        foreground, background, others = "", "", frozenset[str]()
        for piece in re.findall(r"\x1bD|\x1b\[[\d;]*[HBCDm]|[^\x1b]", data):
            if piece == "\b" or (piece[0] == "\x1b" and piece[-1] != "m"):
                self.place = moved(*self.place, piece)
            elif piece[0] != "\x1b":
                if piece == " " and not others & {"4", "7"}:  # only its background is seen
                    self.cells[self.place] = (piece, "", background, frozenset())
                else:
                    self.cells[self.place] = (piece, foreground, background, others)
                self.place = moved(*self.place, "\x1b[1C")
            else:
                for code in re.findall(r"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+", piece[2:-1]):
                    if code == "0":
                        foreground, background, others = "", "", frozenset[str]()
                    elif code in ENDS:
                        others -= ENDS[code]
                    elif code.startswith("3"):
                        foreground = "" if code == "39" else as_short(code)
                    elif code.startswith("4"):
                        background = "" if code == "49" else as_short(code)
                    else:
                        others |= {code}


def moved(row: int, column: int, move: str) -> tuple[int, int]:
    if move == "\b":
        return row, column - 1
    if move == DOWN:
        return row + 1, column
    numbers = [int(number) for number in move[2:-1].split(";") if number] or [1]
    if move[-1] == "H":
        return numbers[0] - 1, numbers[1] - 1
    down, right = {"B": (1, 0), "C": (0, 1), "D": (0, -1)}[move[-1]]
    return row + down * numbers[0], column + right * numbers[0]


def as_short(code: str) -> str:
    known = {"38;2;255;0;0": "38;5;196", "38;2;95;175;255": "38;5;75", "48;2;38;38;38": "48;5;235"}
    return known.get(code, code)


def placed(row: int, column: int, *runs: tuple[str, str]) -> str:
    text = "".join(f"\x1b[{style}m{text}\x1b[0m" if style else text for text, style in runs)
    return f"\x1b[{row + 1};{column + 1}H{text}"


def test_what_is_on_the_screen_is_not_written_again() -> None:
    memory = TerminalMemory()
    frame = placed(0, 0, ("losses ", RED), ("fall", ""))
    assert "losses" in memory.changes(frame)
    assert memory.changes(frame) == ""


def test_only_the_cells_that_differ_are_written() -> None:
    memory = TerminalMemory()
    memory.changes(placed(3, 0, ("step 100  loss 0.52", "")))
    assert memory.changes(placed(3, 0, ("step 100  loss 0.51", ""))) == "\x1b[4;19H1"


def test_of_a_blank_only_the_background_is_seen() -> None:
    memory = TerminalMemory()
    memory.changes(placed(0, 0, ("a ", RED), ("b", ON_GREY)))
    assert " " not in memory.changes(placed(0, 1, (" ", BOLD_RED)))
    written = memory.changes(placed(1, 0, ("a", RED), ("  ", ""), ("b", RED)))
    assert "a  b" in written
    assert "\x1b[48;" in memory.changes(placed(0, 1, (" ", ON_GREY)))
    assert "7m" in memory.changes(placed(0, 1, (" ", "7")))


def test_another_style_is_another_cell() -> None:
    memory = TerminalMemory()
    memory.changes(placed(0, 0, ("a", RED)))
    assert "a" in memory.changes(placed(0, 0, ("a", BOLD_RED)))


@pytest.mark.parametrize("seed", range(20))
def test_a_terminal_shows_the_same_as_with_whole_frames(seed: int) -> None:
    rng = np.random.default_rng(seed)
    styles = ["", RED, BOLD_RED, ON_GREY, "38;2;95;175;255", "1", "32", "2;32;7", "1;2;4", "2", "1;21"]
    memory, sparing, whole = TerminalMemory(), Terminal(), Terminal()
    for _ in range(30):
        frame = ""
        for _ in range(rng.integers(1, 12)):
            runs = [
                ("".join(rng.choice(list("ab ⣿─"), rng.integers(1, 9))), styles[rng.integers(len(styles))])
                for _ in range(rng.integers(1, 5))
            ]
            frame += placed(int(rng.integers(9)), int(rng.integers(20)), *runs) + "\n"
        frame += placed(0, 0)
        whole.feed(frame.replace("\n", ""))
        sparing.feed(memory.changes(frame))
        assert sparing.cells == whole.cells
        assert sparing.place == whole.place


def test_a_wide_character_is_written_whole() -> None:
    memory = TerminalMemory()
    memory.changes(placed(0, 0, ("漢字", "")))
    assert memory.changes(placed(0, 0, ("漢語", ""))) == "\x1b[1;3H語"


def test_half_a_wide_character_written_over_is_forgotten() -> None:
    memory = TerminalMemory()
    memory.changes(placed(0, 0, ("漢", "")))
    memory.changes(placed(0, 1, ("x", "")))
    assert "漢" in memory.changes(placed(0, 0, ("漢", "")))


def test_a_combining_mark_stays_with_its_letter() -> None:
    memory = TerminalMemory()
    memory.changes(placed(0, 0, ("ae", "")))
    assert memory.changes(placed(0, 0, ("a\u0308e", ""))).startswith("\x1b[1;1Ha\u0308")


def test_what_is_not_drawing_goes_through_in_its_place() -> None:
    memory = TerminalMemory()
    framed = "\x1b[?2026h" + placed(0, 0, ("a", "")) + "\x1b[?2026l"
    assert memory.changes(framed) == "\x1b[?2026h\x1b[1;1Ha\x1b[?2026l"
    copied = "\x1b]52;c;QQ==\x07"
    assert memory.changes(copied) == copied
    assert memory.changes(placed(0, 0, ("a", ""))) == ""


@pytest.mark.parametrize("other", ["\x1b[2J", "\x1b[?1049h", "\x1b[K"])
def test_after_what_may_change_the_screen_all_is_written_again(other: str) -> None:
    memory = TerminalMemory()
    frame = placed(0, 0, ("a", ""))
    memory.changes(frame)
    assert memory.changes(other) == other
    assert "a" in memory.changes(frame)


def test_the_screen_is_left_empty() -> None:
    memory = TerminalMemory()
    assert memory.changes("\x1b[?1049l\x1b[?25h") == "\x1b[2J\x1b[?1049l\x1b[?25h"


def test_forgetting_writes_the_next_frame_whole() -> None:
    memory = TerminalMemory()
    frame = placed(0, 0, ("a", ""))
    memory.changes(frame)
    memory.forget()
    assert memory.changes(frame) == frame


def test_a_change_of_colour_is_one_short_sequence() -> None:
    assert transition("", RED) == "\x1b[38;5;196m"
    assert transition(RED, BOLD_RED) == "\x1b[1m"
    assert transition(BOLD_RED, RED) == "\x1b[22m"
    assert transition("1;2;32", "2;32") == "\x1b[22;2m"
    assert transition("4;32", "1") == "\x1b[0;1m"
    assert transition("8;32", "32") == "\x1b[0;32m"  # nothing but a new beginning ends that
    assert transition(RED, ON_GREY) == "\x1b[48;5;235m"
    assert transition(ON_GREY, RED) == "\x1b[49m"
    assert transition(RED, "") == "\x1b[0m"


def test_a_colour_that_is_none_of_the_256_keeps_its_name() -> None:
    for colour in ("38;2;39;39;39", "38;2;3;3;3", "38;2;248;248;248", "38;2;8;18;8", "48;2;1;2;3"):
        assert transition("", colour) == f"\x1b[{colour}m"
    assert transition("", "38;2;238;238;238") == "\x1b[38;5;255m"


def test_what_is_of_one_colour_is_written_together() -> None:
    rows = [placed(row, 0, ("1.0", RED), ("xy", BOLD_RED), ("z", "")) for row in range(3)]
    written = TerminalMemory().changes("".join(rows))
    assert len(re.findall(r"\x1b\[[\d;]*m", written)) == 3  # two colours, then none


def test_the_cell_below_is_a_short_way() -> None:
    memory = TerminalMemory()
    memory.changes("".join(placed(row, 0, ("abcdef", "")) for row in range(3)))
    memory.changes(placed(0, 5, ("f", "")))
    line = "".join(placed(row, 4 - row, ("x", "")) for row in range(3))
    assert memory.changes(line) == f"\x1b[1;5Hx{DOWN}\b\bx{DOWN}\b\bx"


def test_columns_of_a_table_that_differ_are_written_one_after_the_other() -> None:
    memory = TerminalMemory()
    memory.changes("".join(placed(row, 1, ("1 same 1 ", "")) for row in range(3)))
    written = memory.changes("".join(placed(row, 1, ("2 same 2 ", "")) for row in range(3)))
    assert written.startswith("\x1b[1;2H{0}\x1b[1;9H{0}".format(f"2{DOWN}\b2{DOWN}\b2"))


def test_from_behind_the_last_cell_of_a_row_no_way_is_short() -> None:
    memory = TerminalMemory()
    memory.changes("".join(placed(row, 0, ("abc", "")) for row in range(2)))
    assert memory.changes("".join(placed(row, 2, ("x", "")) for row in range(2))) == "\x1b[1;3Hx\x1b[2;3Hx"
