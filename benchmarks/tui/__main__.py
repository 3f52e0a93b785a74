"""`python -m benchmarks.tui`: how soon the screen is there, and what a key costs, in a real pseudo-terminal.

First output is wall time from exec, the smallest of several starts, beside a bare Python that writes one
byte; all other times are CPU time of the process that draws. Bytes do not depend on the machine. The
picture of three curves is drawn by the chart's painter and by the plotting libraries of the dependency
group `bench`, which get the same points and the same 160 x 45 cells. It takes some minutes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tui.drawing import PEERS, SIZE, is_installed, noisy_curves, own
from benchmarks.tui.logs import long_runs, many_runs, six_runs, varied_runs
from benchmarks.tui.terminal import QUIET_SECONDS, SHOWN_SECONDS, Answer, Terminal, program

ROOT = Path(__file__).resolve().parents[2]
STARTS = 15  # of which the quickest counts: the machine is shared
KEY_REPEATS, SWITCH_STARTS = 5, 3  # of which the quickest counts
BURST_SECONDS = 0.05  # without a byte, after which a key has been answered while more is being read
LIST_STEPS, LOADING_SECONDS = 15, 0.4  # pressed in a row, while runs are read one each so many seconds
SIZES = (1_000, 100_000, 1_000_000)  # points a curve
BARE = [sys.executable, "-c", "import os, time; os.write(1, b'x'); time.sleep(1)"]
LOSSTUI = [sys.executable, "-m", "losstui"]
CURVE, FINDING = "⣀".encode()[:2], b"overfitting"  # the first bytes of most braille characters
SAMPLE_KEYS = {
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
LONG_KEYS = {
    "smooth (s)": b"s",
    "log y (y)": b"y",
    "zoom (+)": b"+",
    "pan (>)": b">",
    "outliers (o)": b"o",
    "x axis (x)": b"x",
    "cursor (l)": b"l",
}
DOWN, PAGE = b"\x1b[B", b"\x1b[6~"
PAGES_BEYOND = 5  # from the first line to one that was not in sight
MANY_KEYS = {"page (PgDn)": PAGE, "end (G)": b"G", "start (g)": b"g"}


def start_lines(folder: Path) -> Iterator[str]:
    """First output, and curves and findings of six runs."""
    yield "| start | ms |\n|---|---|"
    for name, command in (("a bare Python", BARE), ("losstui", [*LOSSTUI, str(folder)])):
        taken: list[float] = []
        for _ in range(STARTS):
            with program(command, SIZE) as terminal:
                taken.append(terminal.first_output())
        yield f"| {name}, first output, wall | {min(taken) * 1e3:.0f} |"
    used: list[float] = []
    for _ in range(STARTS):
        with program([*LOSSTUI, "--no-session", str(folder)], SIZE) as terminal:
            terminal.wait_for([CURVE, FINDING])
            used.append(terminal.cpu())
    yield f"| losstui, curves and findings of six runs, CPU of the screen | {min(used):.0f} |"


def key_lines(terminal: Terminal, keys: dict[str, bytes], heading: str, *, rounds: int = 1) -> Iterator[str]:
    """What each key costs: bytes, and the smallest CPU time of several presses.

    They come one after the other, or in so many `rounds` through all keys.
    """
    yield f"| {heading} | bytes | CPU ms |\n|---|---|---|"
    pressed: dict[str, list[Answer]] = {name: [] for name in keys}
    for _ in range(rounds):
        for name, key in keys.items():
            pressed[name] += [terminal.press(key) for _ in range(KEY_REPEATS // rounds)]
    for name, answers in pressed.items():
        answered = [one for one in answers if one.written] or answers
        most, least = max(one.written for one in answered), min(one.cpu for one in answered)
        yield f"| {name} | {most:,} | {least:.0f} |"
    terminal.settle(SHOWN_SECONDS)  # the end of a notice waits until keys rest
    yield f"| nothing, for two seconds | {terminal.settle(2.0):,} | |"


def screen_lines(folder: Path, keys: dict[str, bytes], heading: str) -> Iterator[str]:
    """What keys cost in one folder of logs, once all of it is read."""
    with program([*LOSSTUI, "--no-session", "--no-follow", str(folder)], SIZE) as terminal:
        terminal.wait_for([CURVE])
        terminal.wait_until_read()
        yield from key_lines(terminal, keys, heading)


def switch_line(folder: Path) -> str:
    """What it costs to show a run that has not been shown before, once the screen has rested."""
    answers: list[Answer] = []
    for _ in range(SWITCH_STARTS):
        with program([*LOSSTUI, "--no-session", "--no-follow", str(folder)], SIZE) as terminal:
            terminal.wait_for([CURVE])
            terminal.wait_until_read()
            pressed: list[Answer] = []
            for key in (b"j", b"j", b"k", b"k"):  # it is the first or the last of three that is shown
                pressed.append(terminal.press(key))
                terminal.settle(SHOWN_SECONDS)
            answers += [one for one in pressed if one.written][:2]
    most, least = max(one.written for one in answers), min(one.cpu for one in answers)
    return f"| next run, for the first time (j) | {most:,} | {least:.0f} |"


def step_lines(terminal: Terminal, when: str, pause: float, quiet: float) -> Iterator[str]:
    """What a step in the list of runs costs, among those in sight and where all scroll by a line."""
    terminal.press(b"1", quiet)
    for name, first in (("within the page", b"g" + DOWN), ("scrolling", PAGE * PAGES_BEYOND)):
        terminal.press(first, quiet)
        answers: list[Answer] = []
        for _ in range(LIST_STEPS):
            terminal.settle_for(pause)
            answers.append(terminal.press(DOWN, quiet))
        yield step_line(f"{name}{when}", answers)


def step_heading(runs: str) -> str:
    """The heading of a table of steps."""
    return f"| step in {runs} (down) | bytes, median | most | CPU ms, median | most |\n{'|---' * 5}|"


def step_line(name: str, answers: list[Answer]) -> str:
    """The median and the most of what steps cost."""
    written, used = (sorted(one) for one in zip(*((a.written, a.cpu) for a in answers), strict=True))
    middle = len(answers) // 2
    return f"| {name} | {written[middle]:,} | {written[-1]:,} | {used[middle]:.0f} | {used[-1]:.0f} |"


def varied_lines(folder: Path) -> Iterator[str]:
    """Runs that differ: what a step in their list costs, and one of a key that is held."""
    with program([*LOSSTUI, "--no-session", "--no-follow", str(folder)], SIZE) as terminal:
        terminal.wait_for([CURVE])
        terminal.wait_until_read()
        terminal.press(b"1")
        terminal.press(b"g")
        yield step_heading("40 varied runs")
        yield step_line("within the page", [terminal.press(DOWN) for _ in range(LIST_STEPS)])
        terminal.press(b"g")
        yield step_line("within the page, key held", terminal.hold(DOWN, 2 * LIST_STEPS))


def many_lines(folder: Path) -> Iterator[str]:
    """5,000 runs: when the first are there, when all are, and what scrolling costs."""
    with program([*LOSSTUI, "--no-session", "--no-follow", str(folder)], SIZE) as terminal:
        first = terminal.wait_for([b"seed-"])
        at_first = terminal.cpu()
        curve = terminal.wait_for([CURVE])
        at_curve = terminal.cpu()
        steps = list(step_lines(terminal, ", while runs are read", LOADING_SECONDS, BURST_SECONDS))
        if not terminal.has_children:
            raise RuntimeError("all runs were read before the last step")
        terminal.wait_until_read()
        yield "| 5,000 runs | wall s | CPU s of the screen |\n|---|---|---|"
        yield f"| first rows | {first:.1f} | {at_first / 1e3:.2f} |"
        yield f"| first curve | {curve:.1f} | {at_curve / 1e3:.2f} |"
        yield f"| all rows | | {terminal.cpu() / 1e3:.2f} |\n"
        yield step_heading("5,000 runs")
        yield from step_lines(terminal, "", 0.0, QUIET_SECONDS)
        yield from steps
        yield ""
        yield from key_lines(terminal, MANY_KEYS, "key, 5,000 runs", rounds=KEY_REPEATS)


def drawing_lines() -> Iterator[str]:
    """One picture, beside the peers: CPU time, and how many times ours."""
    peers = [peer for peer in PEERS if is_installed(peer)]
    yield f"| three curves of | losstui, CPU ms | {' | '.join(f'{peer}, times' for peer in peers)} |"
    yield "|---" * (2 + len(peers)) + "|"
    for size in SIZES:
        values = noisy_curves(size)
        ours = own(values)
        ratios = " | ".join(f"{PEERS[peer](values) / ours:,.0f}" for peer in peers)
        yield f"| {size:,} points | {ours:.1f} | {ratios} |"


def all_lines() -> Iterator[str]:
    """All tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from start_lines(six_runs(folder / "six"))
        yield ""
        yield from screen_lines(ROOT / "sample_logs", SAMPLE_KEYS, "key, sample logs")
        yield ""
        long = long_runs(folder / "long")
        yield from screen_lines(long, LONG_KEYS, "key, three curves of 1,000,000 points")
        yield switch_line(long)
        yield ""
        yield from many_lines(many_runs(folder / "many"))
        yield ""
        yield from varied_lines(varied_runs(folder / "varied"))
    yield ""
    yield from drawing_lines()


def main() -> None:
    """Measure, print all tables and write them down."""
    lines: list[str] = []
    for line in all_lines():
        print(line, flush=True)
        lines.append(line)
    (Path(__file__).parent / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
