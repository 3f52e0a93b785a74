"""The Textual app: colours and glyphs for the terminal at hand, and the main screen."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App
from textual.driver import Driver
from textual.scrollbar import ScrollBar, ScrollBarRender

from losstui.errors import ExitCode
from losstui.sanitise import clean
from losstui.tui import clipboard
from losstui.tui.ending import SIGNAL_CODE
from losstui.tui.first_screen import FIRST_SCREEN
from losstui.tui.glyphs import glyphs_for
from losstui.tui.palette import EIGHT_BIT, STANDARD, TRUECOLOR, Palette, colours, default_theme
from losstui.tui.places import keep_traceback, state_folder
from losstui.tui.reading import Outcomes, Reader
from losstui.tui.remembering import choice_of, keep, memory_file, recall
from losstui.tui.screens.help import HelpScreen
from losstui.tui.screens.main import MainScreen
from losstui.tui.screens.panes import BREAKPOINTS
from losstui.tui.settings import DEFAULTS, Settings, ThemeName
from losstui.tui.themes import THEMES, textual_theme


class PlainScrollBarRender(ScrollBarRender):
    """A scroll bar without the block characters that ASCII does not have."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class LossTuiApp(App[int]):
    """Shows what the analysis yields, as it yields it."""

    CSS_PATH = "losstui.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "losstui"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS

    def __init__(
        self,
        outcomes: Outcomes,
        title: str,
        settings: Settings = DEFAULTS,
        cancel: Callable[[], None] | None = None,
    ) -> None:
        """`cancel` ends whatever makes the outcomes."""
        # Textual chooses how colours are taken away before it knows the theme: without any it is "terminal".
        super().__init__(ansi_color="NO_COLOR" in os.environ or None)
        self._settings = settings
        self.set_keymap(settings.keymap.bindings())
        self._glyphs = glyphs_for(os.environ, ascii_only=settings.ascii_only)
        self._depth = self._colour_depth()
        self._memory = memory_file(state_folder(os.environ), settings.root) if settings.remember else None
        kept = {} if self._memory is None else recall(self._memory)
        self._early_keys: list[events.Key] = []
        self._chosen_theme = choice_of(kept, "theme", list(ThemeName))
        self._theme_name = settings.theme or ThemeName(self._chosen_theme or default_theme(self._depth))
        self._palette = Palette(colours(self._theme_name, self._depth))
        self._main = MainScreen(
            Reader(outcomes, self._glyphs, cancel), title, settings.keymap, self._palette, self._glyphs
        )
        self._main.remember(kept)
        if settings.marker is not None:
            self._main.chart.draw_with(settings.marker)
        self.animation_level = "none"  # each frame of an animation is a frame over SSH

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, and where it writes to a Unix terminal, one that writes only what changes."""
        chosen = super().get_driver_class()
        if sys.platform == "win32":
            return chosen
        from textual.drivers.linux_driver import LinuxDriver

        from losstui.tui.driver import SparingDriver

        return SparingDriver if chosen is LinuxDriver else chosen

    def on_mount(self) -> None:
        """Take on the colours of the terminal, then show the main screen."""
        FIRST_SCREEN.hand_over()
        self._end_on_signals()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = textual_theme(self._theme_name, self._depth)
        self.set_class(self._glyphs.ascii_only, "-ascii")
        # Textual has one renderer for all apps of a process: each app says which it wants.
        ScrollBar.renderer = PlainScrollBarRender if self._glyphs.ascii_only else ScrollBarRender
        self.push_screen(self._main)
        self._main.call_after_refresh(self._answer_early_keys)

    def _answer_early_keys(self) -> None:
        for key in self._early_keys:
            self.post_message(key)

    async def on_event(self, event: events.Event) -> None:
        """Let the screen know of keys before they are answered; those that came before it wait for it."""
        if isinstance(event, events.InputEvent):
            self._main.note_input(event)
        if isinstance(event, events.Key) and not self._main.is_mounted:
            self._early_keys.append(event)
        else:
            await super().on_event(event)

    @on(MainScreen.HelpWanted)
    def _show_help(self) -> None:
        self.push_screen(HelpScreen(self._settings.keymap, self._palette, self._glyphs))

    @on(MainScreen.NextThemeWanted)
    def _next_theme(self) -> None:
        self._theme_name = self._theme_name.next
        self._chosen_theme = self._theme_name.value
        self._palette.colours = colours(self._theme_name, self._depth)
        self.theme = textual_theme(self._theme_name, self._depth)
        self._main.show_in_other_colours()
        self._main.say(f"{self._theme_name.value} theme")

    def keep_session(self) -> None:
        """Keep what is selected for the next time, once there is anything to select."""
        if self._memory is not None and self._main.has_ended:
            keep(self._memory, self._settings.root, {**self._main.state(), "theme": self._chosen_theme})

    @on(MainScreen.CommandsWanted)
    def _choose_command(self) -> None:
        from losstui.tui.choosing import choose_command

        choose_command(self, self._main, self._settings.keymap)

    @on(MainScreen.TagWanted)
    def _choose_tag(self) -> None:
        from losstui.tui.choosing import choose_tag

        choose_tag(self, self._main)

    @on(MainScreen.ExportWanted)
    def _choose_export(self) -> None:
        from losstui.tui.choosing import choose_export

        choose_export(self, self._main, self._settings.root)

    @on(MainScreen.RedrawWanted)
    def _redraw(self) -> None:
        forget = getattr(self._driver, "forget", None)  # of the driver that remembers what it wrote
        if forget is not None:
            forget()
        self.refresh(layout=True)
        self._main.refresh(layout=True)

    @on(MainScreen.CopyWanted)
    def _copy(self, message: MainScreen.CopyWanted) -> None:
        self._main.say(clipboard.copy(message.text, message.what, os.environ, self.copy_to_clipboard))

    @on(MainScreen.Left)
    def _leave(self, message: MainScreen.Left) -> None:
        self.exit(message.exit_code)

    def _end_on_signals(self) -> None:
        if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                loop.add_signal_handler(number, self.exit, SIGNAL_CODE + number)

    def _fatal_error(self) -> None:
        """Say in one line what Textual would print a traceback of; the traceback is kept in a file."""
        error = sys.exc_info()[1]
        said = f"{type(error).__name__}: {clean(str(error))}"
        kept = keep_traceback(os.environ)
        see = f"; see {kept}" if kept else ""
        self.panic(Text(f"losstui: a defect has ended the screen: {said}{see}"))

    def _colour_depth(self) -> str:
        system = self.console.color_system
        return system if not self.no_color and system in (TRUECOLOR, EIGHT_BIT) else STANDARD


def run(outcomes: Outcomes, title: str, settings: Settings, cancel: Callable[[], None] | None) -> int:
    """Run the app until the user leaves it; returns the exit code."""
    app = LossTuiApp(outcomes, title, settings, cancel)
    code = app.run()
    if code is None:
        return ExitCode.BROKEN
    app.keep_session()
    return code
