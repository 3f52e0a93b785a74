"""Choosing a command, a tag, and how to export, and doing so. Imported when it is first asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from losstui.errors import reason_of
from losstui.sanitise import clean
from losstui.tui.exporting import BY_RUNS, Export, file_stem, write_new
from losstui.tui.keymap import Keymap, all_written
from losstui.tui.places import export_folder
from losstui.tui.screen_text import screen_text
from losstui.tui.screens.choice import Choice, ChoiceScreen
from losstui.tui.shortening import shortened
from losstui.tui.svg import screen_picture

if TYPE_CHECKING:
    from losstui.tui.screens.main import MainScreen

TITLE_WIDTH = 64  # columns of the list to choose from


def choose_command(app: App[int], screen: MainScreen, keymap: Keymap) -> None:
    """Let one of all commands be chosen, and do it."""
    keys = [key for key in keymap.keys if key.name != "palette"]
    choices = [Choice(key.action, key.help, all_written(key), key.name) for key in keys]

    def run(action: str | None) -> None:
        if action is not None:
            screen.call_later(screen.run_action, action)

    app.push_screen(ChoiceScreen("Commands", choices, screen.palette, screen.glyphs), run)


def choose_tag(app: App[int], screen: MainScreen) -> None:
    """Let one of all tags of the run be chosen, and show it."""
    choices = [Choice(group[0], clean(", ".join(group))) for group in screen.session.tags()]

    def run(tag: str | None) -> None:
        if tag is not None:
            screen.go_to_tag(tag)

    app.push_screen(ChoiceScreen("Tags", choices, screen.palette, screen.glyphs), run)


def choose_export(app: App[int], screen: MainScreen, root: tuple[str, ...]) -> None:
    """Let one of the formats be chosen, and write what is seen to a file of it."""
    choices = [Choice(one.value, one.described, f".{one.value}") for one in Export]
    folder = export_folder(os.environ, root)

    def run(ending: str | None) -> None:
        if ending is not None:
            screen.call_after_refresh(_export, app, screen, Export(ending), folder)

    title = shortened(f"Export to {clean(str(folder))}", TITLE_WIDTH, screen.glyphs)
    app.push_screen(ChoiceScreen(title, choices, screen.palette, screen.glyphs), run)


def _export(app: App[int], screen: MainScreen, export: Export, folder: Path) -> None:
    sights = screen.sights()
    if export in BY_RUNS and not sights:
        screen.say("no run to export")
        return
    names = [sights[0].report.run.id] if sights else []
    if export is Export.CSV:
        names += sights[0].tags[:1]
    try:
        path = write_new(folder, file_stem(*names), export.value, _text_of(app, screen, export))
    except OSError as error:
        screen.say(f"not written: {clean(str(folder))}: {reason_of(error)}")
    else:
        screen.say(f"written: {clean(str(path))}")


def _text_of(app: App[int], screen: MainScreen, export: Export) -> str:
    if export is Export.SVG:
        return screen_picture(app, "losstui")
    if export is Export.TEXT:
        return "\n".join(line.rstrip() for line in screen_text(screen).split("\n")) + "\n"
    return BY_RUNS[export](screen.sights())
