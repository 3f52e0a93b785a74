"""The panes, at the sizes and in the colours people have."""

import pytest

from losstui.tui.geometry import LEAST_CHART, LEAST_RUNS
from losstui.tui.keys import Pane
from losstui.tui.screen_text import screen_lines
from losstui.tui.settings import Settings, ThemeName
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


async def test_the_keys_lead_to_the_panes_that_are_out_of_sight() -> None:
    app = made_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        bar = screen_text(app).splitlines()[-1]
        assert "1 Runs  3 Findings" in bar
        assert "2 Curves" not in bar
        await pilot.press("3")
        await pilot.pause()
        assert "1 Runs  2 Curves" in screen_text(app).splitlines()[-1]
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert not screen.narrow
        assert "1 Runs" not in screen_text(app).splitlines()[-1]


@pytest.mark.parametrize(
    ("pane", "keys"), [("1", "2 Curves 3 Findings"), ("2", "1 Runs 3 Findings"), ("3", "1 Runs 2 Curves")]
)
async def test_the_narrowest_bar_leads_to_other_panes_and_to_the_next_finding(pane: str, keys: str) -> None:
    app = made_app()
    async with app.run_test(size=(40, 12)) as pilot:
        await all_read(pilot)
        await pilot.press(pane)
        await pilot.pause()
        assert f"? Help q Quit {keys} n Next" in screen_text(app).splitlines()[-1]


async def test_120_columns_show_all_panes() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        for words in (
            "✖ ▼ sweep/",
            "▲ seed-1",
            "✓ base",
            "▼ unreadable (1)",
            "! broken.csv",
            "4 runs  ✖1 ▲2 !1 ✓1",
            "◆ train/loss",
            "■ val/loss",
            "═▲═",
            "✖ divergence",
            "60→99",
            "the loss rises and does not",
            "progress lost: 83 %",
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
        assert text.startswith("< ✖ sweep/seed-2 2/4 > ✖1 ▲2 ")
        assert "try: Clip the gradient norm" in text
        await pilot.press("1")
        assert "▼ unreadable (1)" in screen_text(app)
        assert "train/loss" not in screen_text(app)
        await pilot.press("3")
        assert "evidence" in screen_text(app)
        assert "seed-1" not in screen_text(app)


async def test_where_the_list_is_not_seen_the_first_line_counts_the_runs_that_are_ill() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "2/4 >  " in screen_text(app)
        await pilot.press("2", "z")
        assert "2/4 > ✖1 ▲2 " in screen_text(app)
    for reports, line in (
        ([make_report("a")], "< ✓ a 1/1 >  "),
        ([*map(make_report, "ab")], "< ✓ a 1/2 >  "),
    ):
        app = made_app(*reports)
        async with app.run_test(size=(80, 24)) as pilot:
            await all_read(pilot)
            assert screen_text(app).startswith(line)


@pytest.mark.parametrize(
    ("other", "ends"), [("short", "2/2 > ✖1"), ("a-name-of-as-many-characters", "2/2 >")]
)
async def test_in_few_columns_the_runs_that_are_ill_are_counted_where_the_name_stays_whole(
    other: str, ends: str
) -> None:
    app = made_app(make_report("a"), make_report(other, [make_finding()]))
    async with app.run_test(size=(40, 12)) as pilot:
        await all_read(pilot)
        line = screen_text(app).splitlines()[0].rstrip()
        assert other in line
        assert line.endswith(ends)


async def test_80_columns_show_a_message_of_two_lines_whole() -> None:
    message = "the train loss rises from 0.361 to 2.32 from step 60 on and is not back: all progress is lost"
    app = made_app(make_report("a", [make_finding(message=message)]))
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        assert "is not back: all progress is lost" in " ".join(screen_text(app).split())


async def test_a_chart_with_the_focus_is_never_squeezed() -> None:
    for width in (60, 80, 99, 100, 110, 119, 120, 160, 200):
        app = made_app()
        async with app.run_test(size=(width, 30)) as pilot:
            screen = await all_read(pilot)
            assert screen.chart.size.width >= min(width, 58), width


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


async def test_without_colours_nothing_is_drawn_in_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = made_app(settings=Settings(theme=ThemeName.LIGHT))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        styles = [style for line in screen_lines(app.screen) for _, style, _ in line if style]
        assert styles
        colours = [colour for one in styles for colour in (one.color, one.bgcolor) if colour is not None]
        assert all(colour.is_default for colour in colours)


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
