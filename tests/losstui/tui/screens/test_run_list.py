"""The pane of the runs."""

import re
from dataclasses import replace

import pytest
from rich.text import Text

from losstui.analysis import LogError
from losstui.findings import Severity
from losstui.run import Status
from losstui.tui.catalogue import folders
from losstui.tui.run_rows import RunEntry
from losstui.tui.widgets.run_tree import RunTree
from tui_support import all_read, died, made_app, make_finding, make_report, screen_text


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
        assert "overfitting: no validation" in screen_text(app)


async def test_a_run_that_died_is_among_those_that_need_someone() -> None:
    ill, noted, well = (
        make_report("ill", [make_finding()]),
        make_report("noted", [make_finding("resumed-run", Severity.INFO)]),
        make_report("well"),
    )
    app = made_app(*map(died, (ill, noted, well)), make_report("healthy"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert "✖ ill †       divergence" in text
        assert "† noted   █▄▂▁▁▁ dead +1" in text
        assert "† well       █▄▂▁▁▁ dead" in text
        assert "4 runs  ✖1 †2 ✓1" in text
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "✖1 †2" in screen_text(app)


async def test_the_list_says_what_runs_died_of_and_how_many_of_a_folder() -> None:
    note = make_finding("resumed-run", Severity.INFO)
    causes = {
        "a": "a.log: ends with: CUDA out of memory",
        "b": "x: KeyError",
        "c": "",
    }
    reports = [make_report(f"jobs/{name}", [note]) for name in (*causes, "d")]
    dead = [died(one, cause) for one, cause in zip(reports, causes.values(), strict=False)]
    app = made_app(*dead, reports[-1], make_report("healthy"))
    async with app.run_test(size=(200, 60)) as pilot:
        await all_read(pilot)
        shown = {words[1]: words for line in screen_text(app).splitlines() if (words := line.split()[1:])}
        assert "gpu-memory" in shown["a"]
        assert "dead" in shown["b"]
        assert "dead" in shown["c"]
        assert "resumed-run" in shown["d"]
        [folder] = [line for line in screen_text(app).splitlines() if "jobs/" in line and "▼" in line]
        assert "† ▼ jobs/" in folder
        assert "†3●1" in folder


async def test_a_run_that_died_is_seen_first_and_is_the_next_of_one() -> None:
    app = made_app(make_report("a"), died(make_report("b")))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert screen.session.run_id == "b"
        await pilot.press("n")
        await pilot.pause()
        assert screen.session.run_id == "b"
        assert "no other finding in the runs shown" in screen_text(app)


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


async def test_a_hundred_runs_keep_their_order_and_the_cursor() -> None:
    app = made_app(*(make_report(f"sweep/seed-{i}") for i in range(100)))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert screen.session.run_id == "sweep/seed-0"
        await pilot.press("1", "end")
        await pilot.pause()
        assert screen.session.run_id == "sweep/seed-99"
        assert "seed-99" in screen_text(app)


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


async def test_a_run_that_goes_on_is_marked() -> None:
    report = make_report("live")
    app = made_app(make_report("done"), replace(report, run=replace(report.run, status=Status.RUNNING)))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert "live ↻" in text
        assert "done ↻" not in text
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        picker = {screen_text(app).split(" >")[0]}
        await pilot.press("j")
        await pilot.pause()
        picker.add(screen_text(app).split(" >")[0])
        assert picker == {"< ✓ done 1/2", "< ✓ live ↻ 2/2"}


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


async def test_the_headings_of_the_table_end_where_its_numbers_end() -> None:
    app = made_app()
    async with app.run_test(size=(200, 60)) as pilot:
        await all_read(pilot)
        rows = screen_text(app).split("\n")
        heading = next(row for row in rows if "step" in row and "finding" in row)
        end = heading.index("step") + len("step")
        assert {row[:end].split()[-1] for row in rows if "seed-" in row[:30]} == {"99"}


async def test_what_is_counted_is_never_shown_without_how_many() -> None:
    found = {"a": Severity.CRITICAL, "b": Severity.WARNING, "c": Severity.INFO}
    bad = [
        make_report(f"{name}{i}", [make_finding(severity=one)])
        for name, one in found.items()
        for i in range(11)
    ]
    app = made_app(*bad, make_report("d"), LogError("runs/broken.csv", "line 3: not a number"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "│34 ✖11 ▲11 !1 ●11 ✓1     │" in screen_text(app)
        await pilot.press("left_square_bracket", "left_square_bracket")
        await pilot.pause()
        assert re.search(r"│34( [✖▲!●]\d+)+ …", screen_text(app))
