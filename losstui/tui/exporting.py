"""What is seen, as text for a file: the values on the screen, the run, or its report."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from losstui.sanitise import clean

if TYPE_CHECKING:
    from losstui.frame import Series
    from losstui.run_report import RunReport

MOST_COPIES = 10_000  # files of one name: whoever has so many would not find the next
LONGEST_NAME = 80  # characters of the run and the tags in a file name: some systems allow 143 bytes


class Export(str, Enum):
    """The formats, by the ending of their files."""

    SVG = "svg"
    TEXT = "txt"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "md"

    @property
    def described(self) -> str:
        """What it holds, in a few words."""
        return {
            Export.SVG: "SVG: a picture of the screen",
            Export.TEXT: "Text: the screen as it is",
            Export.CSV: "CSV: the values of the curves, as far as they are in sight",
            Export.JSON: "JSON: the run as --json prints it",
            Export.MARKDOWN: "Markdown: the report of the run, as --report writes it",
        }[self]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at: a run, some of its tags, and for each the first and last step in sight, or all."""

    report: RunReport
    tags: tuple[str, ...]
    steps: Mapping[str, tuple[float, float]]


def as_csv(sights: Sequence[Sight]) -> str:
    """The values in sight, one a line: run, tag, step, value, wall_time, epoch; as logged, NaN included."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(("run", "tag", "step", "value", "wall_time", "epoch"))
    for sight, tag in [(one, tag) for one in sights for tag in one.tags]:
        run = sight.report.run
        series = run.frame[tag]
        low, high = sight.steps.get(tag, (-math.inf, math.inf))
        for index in ((series.steps >= low) & (series.steps <= high)).nonzero()[0].tolist():
            step, value = int(series.steps[index]), repr(float(series.values[index]))
            writer.writerow(
                (
                    _as_text(run.id),
                    _as_text(tag),
                    step,
                    value,
                    _optional(series, "wall_times", index),
                    _optional(series, "epochs", index),
                )
            )
    return written.getvalue()


def as_json(sights: Sequence[Sight]) -> str:
    """The runs as `--json` prints them, indented."""
    from losstui.report.json_report import report_object

    reports = [sight.report for sight in sights]
    roots = [source for report in reports for source in report.run.sources]
    return json.dumps(report_object(roots, reports, []), allow_nan=False, indent=2) + "\n"


def as_markdown(sights: Sequence[Sight]) -> str:
    """The report of the runs as `--report` writes it."""
    from losstui.report.document import as_markdown

    return as_markdown([sight.report for sight in sights], [])


BY_RUNS: dict[Export, Callable[[Sequence[Sight]], str]] = {
    Export.CSV: as_csv,
    Export.JSON: as_json,
    Export.MARKDOWN: as_markdown,
}


def write_new(folder: Path, stem: str, ending: str, text: str) -> Path:
    """Write `text` to a file that was not there before, and return its path; nothing is ever overwritten.

    Raises OSError where it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, MOST_COPIES):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}.{ending}"
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{stem}.{ending}")


def file_stem(*names: str) -> str:
    """A name for a file, of letters, digits, dots and dashes, that begins with that of the program."""
    plain = "-".join(re.sub(r"[^\w.]+", "-", name).strip("-.") for name in names)
    return f"losstui-{plain[:LONGEST_NAME].strip('-.')}".rstrip("-.")


def _optional(series: Series, name: str, index: int) -> str:
    column = getattr(series, name)
    value = math.nan if column is None else float(column[index])
    return "" if math.isnan(value) else repr(value)


def _as_text(text: str) -> str:
    """Text that a spreadsheet does not take for a formula, nor a terminal for a command."""
    return f"'{clean(text)}" if text[:1] in ("=", "+", "-", "@") else clean(text)
