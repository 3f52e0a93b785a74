"""What a tag is: its kind, its split, and which direction is good.

One ordered table says it for a tag alone (`losstui.role_table`); the other tags of the run then decide
what no name can: which loss is the total, whether a loss follows a moving target, on which data a bare
"accuracy" was measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from losstui.bare_names import OF_REBUILDING, settle_bare_names
from losstui.frame import Frame
from losstui.game_scores import EXPLORATION, settle_scores_of_games
from losstui.kinds import (
    DIRECTIONS,
    HELD_BACK,
    LOSSES,
    Direction,
    Kind,
    Role,
    Split,
    make_role,
    parse_role,
)
from losstui.loss_parts import loss_name, settle_parts, tags_of
from losstui.ranked_errors import settle_ranked_errors
from losstui.role_table import role_by_name
from losstui.tags import any_word, name_without_split, quantity_of, split_of, words_of

__all__ = ["DIRECTIONS", "Direction", "Kind", "Role", "Split", "assign_roles", "make_role", "parse_role"]

# Losses that a run without a loss by name is trained on, the likeliest first.
_OF_DISTANCES = ("mse", "rmse", "msle", "rmsle", "l_2", "mae", "l_1", "huber", "fair")
_OF_MARGINS = ("cosh", "logcosh", "hinge", "squared_hinge")  # a "log" of its own is no part of a quantity
_OF_CODES = ("bpb", "bpc", "bpd", "bits_dim", "nats", "perplexity")
_OF_FAMILIES = ("deviance", "gamma_deviance", "poisson", "gamma", "tweedie", "kullback_leibler")
_OF_FORECASTS = ("quantile", "pinball", "crps", "interval_score", "winkler_score", "quantile_score")
_OF_SHARES = ("energy_score", "mphe", "mape", "smape", "error")
_STANDS_FOR_LOSS = (
    *_OF_DISTANCES,
    *OF_REBUILDING,
    *_OF_MARGINS,
    *_OF_CODES,
    *_OF_FAMILIES,
    *_OF_FORECASTS,
    *_OF_SHARES,
)

_POLICY_RUN = any_word(
    r"policy_loss|actor_loss|critic_loss|pg_loss|policy_gradient_loss|loss_policy|loss_actor|loss_critic"
    r"|pi_loss|loss_pi|rl_loss|loss_rl|reinforce_loss|loss_reinforce|alpha_loss|ent_coef_loss|approx_kl|ep_len_mean|rollout"
)
_OF_VALUES = any_word("td_loss|loss_td")
# Of errors on values that were put on a scale of their own first: "val_mse_scaled".
_RESCALED = re.compile(r"_(?:scaled|rescaled|normali[sz]ed|norm|standardi[sz]ed)$")
_NUMBERED_SET = re.compile(r"validation_(\d+)_")
# What holds a discriminator back grows as that gets better.
_HOLDS_BACK = any_word(r"penalty|gp|r[12]|path_length|pl_reg")
# What is maximised where the loss itself is not logged. An "elbo" is as often the negative one, which falls.
_LIKELIHOOD = any_word(r"log_?likelihood|loglik\w*")
_LOG_PROBABILITY = any_word(r"log_?probs?|ll")  # of data where it names a split, else as often of actions
_PREFERENCES = any_word(r"chosen|reject|rejected|margins?")
_RECONSTRUCTION = re.compile(r"^rec(?:on(?:s|struction)?)?(?:_loss)?$")


def assign_roles(tags: Iterable[str] | Frame) -> dict[str, Role]:
    """Return the role of each tag; the tags of one run together, because they explain each other.

    Of a frame the values say more: which loss is the sum of the others.
    """
    roles = {tag: role_by_name(tag) for tag in tags}
    settle_bare_names(roles)
    settle_scores_of_games(roles, tags if isinstance(tags, Frame) else None)
    _settle_numbered_sets(roles)
    _settle_lone_layers(roles)
    _settle_values_of_logged_actions(roles)
    _settle_bare_distances(roles)
    _settle_stand_ins(roles)
    if isinstance(tags, Frame):
        settle_ranked_errors(roles, tags)
    settle_parts(roles, tags if isinstance(tags, Frame) else None)
    _settle_parts_of_variational_models(roles)
    _settle_moving_targets(roles)
    _settle_held_back(roles)
    _settle_missing_splits(roles)
    return roles


def _settle_parts_of_variational_models(roles: dict[str, Role]) -> None:
    """A bare "kl" and "recon" beside a total: that of a variational model, not of a policy or a teacher."""
    of_data = [tag for tag in roles if _RECONSTRUCTION.match(quantity_of(tag))]
    totals = [tag for tag in tags_of(roles, Kind.LOSS) if tag not in of_data]
    if not of_data or not totals:
        return
    for tag in tags_of(roles, Kind.OTHER):
        part = make_role(Kind.COMPONENT_LOSS, Split(split_of(tag)))
        if tag in of_data:
            roles[tag] = part
        elif quantity_of(tag) == "kl":
            roles[tag] = replace(part, direction=Direction.NEUTRAL)


def _settle_numbered_sets(roles: dict[str, Role]) -> None:
    """XGBoost calls all sets it is given "validation_N": of several the first is what it trains on."""
    sets = {tag: found.group(1) for tag in roles if (found := _NUMBERED_SET.match(words_of(tag)))}
    for tag, number in sets.items():
        if number == "0" and len(set(sets.values())) > 1:
            roles[tag] = replace(roles[tag], split=Split.TRAIN)


def _settle_lone_layers(roles: dict[str, Role]) -> None:
    """One gradient norm with a number in its name ("grad_l2") is no layer's."""
    layers = tags_of(roles, Kind.LAYER_GRAD_NORM)
    if len(layers) == 1:
        roles[layers[0]] = make_role(Kind.GRAD_NORM)


def _settle_values_of_logged_actions(roles: dict[str, Role]) -> None:
    """Where no reward and no actor tells of a policy that acts, the temporal difference is minimised."""
    explores = any(EXPLORATION.search(words_of(tag)) for tag in roles)
    if explores or tags_of(roles, *LOSSES) or _learns_a_policy(roles):
        return
    for tag in tags_of(roles, Kind.ADVERSARIAL_LOSS):
        if _OF_VALUES.search(words_of(tag)):
            roles[tag] = make_role(Kind.LOSS, roles[tag].split)


def _settle_bare_distances(roles: dict[str, Role]) -> None:
    """A distance without another word ("val_l2") is no norm of the weights if it is of held-out data too."""
    for distance in ("l_1", "l_2"):
        named = [tag for tag in tags_of(roles, Kind.OTHER) if quantity_of(tag) == distance]
        splits = {tag: Split(split_of(tag)) for tag in named}
        if Split.TRAIN in splits.values() and any(split in HELD_BACK for split in splits.values()):
            roles.update({tag: make_role(Kind.ERROR, split) for tag, split in splits.items()})


def _settle_stand_ins(roles: dict[str, Role]) -> None:
    """Where no tag is a loss by name, likelihoods are, else totals, else the likeliest errors."""
    if not tags_of(roles, *LOSSES, Kind.ADVERSARIAL_LOSS):
        roles.update(_likelihoods(roles) or _totals(roles) or _likeliest_errors(roles))


def _likelihoods(roles: dict[str, Role]) -> dict[str, Role]:
    """The tags named like the first likelihood, as losses of which higher is better."""
    quantities = {tag: quantity_of(tag) for tag in roles if _is_likelihood(tag)}
    first = next(iter(quantities.values()), None)
    chosen = [tag for tag, quantity in quantities.items() if quantity == first]
    return {
        tag: replace(make_role(Kind.LOSS, Split(split_of(tag))), direction=Direction.HIGHER) for tag in chosen
    }


def _totals(roles: dict[str, Role]) -> dict[str, Role]:
    """The tags called a total, as losses; none unless train and held-out data both have one."""
    splits = {tag: Split(split_of(tag)) for tag in roles if name_without_split(tag) == "total"}
    both = Split.TRAIN in splits.values() and any(split in HELD_BACK for split in splits.values())
    return {tag: make_role(Kind.LOSS, split) for tag, split in splits.items()} if both else {}


def _likeliest_errors(roles: dict[str, Role]) -> dict[str, Role]:
    """The errors of the first kind in `_STANDS_FOR_LOSS` that the log has, as losses."""
    quantities = {tag: _RESCALED.sub("", quantity_of(tag)) for tag in tags_of(roles, Kind.ERROR)}
    for stand_in in _STANDS_FOR_LOSS:
        chosen = [tag for tag, quantity in quantities.items() if quantity == stand_in]
        if stand_in == "error":  # a bare "error" is as often a message or a share of failures
            chosen = [tag for tag in chosen if roles[tag].split is not Split.NONE]
        if chosen:
            return {tag: make_role(Kind.LOSS, roles[tag].split) for tag in chosen}
    return {}


def _is_likelihood(tag: str) -> bool:
    words = words_of(tag)
    of_data = bool(_LOG_PROBABILITY.search(words)) and split_of(tag) != "none"
    return of_data or bool(_LIKELIHOOD.search(words))


def _settle_held_back(roles: dict[str, Role]) -> None:
    """Beside a train loss and no other held out, the squared error of held-out data alone is the loss."""
    losses = [roles[tag].split for tag in tags_of(roles, *LOSSES)]
    errors = {tag: roles[tag].split for tag in tags_of(roles, Kind.ERROR) if quantity_of(tag) == "mse"}
    if (
        losses
        and not any(split in HELD_BACK for split in losses)
        and all(split in HELD_BACK for split in errors.values())
    ):
        roles.update({tag: make_role(Kind.LOSS, split) for tag, split in errors.items()})


def _settle_moving_targets(roles: dict[str, Role]) -> None:
    """In adversarial and policy learning no loss measures progress, unless it is also measured held out."""
    if any(roles[tag].split in HELD_BACK for tag in tags_of(roles, *LOSSES)):
        return
    adversarial = len(tags_of(roles, Kind.ADVERSARIAL_LOSS)) > 1
    policy = _learns_a_policy(roles)
    for tag in tags_of(roles, *LOSSES) if adversarial or policy else ():
        role = roles[tag]
        moves = _HOLDS_BACK.search(words_of(tag)) or not (role.kind is Kind.COMPONENT_LOSS or loss_name(tag))
        if policy or moves:
            roles[tag] = make_role(Kind.ADVERSARIAL_LOSS, role.split)
        elif role.kind is Kind.LOSS:
            roles[tag] = make_role(Kind.COMPONENT_LOSS, role.split)
    of_judges = tags_of(roles, Kind.ACCURACY) if adversarial and not policy else []
    for tag in of_judges:  # "[D loss: 0.6, acc: 50%]": right at best half of the time
        if quantity_of(tag) == "accuracy" and roles[tag].split is Split.NONE:
            roles[tag] = make_role(Kind.OTHER)
    for tag in tags_of(roles, Kind.ERROR) if policy else ():
        if quantity_of(tag).endswith("perplexity"):
            roles[tag] = make_role(Kind.OTHER)


def _learns_a_policy(roles: dict[str, Role]) -> bool:
    """Whether a policy acts while it is trained; what imitates is rewarded in evaluations alone."""
    names = [words_of(tag) for tag in roles]
    if any(_PREFERENCES.search(name) for name in names):
        return False
    explores = any(EXPLORATION.search(name) for name in names)
    earns = any(explores or roles[tag].split not in HELD_BACK for tag in tags_of(roles, Kind.REWARD))
    return earns or any(_POLICY_RUN.search(name) for name in names)


def _settle_missing_splits(roles: dict[str, Role]) -> None:
    """A loss that names no split is the train loss; a metric or reward is of train beside a held-out twin.

    Average precision is only ever computed on held-out data, and so is a bare metric where train and
    held-out loss are told apart: a table of evaluations ("Training Loss", "Validation Loss", "Accuracy").
    """
    named = {quantity_of(tag) for tag, role in roles.items() if role.split in HELD_BACK}
    bare = _split_of_bare_metrics([role.split for role in roles.values() if role.kind is Kind.LOSS])
    for tag, role in list(roles.items()):
        if role.split is not Split.NONE:
            continue
        if role.kind in LOSSES:
            roles[tag] = replace(role, split=Split.TRAIN)
        elif role.kind in (Kind.ACCURACY, Kind.ERROR):
            roles[tag] = replace(role, split=_metric_split(tag, named, bare))
        elif role.kind is Kind.REWARD and quantity_of(tag) in named:
            roles[tag] = replace(role, split=Split.TRAIN)


_DETECTION = any_word(  # boxes, masks, poses
    r"map|ap|mean_average_precision|b|(?:precision|recall)_[mp]|coco_ap\w*|coco_ar|ar_\d+|nds"
)


# MONAI's "current mean dice", held against the "best mean dice": by such a mean the model to keep is chosen
_MODEL_CHOICE = any_word(r"current_mean_\w+")


def _split_of_bare_metrics(losses: list[Split]) -> Split:
    if Split.NONE in losses:
        return Split.TRAIN
    if Split.TRAIN not in losses:
        return Split.NONE
    return next((split for split in HELD_BACK if split in losses), Split.NONE)


def _metric_split(tag: str, held_out: set[str], bare: Split) -> Split:
    quantity = quantity_of(tag)
    if quantity in held_out:
        return Split.TRAIN
    chosen_by = _MODEL_CHOICE.search(words_of(tag))
    return Split.VALIDATION if chosen_by or _DETECTION.search(quantity) else bare
