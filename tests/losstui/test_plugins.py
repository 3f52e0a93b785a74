from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import ClassVar

import pytest

from losstui import plugins
from losstui.detectors import DETECTORS
from losstui_parsers import PARSERS


class Incomplete:
    """A plug-in that is no parser at all."""

    name: ClassVar[str] = "incomplete"


def offer(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    def fake(group: str) -> list[EntryPoint]:
        return [
            EntryPoint(name, value, group) for name, value in values.items() if group == plugins.PARSER_GROUP
        ]

    monkeypatch.setattr(plugins, "entry_points", fake)


def test_without_plug_ins_the_tuples_are_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch)
    loaded = plugins.load()
    assert [type(one) for one in loaded.parsers] == list(PARSERS)
    assert [type(one) for one in loaded.detectors] == list(DETECTORS)
    assert loaded.warnings == ()


def test_a_broken_plug_in_costs_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, absent="no_such_module:Parser", wrong="collections:Counter")
    loaded = plugins.load()
    assert [type(one) for one in loaded.parsers] == list(PARSERS)
    assert len(loaded.warnings) == 2
    assert "no_such_module" in loaded.warnings[0]


def test_a_plug_in_is_asked_before_the_built_in_parsers(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, same=f"{PARSERS[0].__module__}:{PARSERS[0].__name__}")
    assert [type(one) for one in plugins.load().parsers] == [PARSERS[0], *PARSERS]
