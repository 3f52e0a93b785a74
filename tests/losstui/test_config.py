"""The configuration file: where it is looked for, and what is said of what is wrong in it."""

from pathlib import Path

import pytest

from losstui.arguments import argument_parser, settings
from losstui.config import find_config, read_config
from losstui.errors import UsageError
from losstui.tui.marker import Marker
from losstui.tui.places import config_file, state_folder
from losstui.tui.settings import Settings, ThemeName

EVERYTHING = """
select = ["LT1"]
ignore = ["plateau"]
run = ["a*"]
tag = ["loss*"]
fail-on = "warning"
theme = "light"
marker = "quadrant"
ascii = false
follow = false
session = false
[roles]
x = "val_loss"
[keys]
next-finding = "f6"
quit = ["Q", "ctrl+q"]
"""


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_own_file_is_read_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert find_config(None) == {}
    written(tmp_path / "losstui" / "config.toml", 'theme = "light"')
    assert find_config(None) == {"theme": "light"}
    monkeypatch.setenv("LOSSTUI_CONFIG", str(written(tmp_path / "other.toml", 'theme = "dark"')))
    assert find_config(None) == {"theme": "dark"}
    assert find_config(written(tmp_path / "named.toml", 'theme = "terminal"')) == {"theme": "terminal"}


def test_a_file_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSTUI_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(UsageError, match=r"gone\.toml: no such file or folder"):
        find_config(None)


def test_every_setting_is_taken_over_and_a_flag_overrules_it(tmp_path: Path) -> None:
    config = read_config(written(tmp_path / "c.toml", EVERYTHING))
    parser = argument_parser()
    look = settings(parser.parse_args([]), config, [Path("runs")])
    assert (look.theme, look.marker, look.ascii_only) == (ThemeName.LIGHT, Marker.QUADRANT, False)
    assert (look.follow, look.remember, look.root) == (False, False, ("runs",))
    assert look.keymap.bindings() == {"quit": "Q,ctrl+q", "next-finding": "f6"}
    look = settings(parser.parse_args(["--theme", "colour-blind", "--marker", "ascii"]), config, [])
    assert (look.theme, look.marker, look.ascii_only) == (ThemeName.COLOUR_BLIND, Marker.ASCII, True)


def test_without_flags_and_file_the_terminal_decides() -> None:
    look = settings(argument_parser().parse_args([]), {}, [])
    assert look == Settings(remember=True)
    look = settings(argument_parser().parse_args(["--no-follow", "--no-session", "--ascii"]), {}, [])
    assert look == Settings(follow=False, ascii_only=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = 3", '\'theme\' must be "dark", "light", "terminal" or "colour-blind"'),
        ("follow = 'no'", "'follow' must be true or false"),
        ("keys = 1", "'keys' must be a table of action = key or list of keys"),
        ("keys.quit = 1", "'keys' must be a table of action = key or list of keys"),
        ("keys.fly = 'x'", "in 'keys': no action 'fly'; "),
        ("keys.quit = 'xx'", "in 'keys': no key 'xx'"),
        ("keys.quit = 'n'", "in 'keys': n would be both 'quit' and 'next-finding'"),
        ("fly = 1", "no setting 'fly'; there are: select, "),
        ("theme = ", "Invalid value"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_file_and_key(text: str, said: str, tmp_path: Path) -> None:
    path = written(tmp_path / "c.toml", text)
    with pytest.raises(UsageError) as raised:
        read_config(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message


def test_who_has_no_home_has_no_settings_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.expanduser", str)  # as where neither HOME nor the user is known
    assert not config_file({}).exists()
    with pytest.raises(NotADirectoryError):
        state_folder({}).mkdir(parents=True)
    assert config_file({"XDG_CONFIG_HOME": "/x"}) == Path("/x/losstui/config.toml")
