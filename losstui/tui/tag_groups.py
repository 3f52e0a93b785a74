"""The tags of a run in the order a chart shows them, those together that share one."""

from __future__ import annotations

from collections.abc import Sequence

from losstui.curves import RunCurves
from losstui.kinds import Kind
from losstui.tags import natural_order
from losstui.tui.reading import ReadRun


def tag_groups(curves: RunCurves) -> list[tuple[str, ...]]:
    """What a chart can show of a run: train and validation of a quantity together, the losses first."""
    losses = [curve.tag for curve in (curves.train_loss, curves.validation_loss) if curve is not None]
    order = list(Kind)
    others = sorted(
        (tag for tag in curves.run.frame if tag not in losses),
        key=lambda tag: (order.index(curves.run.roles[tag].kind), natural_order(tag), tag),
    )
    together = _pairs_beside(curves, losses)
    beside = dict.fromkeys(together.get(tag, (tag,)) for tag in others)
    return [tuple(losses), *beside] if losses else [*beside]


def _pairs_beside(curves: RunCurves, losses: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By each tag of them the other pairs whose levels can be compared: what is said of one is of both."""
    pairs: dict[str, tuple[str, ...]] = {}
    for pair in curves.pairs:
        tags = pair.train.tag, pair.validation.tag
        if pair.is_of_one_quantity and not any(tag in losses or tag in pairs for tag in tags):
            pairs |= dict.fromkeys(tags, tags)
    return pairs


def group_of(groups: Sequence[tuple[str, ...]], tag: str | None) -> int:
    """The index of the group that shows `tag`; 0 where none does."""
    return next((index for index, group in enumerate(groups) if tag in group), 0)


def learning_rate_tag(read: ReadRun) -> str | None:
    """The tag of the learning rate of a run, None without any."""
    curve = read.curves.learning_rate
    return None if curve is None else curve.tag


def grad_norm_tag(read: ReadRun) -> str | None:
    """The tag of the gradient norm of a run, None without any."""
    curve = read.curves.grad_norm
    return None if curve is None else curve.tag
