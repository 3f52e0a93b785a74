from losstui.tui.overlay import LETTERS, Overlay


def overlay_of(*run_ids: str) -> Overlay:
    overlay = Overlay()
    for run_id in run_ids:
        overlay.toggle(run_id)
    return overlay


def letters(overlay: Overlay) -> dict[str, str]:
    return {run_id: overlay.letter(run_id) for run_id in overlay.marked}


def test_a_run_keeps_its_letter_while_it_is_marked() -> None:
    overlay = overlay_of("x", "y", "z")
    overlay.toggle("x")
    assert letters(overlay) == {"y": "B", "z": "C"}
    overlay.toggle("new")
    assert letters(overlay) == {"new": "A", "y": "B", "z": "C"}


def test_the_selected_run_is_drawn_with_the_marked_ones() -> None:
    overlay = overlay_of("x", "y")
    assert overlay.shown_with("y") == ["x", "y"]
    assert overlay.shown_with("z") == ["x", "y", "z"]
    assert (overlay.letter("z"), overlay.slot("z")) == ("", 2)


def test_an_isolated_run_is_drawn_alone() -> None:
    overlay = overlay_of("x", "y")
    overlay.isolated = True
    assert overlay.shown_with("y") == ["y"]
    assert overlay.marked == ["x", "y"]


def test_a_comparison_shows_two_runs_whatever_is_marked() -> None:
    overlay = overlay_of("x", "y")
    overlay.pinned, overlay.against = "x", True
    assert overlay.shown_with("z") == ["z", "x"]
    assert overlay.shown_with("x") == ["x"]


def test_all_are_marked_and_then_none() -> None:
    overlay = overlay_of("y")
    overlay.toggle_all(["x", "y"])
    assert letters(overlay) == {"y": "A", "x": "B"}
    overlay.toggle_all(["x", "y"])
    assert overlay.marked == []


def test_there_are_no_more_marks_than_letters() -> None:
    overlay = Overlay()
    overlay.toggle_all([str(number) for number in range(40)])
    assert len(overlay.marked) == len(LETTERS)
    assert overlay.is_full()
    overlay.toggle("another")
    assert overlay.letter("another") == ""
    assert overlay.slot("another") == len(LETTERS)
    overlay.toggle_all([str(number) for number in range(40)])
    assert overlay.marked == []
