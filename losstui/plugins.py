"""The parsers and detectors in force: the built-in tuples, then what other distributions bring."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from losstui.detecting import Detector
from losstui.detectors import DETECTORS
from losstui.parsing import Parser, Verifiable
from losstui_parsers import PARSERS

PARSER_GROUP = "losstui.parsers"
DETECTOR_GROUP = "losstui.detectors"


@dataclass(frozen=True, slots=True)
class Plugins:
    """Everything that reads or detects, and one line for each plug-in that could not be loaded."""

    parsers: tuple[Parser, ...]
    detectors: tuple[Detector, ...]
    warnings: tuple[str, ...]


def load(*, verify: bool = False) -> Plugins:
    """Instantiate the built-in parsers and detectors and those of the entry points.

    A plug-in parser is asked before the built-in ones, because it claims less than the generic ones. With
    `verify` the parsers check all checksums there are.
    """
    warnings: list[str] = []
    parsers = [one for one in _offered(PARSER_GROUP, Parser, warnings) if isinstance(one, Parser)]
    detectors = [one for one in _offered(DETECTOR_GROUP, Detector, warnings) if isinstance(one, Detector)]
    everything = [*parsers, *[parser() for parser in PARSERS]]
    return Plugins(
        tuple(one.verifying() if verify and isinstance(one, Verifiable) else one for one in everything),
        (*[detector() for detector in DETECTORS], *detectors),
        tuple(warnings),
    )


def _offered(group: str, protocol: type, warnings: list[str]) -> Iterator[object]:
    """The objects of the entry points in `group` that fit `protocol`; each other one adds a warning."""
    if not _is_offered(group):
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=group):
        told = f"plug-in {point.name} ({point.value})"
        try:
            plugin = point.load()()
        except Exception as error:  # noqa: BLE001  a broken plug-in must not stop the others
            warnings.append(f"{told}: {type(error).__name__}: {error}")
            continue
        members = [name for name in (*protocol.__annotations__, *vars(protocol)) if not name.startswith("_")]
        missing = [name for name in members if not hasattr(plugin, name)]
        if missing:
            warnings.append(f"{told}: no {protocol.__name__}, it lacks {', '.join(missing)}")
        else:
            yield plugin


def _is_offered(group: str) -> bool:
    """Whether any installed distribution has entry points of `group`.

    Hardly any machine has one, and `importlib.metadata` alone takes as long to import as all detectors.
    """
    header = f"[{group}]".encode()
    return any(header in told for folder in sys.path for told in _entry_points(folder or "."))


def _entry_points(folder: str) -> Iterator[bytes]:
    """What the distributions installed in a folder say of their entry points."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            with suppress(OSError), open(os.path.join(folder, name, "entry_points.txt"), "rb") as stream:
                yield stream.read()  # most distributions have none
