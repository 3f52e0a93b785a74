"""What is seen, at the sizes people have."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from rich.text import Text

from losstui.analysis import LogError, RunReport
from losstui.errors import ExitCode, UnreadableLog
from losstui.findings import Severity
from losstui.run import Status
from losstui.tui.catalogue import folders
from losstui.tui.geometry import LEAST_CHART, LEAST_RUNS
from losstui.tui.keys import Pane
from losstui.tui.losstui_app import LossTuiApp
from losstui.tui.run_rows import RunEntry
from losstui.tui.screens.help import HelpScreen
from losstui.tui.screens.main import MainScreen
from losstui.tui.widgets.run_tree import RunTree
from tui_support import all_read, made_app, make_finding, make_report, screen_text

SIZES = [(40, 12), (80, 24), (100, 30), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_a_curve_and_a_finding(size: tuple[int, int]) -> None:
    app = made_app()
    async with app.run_test(size=size) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        lines = text.split("\n")
        assert [len(line) for line in lines] == [size[0]] * size[1]
        assert "divergence" in text
        assert any("\u2801" <= character <= "\u28ff" for character in text)
        assert "seed-2" in text


async def test_120_columns_show_all_panes() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        for words in (
            "✖ ▼ sweep/",
            "▲ seed-1",
            "✓ base",
            "▼ errors (1)",
            "! broken.csv",
            "4 runs  ✖1 ▲2 ●1 !1",
            "◆ train/loss",
            "■ val/loss",
            "═▲═",
            "✖ divergence",
            "60→99",
            "the loss rises and does not",
            "progress lost: 0.83",
            "1 Clip the gradient norm",
            "clip_grad_norm_",
            "n Next finding",
        ):
            assert words in text, words


async def test_80_columns_show_one_pane_at_a_time() -> None:
    app = made_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert text.startswith("< ✖ sweep/seed-2 2/4 >")
        assert "try: Clip the gradient norm" in text
        await pilot.press("1")
        assert "▼ errors (1)" in screen_text(app)
        assert "train/loss" not in screen_text(app)
        await pilot.press("3")
        assert "evidence" in screen_text(app)
        assert "seed-1" not in screen_text(app)


async def test_a_chart_with_the_focus_is_never_squeezed() -> None:
    for width in (60, 80, 99, 100, 110, 119, 120, 160, 200):
        app = made_app()
        async with app.run_test(size=(width, 30)) as pilot:
            screen = await all_read(pilot)
            assert screen.chart.size.width >= min(width, 58), width


async def test_the_worst_finding_is_shown_once_all_is_read() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert (screen.session.run_id, screen.session.index) == ("sweep/seed-2", 0)


async def test_n_goes_through_all_findings_worst_first_and_round() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        visited = [(screen.session.run_id, screen.session.index)]
        for _ in range(4):
            await pilot.press("n")
            visited.append((screen.session.run_id, screen.session.index))
        assert visited == [
            ("sweep/seed-2", 0),
            ("sweep/seed-1", 0),
            ("sweep/seed-10", 0),
            ("sweep/seed-1", 1),
            ("sweep/seed-2", 0),
        ]
        await pilot.press("N")
        assert (screen.session.run_id, screen.session.index) == ("sweep/seed-1", 1)


async def test_n_pressed_fast_arrives_where_it_should() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("n", "n", "n")
        await pilot.pause()
        assert (screen.session.run_id, screen.session.index) == ("sweep/seed-1", 1)
        assert screen.finding_list.cursor_line == 1


async def test_the_filter_narrows_as_it_is_typed_and_escape_restores() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("slash", *"SEED-1$")
        await pilot.pause()
        assert screen.session.run_ids() == ["sweep/seed-1"]
        assert screen.session.run_id == "sweep/seed-1"
        assert "1/4 runs" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert len(screen.session.run_ids()) == 4
        assert screen.session.run_id == "sweep/seed-2"


async def test_enter_keeps_the_filter_and_escape_then_clears_it() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("slash", *"base", "enter")
        await pilot.pause()
        assert screen.session.pattern == "base"
        assert screen.session.run_id == "base"
        await pilot.press("escape")
        await pilot.pause()
        assert screen.session.pattern == ""


async def test_a_filter_without_a_match_says_so() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("slash", *"nothing")
        await pilot.pause()
        assert "no run matches the filter" in screen_text(app)


async def test_keys_typed_into_the_filter_are_text() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("slash", "q", "n", "z")
        assert screen.session.pattern == "qnz"


async def test_enter_zooms_to_the_finding_and_escape_goes_back() -> None:
    app = made_app(make_report("a", [make_finding(first=40, last=50)]))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("enter")
        assert screen.chart.zoomed
        await pilot.press("escape")
        assert not screen.chart.zoomed


async def test_the_cursor_says_which_findings_are_here() -> None:
    app = made_app(make_report("a", [make_finding("overfitting", first=90, last=99)]))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("end")
        await pilot.pause()
        text = screen_text(app)
        assert "step 99" in text
        assert "▼ overfitting" in text
        assert "✖▼overfitting" in text
        await pilot.press("home")
        await pilot.pause()
        assert "step 1 " in screen_text(app) or "step 0 " in screen_text(app)
        assert "▼ overfitting" not in screen_text(app)


async def test_the_cursor_redraws_the_axis_and_the_legend_alone() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        before = [screen.chart.render_line(y) for y in range(screen.chart.size.height)]
        await pilot.press("end")
        after = [screen.chart.render_line(y) for y in range(screen.chart.size.height)]
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert changed == [0, 1, screen.chart.size.height - 2]


async def test_moving_through_the_runs_shows_each() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("j")
        assert screen.session.run_id == "sweep/seed-10"
        await pilot.press("1", "down")
        await pilot.pause()
        assert screen.session.run_id == "base"
        assert "no finding" in screen_text(app)
        assert "no validation tag" in screen_text(app)


async def test_an_unreadable_log_says_why() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("1", "end")
        await pilot.pause()
        assert "runs/broken.csv: line 3: not a number" in screen_text(app)


async def test_folders_fold() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("1", "left", "left")
        await pilot.pause()
        assert "seed-10" not in screen_text(app)
        assert "▶ sweep/" in screen_text(app)
        await pilot.press("l")
        await pilot.pause()
        assert "seed-10" in screen_text(app)


async def test_log_content_is_shown_and_never_obeyed() -> None:
    nasty = "[bold red]\x1b[31m\x07run[/]\u202e"
    finding = make_finding(tag="[b]loss\x1b]52;c;QQ==\x07", message="[link=x]y[/link] \x1b[2J {nasty}")
    report = make_report(nasty, [finding], {"[b]loss\x1b]52;c;QQ==\x07": np.arange(9.0)})
    for size in ((120, 40), (80, 24)):
        app = made_app(report, LogError("\x1b[1m[red]path", "[blink]\x9breason"))
        async with app.run_test(size=size) as pilot:
            await all_read(pilot)
            await pilot.press("1", "end", "2")
            await pilot.pause()
            await pilot.press("n", "3")
            await pilot.pause()
            text = screen_text(app)
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)
            assert "[link=x]y[/link]" in text
            assert "\\x1b[2J" in text


async def test_something_is_on_the_screen_before_anything_is_read() -> None:
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        release.wait(10)
        yield make_report("late")

    app = LossTuiApp(outcomes, "logs/here")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.1)
        assert "reading logs/here" in screen_text(app)
        await pilot.press("j", "n", "3", "plus", "right", "t", "question_mark", "escape", "1", "enter", "z")
        release.set()
        screen = await all_read(pilot)
        assert screen.session.run_id == "late"


async def test_runs_are_shown_while_others_are_read() -> None:
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("early", [make_finding()])
        release.wait(10)
        yield make_report("late")

    app = LossTuiApp(outcomes, "logs")
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if "early" in screen_text(app):
                break
        assert "1 run, reading…  ✖1" in screen_text(app)
        release.set()
        screen = await all_read(pilot)
        assert len(screen.session.catalogue) == 2


@pytest.mark.parametrize("keys", [("3", "pagedown"), ("t",), ("plus",), ("right",), ("space",), ("enter",)])
async def test_what_someone_looks_at_stays_when_all_has_been_read(keys: tuple[str, ...]) -> None:
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("early", [make_finding("plateau", Severity.INFO)])
        release.wait(10)
        yield make_report("worse", [make_finding()])

    app = LossTuiApp(outcomes, "logs")
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if "early" in screen_text(app):
                break
        await pilot.press(*keys)
        release.set()
        screen = await all_read(pilot)
        assert screen.session.run_id == "early"


async def test_while_a_filter_is_typed_it_is_said_how_the_typing_ends() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("slash", "s")
        await pilot.pause()
        assert "Enter keeps the filter, Esc restores" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "Enter keeps the filter" not in screen_text(app)


async def test_nothing_readable_is_said_and_returned() -> None:
    app = made_app(LogError("x.csv", "line 1: empty"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "no training log can be read at runs" in screen_text(app)
        assert "x.csv" in screen_text(app)
        await pilot.press("q")
    assert app.return_value == ExitCode.UNREADABLE


async def test_an_error_that_ends_the_reading_is_said_and_returned() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("first")
        raise UnreadableLog("runs", "the disk has gone")

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "the disk has gone" in screen_text(app)
        await pilot.press("q")
    assert app.return_value == ExitCode.UNREADABLE


async def test_a_defect_of_the_analysis_is_said_and_does_not_end_the_app() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("first")
        raise ZeroDivisionError("oh")

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert "reading stopped: ZeroDivisionError: oh" in screen_text(app)
        assert screen.session.run_id == "first"


async def test_help_lists_the_keys_and_closes() -> None:
    app = made_app()
    async with app.run_test(size=(120, 60)) as pilot:
        await all_read(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert "Next finding of all runs" in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, MainScreen)


async def test_a_log_axis_is_refused_without_a_positive_value() -> None:
    app = made_app(make_report("a", tags={"loss": np.full(9, -1.0)}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("y")
        await pilot.pause()
        assert "no log y: no value is positive" in screen_text(app)


@pytest.mark.usefixtures("utc")
async def test_the_x_axis_goes_through_what_the_log_has() -> None:
    times = 1.7e9 + np.arange(100.0) * 60
    app = made_app(make_report("a", tags={"loss": np.arange(100.0)}, wall_times={"loss": times}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("end", "x")
        await pilot.pause()
        assert "time 1h 39m" in screen_text(app)
        await pilot.press("x")
        await pilot.pause()
        assert "Nov 14 23:52:20" in screen_text(app)
        await pilot.press("x")
        await pilot.pause()
        assert "step 99" in screen_text(app)


@pytest.mark.parametrize(
    "values", [[], [1.0], [np.nan], [np.inf, -np.inf], [2.0] * 50, [1e308, -1e308], [5e-324, 0.0]]
)
async def test_any_curve_can_be_shown(values: list[float]) -> None:
    app = made_app(make_report("a", tags={"loss": values}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press(
            "y", "s", "x", "o", "plus", "plus", "less_than_sign", "right", "end", "home", "0", "S"
        )
        await pilot.pause()
        assert "a" in screen_text(app)


async def test_values_that_are_not_finite_are_marked_and_counted() -> None:
    app = made_app(make_report("a", tags={"loss": [3.0, 2.0, np.nan, 1.0, np.inf]}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "✖2" in screen_text(app)
        [row] = [line for line in screen_text(app).split("\n") if "NaN│" in line]
        assert (row.count("✖"), row.count("↑")) == (1, 1)


async def test_ascii_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    for size in SIZES:
        app = made_app()
        async with app.run_test(size=size) as pilot:
            await all_read(pilot)
            for key in ("1", "2", "3", "question_mark"):
                await pilot.press(key)
                await pilot.pause()
                assert screen_text(app).isascii(), (size, key)


@pytest.mark.parametrize(
    "environment",
    [{"NO_COLOR": "1"}, {"TERM": "screen"}, {"TERM": "xterm-256color"}, {"COLORTERM": "truecolor"}],
)
async def test_the_same_text_is_shown_in_any_colours(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert "✖ divergence" in text
        assert "═▲═" in text


async def test_panes_can_be_maximised_and_reached_by_number() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("3", "z")
        assert [screen.pane(pane).display for pane in Pane] == [False, False, True]
        await pilot.press("tab")
        assert [screen.pane(pane).display for pane in Pane] == [True, False, False]
        await pilot.press("escape")
        assert all(screen.pane(pane).display for pane in Pane)


async def test_a_hundred_runs_keep_their_order_and_the_cursor() -> None:
    app = made_app(*(make_report(f"sweep/seed-{i}") for i in range(100)))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert screen.session.run_id == "sweep/seed-0"
        await pilot.press("1", "end")
        await pilot.pause()
        assert screen.session.run_id == "sweep/seed-99"
        assert "seed-99" in screen_text(app)


async def test_colours_of_a_curve_do_not_depend_on_the_finding() -> None:
    findings = [make_finding("a"), make_finding("b", tag="val/loss")]
    app = made_app(make_report("run", findings))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "◆ train/loss" in screen_text(app)
        await pilot.press("n")
        assert "◆ train/loss" in screen_text(app)
        assert "■ val/loss" in screen_text(app)


async def test_the_order_of_the_runs_goes_round() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("R")
        await pilot.pause()
        assert screen.session.run_ids() == ["sweep/seed-2", "sweep/seed-1", "sweep/seed-10", "base"]
        text = screen_text(app)
        assert "runs by severity" in text
        assert "sweep/seed-2" in text
        assert "▼ sweep/" not in text
        assert screen.session.run_id == "sweep/seed-2"
        await pilot.press("R", "R", "R", "R")
        await pilot.pause()
        assert "▼ sweep/" in screen_text(app)


async def test_a_filter_by_what_was_found_leaves_the_runs_with_it() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("slash", *"severity:crit", "enter")
        await pilot.pause()
        assert screen.session.run_ids() == ["sweep/seed-2"]


async def test_a_run_that_goes_on_is_marked() -> None:
    report = make_report("live")
    app = made_app(replace(report, run=replace(report.run, status=Status.RUNNING)), make_report("done"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert "live ↻" in text
        assert "done ↻" not in text


async def test_of_thousands_of_runs_only_those_seen_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    draw = RunTree.draw

    def counting(tree: RunTree, line: int, width: int) -> Text:
        drawn.append(line)
        return draw(tree, line, width)

    monkeypatch.setattr(RunTree, "draw", counting)
    app = made_app(make_report("one"))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        drawn.clear()
        run_ids = [f"sweep/{number}" for number in range(5_000)]
        entries = {one: RunEntry(one, (0, 0, 0), "") for one in run_ids}
        screen.runs.show(folders(run_ids), entries, [])
        await pilot.pause()
        assert "sweep/" in screen_text(app)
        assert 0 < len(set(drawn)) < 100
        drawn.clear()
        screen.runs.place_cursor("sweep/2500")
        await pilot.pause()
        assert "2500" in screen_text(app)
        assert 0 < len(set(drawn)) < 100
        drawn.clear()
        screen.runs.place_cursor("sweep/2499")
        await pilot.pause()
        assert sorted(set(drawn)) == [2_500, 2_501]


async def test_a_filter_that_is_no_regular_expression_says_so_and_filters_all_the_same() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("slash", *"seed-(")
        await pilot.pause()
        assert "seed-(: missing ), unterminated subpattern, searched for as it stands" in screen_text(app)
        assert screen.session.run_ids() == []
        await pilot.press("backspace")
        await pilot.pause()
        assert "unterminated" not in screen_text(app)
        assert len(screen.session.run_ids()) == 3


async def test_the_list_of_runs_is_made_wider_and_narrower_as_far_as_the_curves_keep_room() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        width = screen.pane(Pane.RUNS).size.width
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert screen.pane(Pane.RUNS).size.width == width + 4
        await pilot.press(*["left_square_bracket"] * 9)
        await pilot.pause()
        assert screen.pane(Pane.RUNS).outer_size.width == LEAST_RUNS
        assert "no other width here" in screen_text(app)
        await pilot.press(*["right_square_bracket"] * 19)
        await pilot.pause()
        assert screen.pane(Pane.CURVES).outer_size.width == LEAST_CHART
        assert screen.state()["runs_wider"] == screen.runs_wider == 20


async def test_errors_are_called_by_their_path_below_what_is_looked_at() -> None:
    app = LossTuiApp(lambda: iter([LogError("/logs/all/of/it/x/broken.csv", "no value")]), "/logs/all/of/it")
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "! x/broken.csv" in screen_text(app)


async def test_which_of_the_tags_is_shown_is_said() -> None:
    app = made_app(make_report("a", tags={f"tag{number}": [1.0, 2.0] for number in range(30)}))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("t")
        assert screen.chart.description.startswith("tag 2/30 ")
        await pilot.press("v")
        assert screen.chart.description.startswith("tags 1-4/30 ")


async def test_the_headings_of_the_table_end_where_its_numbers_end() -> None:
    app = made_app()
    async with app.run_test(size=(200, 60)) as pilot:
        await all_read(pilot)
        rows = screen_text(app).split("\n")
        heading = next(row for row in rows if "step" in row and "gap" in row)
        end = heading.index("step") + len("step")
        assert {row[:end].split()[-1] for row in rows if "seed-" in row[:30]} == {"99"}


async def test_the_name_of_the_run_comes_before_which_tag_is_shown() -> None:
    tags = {f"tag{number}": [1.0, 2.0] for number in range(30)}
    app = made_app(make_report("a", tags=tags), make_report("b" * 50, tags=tags))
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        assert "tag 1/30 · EMA" in screen_text(app)
        await pilot.press("j")
        await pilot.pause()
        assert "b" * 50 in screen_text(app)
        assert "tag 1/30" not in screen_text(app)


async def test_what_is_chosen_is_found_by_its_key_or_ending_too() -> None:
    app = made_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        await pilot.press("colon", *"ctrl+l")
        await pilot.pause()
        assert "redraw: " in screen_text(app)
        assert "theme: " not in screen_text(app)
