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
    if not wants_screen(paths):
        from losstui import cli

        return cli.main()
    from losstui.tui.ending import ending_on_signals

    try:
        with ending_on_signals():
            FIRST_SCREEN.show(" ".join(paths) or ".")
            from losstui import cli

            return cli.main()
    except KeyboardInterrupt:
        from losstui.errors import ExitCode

        return ExitCode.INTERRUPTED
    finally:
        FIRST_SCREEN.leave()


def wants_screen(arguments: list[str]) -> bool:
    """Whether these are nothing but paths, and someone looks."""
    return is_terminal() and not any(one.startswith("-") for one in arguments)
