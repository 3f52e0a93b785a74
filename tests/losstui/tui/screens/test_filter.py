"""The line in which the runs are filtered."""

from losstui.tui.keys import Pane
from tui_support import all_read, made_app, screen_text


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


async def test_escape_after_a_filter_without_a_match_goes_back_to_the_run_before() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        screen.go_to_run("sweep/seed-10")
        await pilot.press("slash", *"zz", "enter")
        await pilot.pause()
        assert screen.session.run_id is None
        await pilot.press("escape")
        await pilot.pause()
        assert screen.session.run_id == "sweep/seed-10"


async def test_a_finding_that_no_run_has_is_answered_with_the_names_of_those_there_are() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("slash", *"finding:no")
        await pilot.pause()
        assert "no run has finding 'no'; there are divergence, overfitting, plateau, spike" in screen_text(
            app
        )


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


async def test_a_filter_by_what_was_found_leaves_the_runs_with_it() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("slash", *"severity:crit", "enter")
        await pilot.pause()
        assert screen.session.run_ids() == ["sweep/seed-2"]


async def test_a_filter_that_is_no_regular_expression_says_so_and_filters_all_the_same() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("slash", *"seed-(")
        await pilot.pause()
        assert (
            "seed-( is no regular expression (missing ), unterminated subpattern): searched"
            in screen_text(app)
        )
        assert screen.session.run_ids() == []
        await pilot.press("backspace")
        await pilot.pause()
        assert "unterminated" not in screen_text(app)
        assert len(screen.session.run_ids()) == 3


async def test_a_narrow_screen_says_how_many_runs_a_filter_hides() -> None:
    app = made_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        assert " of " not in screen_text(app).splitlines()[0]
        screen.filter_runs("seed-1")
        screen.activate(Pane.CURVES)
        await pilot.pause()
        shown, every = len(screen.session.run_ids()), len(screen.session.catalogue)
        assert shown < every
        assert f"/{shown} of {every} " in screen_text(app).splitlines()[0]
