"""The lists to choose from."""

import numpy as np

from tui_support import all_read, made_app, make_report, screen_text


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
        assert "none fits" not in screen_text(app)
        await pilot.press(*"xyz")
        await pilot.pause()
        assert "Commands: none fits" in screen_text(app)


async def test_one_of_many_tags_is_found_by_its_name() -> None:
    tags = {f"layer{number}/norm": np.arange(9.0) for number in range(500)}
    app = made_app(make_report("a", tags={"train/loss": np.arange(9.0), **tags, "\x1b[2J": np.arange(9.0)}))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("number_sign", *"2J")
        await pilot.pause()
        assert "\\x1b[2J" in screen_text(app)
        await pilot.press("ctrl+u", *"layer312")
        await pilot.pause()
        assert "layer312/norm" in screen_text(app)
        assert "layer311/norm" not in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert screen.session.tag == "layer312/norm"
        assert "◆ layer312/norm" in screen_text(app)


async def test_no_tag_is_chosen_by_escape_or_without_any() -> None:
    app = made_app(make_report("a"), make_report("b", tags={}))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        before = screen.session.tag
        await pilot.press("number_sign", "escape")
        await pilot.pause()
        assert screen.session.tag == before
        screen.go_to_run("b")
        await pilot.press("number_sign")
        await pilot.pause()
        assert "no tag to choose from" in screen_text(app)
