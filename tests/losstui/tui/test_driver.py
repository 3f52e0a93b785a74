"""The way to the terminal, while that is resized."""

import os
from types import SimpleNamespace

import pytest
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from losstui.tui import driver as driver_module
from losstui.tui.driver import SparingDriver

FRAME = "\x1b[1;1Hloss\x1b[2;1Hstep"


class Wire:
    """A driver between an app and a terminal, each with a size of its own, and what was written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.terminal: tuple[int, int] = (80, 24)
        self.app = SimpleNamespace(viewport_size=Size(80, 24))
        self.written: list[str] = []
        self.driver = object.__new__(SparingDriver)
        monkeypatch.setattr(self.driver, "_app", self.app, raising=False)
        monkeypatch.setattr(LinuxDriver, "write", self._take)
        monkeypatch.setattr(driver_module, "_terminal_size", lambda: os.terminal_size(self.terminal))

    def _take(self, data: str) -> None:
        self.written.append(data)

    def write(self) -> str:
        self.written.clear()
        self.driver.write(FRAME)
        return "".join(self.written)


def test_what_the_terminal_shows_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(monkeypatch)
    assert "loss" in wire.write()
    assert "loss" not in wire.write()


def test_a_resized_terminal_gets_whole_frames_until_one_is_laid_out_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = Wire(monkeypatch)
    wire.write()
    wire.terminal = (40, 12)
    assert "loss" in wire.write()  # still laid out for 80 x 24: who knows where its cells went
    wire.app.viewport_size = Size(40, 12)
    assert "loss" in wire.write()
    assert "loss" not in wire.write()
