"""The way in. Where it is clear that the screen is wanted, it is there before the command line is read."""

from __future__ import annotations

import os
import sys

from losstui.tui.first_screen import FIRST_SCREEN, is_terminal

# numpy starts threads when it is imported, a third of what importing it takes; nothing here multiplies
# matrices that would be worth them.
_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> int:
    """Run the command of `sys.argv`; returns its exit code."""
    os.environ.setdefault(_THREADS, "1")
    paths = sys.argv[1:]
    if wants_screen(paths):
        FIRST_SCREEN.show(" ".join(paths) or ".")
    from losstui import cli

    return cli.main()


def wants_screen(arguments: list[str]) -> bool:
    """Whether these are nothing but paths, and someone looks."""
    return is_terminal() and not any(one.startswith("-") for one in arguments)
