"""The errors a user may see, and the exit codes of the program."""

from __future__ import annotations

import os
from enum import IntEnum
from pathlib import Path

REMOVED = "removed or renamed since it was read"  # a warning of a run that is no longer there


class ExitCode(IntEnum):
    """What the process returns; part of the contract with scripts."""

    ANALYSED = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    BROKEN = 70
    INTERRUPTED = 130


class LossTuiError(Exception):
    """Base of every error whose message is meant for the user: what, where, what would work."""

    exit_code: ExitCode = ExitCode.USAGE


class UsageError(LossTuiError):
    """The command line or the configuration asks for something that does not exist."""


class UnreadableLog(LossTuiError):
    """A file looks like a training log but cannot be read as one.

    `reason` names the place and the cause without the path, so that a report can show both apart. Who goes
    on reading keeps these two and not the error: it holds the frames it came through, these hold the error
    and all that was read, and none of it is freed before the garbage collector comes by.
    """

    exit_code = ExitCode.UNREADABLE

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def why_absent(path: Path) -> str | None:
    """Why nothing is to be had at `path`; None where something is."""
    try:
        os.stat(path)
    except OSError as error:
        return reason_of(error)
    return None


def reason_of(error: OSError) -> str:
    """What kept the system from doing what it was asked, as a reason to stand behind a path."""
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "no such file or folder"
    return error.strerror.lower() if error.strerror else str(error)  # the latter is the program's own
