"""All keys, by what they are for."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
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

KEY_WIDTH = 13  # cells: the keys of nearly every action
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
            yield Static(self._text())

    def action_scroll(self, lines: int) -> None:
        """Scroll the text by that many lines."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=lines, animate=False)

    def _text(self) -> Text:
        style = self._palette.style
        text = Text()
        for severity in (Severity.CRITICAL, Severity.WARNING, Severity.INFO, None):
            name = severity.value if severity else "ok"
            text.append(f"{self._glyphs.severity(severity)} {name}   ", style(severity_use(severity)))
        text.append(f"{self._glyphs.error} unreadable", style("error"))
        text.append(
            "\nbright: averaged curve   dim: logged values   hatched: from the lowest seed to the highest\n"
        )
        glyphs = self._glyphs
        text.append(f"{glyphs.span * 3} finding   {glyphs.onset} where it begins   ", style("span"))
        text.append(f"{glyphs.interval * 3} where it may have begun\n", style("span"))
        text.append(f"{glyphs.critical} NaN   {glyphs.plus_infinity} {glyphs.minus_infinity} infinities   ")
        text.append(f"{glyphs.pinned} pinned run\n")
        from losstui.run import Status  # brings numpy, which nothing on the first screen needs

        states = (*(one.value for one in (Status.RUNNING, Status.FINISHED, Status.DEAD)), GONE)
        text.append("   ".join(f"{glyphs.state(one)} {one}" for one in states) + "\n")
        for name, keys in self._keymap.groups().items():
            text.append(f"\n{name}\n", style("key"))
            for key in keys:
                text.append(f"  {all_written(key):<{KEY_WIDTH}} ", style("strong"))
                text.append(f"{key.help}\n")
        text.append("\nFilter\n", style("key"))
        for words, what in FILTERS:
            text.append(f"  {words:<{FILTER_WIDTH}}", style("strong"))
            text.append(f"{what}\n")
        text.append("\nEsc closes this.", style("label"))
        return text
