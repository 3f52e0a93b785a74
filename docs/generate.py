"""Writes what the documentation takes from the code: `python docs/generate.py`.

One page a finding under `docs/findings/`, the lists of formats and keys, and the tables between the markers
of README.md. A test compares the files with what this script makes.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

from losstui.deaths import DEAD, ERROR_KIND, SILENT_KIND
from losstui.deaths import KINDS as DEATHS
from losstui.detecting import Detector
from losstui.detectors import DETECTORS
from losstui.findings import Remedy
from losstui.remedies import remedies_for
from losstui.report.catalogue import documentation, summary
from losstui.tui.keymap import Keymap, written
from losstui.tui.screens.help import FILTERS
from losstui_parsers import PARSERS
from losstui_parsers.stdout_lines import FAMILIES, LAST_RESORTS

FORMATS_INTRODUCTION = """\
A file is recognised by its content: magic bytes first, then exact keys, then the names of columns and keys.
The first 64 KiB of a file decide; of saved output that begins with a long set-up, 64 KiB from the middle and
from the end are looked at as well. `losstui --list-runs` says for each run which format was chosen and why,
and for each file that was left alone what it lacks.

Text may be compressed with gzip, bzip2 or xz, or with Zstandard from Python 3.14 on. Logs that grow are
followed. Of tables, JSON Lines, output and event files only the appended part is read. A last line that is
not complete yet is kept back until the rest of it comes. A file that is truncated, replaced or written anew
is treated as another log. If logs in one folder hold the same training in different formats, they are shown
as one run.
"""
DEATHS_INTRODUCTION = """\
# What runs die of

A run is dead if its log says that it failed or was killed, or if it fell silent before its planned end. What
it died of is read from the last line of its output, or of other output beside it: the words of that line
decide the kind, which is the first one in this table that they fit. The list of runs, the details, the report
and `--json` (`death`) give the kind, the line and what to do.
"""
ROOT = Path(__file__).resolve().parent.parent


def pages() -> dict[Path, str]:
    """Every generated file with its text."""
    made = {ROOT / "docs" / "findings" / f"{cls.name}.md": finding_page(cls()) for cls in DETECTORS}
    made[ROOT / "docs" / "formats.md"] = formats_page()
    made[ROOT / "docs" / "keys.md"] = keys_page()
    made[ROOT / "docs" / "deaths.md"] = deaths_page()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    readme = between_markers(readme, "findings", findings_table())
    made[ROOT / "README.md"] = between_markers(readme, "formats", formats_table())
    return made


def finding_page(detector: Detector) -> str:
    """The page of one finding: its docstring, then its remedies."""
    return "\n".join(_finding_lines(detector)) + "\n"


def _finding_lines(detector: Detector) -> Iterator[str]:
    yield f"# {detector.code} {detector.name}\n"
    yield documentation(detector)
    yield "\n## What to do\n"
    yield from _remedy_lines(remedies_for(detector.name))


def deaths_page() -> str:
    """What runs die of, by its kind, and every remedy against it."""
    lines = [DEATHS_INTRODUCTION]
    lines += ["| kind | what to try, the likeliest first |", "|---|---|"]
    for kind in (*DEATHS, ERROR_KIND, SILENT_KIND):
        own = [remedy.title for remedy in remedies_for(DEAD, kind)[:-1]]
        lines.append(f"| {kind} | {'; '.join(own)} |")
    return "\n".join([*lines, "\n## What to do\n", *_remedy_lines(remedies_for(DEAD))]) + "\n"


def _remedy_lines(remedies: Iterable[Remedy]) -> Iterator[str]:
    for remedy in remedies:
        yield f"### {remedy.title}\n"
        yield f"{remedy.change}\n"
        yield f"- When: {remedy.when}\n- Why: {remedy.why}\n- It worked if: {remedy.verify}\n"
        for framework, code in remedy.snippets.items():
            yield f"{framework}:\n\n```python\n{code.rstrip()}\n```\n"
        if remedy.sources:
            yield "Sources: " + "; ".join(remedy.sources) + "\n"


def formats_page() -> str:
    """What each reader reads and how it maps it."""
    lines = ["# Formats\n", FORMATS_INTRODUCTION]
    for parser in PARSERS:
        lines += [f"## {parser.name}\n", inspect.cleandoc(inspect.getdoc(parser) or "") + "\n"]
    lines += ["### Lines of terminal output\n"]
    lines += [f"- **{family.title}**: {summary(family)}" for family in (*FAMILIES, *LAST_RESORTS)]
    return "\n".join(lines) + "\n"


def keys_page() -> str:
    """Every key of the terminal UI, by what it is for."""
    lines = [
        "# Keys\n",
        "In the terminal UI `?` shows this list, and `:` or Ctrl+P all commands by name. In the",
        "configuration file (`~/.config/losstui/config.toml`) an action gets other keys, or none by an",
        "empty list:\n",
        '```toml\n[keys]\nnext-finding = ["n", "ctrl+n"]\ntheme = "f5"\n```\n',
    ]
    for group, keys in Keymap().groups().items():
        lines += [f"## {group}\n", "| keys | action | what it does |", "|---|---|---|"]
        for key in keys:
            shown = " ".join(f"`{written(one)}`" for one in key.keys)
            lines.append(f"| {shown} | `{key.name}` | {key.help} |")
        lines.append("")
    lines += ["## Filter\n", "| words | runs that fit |", "|---|---|"]
    for words, what in FILTERS:
        escaped = words.replace("|", "\\|")  # a cell of a table ends there
        lines.append(f"| `{escaped}` | {what} |")
    return "\n".join(lines) + "\n"


def findings_table() -> str:
    """The findings as a Markdown table."""
    rows = [
        f"| {cls.code} | [{cls.name}](docs/findings/{cls.name}.md) | {summary(cls)} |" for cls in DETECTORS
    ]
    return "\n".join(["| code | finding | what it says |", "|---|---|---|", *rows])


def formats_table() -> str:
    """The formats as a Markdown table."""
    rows = [f"| {cls.name} | {summary(cls)} |" for cls in PARSERS]
    return "\n".join(["| format | what is read |", "|---|---|", *rows])


def between_markers(text: str, name: str, table: str) -> str:
    """Put `table` between the two markers of that name; raises ValueError where they are missing."""
    start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    before, _, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not closed:
        raise ValueError(f"README.md has no markers for {name}")
    return f"{before}{start}{table}{end}{after}"


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
