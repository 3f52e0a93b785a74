"""A short list to choose from: what is typed narrows it. All commands, and the ways to export, are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette
from losstui.tui.shortening import shortened
from losstui.tui.widgets.filter_box import FilterBox
from losstui.tui.widgets.line_list import LineList

MOST_LINES = 16  # the list scrolls beyond: a terminal of 24 lines has no room for more


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its value, what it is called, a word at the right, another name to find it by."""

    value: str
    label: str
    hint: str = ""
    name: str = ""


class ChoiceList(LineList):
    """Shows choices and posts the one that is clicked."""

    @dataclass
    class Chosen(Message):
        """This was clicked."""

        choice: Choice

    def __init__(self, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__(id="choices")
        self._palette = palette
        self._glyphs = glyphs
        self._choices: tuple[Choice, ...] = ()

    @property
    def choice(self) -> Choice | None:
        """The one under the cursor."""
        return self._choices[self.cursor_line] if self.cursor_line >= 0 else None

    def show(self, choices: Sequence[Choice]) -> None:
        """Show these, the cursor on the first."""
        self._choices = tuple(choices)
        self.show_lines(len(choices), 0)

    def draw(self, line: int, width: int) -> Text:
        """What it is called at the left, the hint at the right."""
        choice = self._choices[line]
        room = max(1, width - cell_len(choice.hint) - 1)
        text = Text(shortened(choice.label, room, self._glyphs))
        text.pad_right(max(0, width - text.cell_len - cell_len(choice.hint)))
        return text.append(choice.hint, self._palette.style("key"))

    def chosen(self, line: int) -> None:
        """Say which."""
        self.post_message(self.Chosen(self._choices[line]))


class ChoiceScreen(ModalScreen[str]):
    """Returns the value of what was chosen, None where nothing was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,ctrl+p", "move(-1)", "Up", priority=True),
        Binding("down,ctrl+n,tab", "move(1)", "Down", priority=True),
        Binding("pageup", "move(-10)", "Page up", priority=True),
        Binding("pagedown", "move(10)", "Page down", priority=True),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._list = ChoiceList(palette, glyphs)
        self._box = FilterBox(placeholder="type to narrow", id="choice-filter", compact=True)

    def compose(self) -> ComposeResult:
        """The title, the line to type in, the list."""
        with Vertical(id="choice"):
            yield Static(Text(self._title, "bold"), id="choice-title")
            yield self._box
            yield self._list

    def on_mount(self) -> None:
        """Show all; what is typed is the filter."""
        self._list.styles.height = min(MOST_LINES, len(self._choices))
        self._list.show(self._choices)
        self._box.focus()

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self._list.move(lines)

    @on(FilterBox.Typed)
    def _typed(self, message: FilterBox.Typed) -> None:
        words = message.text.lower().split()
        texts = [(one, f"{one.name} {one.label} {one.hint}".lower()) for one in self._choices]
        fitting = [one for one, text in texts if all(word in text for word in words)]
        self._list.show(fitting)
        title = self._title if fitting else f"{self._title}: none fits"
        self.query_one("#choice-title", Static).update(Text(title, "bold"))

    @on(FilterBox.Closed)
    def _typing_ended(self, message: FilterBox.Closed) -> None:
        choice = self._list.choice
        self.dismiss(choice.value if message.keep and choice is not None else None)

    @on(ChoiceList.Chosen)
    def _clicked(self, message: ChoiceList.Chosen) -> None:
        self.dismiss(message.choice.value)
