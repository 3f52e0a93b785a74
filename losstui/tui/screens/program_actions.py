"""What the keys do that are about the program rather than about runs, curves or findings."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from textual.message import Message

from losstui.errors import ExitCode
from losstui.tui.screens.remembering import RememberingScreen


class ProgramActions(RememberingScreen):
    """Help, commands, export, colours, following, leaving."""

    class HelpWanted(Message):
        """All keys should be shown."""

    class CommandsWanted(Message):
        """One of all commands should be chosen."""

    class ExportWanted(Message):
        """What is seen should be written to a file."""

    class NextThemeWanted(Message):
        """Other colours should be used."""

    class RedrawWanted(Message):
        """The terminal may show something else than was drawn."""

    @dataclass
    class Left(Message):
        """The program should end and return this."""

        exit_code: int

    def action_help(self) -> None:
        """Show all keys."""
        self.post_message(self.HelpWanted())

    def action_palette(self) -> None:
        """Choose one of all commands by name."""
        self.post_message(self.CommandsWanted())

    def action_export(self) -> None:
        """Write what is seen to a file."""
        self.post_message(self.ExportWanted())

    def action_theme(self) -> None:
        """The next set of colours."""
        self.post_message(self.NextThemeWanted())

    def action_marker(self) -> None:
        """Draw curves with the next kind of marker."""
        if self.glyphs.ascii_only:
            self.say("this terminal is drawn on with ASCII alone")
        else:
            self.say(f"curves in {self.chart.next_marker().value}")

    def action_follow(self) -> None:
        """Show what is new, or hold what is shown until the key is pressed again."""
        self.following = not self.following
        self.say("following growing logs" if self.following else "holding: what is new waits for F")

    def action_stop_reading(self) -> None:
        """Read no further."""
        self.say("all has been read" if self.has_ended else "stopped reading")
        self.stop_reading()

    def action_redraw(self) -> None:
        """Draw all of the screen, whatever the terminal shows."""
        self.post_message(self.RedrawWanted())
        self.say("drawn again")

    def action_suspend(self) -> None:
        """Stop, and give the terminal to the shell this was started from."""
        if sys.platform == "win32" or os.getpgrp() == os.getsid(0):  # nobody could go on with it
            self.say("there is no shell to go to")
            return
        self.app.action_suspend_process()  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app open
        self.say("back from the shell")

    def action_quit(self) -> None:
        """Leave."""
        self.post_message(self.Left(self.exit_code))

    def action_interrupt(self) -> None:
        """Leave at once."""
        self.post_message(self.Left(ExitCode.INTERRUPTED))
