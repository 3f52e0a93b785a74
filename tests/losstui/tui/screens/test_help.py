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
