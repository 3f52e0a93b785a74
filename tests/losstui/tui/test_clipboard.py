import shutil
import subprocess
from typing import Any

import pytest

from losstui.tui import clipboard


def there(program: str) -> str:
    return f"/usr/bin/{program}"


def absent(program: str) -> None:
    return None


def test_outside_tmux_the_terminal_is_asked_and_nothing_is_claimed() -> None:
    sent: list[str] = []
    said = clipboard.copy("text", "the finding", {}, sent.append)
    assert sent == ["text"]
    assert said.startswith("the finding: sent to the terminal")
    assert "copied" not in said


def test_inside_tmux_its_own_command_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[list[str], bytes]] = []

    def run(command: list[str], **options: Any) -> None:
        calls.append((command, options["input"]))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", there)
    sent: list[str] = []
    said = clipboard.copy("a\nb", "the path", {"TMUX": "/tmp/tmux,1,0"}, sent.append)
    assert calls == [(["tmux", "load-buffer", "-w", "-"], b"a\nb")]
    assert sent == []
    assert "tmux buffer" in said


def test_a_tmux_that_refuses_is_not_called_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **options: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", there)
    assert clipboard.copy("a", "the path", {"TMUX": "x"}, lambda text: None).startswith(
        "the path: not copied"
    )


def test_without_the_tmux_program_the_terminal_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", absent)
    sent: list[str] = []
    clipboard.copy("a", "the path", {"TMUX": "x"}, sent.append)
    assert sent == ["a"]


def test_a_tmux_too_old_to_pass_a_text_on_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def run(command: list[str], **options: Any) -> None:
        calls.append(command)
        if "-w" in command:
            raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", there)
    assert "in the tmux buffer" in clipboard.copy("a", "the path", {"TMUX": "x"}, lambda text: None)
    assert calls[-1] == ["tmux", "load-buffer", "-"]
