"""Copying text out of the terminal, as far as that can be done from where the program runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping

TMUX_SECONDS = 2.0  # a tmux server that does not answer by then is not going to


def copy(text: str, environment: Mapping[str, str], send_osc52: Callable[[str], None]) -> str:
    """Copy `text` and return what became of it, in words that claim no more than is known.

    tmux drops the escape sequence by default, but has a command of its own, which also passes the text
    on to the terminal and says whether it took it. Outside tmux the sequence is sent: no terminal
    answers it.
    """
    if environment.get("TMUX") and shutil.which("tmux") is not None:
        try:
            subprocess.run(
                ["tmux", "load-buffer", "-w", "-"],
                input=text.encode(),
                check=True,
                capture_output=True,
                timeout=TMUX_SECONDS,
            )
        except (OSError, subprocess.SubprocessError):
            return "not copied: tmux did not take it"
        return "in the tmux buffer (paste with prefix ])"
    send_osc52(text)
    return "sent to the terminal's clipboard; whether it took it, it does not say"
