"""Writes a text log, has a parser recognise and read it, and takes apart what it read."""

from __future__ import annotations

import json
from pathlib import Path

from losstui.parsing import LogFile, LoggedRun, Parser
from losstui.roles import assign_roles
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.stdout import Stdout


def claim_of(parser: Parser, path: Path, content: str | bytes) -> str | None:
    """Why `parser` takes a file with that content for its own; the file is written."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return parser.recognise(LogFile(path))


def runs_in(parser: Parser, path: Path, content: str | bytes) -> list[LoggedRun]:
    """The runs that `parser` reads from a file with that content, which it must recognise."""
    assert claim_of(parser, path, content) is not None
    return parser.read(parser.group([LogFile(path)])[0])


def read_output(folder: Path, content: str | bytes, name: str = "train.log") -> LoggedRun:
    """The one run in what a trainer printed."""
    [run] = runs_in(Stdout(), folder / name, content)
    return run


def read_table(folder: Path, content: str | bytes, name: str = "table.txt") -> LoggedRun:
    """The one run in a table."""
    [run] = runs_in(Delimited(), folder / name, content)
    return run


def read_rows(folder: Path, content: str, name: str = "log.jsonl") -> LoggedRun:
    """The one run in rows of JSON."""
    [run] = runs_in(JsonRows(), folder / name, content)
    return run


def roles(run: LoggedRun) -> dict[str, str]:
    """What each tag is, as `--role` names it."""
    return {tag: role.name for tag, role in assign_roles(run.frame).items()}


def values(run: LoggedRun, tag: str) -> list[float]:
    """The values of a tag."""
    return [float(value) for value in run.frame[tag].values]


def steps(run: LoggedRun, tag: str) -> list[int]:
    """The steps of a tag."""
    return [int(step) for step in run.frame[tag].steps]


def epochs(run: LoggedRun, tag: str) -> list[float]:
    """The epochs of a tag, which it must have."""
    found = run.frame[tag].epochs
    assert found is not None
    return [float(epoch) for epoch in found]


def sessions(run: LoggedRun, tag: str) -> list[int] | None:
    """The sessions of a tag, None where the run was never resumed."""
    found = run.frame[tag].sessions
    return None if found is None else [int(session) for session in found]


def json_lines(*rows: object) -> str:
    """One line of JSON a row."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def lines_of(template: str, count: int = 4) -> str:
    """`template` as so many lines, for n from 1 on, with a loss that falls."""
    return "".join(template.format(n=n, loss=3.5 - n / 8) + "\n" for n in range(1, count + 1))
