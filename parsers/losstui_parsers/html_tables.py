"""The tables in a piece of HTML, as rows of the texts of their cells."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TABLE = re.compile(r"<table\b.*?</table>", re.IGNORECASE | re.DOTALL)
_CELLS = ("td", "th")


def html_tables(text: str) -> list[list[list[str]]]:
    """The rows of each table that has any, the header as the first one."""
    found = [_rows(match.group()) for match in _TABLE.finditer(text)]
    return [rows for rows in found if rows]


def _rows(table: str) -> list[list[str]]:
    reader = _Rows()
    reader.feed(table)
    reader.close()
    return [row for row in reader.rows if row]


class _Rows(HTMLParser):
    """The rows of one table; what is in no cell is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in _CELLS and self.rows:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data.strip()
