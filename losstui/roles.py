"""What a tag is: its kind, its split, and which direction is good.

One ordered table says it for a tag alone (`losstui.role_table`); the other tags of the run then decide
what no name can: which loss is the total, whether a loss follows a moving target, on which data a bare
"accuracy" was measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from losstui.kinds import DIRECTIONS, Direction, Kind, Role, Split, make_role, parse_role
from losstui.role_table import role_by_name
from losstui.tags import any_word, name_without_split, quantity_of, split_of, words_of

__all__ = ["DIRECTIONS", "Direction", "Kind", "Role", "Split", "assign_roles", "make_role", "parse_role"]

# Losses that a run without a loss by name is trained on, the likeliest first.
_STANDS_FOR_LOSS = (
    *(
        "mse",
        "rmse",
        "msle",
        "rmsle",
        "l_2",
        "mae",
        "l_1",
        "huber",
        "fair",
        "log_cosh",
        "hinge",
        "squared_hinge",
    ),
    *(
        "bpb",
        "bpc",
        "bpd",
        "bits_dim",
        "nats",
        "perplexity",
        "deviance",
        "gamma_deviance",
        "poisson",
        "gamma",
    ),
    *("tweedie", "kullback_leibler", "quantile", "pinball", "crps", "interval_score", "winkler_score"),
    *("energy_score", "mphe", "mape", "smape", "error"),
)

_MAIN_LOSS = any_word(r"lm|main|task|model|nll|objective|cost|cross_entropy|crossentropy|logloss|log_loss")
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
_POLICY_RUN = any_word(
    r"policy_loss|actor_loss|critic_loss|pg_loss|policy_gradient_loss|loss_policy|loss_actor|loss_critic"
    r"|explained_variance|approx_kl|ep_len_mean|rollout"
)
_OF_DATA = any_word("data_loss|loss_data")  # beside a total, the part that fits the data
_NUMBERED_SET = re.compile(r"validation_(\d+)_")
_ADVERSARIES = {"discriminator", "generator"}
# What holds a discriminator back grows as that gets better.
_HOLDS_BACK = any_word(r"penalty|gp|r[12]|path_length|pl_reg")
# What is maximised where the loss itself is not logged. An "elbo" is as often the negative one, which falls.
_LIKELIHOOD = any_word(r"log_?likelihood|loglik\w*")
_PREFERENCES = any_word(r"chosen|rejected|margins")
_LOSSES = (Kind.LOSS, Kind.COMPONENT_LOSS)
_HELD_OUT = (Split.VALIDATION, Split.TEST)


def assign_roles(tags: Iterable[str]) -> dict[str, Role]:
    """Return the role of each tag; the tags of one run together, because they explain each other."""
    roles = {tag: role_by_name(tag) for tag in tags}
    _settle_bare_names(roles)
    _settle_numbered_sets(roles)
    _settle_lone_layers(roles)
    _settle_stand_ins(roles)
    _settle_parts(roles)
    _settle_moving_targets(roles)
    _settle_missing_splits(roles)
    return roles


def _tags_of(roles: dict[str, Role], *kinds: Kind) -> list[str]:
    return [tag for tag, role in roles.items() if role.kind in kinds]


def _settle_bare_names(roles: dict[str, Role]) -> None:
    """Names that say something only beside others.

    A monitor file's "r", two adversaries, a bare "time", and a score on train, of which one held out tells
    that it is no score of a game.
    """
    if {"r", "l"} <= roles.keys():
        roles["r"] = make_role(Kind.REWARD)
    rivals = {words: tag for tag in roles if (words := words_of(tag)) in _ADVERSARIES}
    if rivals.keys() == _ADVERSARIES:
        roles.update(dict.fromkeys(rivals.values(), make_role(Kind.ADVERSARIAL_LOSS)))
    if "time" in roles and "data_time" not in roles:
        roles["time"] = make_role(Kind.OTHER)  # as often a clock that runs on
    scores = [tag for tag in roles if quantity_of(tag) == "score"]
    if any(roles[tag].kind is Kind.ACCURACY for tag in scores):
        on_train = [tag for tag in scores if split_of(tag) == "train" and roles[tag].kind is Kind.OTHER]
        roles.update(dict.fromkeys(on_train, make_role(Kind.ACCURACY, Split.TRAIN)))


def _settle_numbered_sets(roles: dict[str, Role]) -> None:
    """XGBoost calls all sets it is given "validation_N": of several the first is what it trains on."""
    sets = {tag: found.group(1) for tag in roles if (found := _NUMBERED_SET.match(words_of(tag)))}
    for tag, number in sets.items():
        if number == "0" and len(set(sets.values())) > 1:
            roles[tag] = replace(roles[tag], split=Split.TRAIN)


def _settle_lone_layers(roles: dict[str, Role]) -> None:
    """One gradient norm with a number in its name ("grad_l2") is no layer's."""
    layers = _tags_of(roles, Kind.LAYER_GRAD_NORM)
    if len(layers) == 1:
        roles[layers[0]] = make_role(Kind.GRAD_NORM)


def _settle_stand_ins(roles: dict[str, Role]) -> None:
    """Where no tag is a loss by name, a total on train and on held-out data is, else the likeliest error."""
    if _tags_of(roles, *_LOSSES, Kind.ADVERSARIAL_LOSS):
        return
    likelihoods = {tag: quantity_of(tag) for tag in roles if _LIKELIHOOD.search(words_of(tag))}
    if likelihoods:
        first = next(iter(likelihoods.values()))
        for tag in [tag for tag, quantity in likelihoods.items() if quantity == first]:
            roles[tag] = replace(make_role(Kind.LOSS, Split(split_of(tag))), direction=Direction.HIGHER)
        return
    totals = {tag: Split(split_of(tag)) for tag in roles if name_without_split(tag) == "total"}
    if Split.TRAIN in totals.values() and any(split in _HELD_OUT for split in totals.values()):
        roles.update({tag: make_role(Kind.LOSS, split) for tag, split in totals.items()})
        return
    errors = {tag: quantity_of(tag) for tag in _tags_of(roles, Kind.ERROR)}
    for stand_in in _STANDS_FOR_LOSS:
        chosen = [tag for tag, quantity in errors.items() if quantity == stand_in]
        if stand_in == "error":  # a bare "error" is as often a message or a share of failures
            chosen = [tag for tag in chosen if roles[tag].split is not Split.NONE]
        for tag in chosen:
            roles[tag] = make_role(Kind.LOSS, roles[tag].split)
        if chosen:
            return


def _settle_parts(roles: dict[str, Role]) -> None:
    """Tell the loss from its components: the total, else the main one, else none of several."""
    losses = _tags_of(roles, Kind.LOSS)
    names = {tag: _loss_name(tag) for tag in (*losses, *_tags_of(roles, Kind.COMPONENT_LOSS))}
    shared = set(next(iter(names.values()), ())).intersection(*names.values())
    ranks = {tag: _rank([word for word in name if word not in shared]) for tag, name in names.items()}
    best = min(ranks.values(), default=0)
    whole = [tag for tag in losses if ranks[tag] == best]
    if best and len({names[tag] for tag in names if ranks[tag] == best}) > 1:
        whole = []
    whole = _without_fit_to_data(roles, whole)
    whole += _losses_of_a_side(roles, [tag for tag in losses if tag not in whole], whole)
    for tag in losses:
        if tag not in whole:
            roles[tag] = make_role(Kind.COMPONENT_LOSS, roles[tag].split)


def _without_fit_to_data(roles: dict[str, Role], whole: list[str]) -> list[str]:
    """Those of `whole` that are no "data_loss" beside a total of the same data."""
    splits = {tag: Split.TRAIN if roles[tag].split is Split.NONE else roles[tag].split for tag in whole}
    of_data = {tag for tag in whole if _OF_DATA.search(words_of(tag))}
    plain = {splits[tag] for tag in whole if tag not in of_data}
    return [tag for tag in whole if tag not in of_data or splits[tag] not in plain]


def _loss_name(tag: str) -> tuple[str, ...]:
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
    """Those of `parts` that are the loss on train, or the held-out one, where no tag of `whole` is.

    The only one there is on that side, with its twin on the other; else the held-out losses that are
    named after a data set, not after a part of the loss.
    """
    held_out = {quantity_of(tag) for tag in parts if roles[tag].split in _HELD_OUT}
    on_train = {quantity_of(tag) for tag in parts if roles[tag].split not in _HELD_OUT}
    found: set[str] = set()
    sides = {roles[tag].split in _HELD_OUT for tag in whole}
    if sides == {True} and len(on_train) == 1:
        found = on_train
    elif sides == {False} and len(held_out) == 1:
        found = held_out
    elif True not in sides:
        found = {quantity for quantity in held_out - on_train if not _PARTS.search(quantity)}
    return [tag for tag in parts if quantity_of(tag) in found]


def _settle_moving_targets(roles: dict[str, Role]) -> None:
    """In adversarial and policy learning no loss measures progress, unless it is also measured held out."""
    if any(roles[tag].split in _HELD_OUT for tag in _tags_of(roles, *_LOSSES)):
        return
    adversarial = len(_tags_of(roles, Kind.ADVERSARIAL_LOSS)) > 1
    policy = _learns_a_policy(roles)
    for tag in _tags_of(roles, *_LOSSES) if adversarial or policy else ():
        role = roles[tag]
        moves = _HOLDS_BACK.search(words_of(tag)) or not (role.kind is Kind.COMPONENT_LOSS or _loss_name(tag))
        if policy or moves:
            roles[tag] = make_role(Kind.ADVERSARIAL_LOSS, role.split)
        elif role.kind is Kind.LOSS:
            roles[tag] = make_role(Kind.COMPONENT_LOSS, role.split)
    for tag in _tags_of(roles, Kind.ERROR) if policy else ():
        if quantity_of(tag) == "perplexity":
            roles[tag] = make_role(Kind.OTHER)


def _learns_a_policy(roles: dict[str, Role]) -> bool:
    names = [words_of(tag) for tag in roles]
    if any(_PREFERENCES.search(name) for name in names):
        return False
    return bool(_tags_of(roles, Kind.REWARD)) or any(_POLICY_RUN.search(name) for name in names)


def _settle_missing_splits(roles: dict[str, Role]) -> None:
    """A loss that names no split is the train loss; a metric is the train metric beside a held-out twin.

    Average precision is only ever computed on held-out data, and so is a bare metric where train and
    held-out loss are told apart: a table of evaluations ("Training Loss", "Validation Loss", "Accuracy").
    """
    named = {quantity_of(tag) for tag, role in roles.items() if role.split in _HELD_OUT}
    bare = _split_of_bare_metrics([role.split for role in roles.values() if role.kind is Kind.LOSS])
    for tag, role in list(roles.items()):
        if role.split is not Split.NONE:
            continue
        if role.kind in _LOSSES:
            roles[tag] = replace(role, split=Split.TRAIN)
        elif role.kind in (Kind.ACCURACY, Kind.ERROR):
            roles[tag] = replace(role, split=_metric_split(quantity_of(tag), named, bare))


_DETECTION = any_word(  # boxes, masks, poses
    r"map|ap|mean_average_precision|b|(?:precision|recall)_[mp]|coco_ap\w*|coco_ar|ar_\d+|nds"
)


def _split_of_bare_metrics(losses: list[Split]) -> Split:
    if Split.NONE in losses:
        return Split.TRAIN
    if Split.TRAIN not in losses:
        return Split.NONE
    return next((split for split in _HELD_OUT if split in losses), Split.NONE)


def _metric_split(quantity: str, held_out: set[str], bare: Split) -> Split:
    if quantity in held_out:
        return Split.TRAIN
    return Split.VALIDATION if _DETECTION.search(quantity) else bare
