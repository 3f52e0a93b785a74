"""One delimited text read twice, in bulk and cell by cell, and what has to be the same then."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from losstui.parsing import LogFile
from losstui_parsers.bulk import read_bulk
from losstui_parsers.cells import read_cells
from losstui_parsers.dialect import sniff
from losstui_parsers.tables import Column, Table
from losstui_parsers.wall_times import clock_of


def both(text: str, *, compressed: bool = False) -> tuple[Table | None, Table]:
    sniffed = sniff(text)
    assert sniffed is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_bytes(gzip.compress(text.encode()) if compressed else text.encode())
        fast = read_bulk(LogFile(path), sniffed[0], sniffed[1])
        return fast, read_cells(text, sniffed[0], "log.csv")


def assert_equal(fast: Table | None, slow: Table) -> None:
    assert fast is not None
    assert fast.rows == slow.rows
    clocks = {name: clock_of(labels) for name, labels in slow.texts.items() if name in fast.clocks}
    assert_same_columns(fast.clocks, {name: clock for name, clock in clocks.items() if clock})
    for name, labels in slow.texts.items():
        if name not in fast.clocks:
            np.testing.assert_array_equal(fast.texts[name].rows, labels.rows)
            np.testing.assert_array_equal(fast.texts[name].codes, labels.codes)
            assert fast.texts[name].names == labels.names
    assert fast.texts.keys() | fast.clocks.keys() == slow.texts.keys()
    assert fast.warnings == slow.warnings
    assert_same_columns(fast.numbers, slow.numbers)


def assert_same_columns(fast: Mapping[str, Column], slow: Mapping[str, Column]) -> None:
    filled = {name: column for name, column in slow.items() if len(column.rows)}
    assert {name for name, column in fast.items() if len(column.rows)} == set(filled)
    for name, column in filled.items():
        np.testing.assert_array_equal(fast[name].rows, column.rows)
        np.testing.assert_array_equal(fast[name].values, column.values)
        zeros = column.values == 0.0
        np.testing.assert_array_equal(np.signbit(fast[name].values[zeros]), np.signbit(column.values[zeros]))
