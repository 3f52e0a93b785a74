"""Text cut or wrapped to fit."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from losstui.tui.glyphs import Glyphs

MOST_OF_A_WORD = 16  # cells that a line loses for not being cut in a word
CODE_INDENT = 4  # cells: what stands so far in is code, as in Markdown
HANG = 2  # cells that lines are moved in by below a label with no room beside it
MEASURE = Console(width=1)  # wrapping asks for one, and nothing of it
_UNBROKEN = "\ue000"  # for private use: stands for a blank at which no line ends
_WORD = re.compile(r"\S+")
# In a word: after one of these a line may end, after a later kind only where there is none of an earlier one.
_JOINTS = (re.compile("[(,/]"), re.compile("[.]"), re.compile("[-_]"))
# A label before two blanks, or a mark or a number, and blanks: lines below it stand to its right.
_HEAD = re.compile(r"\S+ {2,}|(?:\W |[0-9]+ )? *")


def shortened(text: str, width: int, glyphs: Glyphs) -> str:
    """`text` in at most `width` cells: what is too long loses its middle, and shows so once."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return glyphs.ellipsis[:width]
    tail = text
    while cell_len(tail) > (width - 1) // 2:
        tail = tail[1:]
    head = set_cell_size(text, width - 1 - cell_len(tail)).rstrip()
    return head.removesuffix(glyphs.ellipsis) + glyphs.ellipsis + tail.removeprefix(glyphs.ellipsis)


def begun(text: str, width: int, glyphs: Glyphs) -> str:
    """`text` in at most `width` cells: what is too long loses its end."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)) + glyphs.ellipsis[: max(0, width)]


def begun_name(name: str, width: int, glyphs: Glyphs) -> str:
    """The same of a name of words such as "lr-too-low": where its last word would be cut off whole, that
    takes the place of those in the middle, if there is room: "lr…low" and "lr…high" differ in nothing else.
    """
    cut = begun(name, width, glyphs)
    first, _, rest = name.partition("-")
    middle, _, last = rest.rpartition("-")
    brief = f"{first}{glyphs.ellipsis}{last}"
    is_cut_off = len(cut.removesuffix(glyphs.ellipsis)) <= len(name) - len(last)
    return brief if middle and is_cut_off and cell_len(brief) <= width else cut


def cut_lines(text: Text, width: int, glyphs: Glyphs) -> Text:
    """Each line of `text` in at most `width` cells: what is too long loses its end, from a blank on."""
    lines = text.split("\n", allow_blank=True)
    for line in lines:
        if line.cell_len > width:
            line.truncate(max(0, width - 1))
            begun = line.plain.rpartition(" ")[2]
            if 0 < cell_len(begun) < min(MOST_OF_A_WORD, line.cell_len):
                line.right_crop(len(begun))
            line.append(glyphs.ellipsis[:width])
    return Text("\n").join(lines)


def wrapped(paragraph: Text, width: int) -> list[Text]:
    """A paragraph in lines of at most `width` cells, all to the right of its label, mark or indent.

    Beside a label as wide as half of that there is no room: lines go on below it, moved in a little. A line
    of code goes on further in than it began, so that it is not read as two.
    """
    head = _HEAD.match(paragraph.plain)
    indent = 0 if head is None else cell_len(head[0])
    if head is None or not indent or width <= 2 * HANG:
        return _lines(paragraph, width)
    begin, rest = paragraph[: head.end()], paragraph[head.end() :]
    if indent >= width // 2:
        begin, rest, indent = Text(), paragraph, 0 if head[0].isspace() else HANG
    onward = indent
    if CODE_INDENT <= indent < width // 2 - CODE_INDENT and head[0].isspace() and paragraph.cell_len > width:
        onward += CODE_INDENT
    lines = _lines(rest, width - onward) or [Text()]
    return [Text.assemble(" " * onward if position else begin, line) for position, line in enumerate(lines)]


def wrapped_line(line: str, width: int) -> list[str]:
    """The same of a line without colours, as it is printed."""
    return [part.plain.rstrip() for part in wrapped(Text(line), width)]


def _lines(text: Text, width: int) -> list[Text]:
    """A text in lines of at most `width` cells, no number without its "%"."""
    text = text.copy()
    text.plain = text.plain.replace(" %", f"{_UNBROKEN}%")
    lines = list(_with_words_divided(text, width).wrap(MEASURE, width))
    for line in lines:
        line.plain = line.plain.replace(_UNBROKEN, " ")
    return lines


def _with_words_divided(text: Text, width: int) -> Text:
    """`text` with a line's end in each word longer than `width` cells, after the last joint before that."""
    ends: list[int] = []
    for word in _WORD.finditer(text.plain):
        start = word.start()
        while cell_len(text.plain[start : word.end()]) > width:
            end = _last_joint(text.plain[start : word.end()], width)
            if end is None:
                break
            start += end
            ends.append(start)
    return Text("\n").join(text.divide(ends)) if ends else text


def _last_joint(word: str, width: int) -> int | None:
    """How many characters of `word` make a line of at most `width` cells; None without a joint there."""
    for joint in _JOINTS:
        fitting = [one.end() for one in joint.finditer(word) if cell_len(word[: one.end()]) <= width]
        if fitting:
            return fitting[-1]
    return None


def in_lines(text: Text, width: int, most: int) -> list[Text]:
    """The text in lines of `width` cells, at most so many: what is too much stands at the end of the last."""
    lines = wrapped(text, width)
    kept = max(1, most) - 1
    if len(lines) <= most:
        return lines
    for line in lines:
        line.rstrip()
    return [*lines[:kept], Text(" ").join(lines[kept:])]
