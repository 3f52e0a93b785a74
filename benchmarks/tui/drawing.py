"""One picture of three curves, by the chart's painter and by plotting libraries that get the same points."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from losstui.curve import Curve
from losstui.frame import Series
from losstui.roles import Kind, Split, make_role
from losstui.tui.figure import Shaded
from losstui.tui.glyphs import UNICODE
from losstui.tui.lines import LoggedLine
from losstui.tui.painting import Sketch
from losstui.tui.plot import Plot
from losstui.tui.view import View

SIZE = (160, 45)  # columns and rows of a large terminal
REPEATS = 5  # of which the quickest counts: the machine is shared
SLOW_SECONDS = 2.0  # what takes longer is not measured again: its noise does not matter

Values = list[NDArray[np.float64]]


def noisy_curves(points: int, seed: int = 0) -> Values:
    """Three falling curves with noise, each with one spike."""
    rng = np.random.default_rng(seed)
    fall = np.exp(-np.arange(points) / points * 5)
    curves = [fall + level + rng.normal(0, 0.02, points) for level in (0.1, 0.3, 0.5)]
    for curve in curves:
        curve[points // 2] = 3.0
    return curves


def own(values: Values) -> float:
    """The chart's painter; the first call, which is not timed, makes what is kept between keys."""
    role = make_role(Kind.LOSS, Split.TRAIN)
    steps = np.arange(len(values[0]), dtype=np.int64)
    plot = Plot([LoggedLine(Curve(Series(str(i), steps, one), role)) for i, one in enumerate(values)])
    return milliseconds(lambda: Sketch(Shaded(plot), View(), SIZE).painted(UNICODE))


def uniplot(values: Values) -> float:
    """The whole picture as text."""
    peer = importlib.import_module("uniplot")
    steps = [np.arange(len(one)) for one in values]
    return milliseconds(
        lambda: peer.plot_to_string(ys=values, xs=steps, width=SIZE[0], height=SIZE[1], lines=True)
    )


def plotext(values: Values) -> float:
    """The whole picture as text, in braille."""
    peer: Any = importlib.import_module("plotext")

    def draw() -> None:
        peer.clear_figure()
        peer.plotsize(*SIZE)
        for one in values:
            peer.plot(one.tolist(), marker="braille")
        peer.build()

    return milliseconds(draw)


def textual_plot(values: Values) -> float:
    """The widget in an app of its own that is drawn to no terminal: one redraw with the data already set."""
    return asyncio.run(_textual_plot(values))


async def _textual_plot(values: Values) -> float:
    from textual.app import App, ComposeResult

    peer: Any = importlib.import_module("textual_plot")
    mode: Any = importlib.import_module("textual_hires_canvas").HiResMode.BRAILLE
    widget = peer.PlotWidget()

    class Peer(App[None]):
        def compose(self) -> ComposeResult:
            yield widget

    app = Peer()
    async with app.run_test(size=SIZE) as pilot:
        for one in values:
            widget.plot(x=np.arange(len(one)), y=one, hires_mode=mode)
        await pilot.pause()
        taken: list[float] = []
        for repeat in range(REPEATS):
            start = time.process_time()
            widget.set_xlimits(0, len(values[0]) + repeat)
            await pilot.pause()
            taken.append(time.process_time() - start)
            if taken[-1] > SLOW_SECONDS:
                break
    return min(taken) * 1e3


PEERS: dict[str, Callable[[Values], float]] = {
    "uniplot": uniplot,
    "plotext": plotext,
    "textual-plot": textual_plot,
}
MODULES = {"uniplot": "uniplot", "plotext": "plotext", "textual-plot": "textual_plot"}


def is_installed(peer: str) -> bool:
    """Whether the peer is here; all are in the dependency group `bench`."""
    return importlib.util.find_spec(MODULES[peer]) is not None


def milliseconds(draw: Callable[[], object]) -> float:
    """The smallest CPU time of several calls, after one that does not count unless it is slow."""
    taken: list[float] = []
    for repeat in range(REPEATS + 1):
        start = time.process_time()
        draw()
        seconds = time.process_time() - start
        if repeat or seconds > SLOW_SECONDS:
            taken.append(seconds)
        if seconds > SLOW_SECONDS:
            break
    return min(taken) * 1e3
