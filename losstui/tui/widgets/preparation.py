"""Work for the next key, done while no key comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from textual.timer import Timer
from textual.widget import Widget

IDLE_SECONDS = 0.1  # without a key or a change, after which time may be spent on the next one
SLICE_SECONDS, PAUSE_SECONDS = 0.003, 0.001  # that are spent at a time, and that keys have in between


class Preparation:
    """Makes what the next key of a widget may need, so that no key waits for more than a part of it.

    `parts` makes it, a short time at a time.
    """

    def __init__(self, widget: Widget, parts: Callable[[], Iterator[None]]) -> None:
        self._widget = widget
        self._parts = parts
        self._left: Iterator[None] | None = None
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Make it from the beginning: something has changed."""
        self._left = self._parts()
        self._wait(IDLE_SECONDS)

    def put_off(self) -> None:
        """Wait until the key that is pressed is answered."""
        if self._timer is not None:
            self._wait(IDLE_SECONDS)

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._widget.set_timer(seconds, self._go_on)

    def _go_on(self) -> None:
        self._timer = None
        until = time.perf_counter() + SLICE_SECONDS
        for _ in self._left or ():
            if time.perf_counter() >= until:
                self._wait(PAUSE_SECONDS)
                return
