from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from losstui.frame import COLUMNS, Frame, FrameBuilder, Series


def sessions_of(frame: Frame, tag: str) -> list[int] | None:
    sessions = frame[tag].sessions
    return None if sessions is None else sessions.tolist()


# Sorting


def test_values_are_sorted_by_step_and_equal_steps_stay_in_the_order_of_the_log() -> None:
    builder = FrameBuilder()
    builder.add("loss", [2, 1, 2, 1, 2], [0.0, 1.0, 2.0, 3.0, 4.0])
    series = builder.build()["loss"]
    assert series.steps.tolist() == [1, 1, 2, 2, 2]
    assert series.values.tolist() == [1.0, 3.0, 0.0, 2.0, 4.0]


def test_every_column_is_sorted_with_the_steps() -> None:
    rng = np.random.default_rng(0)
    steps = rng.permutation(1000)
    builder = FrameBuilder()
    builder.add("loss", steps, steps * 0.5, wall_times=steps * 2.0, epochs=steps / 10.0)
    series = builder.build()["loss"]
    assert series.steps.tolist() == list(range(1000))
    assert series.values.tolist() == (np.arange(1000) * 0.5).tolist()
    assert series.wall_times is not None
    assert series.epochs is not None
    assert series.wall_times.tolist() == (np.arange(1000) * 2.0).tolist()
    assert series.epochs.tolist() == (np.arange(1000) / 10.0).tolist()


def test_tags_are_in_sorted_order_whatever_was_logged_first() -> None:
    builder = FrameBuilder()
    for tag in ("val/loss", "lr", "loss"):
        builder.add(tag, [0], [1.0])
    frame = builder.build()
    assert list(frame) == ["loss", "lr", "val/loss"]
    assert len(frame) == 3
    assert frame.points == 3


def test_what_was_written_as_nan_or_infinity_is_kept() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1, 2, 3], [1.0, np.nan, np.inf, -np.inf])
    assert np.array_equal(builder.build()["loss"].values, [1.0, np.nan, np.inf, -np.inf], equal_nan=True)


def test_the_parts_of_a_tag_are_joined_and_a_column_only_some_have_is_nan_elsewhere() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1], [3.0, 2.0])
    builder.add("loss", [2], [1.0], wall_times=[7.0])
    series = builder.build()["loss"]
    assert series.values.tolist() == [3.0, 2.0, 1.0]
    assert series.epochs is None
    assert series.wall_times is not None
    assert np.array_equal(series.wall_times, [np.nan, np.nan, 7.0], equal_nan=True)


def test_a_tag_without_values_is_no_tag() -> None:
    builder = FrameBuilder()
    builder.add("loss", [], [])
    assert len(builder.build()) == 0


def test_a_builder_is_empty_once_it_has_built() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0], [1.0])
    builder.build()
    assert len(builder.build()) == 0


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"loss: wall_times has shape \(1,\), steps \(2,\)"):
        Series("loss", np.array([0, 1]), np.array([1.0, 2.0]), wall_times=np.array([0.0]))


# Sessions


def test_a_run_that_was_never_resumed_has_no_sessions() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1, 1, 2], [4.0, 3.0, 3.0, 2.0])
    builder.next_file()
    builder.add("val_loss", [0, 1], [4.0, 3.0])
    frame = builder.build()
    assert sessions_of(frame, "loss") is None
    assert sessions_of(frame, "val_loss") is None


def test_a_step_that_goes_back_begins_a_session() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1, 2, 3, 2, 3, 4], np.arange(7.0))
    frame = builder.build()
    assert frame["loss"].steps.tolist() == [0, 1, 2, 2, 3, 3, 4]
    assert frame["loss"].values.tolist() == [0.0, 1.0, 2.0, 4.0, 3.0, 5.0, 6.0]
    assert sessions_of(frame, "loss") == [0, 0, 0, 1, 0, 1, 1]


def test_one_restart_is_one_session_for_all_tags() -> None:
    # Rows 0 to 9 before the restart, 10 to 15 after it; "val_loss" is logged at every third row only.
    steps = np.array([*range(10), *range(6, 12)])
    rows = np.arange(16)
    builder = FrameBuilder()
    for tag, own in (("loss", rows), ("lr", rows[1::2]), ("val_loss", rows[::3])):
        builder.add(tag, steps[own], own.astype(np.float64), positions=own)
    frame = builder.build()
    for tag in frame:
        series = frame[tag]
        assert series.sessions is not None
        assert series.sessions.tolist() == (series.values >= 10).astype(int).tolist()


def test_a_tag_that_hides_a_restart_learns_of_it_from_the_others() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1, 2, 1, 2], np.zeros(5), positions=[0, 1, 3, 4, 6])
    builder.add("val_loss", [2, 3], [1.0, 2.0], positions=[2, 7])
    frame = builder.build()
    assert sessions_of(frame, "val_loss") == [0, 1]


def test_restarts_close_together_are_told_apart() -> None:
    builder = FrameBuilder()
    builder.add("loss", [5, 0, 5, 0, 5, 0], np.arange(6.0))
    frame = builder.build()
    assert frame["loss"].values.tolist() == [1.0, 3.0, 5.0, 0.0, 2.0, 4.0]
    assert sessions_of(frame, "loss") == [1, 2, 3, 0, 1, 2]


def test_a_tag_that_goes_on_in_a_new_file_was_resumed_even_if_its_step_rises() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1], [3.0, 2.0])
    builder.add("val_loss", [1], [2.0])
    builder.next_file()
    builder.add("loss", [2, 3], [1.0, 0.5])
    builder.next_file()
    builder.add("val_loss", [5], [1.0])
    frame = builder.build()
    assert sessions_of(frame, "loss") == [0, 0, 1, 1]
    assert sessions_of(frame, "val_loss") == [0, 1], "somewhere in between: the restart of loss explains it"


def test_values_added_in_parts_restart_as_those_added_at_once() -> None:
    steps = [0, 1, 2, 1, 2, 3, 0, 1]
    whole, parts = FrameBuilder(), FrameBuilder()
    whole.add("loss", steps, np.arange(8.0))
    for first, last in pairwise((0, 2, 3, 7, 8)):
        parts.add("loss", steps[first:last], np.arange(float(first), float(last)))
    expected, frame = whole.build(), parts.build()
    assert sessions_of(expected, "loss") == [0, 2, 0, 1, 2, 0, 1, 1]
    assert sessions_of(frame, "loss") == sessions_of(expected, "loss")
    assert frame["loss"].values.tolist() == expected["loss"].values.tolist()


def test_a_log_that_restarts_at_every_value_is_no_harder_than_another() -> None:
    # Two writers in one file: quadratic work would not come to an end here.
    steps = np.stack([np.arange(100_000), np.arange(100_000) - 50_000], axis=1).ravel()
    builder = FrameBuilder()
    builder.add("loss", steps, np.zeros(len(steps)))
    sessions = builder.build()["loss"].sessions
    assert sessions is not None
    assert sessions.max() == 100_000


def test_a_file_with_the_newest_row_first_is_turned_round() -> None:
    times = 10.0 * np.arange(8.0)
    straight, reverse = FrameBuilder(), FrameBuilder()
    straight.add("loss", np.arange(8), np.arange(8.0), wall_times=times, positions=np.arange(8))
    straight.add("val_loss", [3, 7], [0.5, 0.25], positions=[3, 7])
    for rows in (slice(None, 4, -1), slice(4, None, -1)):
        reverse.add("loss", np.arange(8)[rows], np.arange(8.0)[rows], wall_times=times[rows])
    reverse.add("val_loss", [7, 3], [0.25, 0.5], positions=[0, 4])
    expected, frame = straight.build(), reverse.build()
    assert all(same(frame[tag], expected[tag]) for tag in expected)


def test_steps_that_fall_while_time_goes_on_or_in_one_tag_only_are_restarts() -> None:
    for times, other in ((np.arange(8.0), [0, 1]), (None, [0, 1]), (np.arange(8.0), [1, 0])):
        builder = FrameBuilder()
        builder.add("loss", np.arange(8)[::-1], np.zeros(8), wall_times=times)
        builder.add("val_loss", other, np.zeros(2))
        assert sessions_of(builder.build(), "loss") == [7, 6, 5, 4, 3, 2, 1, 0]


def test_only_the_file_that_is_newest_first_is_turned_round() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1, 2], [0.0, 1.0, 2.0])
    builder.next_file()
    builder.add("loss", [9, 8, 7, 6, 5], [9.0, 8.0, 7.0, 6.0, 5.0])
    frame = builder.build()
    assert frame["loss"].values.tolist() == [0.0, 1.0, 2.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    assert sessions_of(frame, "loss") == [0, 0, 0, 1, 1, 1, 1, 1]


# Pandas


def example() -> Frame:
    builder = FrameBuilder()
    builder.add(
        "loss",
        [0, 1, 2, 1, 2],
        [3.0, np.nan, 1.0, np.inf, 0.5],
        wall_times=[0.0, 1.0, 2.0, 9.0, 10.0],
        positions=[0, 1, 2, 4, 5],
    )
    builder.add("val_loss", [2, 2], [2.0, 1.5], epochs=[1.0, 2.0], positions=[3, 6])
    return builder.build()


def same(one: Series, other: Series) -> bool:
    columns = ("steps", "values", "wall_times", "epochs", "sessions")
    for a, b in ((getattr(one, name), getattr(other, name)) for name in columns):
        if (a is None) != (b is None) or (a is not None and not np.array_equal(a, b, equal_nan=True)):
            return False
    return one.tag == other.tag


def test_the_long_table_has_the_columns_promised() -> None:
    table = example().to_pandas()
    assert tuple(table.columns) == COLUMNS
    assert [str(kind) for kind in table.dtypes] == [
        "category",
        "int64",
        "float64",
        "float64",
        "float64",
        "int32",
    ]
    assert table["tag"].tolist() == ["loss"] * 5 + ["val_loss"] * 2
    assert table["session"].tolist() == [0, 0, 1, 0, 1, 0, 1]
    assert table["epoch"].isna().tolist() == [True] * 5 + [False] * 2


def test_the_table_of_an_empty_frame_is_empty() -> None:
    table = Frame([]).to_pandas()
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 0
    assert len(Frame.from_pandas(table)) == 0


def test_a_frame_goes_to_pandas_and_back_unchanged() -> None:
    frame = example()
    back = Frame.from_pandas(frame.to_pandas())
    assert list(back) == list(frame)
    assert all(same(back[tag], frame[tag]) for tag in frame)


def test_a_frame_without_restarts_has_none_after_the_way_through_pandas() -> None:
    builder = FrameBuilder()
    builder.add("loss", [0, 1], [2.0, 1.0])
    back = Frame.from_pandas(builder.build().to_pandas())
    assert back["loss"].sessions is None
    assert back["loss"].wall_times is None


def test_a_table_without_sessions_is_read_in_the_order_of_its_rows() -> None:
    table = pd.DataFrame(
        {
            "tag": ["loss", "lr", "loss", "lr", "loss", "lr"],
            "step": [0, 0, 1, 1, 0, 0],
            "value": [3.0, 0.1, np.nan, 0.2, 1.0, 0.3],
        },
        index=[7, 7, 7, 1, 1, 1],
    )
    frame = Frame.from_pandas(table)
    assert np.array_equal(frame["loss"].values, [3.0, 1.0, np.nan], equal_nan=True)
    assert sessions_of(frame, "loss") == [0, 1, 0]
    assert sessions_of(frame, "lr") == [0, 1, 0]


def test_a_table_that_lacks_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="the table has no column step, value; it needs tag, step and value"):
        Frame.from_pandas(pd.DataFrame({"tag": ["loss"]}))
