"""The run that the trackers' fixtures hold, and what all tests of their readers need."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from losstui.errors import UnreadableLog
from losstui.frame import Frame
from losstui.parsing import FileGroup, LogFile, LoggedRun, Parser
from losstui.walk import walk

FIXTURES = Path(__file__).parent / "fixtures"
STEPS = [0, 10, 20, 30, 40, 50]
LOSS = [2.5, 1.75, 1.25, math.nan, math.inf, 0.5]
VALIDATION_STEPS = [10, 30, 50]
VALIDATION_LOSS = [1.875, 1.5, 1.0]
SMALLEST_PAGE = 512  # bytes: SQLite has none smaller, so each of its pages begins at a multiple


def groups_of(parser: Parser, root: Path) -> list[FileGroup]:
    """The groups of the files below `root` that the parser recognises."""
    return parser.group([file for file in walk(root, []) if parser.recognise(file)])


def read_runs(parser: Parser, root: Path) -> list[LoggedRun]:
    """All runs below `root` that the parser reads."""
    return [run for group in groups_of(parser, root) for run in parser.read(group)]


def read_one(parser: Parser, root: Path) -> LoggedRun:
    """The only run below `root`."""
    runs = read_runs(parser, root)
    assert len(runs) == 1
    return runs[0]


def assert_series(frame: Frame, tag: str, steps: Sequence[int], values: Sequence[float]) -> None:
    """The tag has exactly these steps and values, NaN equal to NaN."""
    assert frame[tag].steps.tolist() == list(steps)
    np.testing.assert_array_equal(frame[tag].values, values)


def assert_curve(frame: Frame, offset: float = 0.0, validation_offset: float = 0.0) -> None:
    """The frame holds the run of the fixtures."""
    assert_series(frame, "train/loss", STEPS, [value + offset for value in LOSS])
    assert_series(
        frame, "val/loss", VALIDATION_STEPS, [value + validation_offset for value in VALIDATION_LOSS]
    )


def assert_survives_cuts(parser: Parser, root: Path, relative: str, folder: Path, every: int = 1) -> None:
    """Cut the file `relative` below a copy of `root` after each of its bytes: nothing but UnreadableLog."""
    copy = folder / "cut"
    shutil.copytree(root, copy)
    path = copy / relative
    content = path.read_bytes()
    for length in range(0, len(content), every):
        path.write_bytes(content[:length])
        assert_survives(parser, path)


def assert_survives_damaged_pages(parser: Parser, database: Path, folder: Path) -> None:
    """Overwrite each page but the first of a copy of an SQLite `database`: nothing but UnreadableLog."""
    content = database.read_bytes()
    path = folder / database.name
    for page in range(SMALLEST_PAGE, len(content), SMALLEST_PAGE):
        path.write_bytes(content[:page] + b"\xa5" * SMALLEST_PAGE + content[page + SMALLEST_PAGE :])
        assert_survives(parser, path)


def assert_survives(parser: Parser, path: Path) -> None:
    """The parser recognises the file or not, and reads it or says why not."""
    file = LogFile(path)
    if parser.recognise(file) is None:
        return
    for group in parser.group([file]):
        with suppress(UnreadableLog):
            parser.read(group)
