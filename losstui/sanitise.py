"""Makes untrusted log content safe to show: what a terminal would obey becomes visible text."""

from __future__ import annotations


def clean(text: str) -> str:
    """Return `text` with every character that is not printable spelled as an escape ("\\x1b").

    That covers control characters, ANSI and OSC sequences, bidirectional overrides and surrogates.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
