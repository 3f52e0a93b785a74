"""The line in which a filter is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterBox(Input):
    """Posts what is typed at each change, and how the typing ends."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Restore", show=False)]

    @dataclass
    class Typed(Message):
        """The text is this now."""

        text: str

    @dataclass
    class Closed(Message):
        """The typing has ended; without `keep`, what was before counts again."""

        keep: bool

    def action_give_up(self) -> None:
        """Escape."""
        self.post_message(self.Closed(keep=False))

    def on_input_changed(self, event: Input.Changed) -> None:
        """A character more or less."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Closed(keep=True))
