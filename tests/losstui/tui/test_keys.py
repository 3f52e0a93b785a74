"""Every key of the table, pressed."""

import inspect
from collections import Counter

import numpy as np
import pytest

from losstui.errors import ExitCode, UsageError
from losstui.tui.keymap import Keymap, Reading, all_written, keymap, written
from losstui.tui.keys import KEYS, Key, Pane
from losstui.tui.screens.main import MainScreen
from losstui.tui.settings import Settings
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
    "next_finding(-1)": ["n"],
    "isolate": ["space", "k", "space"],
    "difference": ["p", "k"],
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
    assert len({key.name for key in KEYS}) == len(KEYS)


def test_each_key_says_what_it_does() -> None:
    assert all(key.help and all_written(key) for key in KEYS)
    assert sum(len(keys) for keys in Keymap().groups().values()) == len(KEYS)


def test_the_bar_shows_a_pane_its_own_keys() -> None:
    assert "framework" in {key.action for key in Keymap().bar(Pane.FINDINGS)}
    led_to = [key.bar for key in Keymap().bar(Pane.CURVES, hidden=[Pane.RUNS, Pane.FINDINGS])]
    assert {"Runs", "Findings"} < set(led_to)
    assert "Curves" not in led_to
    assert not {"Runs", "Curves", "Findings"} & {key.bar for key in Keymap().bar(Pane.CURVES)}
    assert not {"framework", "enter"} & {key.action for key in Keymap().bar(Pane.RUNS)}


def test_the_bar_shows_no_key_for_runs_where_there_is_none() -> None:
    shown = {key.bar for pane in Pane for key in Keymap().bar(pane, Reading.NOTHING)}
    assert {"Help", "Quit"} < shown
    assert not {"Next finding", "Zoom", "Filter", "Diff", "Smooth", "More"} & shown


@pytest.mark.parametrize("pane", Pane)
async def test_the_smallest_screen_names_the_keys_to_the_panes_out_of_sight(pane: Pane) -> None:
    app = made_app(make_report("run", [make_finding()]))
    async with app.run_test(size=(40, 12)) as pilot:
        screen = await all_read(pilot)
        screen.activate(pane)
        await pilot.pause()
        bar = screen_text(app).splitlines()[-1]
    assert all(
        f"{number} {one.value.capitalize()}" in bar for number, one in enumerate(Pane, 1) if one != pane
    )


async def test_beside_a_finding_the_bar_says_how_to_read_on_and_to_copy() -> None:
    app = made_app(make_report("run", [make_finding()]))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        screen.activate(Pane.FINDINGS)
        await pilot.pause()
        bar = screen_text(app).splitlines()[-1]
    assert "PgDn More" in bar
    assert "c Copy" in bar


@pytest.mark.parametrize(
    ("given", "name", "shown"),
    [
        ("x", "x", "x"),
        ("X", "X", "X"),
        ("?", "question_mark", "?"),
        ("/", "slash", "/"),
        ("question_mark", "question_mark", "?"),
        ("F5", "f5", "F5"),
        ("PgUp", "pageup", "PgUp"),
        ("esc", "escape", "Esc"),
        ("Ctrl+L", "ctrl+l", "Ctrl+L"),
        ("shift+ctrl+left", "ctrl+shift+left", "Ctrl+Shift+Left"),
        ("space", "space", "Space"),
    ],
)
def test_a_key_is_understood_as_people_write_it(given: str, name: str, shown: str) -> None:
    nothing: dict[str, list[str]] = {key.name: [] for key in KEYS}
    [key] = [key for key in keymap({**nothing, "quit": [given]}).keys if key.keys]
    assert (key.name, key.keys) == ("quit", (name,))
    assert written(name) == shown


@pytest.mark.parametrize("key", ["", " ", "ctrl", "ctrl+", "hyper+x", "ctrl+ctrl+x", "xy", "f13", "é é"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="no key"):
        keymap({"quit": [key]})


@pytest.mark.parametrize(
    ("name", "hint"),
    [("next-findin", "did you mean 'next-finding'"), ("fly", "':' in the terminal UI lists them all")],
)
def test_an_action_there_is_not_is_refused_with_the_one_that_may_be_meant(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"no action '{name}'; {hint}"):
        keymap({name: ["x"]})


def test_a_key_for_two_things_is_refused() -> None:
    with pytest.raises(UsageError, match=r"q would be both 'quit' and 'next-tag'"):
        keymap({"next-tag": ["q"]})
    assert keymap({"next-tag": ["q"], "quit": ["Q"]})


def test_a_message_ends_with_the_key_as_it_is_written() -> None:
    assert keymap({}).hint("pin") == " (p)"
    assert keymap({"pin": ["ctrl+x"]}).hint("pin") == " (Ctrl+X)"
    assert keymap({"pin": []}).hint("pin") == ""


async def test_remapped_keys_do_what_the_others_did_and_are_shown() -> None:
    changed = keymap({"next-finding": ["W", "f4"], "help": ["f2"], "zoom-in": []})
    app = made_app(settings=Settings(changed))
    async with app.run_test(size=(120, 60)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("n")
        assert screen.session.run_id == "sweep/seed-2"
        await pilot.press("W")
        assert screen.session.run_id == "sweep/seed-1"
        await pilot.press("plus")
        assert not screen.chart.zoomed
        assert "W Next finding" in screen_text(app)
        assert "F2 Help" in screen_text(app)
        await pilot.press("f2")
        await pilot.pause()
        assert "W F4 " in screen_text(app)
