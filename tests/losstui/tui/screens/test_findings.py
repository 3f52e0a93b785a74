"""The findings, and what else they are linked with."""

from dataclasses import replace

import numpy as np
import pytest

from losstui.analysis import LogError
from losstui.deaths import kind_of_death
from losstui.findings import Finding, Severity
from losstui.run import Status
from losstui.wording import SILENT
from tui_support import all_read, died, made_app, make_finding, make_report, screen_text


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
        assert (screen.session.run_id, screen.session.index) == ("sweep/seed-1", 1)
        while screen.finding_list.cursor_line != 1:  # all is shown when the key rests
            await pilot.pause(0.02)


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


async def test_colours_of_a_curve_do_not_depend_on_the_finding() -> None:
    findings = [make_finding("a"), make_finding("b", tag="val/loss")]
    app = made_app(make_report("run", findings))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "◆ train/loss" in screen_text(app)
        await pilot.press("n")
        assert "◆ train/loss" in screen_text(app)
        assert "■ val/loss" in screen_text(app)


@pytest.mark.parametrize("cause", ["job.err: ends with: MemoryError", ""])
async def test_of_a_dead_run_is_said_first_what_it_died_of(cause: str) -> None:
    other = "log.csv: line 3 is broken by zero bytes; left out"
    told = f"({kind_of_death(cause)}): {cause or SILENT}"
    warned = (cause, other) if cause else (other,)
    report, well = make_report("a", [make_finding()]), make_report("b")
    ill, alone = (
        replace(one, run=replace(one.run, status=Status.DEAD, warnings=warned, cause=cause))
        for one in (report, replace(well, run=replace(well.run, id="c", name="c")))
    )
    app = made_app(ill, alone)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        for run_id, below in (("a", "divergence"), ("c", "no finding")):
            screen.go_to_run(run_id)
            await pilot.pause()
            lines = [screen.details.render_line(y).text for y in range(screen.details.size.height)]
            shown = " ".join(" ".join(lines).split())
            assert shown.count(told) == 1
            assert shown.index(told) < shown.index(below)
            assert shown.find(other) == -1 or shown.index(below) < shown.index(other)
    app = made_app(alone)
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        assert told in screen_text(app)
        assert other not in screen_text(app)


@pytest.mark.parametrize(("severity", "is_told"), [(Severity.INFO, True), (Severity.WARNING, False)])
async def test_a_narrow_screen_says_what_a_run_died_of_beside_a_note(
    severity: Severity, is_told: bool
) -> None:
    report = make_report("a", [make_finding(severity=severity, message="It fell. " * 30)])
    app = made_app(died(report, "a.log: MemoryError"))
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert ("a.log: MemoryError" in text) is is_told
        assert "It fell." in text
        assert "try: " in text


@pytest.mark.parametrize("findings", [[], [make_finding(severity=Severity.INFO)]], ids=["none", "a note"])
async def test_where_there_is_one_line_alone_it_says_what_a_run_died_of(findings: list[Finding]) -> None:
    report = make_report("a", findings)
    app = made_app(died(report, "a.log: MemoryError"))
    async with app.run_test(size=(60, 15)) as pilot:
        screen = await all_read(pilot)
        assert screen.strip.size.height == 1
        assert "dead (memory): a.log: MemoryError" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "try: Ask for more memory of the host" in screen_text(app)


async def test_below_the_chart_a_message_of_three_lines_is_whole_and_followed_by_what_to_try() -> None:
    words = [f"word{number:02}" for number in range(33)]  # of 6 letters: three lines of 80 columns
    app = made_app(make_report("a", [make_finding(message=" ".join(words))]))
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert all(word in text for word in words)
        assert "try: " in text


async def test_the_strip_leaves_the_chart_what_no_finding_of_the_run_needs() -> None:
    short, long = make_finding(message="It rose."), make_finding(first=80, message="It rose. " * 15)
    app = made_app(make_report("a", [short]), make_report("b", [short, long]))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        heights: dict[tuple[str | None, int | None], tuple[int, int]] = {}
        for _ in range(3):
            selected = screen.session.run_id, screen.session.index
            heights[selected] = screen.chart.size.height, screen.strip.size.height
            await pilot.press("n")
            await pilot.pause(0.1)
        assert set(heights) == {("a", 0), ("b", 0), ("b", 1)}
        assert heights["b", 0] == heights["b", 1]
        assert heights["a", 0][1] < heights["b", 0][1]
        assert {sum(both) for both in heights.values()} == {sum(heights["a", 0])}


async def test_the_head_of_the_strip_gives_up_the_kind_before_the_steps() -> None:
    app = made_app(
        make_report("a", [replace(make_finding(), name="hidden-non-finite", kind="after-learning")])
    )
    async with app.run_test(size=(40, 12)) as pilot:
        await all_read(pilot)
        assert "✖ hidden-non-finite  60→99  1/1" in screen_text(app)


async def test_a_wider_screen_leaves_no_gap_below_the_findings() -> None:
    app = made_app(make_report("a", [make_finding()]))
    async with app.run_test(size=(90, 24)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("3")
        await pilot.resize_terminal(130, 30)
        await pilot.pause(0.1)
        assert screen.finding_list.size.height == screen.finding_list.region.height == 1
