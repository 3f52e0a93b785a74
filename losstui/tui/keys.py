"""Every key of the app, in one table: the bindings, the key bar, the help screen and the tests read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Pane(str, Enum):
    """The three panes, in the order of their numbers."""

    RUNS = "runs"
    CURVES = "curves"
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a key does. `keys` are Textual's names, `shown` is how people write them.

    `action` is a method of the main screen without its "action_". `bar` is the word in the key bar,
    empty for what only the help screen tells; `panes` where it belongs there, all of them if empty.
    """

    keys: tuple[str, ...]
    action: str
    shown: str
    help: str
    group: str
    bar: str = ""
    panes: tuple[Pane, ...] = ()


MOVE, CURVES, FINDINGS, PROGRAM = "Move", "Curves", "Findings", "Program"

KEYS: tuple[Key, ...] = (
    Key(("question_mark", "f1"), "help", "?", "Show all keys", PROGRAM, "Help"),
    Key(("n",), "next_finding(1)", "n", "Next finding of all runs, worst first", FINDINGS, "Next finding"),
    Key(("N",), "next_finding(-1)", "N", "Previous finding of all runs", FINDINGS),
    Key(("enter",), "enter", "Enter", "Zoom to the finding; in runs, go to its curves", MOVE, "Zoom"),
    Key(("escape",), "back", "Esc", "One step back: zoom, filter, maximised pane", MOVE),
    Key(("slash",), "filter", "/", "Filter runs by words, as below; Esc restores", MOVE, "Filter"),
    Key(("R",), "rank", "R", "Order runs by name, severity, last loss, best loss, newest", MOVE),
    Key(("t",), "next_tag(1)", "t", "Next tag", CURVES, "Tag"),
    Key(("T",), "next_tag(-1)", "T", "Previous tag", CURVES),
    Key(("s",), "smooth(1)", "s", "Smooth more", CURVES, "Smooth"),
    Key(("S",), "smooth(-1)", "S", "Smooth less", CURVES),
    Key(("y",), "log_scale", "y", "Logarithmic y axis on or off", CURVES, "Log"),
    Key(("x",), "x_axis", "x", "x axis: step, epoch, time", CURVES, "X axis"),
    Key(("o",), "outliers", "o", "Fit the y axis to all values, or to all but outliers", CURVES),
    Key(("plus", "equals_sign"), "zoom(1)", "+", "Zoom in", CURVES),
    Key(("minus",), "zoom(-1)", "-", "Zoom out", CURVES),
    Key(("less_than_sign", "comma"), "pan(-1)", "<", "Pan left", CURVES),
    Key(("greater_than_sign", "full_stop"), "pan(1)", ">", "Pan right", CURVES),
    Key(("0",), "reset_view", "0", "Show the whole curve", CURVES),
    Key(("left", "h"), "sideways(-1)", "Left h", "Value cursor left; fold a folder of runs", MOVE),
    Key(("right", "l"), "sideways(1)", "Right l", "Value cursor right; unfold a folder of runs", MOVE),
    Key(("shift+left", "H"), "sideways(-10)", "Shift+Left", "Value cursor ten columns left", MOVE),
    Key(("shift+right", "L"), "sideways(10)", "Shift+Right", "Value cursor ten columns right", MOVE),
    Key(("up", "k"), "move(-1)", "Up k", "Previous run, or finding in the findings pane", MOVE),
    Key(("down", "j"), "move(1)", "Down j", "Next run, or finding in the findings pane", MOVE),
    Key(("pageup", "ctrl+u"), "page(-1)", "PgUp", "A page up; in findings, scroll the details", MOVE),
    Key(("pagedown", "ctrl+d"), "page(1)", "PgDn", "A page down; in findings, scroll the details", MOVE),
    Key(("home", "g"), "edge(-1)", "Home g", "First run or finding; value cursor to the start", MOVE),
    Key(("end", "G"), "edge(1)", "End G", "Last run or finding; value cursor to the end", MOVE),
    Key(("tab",), "next_pane(1)", "Tab", "Next pane", MOVE, "Pane"),
    Key(("shift+tab",), "next_pane(-1)", "Shift+Tab", "Previous pane", MOVE),
    Key(("1",), "pane('runs')", "1", "Runs", MOVE),
    Key(("2",), "pane('curves')", "2", "Curves", MOVE),
    Key(("3",), "pane('findings')", "3", "Findings", MOVE),
    Key(("z",), "maximise", "z", "Maximise the pane, or show all panes again", MOVE, "Maximise"),
    Key(("f",), "framework", "f", "Remedies for the next framework", FINDINGS, "Framework", (Pane.FINDINGS,)),
    Key(("c",), "copy", "c", "Copy the finding as text", FINDINGS, "Copy", (Pane.FINDINGS,)),
    Key(("q",), "quit", "q", "Quit", PROGRAM, "Quit"),
    Key(("F",), "follow", "F", "Follow growing logs, or hold what is shown", PROGRAM),
    Key(("ctrl+l",), "redraw", "Ctrl+L", "Draw the whole screen again", PROGRAM),
    Key(("ctrl+c",), "interrupt", "Ctrl+C", "Quit at once", PROGRAM),
)


def bar_keys(pane: Pane) -> list[Key]:
    """The keys the bar shows while `pane` has the focus, the most needed first."""
    return [key for key in KEYS if key.bar and (not key.panes or pane in key.panes)]


def groups() -> dict[str, list[Key]]:
    """The keys by group, in the order of the table, for the help screen."""
    grouped: dict[str, list[Key]] = {name: [] for name in (MOVE, FINDINGS, CURVES, PROGRAM)}
    for key in KEYS:
        grouped[key.group].append(key)
    return grouped
