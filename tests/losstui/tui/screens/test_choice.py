"""The lists to choose from."""

from tui_support import all_read, made_app, screen_text


async def test_what_is_chosen_is_found_by_its_key_or_ending_too() -> None:
    app = made_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        await pilot.press("colon", *"ctrl+l")
        await pilot.pause()
        assert "Draw the whole screen again" in screen_text(app)
        assert "Next theme" not in screen_text(app)
        await pilot.press("ctrl+u", *"log-scale")
        await pilot.pause()
        assert "Logarithmic y axis on or off" in screen_text(app)
