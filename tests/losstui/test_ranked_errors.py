"""Whether "top1" and "top5" are accuracies or errors, which their values say."""

from __future__ import annotations

import pytest

from losstui.frame import Frame, FrameBuilder
from losstui.ranked_errors import LEAST_COMPARED
from losstui.roles import Kind, assign_roles


def frame_of(**columns: list[float]) -> Frame:
    builder = FrameBuilder()
    for tag, values in columns.items():
        builder.add(tag, list(range(len(values))), values)
    return builder.build()


@pytest.mark.parametrize(
    ("first", "five", "kind"),
    [
        ([60.0, 50.0, 40.0], [30.0, 20.0, 40.0], Kind.ERROR),
        ([40.0, 50.0, 60.0], [70.0, 80.0, 90.0], Kind.ACCURACY),
        ([60.0, 50.0, 40.0], [30.0, 20.0, 41.0], Kind.ACCURACY),
        ([100.0, 100.0, 100.0], [100.0, 100.0, 100.0], Kind.ACCURACY),
        ([60.0, 50.0, 40.0][: LEAST_COMPARED - 1], [30.0, 20.0, 40.0][: LEAST_COMPARED - 1], Kind.ACCURACY),
        ([60.0, 50.0, 40.0], [30.0, 20.0], Kind.ACCURACY),
    ],
)
def test_what_is_wrong_among_five_is_wrong_at_once(first: list[float], five: list[float], kind: Kind) -> None:
    roles = assign_roles(frame_of(val_top1=first, val_top5=five, loss=first))
    assert roles["val_top1"].kind is kind
    assert roles["val_top5"].kind is kind


def test_names_alone_say_accuracy() -> None:
    assert assign_roles(["top1", "top5"])["top5"].kind is Kind.ACCURACY
