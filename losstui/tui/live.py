"""What there is to show, and then what is new, as long as someone looks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from losstui.tui.reading import Again, CaughtUp, Early, Found, Pending

if TYPE_CHECKING:
    from losstui.options import Options
    from losstui.run_report import RunReport
    from losstui.walk import LogError

POLL_SECONDS = 2.0  # a glance at each file that is followed; a log seldom grows more often
REST = 4.0  # times what a glance costs: the machine is there for the training, however much is logged

MANY = 300  # folders with files, from which looking into all of them takes a noticeable time
MOST_EARLY = 60  # runs: as many as a tall screen shows
EARLY_SECONDS = 1.0  # after which what is there is counted, however few were read early


def _likely_runs(paths: Sequence[Path]) -> dict[str, list[Path]]:
    """The first folders with files below `paths`, called as their runs would be; none if they are few.

    With the files right in each; of the last there may be more.
    """
    from losstui.walk import walk

    found: dict[str, list[Path]] = {}
    for root in paths:
        for file in walk(root, []):
            folder = file.path.parent
            run_id = folder.relative_to(root).as_posix() if root in folder.parents else root.name
            found.setdefault(run_id, []).append(file.path)
            if len(found) >= MANY:
                return found
    return {}


def _early(found: Mapping[str, Sequence[Path]], options: Options) -> Iterator[Early]:
    """The runs at the top of the list, read first, where a folder by itself tells what is in it."""
    from losstui import plugins
    from losstui.analysis import analyse_logs
    from losstui.discovery import discover
    from losstui.run_report import RunReport
    from losstui.tags import run_order
    from losstui.tui.catalogue import folders

    loaded = plugins.load(verify=options.verify)
    until = time.monotonic() + EARLY_SECONDS
    whole = sorted(list(found)[:-1], key=run_order)
    for run_id in islice(folders(whole).all_runs(), MOST_EARLY):
        if time.monotonic() > until:
            return
        read = list(analyse_logs(discover(found[run_id], loaded.parsers), options, loaded.detectors))
        if len(read) == 1 and isinstance(report := read[0], RunReport):
            run = replace(report.run, id=run_id, name=run_id.rsplit("/", 1)[-1])
            yield Early(replace(report, run=run))


def followed(
    paths: Sequence[Path], options: Options, *, once: bool = False
) -> Iterator[RunReport | Early | Again | LogError | Pending | Found | CaughtUp]:
    """Yield how many logs are below `paths` and what is in them, then for ever what is new or has changed.

    Where there are many, the first runs are named and read before all are looked for.

    `CaughtUp` comes after each look; with `once`, it ends after the first. Raises UsageError where the
    options name a detector there is not.
    """
    likely = _likely_runs(paths)
    if likely:
        yield Pending(tuple(likely))
        if not options.runs:  # those of an early run may be called otherwise
            yield from _early(likely, options)
    from losstui.following import Following

    following = Following(paths, options)
    said = False
    for outcome in following.first():
        if not said:
            yield Found(following.logs)
            said = True
        yield outcome
    yield from map(Again, following.told_by_siblings())
    yield CaughtUp()
    pause = POLL_SECONDS
    while not once:
        time.sleep(pause)
        began = time.process_time()
        changed = following.poll()
        pause = max(POLL_SECONDS, REST * (time.process_time() - began))
        yield from changed
        yield CaughtUp()
