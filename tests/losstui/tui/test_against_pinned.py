"""A run beside the pinned one, as it is seen."""

from dataclasses import replace

import numpy as np

from tui_frames import reports
from tui_support import all_read, chart_rows, made_app, make_report, screen_text

WIDE, NARROW = (120, 40), (80, 24)


async def test_a_comparison_says_what_is_new_what_is_gone_and_what_was_set_otherwise() -> None:
    app = made_app(*reports())
    async with app.run_test(size=WIDE) as pilot:
        await all_read(pilot)
        await pilot.press("p", "k", "k", "k", "k", "d")
        await pilot.pause()
        text = screen_text(app)
        for words in (
            "◉ seed-3",
            "new 200→399",
            "new    ▲ plateau",
            "gone   ✖ divergence",
            "lr  0.1 → 0.01",
            "lr-0.1/seed-3 (pinned)",
            "train/loss less the pinned run's",
        ):
            assert words in text, words
        assert "batch_size" not in text
        await pilot.press("d")
        await pilot.pause()
        assert "(pinned)" not in screen_text(app)


async def test_a_narrow_comparison_is_below_the_chart() -> None:
    app = made_app(*reports())
    async with app.run_test(size=NARROW) as pilot:
        await all_read(pilot)
        await pilot.press("p", "k", "d")
        await pilot.pause()
        text = screen_text(app)
        assert "against lr-0.1/seed-3  best val/loss" in text
        assert "new ▲plateau gone ✖divergence" in text
        assert "seed 3 → 2" in text


async def test_a_comparison_stands_alone_on_a_large_screen() -> None:
    tags = {"train/loss": np.arange(9.0), "val/accuracy": np.arange(9.0)}
    app = made_app(*(make_report(name, tags=tags) for name in ("a", "b")))
    async with app.run_test(size=(200, 60)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("p", "j")
        assert any("val/accuracy " in row for row in chart_rows(screen))
        await pilot.press("d")
        assert any("train/loss less the pinned run's" in row for row in chart_rows(screen))


async def test_log_content_in_a_comparison_is_shown_and_never_obeyed() -> None:
    nasty = "[bold red]\x1b[31mrun\u202e"
    first, second = make_report("base", tags={"loss": np.arange(9.0)}), make_report(nasty)
    odd = replace(second.run, hyperparameters={"\x1b[2J": "\x07", "[b]": "[/b]"})
    app = made_app(first, replace(second, run=odd))
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        screen.go_to_run(nasty)
        await pilot.press("space", "p", "j", "d")
        await pilot.pause()
        text = screen_text(app)
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
        assert "[b]" in text
