"""How curves were looked at, as plain values that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from enum import Enum
from typing import Any

from losstui.tui.view import View


def plain(view: View) -> dict[str, Any]:
    """The choices of a view; which part of a curve was seen is not one of them."""
    values = {field.name: getattr(view, field.name) for field in fields(view) if field.name != "zoom"}
    return {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}


def restored(view: View, kept: Mapping[str, Any]) -> View:
    """`view` with the choices that were kept, as far as they are any."""
    changes: dict[str, Any] = {}
    for name, value in plain(view).items():
        was = kept.get(name)
        if type(was) is not type(value):
            continue
        now = getattr(view, name)
        if not isinstance(now, Enum):
            changes[name] = was
        elif was in [one.value for one in type(now)]:
            changes[name] = type(now)(was)
    return replace(view, **changes).smoother(0)
