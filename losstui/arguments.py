"""The command line: flags, their help, and what they mean together with the configuration file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from losstui import __version__
from losstui.errors import UsageError

if TYPE_CHECKING:
    from losstui.options import Options
    from losstui.tui.settings import Settings

SEVERITIES = ("info", "warning", "critical")
THEMES = ("dark", "light", "terminal", "colour-blind")
MARKERS = ("braille", "quadrant", "ascii")


def _path(text: str) -> Path:
    if not text:  # an unset variable of a shell; the path made of it would be the working directory
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; 'losstui --help' shows what there is")


def argument_parser() -> argparse.ArgumentParser:
    """The parser of the command line; raises UsageError instead of leaving the process."""
    parser = _Parser(
        prog="losstui",
        description="Tells what is wrong with a training run, since when, and what to do about it.",
        epilog="exit codes: 0 analysed, 1 a finding at or above --fail-on, 2 wrong usage, "
        "3 nothing readable at the paths or nothing that --run and --tag ask for, "
        "70 a defect ended the screen, 129 and 143 a signal did, 130 interrupted",
    )
    parser.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH", help="log files or folders (default: .)"
    )
    _add_outputs(parser)
    parser.add_argument("--demo", action="store_true", help="take the bundled sample logs as PATH")
    _add_choices(parser)
    parser.add_argument("--fail-on", choices=SEVERITIES, help="exit with 1 on a finding at or above this")
    _add_looks(parser)
    parser.add_argument(
        "--config",
        type=_path,
        metavar="FILE",
        help="a TOML file with the same choices (default: $LOSSTUI_CONFIG or ~/.config/losstui/config.toml)",
    )
    parser.add_argument("--version", action="version", version=f"losstui {__version__}")
    return parser


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("what to do (default: the terminal UI)").add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object")
    output.add_argument(
        "--jsonl", action="store_true", help="print one JSON object a run, each as it is done"
    )
    output.add_argument("--report", type=_path, metavar="FILE", help="write a report, .md or .html")
    output.add_argument("--explain", metavar="FINDING", help="say what a finding is, by code or name")
    output.add_argument("--list-findings", action="store_true", help="list what can be found")
    output.add_argument("--list-formats", action="store_true", help="list what can be read")
    output.add_argument(
        "--list-runs", action="store_true", help="list the runs, their formats, and why those"
    )


def _add_choices(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_argument_group("what to look at")
    choice.add_argument(
        "--select", action="append", metavar="CODES", help="only these findings, codes or names"
    )
    choice.add_argument("--ignore", action="append", metavar="CODES", help="not these findings")
    choice.add_argument("--run", action="append", metavar="GLOB", help="only runs whose id fits")
    choice.add_argument("--tag", action="append", metavar="GLOB", help="only tags that fit")
    choice.add_argument(
        "--role", action="append", metavar="TAG=ROLE", help="say what a tag is: loss/x=val_loss"
    )
    choice.add_argument(
        "--verify", action="store_true", default=None, help="check every checksum in the logs, pictures' too"
    )


def _add_looks(parser: argparse.ArgumentParser) -> None:
    screen = parser.add_argument_group("how the terminal UI looks")
    screen.add_argument("--theme", choices=THEMES, help="colours (default: by what the terminal can show)")
    screen.add_argument("--marker", choices=MARKERS, help="what curves are drawn with (default: braille)")
    screen.add_argument("--ascii", action="store_true", default=None, help="draw with ASCII characters only")
    screen.add_argument(
        "--no-follow", dest="follow", action="store_false", default=None, help="do not follow growing logs"
    )
    screen.add_argument(
        "--no-session",
        dest="session",
        action="store_false",
        default=None,
        help="neither restore nor keep what was selected",
    )


def options(arguments: argparse.Namespace, config: dict[str, Any]) -> Options:
    """The analysis options of the command line; a flag given there overrules the configuration file.

    Raises UsageError where a role is not one.
    """
    from losstui.options import Options
    from losstui.roles import parse_role

    def chosen(name: str) -> tuple[str, ...]:
        given: list[str] | None = getattr(arguments, name)
        return _split(config.get(name, []) if given is None else given)

    roles = {tag: parse_role(role) for tag, role in config.get("roles", {}).items()}
    for text in arguments.role or ():
        tag, equals, role = text.rpartition("=")
        if not equals or not tag:
            raise UsageError(f"--role {text}: it must be TAG=ROLE")
        roles[tag] = parse_role(role)
    return Options(
        select=chosen("select"),
        ignore=chosen("ignore"),
        runs=chosen("run"),
        tags=chosen("tag"),
        roles=roles,
        verify=bool(config.get("verify", False) if arguments.verify is None else arguments.verify),
    )


def settings(arguments: argparse.Namespace, config: dict[str, Any], root: Sequence[Path]) -> Settings:
    """The look of the terminal UI; a flag given there overrules the configuration file."""
    from losstui.tui.marker import Marker
    from losstui.tui.settings import Settings, ThemeName

    def chosen(name: str, otherwise: Any) -> Any:
        given = getattr(arguments, name)
        return config.get(name, otherwise) if given is None else given

    theme: str | None = chosen("theme", None)
    marker: str | None = chosen("marker", None)
    return Settings(
        keymap=config.get("keys", Settings().keymap),
        theme=None if theme is None else ThemeName(theme),
        marker=None if marker is None else Marker(marker),
        ascii_only=chosen("ascii", False) or marker == Marker.ASCII.value,
        follow=chosen("follow", True),
        remember=chosen("session", True),
        root=tuple(str(path) for path in root),
    )


def _split(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(part.strip() for text in texts for part in text.split(",") if part.strip())
