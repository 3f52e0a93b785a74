"""What a sample log is: how it is made, what it shows, and what has to be found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Expected:
    """A finding that is truly there: at least this severe, beginning within `onset` (steps, inclusive).

    An empty tag or kind stands for any.
    """

    name: str
    tag: str
    onset: tuple[int, int]
    severity: str = "warning"
    kind: str = ""


@dataclass(frozen=True)
class Case:
    """One folder. `also` names what else is true of the run, `never` what must not be said of it.

    A case without `trained` shares the README of the folder above.
    """

    folder: str
    write: Callable[[Path], None]
    title: str = ""
    trained: str = ""
    fault: str = ""
    shows: str = ""
    expected: tuple[Expected, ...] = ()
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def expectation(self) -> str:
        """The text of expected.toml."""
        lines = [f"also = {_list(self.also)}", f"never = {_list(self.never)}"]
        for one in self.expected:
            lines += [
                "",
                "[[expected]]",
                f'name = "{one.name}"',
                f'severity = "{one.severity}"',
                *([f'tag = "{one.tag}"'] if one.tag else []),
                *([f'kind = "{one.kind}"'] if one.kind else []),
                f"onset = [{one.onset[0]}, {one.onset[1]}]",
            ]
        return "\n".join(lines) + "\n"

    def readme(self) -> str:
        """The text of README.md."""
        return (
            f"# {self.title}\n\n**Trained:** {self.trained}\n\n**Fault:** {self.fault}\n\n"
            f"**What to see:** {self.shows}\n\nMade by `python sample_logs/make.py`.\n"
        )


def _list(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
