"""Every key of the table, pressed."""

import inspect
from collections import Counter

import numpy as np
import pytest

from losstui.errors import ExitCode
from losstui.tui.keys import KEYS, Key, Pane, bar_keys, groups
from losstui.tui.screens.main import MainScreen
from tui_support import SWEEP, all_read, made_app, make_finding, make_report, screen_text

# What to press first, so that the key has something to change. Where it is not said: nothing.
BEFORE = {
    "back": ["plus"],
    "pan(-1)": ["plus"],
    "pan(1)": ["plus"],
    "zoom(-1)": ["plus"],
    "reset_view": ["plus"],
    "sideways(-1)": ["end"],
    "sideways(-10)": ["end"],
    "move(1)": ["k", "k"],
    "page(1)": ["pageup"],
    "edge(-1)": ["right", "right"],
    "pane('runs')": ["2"],
    "pane('curves')": ["1"],
    "pane('findings')": ["1"],
    "framework": ["3"],
    "copy": ["3"],
    "next_finding(-1)": ["n"],
}
WIDE = {"maximise"}  # what changes nothing where there is but one pane
LEAVING = {"quit": ExitCode.ANALYSED, "interrupt": ExitCode.INTERRUPTED}


@pytest.mark.parametrize("key", KEYS, ids=[key.action for key in KEYS])
async def test_each_key_changes_what_is_seen(key: Key) -> None:
    steps = np.arange(100.0)
    outlier = np.where(steps == 50, 1e6, 1.0 + 1.0 / (1.0 + steps))
    tags = {"loss": outlier, "lr": outlier, "zebra": outlier}
    report = make_report("run", [make_finding(first=40, last=60)], tags, wall_times={"loss": steps})
    for name in key.keys:
        app = made_app(*SWEEP, report)
        async with app.run_test(size=(120, 40) if key.action in WIDE else (80, 24)) as pilot:
            screen = await all_read(pilot)
            screen.go_to_run("run")
            await pilot.press(*BEFORE.get(key.action, []))
            await pilot.pause()
            before = screen_text(app)
            await pilot.press(name)
            await pilot.pause(0.02)
            if key.action in LEAVING:
                assert app.return_value == LEAVING[key.action], name
            else:
                assert screen_text(app) != before, name


def test_each_action_is_a_method_with_as_many_arguments() -> None:
    for key in KEYS:
        name, _, arguments = key.action.partition("(")
        method = getattr(MainScreen, f"action_{name}")
        assert len(inspect.signature(method).parameters) - 1 == bool(arguments), key.action


def test_no_key_does_two_things() -> None:
    presses = Counter(name for key in KEYS for name in key.keys)
    assert [name for name, times in presses.items() if times > 1] == []


def test_each_key_says_what_it_does() -> None:
    assert all(key.help and key.shown for key in KEYS)
    assert sum(len(keys) for keys in groups().values()) == len(KEYS)


def test_the_bar_shows_a_pane_its_own_keys() -> None:
    assert "copy" in {key.action for key in bar_keys(Pane.FINDINGS)}
    assert "copy" not in {key.action for key in bar_keys(Pane.RUNS)}
