"""The screen as text, against what it should be; `python tests/tui_frames.py` makes the frames anew."""

import pytest

from tui_frames import FRAMES, SCENES, Scene, frame


@pytest.mark.parametrize("scene", SCENES, ids=[scene.path.stem for scene in SCENES])
async def test_the_screen_is_as_it_should_be(scene: Scene) -> None:
    text = await frame(scene)
    assert text == scene.path.read_text(encoding="utf-8")
    assert text.isascii() or not scene.settings.ascii_only


def test_there_is_no_frame_without_a_scene() -> None:
    assert {path.name for path in FRAMES.iterdir()} == {scene.path.name for scene in SCENES}
