"""The remedies: what to change when something was found, as data in the TOML files of this folder.

An entry is a table named by the remedy's id:

- `for`: the findings it helps with, "divergence", or "plateau:lr-exhausted" for one kind of a finding only,
  and so "dead" or "dead:gpu-memory" for what a run died of, whose kinds are those of `losstui.deaths`;
- `effort`: what it takes to try it, see `EFFORTS`; remedies are offered in this order;
- `first_for`, if there is one: those of the findings before whose other remedies it comes all the same;
- `after`, if there is one: the measures of which it comes first of all where that moved first before it;
- `only_after`, if it is true: it makes no sense where none of the measures in `after` passed its bound;
- `not_for`, if there is one: kinds of a finding, or what is known beside it, that make it senseless;
- the fields of `losstui.findings.Remedy`, `snippets` being a table of framework = code.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from losstui.findings import Measure, Remedy

# Where several take equal effort, the earlier file and the earlier entry come first.
FILES: Final = (
    "debugging.toml",
    "training.toml",
    "data.toml",
    "model.toml",
    "operations.toml",
    "failures.toml",
)


@dataclass(frozen=True, slots=True)
class _Entry:
    remedy: Remedy
    targets: tuple[str, ...]
    first_for: tuple[str, ...]
    after: tuple[str, ...]
    only_after: bool
    not_for: tuple[str, ...]
    # 1: read what is there or change one argument, 2: some lines of code, checked in minutes,
    # 3: a run of its own to compare with, 4: new data or another model.
    effort: int


def remedies_for(
    name: str, kind: str | None = None, measures: Sequence[Measure] = (), beside: Sequence[str] = ()
) -> tuple[Remedy, ...]:
    """Return the remedies for the finding `name`, the cheapest to try first; none for an unknown name.

    With a `kind`, those written for that kind come before the general ones, and those that ask for something
    that moved are left out where it did not. Without, all count.
    Before all others come those for what else is known `beside` it, written as kinds; then those for what
    moved first before it: the first of its `measures`, which are in the order of time, that passed its bound
    and that any remedy is written `after`.
    """
    known = {f"{name}:{one}" for one in beside}
    specific, first = f"{name}:{kind}", _first_moved(measures)
    told = {specific, *known}
    moved = {one.name for one in measures if one.value >= one.bound}
    ranked: list[tuple[bool, bool, bool, bool, int, Remedy]] = []
    for entry in _entries():
        if entry.only_after and kind is not None and not moved.intersection(entry.after):
            continue
        if told.intersection(entry.not_for):
            continue
        is_known = bool(known.intersection(entry.targets))
        is_specific = is_known or specific in entry.targets
        of_any_kind = kind is None and any(target.split(":")[0] == name for target in entry.targets)
        if is_specific or of_any_kind or name in entry.targets:
            moved_first, comes_first = first in entry.after, name in entry.first_for
            rank = (not is_known, not moved_first, not is_specific, not comes_first, entry.effort)
            ranked.append((*rank, entry.remedy))
    return tuple(remedy for *_, remedy in sorted(ranked, key=lambda one: one[:5]))


def _first_moved(measures: Sequence[Measure]) -> str | None:
    """The name of the first of `measures` that passed its bound and that a remedy is written for."""
    known = precursor_names()
    return next((one.name for one in measures if one.name in known and one.value >= one.bound), None)


def precursor_names() -> frozenset[str]:
    """Return the names of the measures that remedies are written `after`."""
    return frozenset(name for entry in _entries() for name in entry.after)


def all_remedies() -> tuple[Remedy, ...]:
    """Return every remedy, in the order of the files."""
    return tuple(entry.remedy for entry in _entries())


def targets() -> frozenset[str]:
    """Return what the remedies are for or not for, as the files spell it: "divergence", "plateau:stuck"."""
    return frozenset(target for entry in _entries() for target in (*entry.targets, *entry.not_for))


@cache
def _entries() -> tuple[_Entry, ...]:
    return tuple(
        _entry(remedy_id, fields)
        for file in FILES
        for remedy_id, fields in _load(Path(__file__).with_name(file)).items()
    )


def _load(path: Path) -> dict[str, dict[str, Any]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    entries: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return entries


def _entry(remedy_id: str, fields: dict[str, Any]) -> _Entry:
    snippets: dict[str, str] = fields.get("snippets", {})
    remedy = Remedy(
        id=remedy_id,
        title=fields["title"],
        when=fields["when"],
        why=fields["why"],
        change=fields["change"],
        verify=fields["verify"],
        snippets={framework: code.strip() for framework, code in snippets.items()},
        sources=tuple(fields["sources"]),
    )
    return _Entry(
        remedy,
        tuple(fields["for"]),
        tuple(fields.get("first_for", ())),
        tuple(fields.get("after", ())),
        fields.get("only_after", False),
        tuple(fields.get("not_for", ())),
        fields["effort"],
    )
