"""The screen of the keys."""

from losstui.tui.screens.help import HelpScreen
from losstui.tui.screens.main import MainScreen
from tui_support import all_read, made_app, screen_text


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


async def test_help_divides_no_mark_from_what_it_means_and_follows_the_width() -> None:
    app = made_app()
    async with app.run_test(size=(40, 30)) as pilot:
        await all_read(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        lines = [line.strip("│ ") for line in screen_text(app).splitlines()]
        assert "✖ critical   ▲ warning   ● info" in lines
        assert "✓ ok   ! unreadable" in lines
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert "● info   ✓ ok   ! unreadable" in screen_text(app)
