"""What the terminal shows, and of a new frame only what is other than that: bytes are time over SSH."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size

_TOKEN = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<style>[\d;]*)m"
    r"|(?P<mode>\x1b\[[?>=<][\d;]*[\w$@`]+)"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
    r"|(?P<other>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[\d;]*[^\d;]|.)",
    re.DOTALL,
)
_NARROW = re.compile(r"[ -~\u2500-\u259f\u2800-\u28ff]*")  # all that a chart is drawn with
_HARMLESS = ("\n", "\x07", "\x1b[c", "\x1b[6n")  # the moves around a line feed say where things go
_ALTERNATE_SCREEN, _LEAVES_IT = "\x1b[?1049", "\x1b[?1049l"
_CLEAR = "\x1b[2J"  # tmux shows rows of the alternate screen after it where its window has grown meanwhile
_FORWARD = 4  # bytes of a sequence that goes a few cells to the right
_DOWN = "\x1bD"  # a line feed is shorter, but some drivers and terminals go to the first column too
# Cells to the right in the row below that are a short way off, the shortest first.
_BELOW = (0, -1, -2, -3, -4, 1)
_COLOUR = re.compile(r"[34]8;(?:2;\d+;\d+;\d+|5;\d+)|(?:3|4|9|10)[0-79](?!\d)|\d+")
_LEVELS = {0: 0, 95: 1, 135: 2, 175: 3, 215: 4, 255: 5}  # of each primary in the cube of 256 colours
_GREYS, _DARKEST_GREY, _GREY_STEP = 24, 8, 10  # the last of them, from dark to light

# The code that ends an attribute; of others only a new beginning does.
_ENDED_BY = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29", "21": "24"}
_SEEN_ON_BLANKS = frozenset({"4", "5", "7", "9", "21", "53"})  # lines, blinking, and colours swapped

Cell = tuple[str, str]  # a character, empty in the right half of a wide one, and what is seen of its style


class _Piece(NamedTuple):
    """Cells of a row that are written in one style, from column `first` to `last`, both inclusive."""

    row: int
    first: int
    last: int
    text: str


class TerminalMemory:
    """Remembers each cell as it was last written.

    Takes in what would be written: text in styles, placed by absolute moves. What else comes is passed
    on as it is; if it may have changed the screen, all is forgotten and the next frame is sent whole.
    """

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, Cell]] = {}
        self._cursor: tuple[int, int] | None = None

    def forget(self) -> None:
        """The terminal may show anything."""
        self._rows = {}
        self._cursor = None

    def changes(self, data: str) -> str:
        """What has to be written so that the terminal shows what it would after `data`."""
        written: list[str] = []
        frame: dict[int, dict[int, Cell]] = {}
        row, column, style = *(self._cursor or (0, 0)), ""
        placed = self._cursor is not None
        for token in _TOKEN.finditer(data):
            kind, text = token.lastgroup, token.group()
            if kind == "column":
                row, column, placed = int(token["row"]) - 1, int(token["column"]) - 1, True
            elif kind == "style":
                style = "" if text in ("\x1b[0m", "\x1b[m") else token["style"]
            elif kind == "text" and placed:
                column = _put(frame.setdefault(row, {}), column, text, style)
            elif text != "\n":
                written.append(self._flushed(frame))
                written.append(_CLEAR + text if text == _LEAVES_IT else text)
                if text.startswith(_ALTERNATE_SCREEN) or (kind != "mode" and not _is_harmless(text)):
                    self.forget()
                    placed = False
        written.append(self._flushed(frame))
        if placed and self._cursor != (row, column):
            written.append(f"\x1b[{row + 1};{column + 1}H")
            self._cursor = (row, column)
        return "".join(written)

    def _flushed(self, frame: dict[int, dict[int, Cell]]) -> str:
        """The part of `frame` that the terminal does not show yet; empties it."""
        by_style: dict[str, list[_Piece]] = {}  # a move is shorter than a change of colour
        for row in sorted(frame):
            known = self._rows.setdefault(row, {})
            wanted = frame[row]
            columns = sorted(column for column, cell in wanted.items() if known.get(column) != cell)
            _drop_halves(known, wanted, columns)
            known.update(wanted)
            for stretch in _stretches(columns, wanted):
                for style, piece in _pieces(row, *stretch, wanted):
                    by_style.setdefault(style, []).append(piece)
        frame.clear()
        written: list[str] = []
        before = ""
        while by_style:
            style = min(by_style, key=lambda style: len(transition(before, style)))
            written.append(transition(before, style))
            before = style
            for piece in _downwards(by_style.pop(style)):
                written += self._move(piece.row, piece.first), piece.text
                self._cursor = (piece.row, piece.last + 1)
        return "".join(written) + transition(before, "")

    def _move(self, row: int, column: int) -> str:
        """The shortest way to a cell from where the cursor is."""
        absolute = f"\x1b[{row + 1};{column + 1}H"
        # Behind the last cell of a row the cursor stands on it or not, as the terminal likes.
        if self._cursor is None or self._cursor[1] not in self._rows.get(self._cursor[0], {}):
            return absolute
        rows, cells = row - self._cursor[0], column - self._cursor[1]
        return absolute if rows < 0 else min(_relative(rows, cells), absolute, key=len)


def _relative(rows: int, cells: int) -> str:
    """The shortest way so many rows down and to the right so many cells, left where negative."""
    down = min(_DOWN * rows, f"\x1b[{rows}B", key=len)
    if cells > 0:
        return down + (f"\x1b[{cells}C" if cells > 1 else "\x1b[C")
    return down + min("\b" * -cells, f"\x1b[{-cells}D", key=len)


def _downwards(pieces: list[_Piece]) -> Iterator[_Piece]:
    """All pieces, each before the one below its end: scrolled lines of a table differ in a few columns."""
    left = {(piece.row, piece.first): piece for piece in pieces}
    for first in pieces:
        piece = left.pop((first.row, first.first), None)
        while piece is not None:
            yield piece
            row, column = piece.row + 1, piece.last + 1
            below = ((row, column + cells) for cells in _BELOW)
            piece = next((left.pop(place) for place in below if place in left), None)


def _is_harmless(text: str) -> bool:
    return text in _HARMLESS or text.startswith("\x1b]")


def _drop_halves(known: dict[int, Cell], wanted: dict[int, Cell], columns: list[int]) -> None:
    """Forget the wide characters of which only one half is written over: what is left of them varies."""
    for column in columns:
        if known.get(column, ("x", ""))[0] == "" and column - 1 not in wanted:
            known.pop(column - 1, None)
        if known.get(column + 1, ("x", ""))[0] == "" and column + 1 not in wanted:
            known.pop(column + 1)


def _put(row: dict[int, Cell], column: int, text: str, style: str) -> int:
    """Put `text` into the cells of a row from `column` on; returns the column after it."""
    if _NARROW.fullmatch(text):
        blank = (" ", on_blank(style))
        cells = [blank if character == " " else (character, style) for character in text]
        row.update(enumerate(cells, column))
        return column + len(cells)
    for character in text:
        width = 1 if character < "\x7f" else get_character_cell_size(character)
        if width == 0:
            before = next((at for at in (column - 1, column - 2) if row.get(at, ("", ""))[0]), None)
            if before is not None:
                row[before] = (row[before][0] + character, row[before][1])
            continue
        row[column] = (character, on_blank(style) if character == " " else style)
        if width == 2:
            row[column + 1] = ("", style)
        column += width
    return column


def _stretches(columns: list[int], wanted: dict[int, Cell]) -> list[tuple[int, int]]:
    """The changed columns as stretches to write, first and last inclusive.

    A short gap of one style is cheaper to write again than to jump over. A wide character is whole.
    """
    stretches: list[tuple[int, int]] = []
    for column in columns:
        first = column if wanted[column][0] or column - 1 not in wanted else column - 1
        last = column + 1 if wanted.get(column + 1, ("x", ""))[0] == "" else column
        if stretches and first <= stretches[-1][1] + 1:
            stretches[-1] = (stretches[-1][0], max(last, stretches[-1][1]))
        elif stretches and _is_cheap(range(stretches[-1][1] + 1, first), wanted):
            stretches[-1] = (stretches[-1][0], last)
        else:
            stretches.append((first, last))
    return stretches


def _pieces(row: int, first: int, last: int, wanted: dict[int, Cell]) -> Iterator[tuple[str, _Piece]]:
    """A stretch in pieces of one style; a blank goes with what is beside it where it looks the same."""
    begin, style, text = first, wanted[first][1], wanted[first][0]
    for column in range(first + 1, last + 1):
        character, wanted_style = wanted[column]
        if not _is_written_with(style, character, wanted_style):
            if text.strip(" ") or on_blank(wanted_style) != style:
                yield style, _Piece(row, begin, column - 1, text)
                begin, text = column, ""
            style = wanted_style
        text += character
    yield style, _Piece(row, begin, last, text)


def _is_cheap(gap: range, wanted: dict[int, Cell]) -> bool:
    cells = [wanted.get(column) for column in gap]
    style = wanted[gap[0] - 1][1]
    return all(cell is not None and _is_written_with(style, *cell) for cell in cells) and (
        sum(len(cell[0].encode()) for cell in cells if cell is not None) <= _FORWARD
    )


def _is_written_with(style: str, text: str, wanted: str) -> bool:
    """Whether a cell looks as it should where that style is on."""
    return style == wanted or (text == " " and on_blank(style) == wanted)


@lru_cache(maxsize=1024)
def on_blank(style: str) -> str:
    """What is seen of a style where nothing is written: its background, unless there are lines."""
    _, background, others = _parts(style)
    return style if others & _SEEN_ON_BLANKS else background


@lru_cache(maxsize=4096)
def transition(old: str, new: str) -> str:
    """The shortest sequence that goes from one style to another; both are parameters of SGR."""
    if old == new:
        return ""
    if not new:
        return "\x1b[0m"
    had, wants = _parts(old), _parts(new)
    anew = ["0", *sorted(wants[2]), wants[0], wants[1]]
    ends = {_ENDED_BY.get(code, "0") for code in had[2] - wants[2]}
    kept = {code for code in had[2] if _ENDED_BY.get(code) not in ends}
    changed = [*sorted(ends), *sorted(wants[2] - kept)]
    changed += [(wants[0] or "39")] if wants[0] != had[0] else []
    changed += [(wants[1] or "49")] if wants[1] != had[1] else []
    ways = [anew] if "0" in ends else [changed, anew]
    return min((f"\x1b[{';'.join(code for code in codes if code)}m" for codes in ways), key=len)


@lru_cache(maxsize=1024)
def _parts(style: str) -> tuple[str, str, frozenset[str]]:
    """The foreground, the background and the other attributes of a style."""
    foreground, background = "", ""
    others: set[str] = set()
    for code in _COLOUR.findall(style):
        if code.startswith(("38;", "48;")):
            short = _shortest(code)
            foreground, background = (short, background) if code[0] == "3" else (foreground, short)
        elif code in ("39", "49"):
            continue
        elif len(code) > 1 and code[:-1] in ("3", "9"):
            foreground = code
        elif len(code) > 1 and code[:-1] in ("4", "10"):
            background = code
        else:
            others.add(code)
    return foreground, background, frozenset(others)


def _shortest(code: str) -> str:
    """The shorter code for a true colour that is one of the 256; any other `code` unchanged."""
    ground, kind, *primaries = code.split(";")
    if kind != "2":
        return code
    levels = [_LEVELS.get(int(primary)) for primary in primaries]
    if None not in levels:
        red, green, blue = (level or 0 for level in levels)
        return f"{ground};5;{16 + 36 * red + 6 * green + blue}"
    grey, between = divmod(int(primaries[0]) - _DARKEST_GREY, _GREY_STEP)
    if len(set(primaries)) == 1 and not between and 0 <= grey < _GREYS:
        return f"{ground};5;{256 - _GREYS + grey}"
    return code
