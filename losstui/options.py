"""What a user wants to be looked at, and how closely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from losstui.roles import Role


@dataclass(frozen=True, slots=True)
class Options:
    """What to look at. Empty means all.

    `select` and `ignore` are codes, names, or the beginning of codes ("LT4"); `runs` and `tags` are
    glob patterns over run ids and tags; `roles` maps a tag or a glob pattern to what it is. `verify` has
    the readers check all checksums in the logs, also where nothing depends on it.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])
    verify: bool = False


EVERYTHING = Options()
