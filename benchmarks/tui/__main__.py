"""`python -m benchmarks.tui`: CPU time of one picture of three curves, and bytes a key in a terminal.

The picture is drawn by the chart's own painter and, where it is installed (`pip install uniplot`), by
uniplot, the fastest plotting library found, which gets the same points. Smallest of several runs. The
bytes are counted in a pseudo-terminal of 160 x 45 cells and do not depend on the machine.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from losstui.curves import Curve
from losstui.frame import Series
from losstui.roles import Kind, Split, make_role
from losstui.tui.glyphs import UNICODE
from losstui.tui.lines import LoggedLine
from losstui.tui.painting import paint
from losstui.tui.plot import Plot
from losstui.tui.view import View

ROOT = Path(__file__).resolve().parents[2]
COLUMNS, ROWS = 160, 45
REPEATS = 5
QUIET_SECONDS = 0.5  # after which a key has been answered
SIZES = (1_000, 100_000, 1_000_000)
KEYS = {
    "next run (j)": b"j",
    "cursor (l)": b"l",
    "zoom (+)": b"+",
    "smooth (s)": b"s",
    "log y (y)": b"y",
    "mark (Space)": b" ",
    "next run, drawn with the marked one (j)": b"j",
    "cursor in both (l)": b"l",
    "compare with a pinned run (p, j, d)": b"pjd",
    "tags side by side (v)": b"v",
    "cursor in all of them (l)": b"l",
}

Values = list[NDArray[np.float64]]


def noisy_curves(points: int) -> Values:
    """Three falling curves with noise, each with one spike."""
    rng = np.random.default_rng(0)
    fall = np.exp(-np.arange(points) / points * 5)
    curves = [fall + level + rng.normal(0, 0.02, points) for level in (0.1, 0.3, 0.5)]
    for curve in curves:
        curve[points // 2] = 3.0
    return curves


def own_picture(values: Values) -> Callable[[], object]:
    """The chart's painter; the first call, which is not timed, makes what is kept between keys."""
    role = make_role(Kind.LOSS, Split.TRAIN)
    steps = np.arange(len(values[0]), dtype=np.int64)
    plot = Plot([LoggedLine(Curve(Series(str(i), steps, one), role)) for i, one in enumerate(values)])
    return lambda: paint(plot, View(), [], None, (COLUMNS, ROWS), UNICODE)


def uniplot_picture(values: Values) -> Callable[[], object] | None:
    """The peer, None where it is not installed."""
    if importlib.util.find_spec("uniplot") is None:
        return None
    peer = importlib.import_module("uniplot")
    steps = [np.arange(len(one)) for one in values]
    return lambda: peer.plot_to_string(ys=values, xs=steps, width=COLUMNS, height=ROWS, lines=True)


def cpu_milliseconds(draw: Callable[[], object]) -> float:
    """The smallest CPU time of several calls, after one that does not count."""
    draw()
    taken: list[float] = []
    for _ in range(REPEATS):
        start = time.process_time()
        draw()
        taken.append(time.process_time() - start)
    return min(taken) * 1e3


def read_until_quiet(terminal: int, quiet: float) -> int:
    """Read what comes until nothing has come for `quiet` seconds; returns how many bytes."""
    read = 0
    while select.select([terminal], [], [], quiet)[0]:
        try:
            read += len(os.read(terminal, 65_536))
        except OSError:  # the program has ended
            break
    return read


def bytes_of_keys() -> dict[str, int]:
    """What each key makes the program write, on the sample logs."""
    process, terminal = pty.fork()
    if process == 0:
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
        command = [sys.executable, "-m", "losstui", str(ROOT / "sample_logs")]
        os.execve(sys.executable, command, environment)
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    read_until_quiet(terminal, 10.0)
    written: dict[str, int] = {}
    for name, key in KEYS.items():
        os.write(terminal, key)
        written[name] = read_until_quiet(terminal, QUIET_SECONDS)
    written["nothing, for two seconds"] = read_until_quiet(terminal, 2.0)
    os.write(terminal, b"q")
    read_until_quiet(terminal, 1.0)
    os.waitpid(process, 0)
    return written


def main() -> None:
    """Measure, print both tables and write them down."""
    lines = ["| three curves of | losstui, CPU ms | uniplot, CPU ms |", "|---|---|---|"]
    for size in SIZES:
        values = noisy_curves(size)
        peer = uniplot_picture(values)
        beside = f"{cpu_milliseconds(peer):.0f}" if peer is not None else "not installed"
        lines.append(f"| {size:,} points | {cpu_milliseconds(own_picture(values)):.1f} | {beside} |")
    lines += ["", "| key | bytes written |", "|---|---|"]
    lines += [f"| {name} | {written:,} |" for name, written in bytes_of_keys().items()]
    table = "\n".join(lines) + "\n"
    print(table, end="")
    (Path(__file__).parent / "results.md").write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
