"""Copying text out of the terminal, as far as that can be done from where the program runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping

TMUX_SECONDS = 2.0  # a tmux server that does not answer by then is not going to


def copy(text: str, what: str, environment: Mapping[str, str], send_osc52: Callable[[str], None]) -> str:
    """Copy `text`, which is `what`, and return what became of it, in words that claim no more than is known.

    tmux drops the escape sequence by default, but has a command of its own, which also passes the text
    on to the terminal and says whether it took it. Outside tmux the sequence is sent: no terminal
    answers it.
    """
    if environment.get("TMUX") and shutil.which("tmux") is not None:
        # Before its version 3.2 tmux keeps the text, but cannot pass it on and knows no -w.
        if _taken_by_tmux(text, "-w") or _taken_by_tmux(text):
            return f"{what}: in the tmux buffer (paste with prefix ])"
        return f"{what}: not copied, tmux did not take it"
    send_osc52(text)
    return f"{what}: sent to the terminal, which does not say whether it took it"


def _taken_by_tmux(text: str, *options: str) -> bool:
    command = ["tmux", "load-buffer", *options, "-"]
    try:
        subprocess.run(command, input=text.encode(), check=True, capture_output=True, timeout=TMUX_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return False
    return True
