"""Compares what a follower has gathered with what a fresh read of the same files gives."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.errors import UnreadableLog
from losstui.frame import Frame
from losstui.parsing import FileGroup, Follower, LoggedRun, Parser
from losstui.rereading import fresh_group

_COLUMNS = ("steps", "values", "wall_times", "epochs", "sessions")


def assert_same_frame(found: Frame, expected: Frame) -> None:
    """Assert that two frames hold the same columns, NaN included."""
    assert list(found) == list(expected)
    for tag in expected:
        for name in _COLUMNS:
            mine, theirs = getattr(found[tag], name), getattr(expected[tag], name)
            assert (mine is None) is (theirs is None), f"{tag}: {name}"
            if theirs is not None:
                np.testing.assert_array_equal(mine, theirs, err_msg=f"{tag}: {name}", strict=True)


def assert_same_run(found: LoggedRun, expected: LoggedRun) -> None:
    """Assert that two logged runs say the same."""
    assert_same_frame(found.frame, expected.frame)
    for name in ("step_unit", "name", "warnings", "finished", "failed", "progress"):
        assert getattr(found, name) == getattr(expected, name)
    assert dict(found.hyperparameters) == dict(expected.hyperparameters)


def assert_as_fresh(follower: Follower, parser: Parser, group: FileGroup) -> None:
    """Assert that the follower gives now what a fresh read gives, be it an error."""
    reason = ""
    expected: list[LoggedRun] = []
    try:
        expected = parser.read(fresh_group(group))
    except UnreadableLog as error:
        reason = str(error)
    if reason:
        with pytest.raises(UnreadableLog) as raised:
            follower.runs()
        assert str(raised.value) == reason
        return
    found = follower.runs()
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        assert_same_run(mine, theirs)
