"""The screen as text, against what it should be; `python tests/tui_frames.py` makes the frames anew."""

import re

import pytest

from tui_frames import FRAMES, SCENES, Scene, frame

FRAME_COLOURS = {"#292929", "#ff5f57", "#febc2e", "#28c840"}  # of the window around the screen


@pytest.mark.parametrize("scene", SCENES, ids=[scene.path.stem for scene in SCENES])
async def test_the_screen_is_as_it_should_be(scene: Scene) -> None:
    text = await frame(scene)
    assert text == scene.path.read_text(encoding="utf-8")
    assert text.isascii() or not scene.settings.ascii_only


@pytest.mark.parametrize("scene", [one for one in SCENES if one.picture], ids=lambda one: one.path.stem)
def test_no_picture_is_of_one_colour(scene: Scene) -> None:
    colours = set(re.findall("#[0-9a-f]{6}", scene.path.read_text(encoding="utf-8")))
    assert len(colours - FRAME_COLOURS) > 1


def test_there_is_no_frame_without_a_scene() -> None:
    assert {path.name for path in FRAMES.iterdir()} == {scene.path.name for scene in SCENES}
