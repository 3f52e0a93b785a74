"""Numbers of things in words."""

from __future__ import annotations


def noun(count: int, singular: str) -> str:
    """What `count` things are called, of which one is `singular`; those with an -s alone."""
    return singular if count == 1 else f"{singular}s"


def counted(count: int, singular: str) -> str:
    """So many things: "1 run", "3 runs"."""
    return f"{count} {noun(count, singular)}"


def times(count: int) -> str:
    """How often: "once", "3 times"."""
    return "once" if count == 1 else f"{count} times"
