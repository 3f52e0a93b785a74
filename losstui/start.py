"""The way in. Where it is clear that the screen is wanted, it is there before the command line is read."""

from __future__ import annotations

import sys

from losstui.tui.first_screen import FIRST_SCREEN, is_terminal


def main() -> int:
    """Run the command of `sys.argv`; returns its exit code."""
    paths = sys.argv[1:]
    if wants_screen(paths):
        FIRST_SCREEN.show(" ".join(paths) or ".")
    from losstui import cli

    return cli.main()


def wants_screen(arguments: list[str]) -> bool:
    """Whether these are nothing but paths, and someone looks."""
    return is_terminal() and not any(one.startswith("-") for one in arguments)
