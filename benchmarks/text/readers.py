"""The readers that are compared, and one of them measured: `python -m benchmarks.text.readers NAME FILE`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from benchmarks import memory
from benchmarks.text.corpora import CORPORA, Row, flattened
from losstui.frame import Frame
from losstui.parsing import FileGroup, LogFile, Parser
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.wandb_offline import WandbOffline

READINGS = 4  # in one process, but for the loops; the smallest time counts
_PARSERS: dict[str, Callable[[], Parser]] = {".jsonl": JsonRows, ".wandb": WandbOffline}


def losstui(path: Path) -> Frame:
    """The frame of the log: axes found, sorted, restarts looked for."""
    file = LogFile(path)
    [run] = _PARSERS.get(path.suffix, Delimited)().read(FileGroup(path, (file,)))
    return run.frame


def pandas(path: Path) -> object:
    """`pandas.read_csv`, told how the table is written, odd lines skipped, in as many threads as it likes."""
    import pandas as pd

    corpus = next(one for one in CORPORA if one.name == path.name)
    return pd.read_csv(path, sep=corpus.delimiter, decimal=corpus.decimal, on_bad_lines="skip")


def json_loop(path: Path) -> object:
    """`json.loads` of each line, the numbers in a list a key."""
    return _loop(path, json.loads)


def orjson_loop(path: Path) -> object:
    """`orjson.loads` of each line, `json.loads` where it refuses NaN."""
    loads: Callable[[str], Row] = import_module("orjson").loads

    def lenient(line: str) -> Row:
        try:
            return loads(line)
        except ValueError:
            return cast("Row", json.loads(line))

    return _loop(path, lenient)


def _loop(path: Path, loads: Callable[[str], Row]) -> object:
    columns: dict[str, list[float]] = {}
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            for tag, value in flattened(loads(line)):
                columns.setdefault(tag, []).append(float(cast("float | str", value)))
    return columns


READERS: dict[str, Callable[[Path], object]] = {
    reader.__name__: reader for reader in (losstui, pandas, json_loop, orjson_loop)
}


def peers(name: str) -> Iterable[str]:
    """What else reads the log of that name, as far as it is installed."""
    if name.endswith(".jsonl"):
        return ("json_loop", "orjson_loop") if find_spec("orjson") else ("json_loop",)
    return () if name.endswith(".wandb") else ("pandas",)


def main() -> None:
    """Print the CPU seconds of the first and the best reading, and the bytes the first added to the peak."""
    name, path = sys.argv[1], Path(sys.argv[2])
    for imported in ("pandas", "losstui_parsers.bulk", "losstui_parsers.json_bulk"):
        import_module(imported)
    before = memory.peak()
    seconds: list[float] = []
    peak = 0
    for _ in range(1 if name.endswith("loop") else READINGS):
        start = time.process_time()
        read = READERS[name](path)
        seconds.append(time.process_time() - start)
        peak = peak or memory.peak() - before
        del read
    sys.stdout.write(json.dumps({"first": seconds[0], "best": min(seconds), "peak": peak}))


if __name__ == "__main__":
    main()
