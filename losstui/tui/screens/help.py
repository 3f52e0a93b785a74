"""All keys, by what they are for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from losstui.findings import Severity
from losstui.tui.glyphs import Glyphs
from losstui.tui.keymap import Keymap, all_written
from losstui.tui.palette import Palette, severity_use
from losstui.tui.run_rows import GONE
from losstui.tui.shortening import wrapped

KEY_WIDTH = 13  # cells: the keys of nearly every action
HELP_WIDTH, AROUND_HELP = 84, 5  # columns: as the style sheet has it; border, blanks and scroll bar
MARK_GAP = 3  # cells between two marks and what they mean
FILTER_WIDTH = 22  # cells: the longest of `FILTERS`, and a gap
FILTERS = (
    ("seed-(1|2)", "in the name of the run, as a regular expression"),
    ("severity:critical", "or warning, info, ok"),
    ("finding:overfitting", "by name or code"),
    ("tag:val  format:csv", "has such a tag; was read as that"),
    ("status:running", "or finished, dead, removed, unknown; dead is enough"),
    ("lr>0.01  hp.lr=0.1", "hyper-parameter: = != > >= < <="),
    ("a b", "both"),
)


class HelpScreen(ModalScreen[None]):
    """Shows the key table and what the marks mean; any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Close"),
        Binding("j,down", "scroll(1)", "Down"),
        Binding("k,up", "scroll(-1)", "Up"),
    ]

    def __init__(self, keymap: Keymap, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self._keymap = keymap
        self._palette = palette
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll(id="help"):
            yield Static(id="help-text")

    def on_resize(self, event: events.Resize) -> None:
        """Lay the text out for the columns there are now."""
        for shown in self.query("#help-text").results(Static):
            shown.update(self._text(event.size.width))

    def action_scroll(self, lines: int) -> None:
        """Scroll the text by that many lines."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=lines, animate=False)

    def _text(self, columns: int) -> Text:
        """All of it, for a screen of so many columns: what a mark means never stands on two lines."""
        width = min(HELP_WIDTH, columns) - AROUND_HELP
        marks = Text("\n").join(line for row in self._marks() for line in _packed(row, width))
        return marks.append("\n").append_text(self._keys(width))

    def _marks(self) -> list[list[Text]]:
        """What the marks mean, a row for those of a kind."""
        from losstui.run import Status  # brings numpy, which nothing on the first screen needs

        style, glyphs = self._palette.style, self._glyphs
        severities = [
            Text(f"{glyphs.severity(one)} {one.value if one else 'ok'}", style(severity_use(one)))
            for one in (Severity.CRITICAL, Severity.WARNING, Severity.INFO, None)
        ]
        lines = "bright: averaged curve", "dim: logged values", "hatched: from the lowest seed to the highest"
        states = (*(one.value for one in (Status.RUNNING, Status.FINISHED, Status.DEAD)), GONE)
        return [
            [*severities, Text(f"{glyphs.error} unreadable", style("error"))],
            [Text(one) for one in lines],
            [
                Text(f"{glyphs.span * 3} finding", style("span")),
                Text(f"{glyphs.onset} where it begins", style("span")),
                Text(f"{glyphs.interval * 3} where it may have begun", style("span")),
            ],
            [
                Text(f"{glyphs.critical} NaN"),
                Text(f"{glyphs.plus_infinity} {glyphs.minus_infinity} infinities"),
                Text(f"{glyphs.pinned} pinned run"),
            ],
            [Text(f"{glyphs.state(one)} {one}") for one in states],
        ]

    def _keys(self, width: int) -> Text:
        """All keys, and what a filter understands."""
        style, lines = self._palette.style, list[Text]()
        for name, keys in self._keymap.groups().items():
            lines += [Text(), Text(name, style("key"))]
            for key in keys:
                written = Text(f"  {all_written(key):<{KEY_WIDTH}} ", style("strong"))
                lines += wrapped(Text.assemble(written, key.help), width)
        lines += [Text(), Text("Filter", style("key"))]
        for words, what in FILTERS:
            lines += wrapped(Text.assemble((f"  {words:<{FILTER_WIDTH}}", style("strong")), what), width)
        return Text("\n").join([*lines, Text(), Text("Esc closes this.", style("label"))])


def _packed(row: Sequence[Text], width: int) -> Iterator[Text]:
    """The texts side by side in lines of `width` cells, each whole; what is longer than a line is wrapped."""
    line = Text()
    for text in row:
        if line and line.cell_len + MARK_GAP + text.cell_len > width:
            yield line
            line = Text()
        line = Text.assemble(line, " " * MARK_GAP if line else "", text)
        *full, line = wrapped(line, width)
        yield from full
    yield line
