"""Runs with the roles of their tags, for the tests of roles."""

from __future__ import annotations

from collections.abc import Mapping

from losstui.roles import assign_roles


def assert_roles(run: Mapping[str, str]) -> None:
    """Assert that each tag of `run` has the role of that name, in whichever order the tags come."""
    roles = assign_roles(run)
    assert {tag: role.name for tag, role in roles.items()} == run
    assert assign_roles(reversed(list(run))) == roles
