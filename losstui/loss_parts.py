"""Which loss of a run is optimised, and which of the others are parts of it."""

from __future__ import annotations

import numpy as np

from losstui.frame import FloatArray, Frame, Series
from losstui.kinds import HELD_BACK, LOSSES, Kind, Role, Split, make_role
from losstui.tags import any_word, quantity_of, words_of

_MAIN_LOSS = any_word(
    r"lm|main|global|server|task|model|nll|objective|cost|cross_entropy|crossentropy|logloss|log_loss"
)
_AUXILIARY_LOSS = any_word(
    r"aux|auxiliary|balancing|balance|load|z|router|reg|regularization|regularisation|l_[12]|penalty|commit"
    r"|commitment|mtp|decay|diversity"
)
# Names of parts of a loss; another word after a held-out split names a data set ("eval_c4_loss").
_PARTS = any_word(
    r"box|bbox|cls|class|obj|dfl|mask|rpn|giou|iou|seg|rec|recon|reconstruction|kl|kld|vq|perceptual|lpips"
    r"|l_[12]|ctc|att|ce|bce|mse|mae|nll|dice|focal|aux|reg|center|depth|pose|kd|distill\w*|contrastive"
    r"|triplet|domain|adv|style|content"
)
_OF_WORKER = any_word(r"(?:worker|rank|gpu|device|process|proc|replica|shard|node|client)_\d+")
_OF_DATA = any_word("data_loss|loss_data")  # beside a total, the part that fits the data

LEAST_ADDED = 8  # rows: no loss is the sum of others in each of so many by chance
MOST_ADDED = 1000  # rows, evenly spaced: what adds up in so many does in all
LEAST_ADDENDS = 2  # one other loss, equal to it, is the same loss by another name
ROUNDING = 5e-3  # of the sum of their sizes: as much as rounding each to three digits leaves


def tags_of(roles: dict[str, Role], *kinds: Kind) -> list[str]:
    """The tags that are of one of `kinds`."""
    return [tag for tag, role in roles.items() if role.kind in kinds]


def settle_parts(roles: dict[str, Role], frame: Frame | None) -> None:
    """Tell the loss from its components: the total, else the main one, else none of several.

    Where there is a `frame` the values say more than names: what is the sum of all other losses of train is
    the total, whatever it is called.
    """
    summed = [] if frame is None else _sums_of_others(roles, frame)
    roles.update({tag: make_role(Kind.LOSS, roles[tag].split) for tag in summed})
    of_workers = _losses_of_workers(roles)
    roles.update({tag: make_role(Kind.COMPONENT_LOSS, roles[tag].split) for tag in of_workers})
    losses = tags_of(roles, Kind.LOSS)
    all_parts = [*losses, *(tag for tag in tags_of(roles, Kind.COMPONENT_LOSS) if tag not in of_workers)]
    whole = _without_fit_to_data(roles, _nearest_to_total(losses, all_parts))
    if not set(summed) & set(whole):
        whole = summed or whole
    whole += _losses_of_a_side(roles, [tag for tag in losses if tag not in whole], whole)
    if all(roles[tag].split in HELD_BACK for tag in whole):
        whole += _main_loss_on_train(roles, losses, all_parts)
    for tag in losses:
        if tag not in whole:
            roles[tag] = make_role(Kind.COMPONENT_LOSS, roles[tag].split)


def _losses_of_workers(roles: dict[str, Role]) -> list[str]:
    """What each of several processes computes, no part of the loss, where that of all is logged beside."""
    on_train = [tag for tag in tags_of(roles, Kind.LOSS) if roles[tag].split not in HELD_BACK]
    of_workers = [tag for tag in on_train if _OF_WORKER.search(words_of(tag))]
    return of_workers if len(of_workers) < len(on_train) else []


def _sums_of_others(roles: dict[str, Role], frame: Frame) -> list[str]:
    """The loss that is the sum of all others of train in each row, on all data; none where several are."""
    losses = tags_of(roles, *LOSSES)
    on_train = [frame[tag] for tag in losses if roles[tag].split not in HELD_BACK]
    if len(on_train) <= LEAST_ADDENDS or not _of_the_same_rows(on_train):
        return []
    values = np.array([one.values[:: 1 + len(one) // MOST_ADDED] for one in on_train])
    values = values[:, np.all(np.isfinite(values), axis=0)]
    if values.shape[1] < LEAST_ADDED:
        return []
    names = [quantity_of(one.tag) for one, own in zip(on_train, values, strict=True) if _is_sum(own, values)]
    # Where a part is all but 0, the others are each other's sum with it.
    return [tag for tag in losses if quantity_of(tag) in names] if len(names) == 1 else []


def _of_the_same_rows(series: list[Series]) -> bool:
    return all(np.array_equal(one.steps, series[0].steps) for one in series[1:])


def _is_sum(own: FloatArray, all_values: FloatArray) -> bool:
    """Whether `own`, shape (n,), is what the other rows of `all_values`, shape (k, n), add up to."""
    rest = np.abs(all_values.sum(axis=0) - 2.0 * own)
    return bool(np.all(rest <= ROUNDING * (np.abs(all_values).sum(axis=0) - np.abs(own))))


def _nearest_to_total(losses: list[str], parts: list[str]) -> list[str]:
    """Which of `losses` are the total among `parts` or, if only one name is, the nearest to one."""
    names = {tag: loss_name(tag) for tag in parts}
    shared = set(next(iter(names.values()), ())).intersection(*names.values())
    ranks = {tag: _rank([word for word in name if word not in shared]) for tag, name in names.items()}
    best = min(ranks.values(), default=0)
    if best and len({names[tag] for tag in names if ranks[tag] == best}) > 1:
        return []
    return [tag for tag in losses if ranks[tag] == best]


def _main_loss_on_train(roles: dict[str, Role], losses: list[str], parts: list[str]) -> list[str]:
    """The loss that is the total of what is logged on train, where the held-out losses have other names."""
    on_train = [tag for tag in parts if roles[tag].split not in HELD_BACK]
    return _nearest_to_total([tag for tag in losses if tag in on_train], on_train)


def _without_fit_to_data(roles: dict[str, Role], whole: list[str]) -> list[str]:
    """Which of `whole` are no "data_loss" beside a total of the same data."""
    splits = {tag: Split.TRAIN if roles[tag].split is Split.NONE else roles[tag].split for tag in whole}
    of_data = {tag for tag in whole if _OF_DATA.search(words_of(tag))}
    plain = {splits[tag] for tag in whole if tag not in of_data}
    return [tag for tag in whole if tag not in of_data or splits[tag] not in plain]


def loss_name(tag: str) -> tuple[str, ...]:
    """The words that tell a loss from other losses; none for a plain "loss" or "total_loss"."""
    return tuple(word for word in quantity_of(tag).split("_") if word != "loss")


def _rank(name: list[str]) -> int:
    """How far a loss of that name, without what all losses of the run share, is from the total."""
    words = "_".join(name)
    if not words:
        return 0
    if _AUXILIARY_LOSS.search(words):
        return 3
    return 1 if _MAIN_LOSS.search(words) else 2


def _losses_of_a_side(roles: dict[str, Role], parts: list[str], whole: list[str]) -> list[str]:
    """Which of `parts` are the loss on train, or the held-out one, where no tag of `whole` is.

    The only one there is on that side, with its twin on the other; else the held-out losses that are
    named after a data set, not after a part of the loss.
    """
    held_out = {quantity_of(tag) for tag in parts if roles[tag].split in HELD_BACK}
    on_train = {quantity_of(tag) for tag in parts if roles[tag].split not in HELD_BACK}
    found: set[str] = set()
    sides = {roles[tag].split in HELD_BACK for tag in whole}
    if sides == {True} and len(on_train) == 1:
        found = on_train
    elif sides == {False} and len(held_out) == 1:
        found = held_out
    elif True not in sides:
        found = {quantity for quantity in held_out - on_train if not _PARTS.search(quantity)}
    return [tag for tag in parts if quantity_of(tag) in found]
