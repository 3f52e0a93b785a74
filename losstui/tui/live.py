"""What there is to show, and then what is new, as long as someone looks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from losstui.tui.reading import CaughtUp, Found, Pending

if TYPE_CHECKING:
    from losstui.options import Options
    from losstui.run_report import RunReport
    from losstui.walk import LogError

POLL_SECONDS = 2.0  # a glance at each file that is followed; a log seldom grows more often

MANY = 300  # folders with files, from which looking into all of them takes a noticeable time


def _likely_runs(paths: Sequence[Path]) -> tuple[str, ...]:
    """The first folders with files below `paths`, called as their runs would be; none if they are few."""
    from losstui.walk import walk

    found: dict[str, None] = {}
    for root in paths:
        for file in walk(root, []):
            folder = file.path.parent
            found[folder.relative_to(root).as_posix() if root in folder.parents else root.name] = None
            if len(found) >= MANY:
                return tuple(found)
    return ()


def followed(
    paths: Sequence[Path], options: Options, *, once: bool = False
) -> Iterator[RunReport | LogError | Pending | Found | CaughtUp]:
    """Yield how many logs are below `paths` and what is in them, then for ever what is new or has changed.

    `CaughtUp` comes after each look; with `once`, it ends after the first. Raises UsageError where the
    options name a detector there is not.
    """
    pending = _likely_runs(paths)
    if pending:
        yield Pending(pending)
    from losstui.following import Following

    following = Following(paths, options)
    said = False
    for outcome in following.first():
        if not said:
            yield Found(following.logs)
            said = True
        yield outcome
    yield CaughtUp()
    while not once:
        time.sleep(POLL_SECONDS)
        yield from following.poll()
        yield CaughtUp()
