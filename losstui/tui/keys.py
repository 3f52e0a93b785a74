"""Every key of the app, in one table: bindings, key bar, help, command palette, docs and tests read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from losstui.tui import geometry


class Pane(str, Enum):
    """The three panes, in the order of their numbers."""

    RUNS = geometry.RUNS
    CURVES = geometry.CURVES
    FINDINGS = geometry.FINDINGS


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a key does. `name` is what the configuration calls it, `keys` are Textual's names of keys.

    `action` is a method of the main screen without its "action_". `bar` is the word in the key bar,
    empty for what only the help screen tells, and `brief` the word in a narrow one, where that is another;
    `panes` are where it belongs there, all of them if empty.
    """

    name: str
    keys: tuple[str, ...]
    action: str
    help: str
    group: str
    bar: str = ""
    panes: tuple[Pane, ...] = ()
    brief: str = ""


STOP = "stop"  # the name of the key that the bar shows only while much is read
MOVE, CURVES, FINDINGS, PROGRAM = "Move", "Curves", "Findings", "Program"
# Where the bar has what is done with runs and curves: beside findings, what is done with them comes first.
_BESIDE_CURVES = (Pane.RUNS, Pane.CURVES)

KEYS: tuple[Key, ...] = (
    Key("help", ("question_mark", "f1"), "help", "Show all keys", PROGRAM, "Help"),
    Key("quit", ("q",), "quit", "Quit", PROGRAM, "Quit"),
    Key(STOP, ("X",), "stop_reading", "Stop reading; what has been read stays", PROGRAM, "Stop reading"),
    Key("runs", ("1",), "pane('runs')", "Runs", MOVE, "Runs"),
    Key("curves", ("2",), "pane('curves')", "Curves", MOVE, "Curves"),
    Key("findings", ("3",), "pane('findings')", "Findings", MOVE, "Findings"),
    Key(
        "next-finding",
        ("n",),
        "next_finding(1)",
        "Next finding of all runs, worst first",
        FINDINGS,
        "Next finding",
        brief="Next",
    ),
    Key("previous-finding", ("N",), "next_finding(-1)", "Previous finding of all runs", FINDINGS),
    Key(
        "enter",
        ("enter",),
        "enter",
        "Zoom to the finding; in runs, go to its curves",
        MOVE,
        "Zoom",
        (Pane.CURVES, Pane.FINDINGS),
    ),
    Key("back", ("escape",), "back", "One step back: zoom, filter, maximised pane", MOVE),
    Key(
        "filter",
        ("slash",),
        "filter",
        "Filter runs by name, finding, tag or setting; Esc restores",
        MOVE,
        "Filter",
        _BESIDE_CURVES,
    ),
    Key("rank", ("R",), "rank", "Order runs by name, severity, last loss, best loss, newest", MOVE),
    Key(
        "mark",
        ("space",),
        "mark",
        "Mark the run; marked runs are drawn together",
        CURVES,
        "Mark",
        _BESIDE_CURVES,
    ),
    Key("mark-all", ("a",), "mark_all", "Mark all runs shown, or none", CURVES),
    Key("isolate", ("i",), "isolate", "Draw the selected run alone, or the marked ones again", CURVES),
    Key("pin", ("p",), "pin", "Pin the run that others are compared with, or unpin it", CURVES),
    Key(
        "difference",
        ("d",),
        "difference",
        "Compare with the pinned run, or no longer",
        CURVES,
        "Diff",
        _BESIDE_CURVES,
    ),
    Key("seeds", ("b",), "seeds", "Runs that differ only in their seed: mean and band, or each", CURVES),
    Key("next-tag", ("t",), "next_tag(1)", "Next tag", CURVES, "Tag", _BESIDE_CURVES),
    Key("previous-tag", ("T",), "next_tag(-1)", "Previous tag", CURVES),
    Key("choose-tag", ("number_sign",), "choose_tag", "Choose one of all tags by name", CURVES),
    Key(
        "grid",
        ("v",),
        "grid",
        "Curves of several tags side by side, or of one",
        CURVES,
        "Grid",
        _BESIDE_CURVES,
    ),
    Key("strips", ("w",), "strips", "Learning rate and gradient norm below the curves", CURVES),
    Key("raw", ("u",), "raw", "Logged values behind their average, or the average alone", CURVES),
    Key("smooth-more", ("s",), "smooth(1)", "Smooth more", CURVES, "Smooth", _BESIDE_CURVES),
    Key("smooth-less", ("S",), "smooth(-1)", "Smooth less", CURVES),
    Key("log-scale", ("y",), "log_scale", "Logarithmic y axis on or off", CURVES, "Log", _BESIDE_CURVES),
    Key(
        "x-axis",
        ("x",),
        "x_axis",
        "x axis: step, epoch, relative time, wall time",
        CURVES,
        "X axis",
        _BESIDE_CURVES,
    ),
    Key("outliers", ("o",), "outliers", "Fit the y axis to all values, or to all but outliers", CURVES),
    Key("zoom-in", ("plus", "equals_sign"), "zoom(1)", "Zoom in", CURVES),
    Key("zoom-out", ("minus",), "zoom(-1)", "Zoom out", CURVES),
    Key("pan-left", ("less_than_sign", "comma"), "pan(-1)", "Pan left", CURVES),
    Key("pan-right", ("greater_than_sign", "full_stop"), "pan(1)", "Pan right", CURVES),
    Key("reset-view", ("0",), "reset_view", "Show the whole curve", CURVES),
    Key("left", ("left", "h"), "sideways(-1)", "Value cursor left; fold a folder of runs", MOVE),
    Key("right", ("right", "l"), "sideways(1)", "Value cursor right; unfold a folder of runs", MOVE),
    Key("far-left", ("shift+left", "H"), "sideways(-10)", "Value cursor ten columns left", MOVE),
    Key("far-right", ("shift+right", "L"), "sideways(10)", "Value cursor ten columns right", MOVE),
    Key("up", ("up", "k"), "move(-1)", "Previous run, or finding in the findings pane", MOVE),
    Key("down", ("down", "j"), "move(1)", "Next run, or finding in the findings pane", MOVE),
    Key("page-up", ("pageup", "ctrl+u"), "page(-1)", "A page up; in findings, scroll the details", MOVE),
    Key(
        "page-down",
        ("pagedown", "ctrl+d"),
        "page(1)",
        "A page down; in findings, scroll the details",
        MOVE,
        "More",
        (Pane.FINDINGS,),
    ),
    Key("first", ("home", "g"), "edge(-1)", "First run or finding; value cursor to the start", MOVE),
    Key("last", ("end", "G"), "edge(1)", "Last run or finding; value cursor to the end", MOVE),
    Key("next-pane", ("tab",), "next_pane(1)", "Next pane", MOVE, "Pane"),
    Key("previous-pane", ("shift+tab",), "next_pane(-1)", "Previous pane", MOVE),
    Key("narrower", ("left_square_bracket",), "widen_runs(-1)", "Make the list of runs narrower", MOVE),
    Key("wider", ("right_square_bracket",), "widen_runs(1)", "Make the list of runs wider", MOVE),
    Key("maximise", ("z",), "maximise", "Maximise the pane, or show all panes again", MOVE, "Maximise"),
    Key(
        "framework",
        ("f",),
        "framework",
        "Remedies for the next framework",
        FINDINGS,
        "Framework",
        (Pane.FINDINGS,),
    ),
    Key(
        "copy",
        ("c",),
        "copy",
        "Copy the finding; in curves, the values at the cursor; in runs, the path",
        PROGRAM,
        "Copy",
    ),
    Key("follow", ("F",), "follow", "Follow growing logs, or hold what is shown", PROGRAM),
    Key("palette", ("colon", "ctrl+p"), "palette", "All commands by name", PROGRAM, "Commands"),
    Key("export", ("e",), "export", "Write what is seen to a file: SVG, text, CSV, JSON, Markdown", PROGRAM),
    Key("theme", ("P",), "theme", "Next theme: dark, light, terminal, colour-blind", PROGRAM),
    Key("marker", ("m",), "marker", "Draw curves with braille, quadrants or ASCII", CURVES),
    Key("redraw", ("ctrl+l",), "redraw", "Draw the whole screen again", PROGRAM),
    Key("suspend", ("ctrl+z",), "suspend", "Go to the shell, until its fg brings this back", PROGRAM),
    Key("interrupt", ("ctrl+c",), "interrupt", "Quit at once", PROGRAM),
)
