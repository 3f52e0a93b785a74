"""A long text of which only what is in sight is drawn."""

from rich.text import Text
from textual.app import App, ComposeResult

from losstui.tui.screen_text import screen_text
from losstui.tui.widgets.finding_details import FindingDetails

LONG = "\n".join(f"{number} " + "word " * (number % 7) + "end" for number in range(60))


class Details(App[None]):
    def compose(self) -> ComposeResult:
        yield FindingDetails(id="details")


def words_on(app: App[None]) -> list[str]:
    return [line.rstrip(" ▁▂▃▄▅▆▇") for line in screen_text(app.screen).split("\n")]


async def test_a_text_wraps_at_its_words_and_scrolls_to_its_end() -> None:
    app = Details()
    async with app.run_test(size=(20, 8)) as pilot:
        details = app.query_one(FindingDetails)
        details.show(Text(LONG))
        await pilot.pause()
        assert words_on(app)[:3] == ["0 end", "1 word end", "2 word word end"]
        assert words_on(app)[3:5] == ["3 word word word", "  end"]
        details.page(1_000)
        await pilot.pause(0.1)
        assert words_on(app)[-2:] == ["59 word word word", "   end"]
        seen = words_on(app)
        details.show(Text(LONG), anew=False)
        await pilot.pause()
        assert words_on(app) == seen
        details.show(Text("short"))
        await pilot.pause(0.1)
        assert words_on(app) == ["short", *[""] * 7]


async def test_another_width_wraps_otherwise() -> None:
    app = Details()
    async with app.run_test(size=(60, 8)) as pilot:
        app.query_one(FindingDetails).show(Text("one two three four five\nsix"))
        await pilot.pause()
        assert words_on(app)[:2] == ["one two three four five", "six"]
        await pilot.resize_terminal(11, 8)
        await pilot.pause()
        assert words_on(app)[:4] == ["one two", "three four", "five", "six"]


async def test_an_empty_line_is_a_line_and_what_does_not_fit_is_cut_in_lines() -> None:
    app = Details()
    async with app.run_test(size=(11, 6)) as pilot:
        app.query_one(FindingDetails).show(Text("a\n\n" + "x" * 15))
        await pilot.pause()
        assert words_on(app)[:4] == ["a", "", "x" * 10, "x" * 5]


async def test_the_first_remedy_is_named_briefly_only_where_the_rest_of_it_is_out_of_sight() -> None:
    app = Details()
    text = "message\ntry: Clip\nevidence\na\nb\n1 Clip\n  do: this\n2 Wait"
    async with app.run_test(size=(20, 4)) as pilot:
        app.query_one(FindingDetails).show(Text(text))
        await pilot.pause()
        assert words_on(app)[:2] == ["message", "try: Clip"]
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert words_on(app) == ["message", "evidence", "a", "b", "1 Clip"]
        await pilot.resize_terminal(20, 4)
        await pilot.pause()
        assert words_on(app)[:2] == ["message", "try: Clip"]
