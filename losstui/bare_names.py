"""Names that say something only beside those of the other tags of a run."""

from __future__ import annotations

import re

from losstui.kinds import Kind, Role, Split, make_role
from losstui.loss_parts import tags_of
from losstui.tags import any_word, quantity_of, split_of, words_of

OF_REBUILDING = ("recon_error", "reconstruction_error")
# scGLUE's discriminator; where nothing is generated, "DSC" is the Dice coefficient.
_DISCRIMINATOR_CUT_SHORT = "dsc_loss"
_LOST = re.compile(r"(?<![a-z])loss(?:e(s))?(?![a-z])")  # of games: "eval_win", "eval_draw", "eval_loss"
_ADVERSARIES = {"discriminator", "generator"}
_CODEBOOK = any_word(r"vq\w*|codebook|commit\w*|code_perplexity|prob_perplexity")
# Of a discriminator of domains, which is to be brought down to guessing; else of what a question is about.
_OF_DOMAINS = any_word(r"domain_(?:acc|accuracy)")


def settle_bare_names(roles: dict[str, Role]) -> None:
    """Names that say something only beside others.

    A monitor file's "r", two adversaries, games won and lost, a bare "time", a score beside an accuracy, and
    the perplexity of the entries of a codebook, of which more are better; hits among a few beside their gain,
    and how often an adversary tells domains apart.
    """
    if {"r", "l"} <= roles.keys():
        roles["r"] = make_role(Kind.REWARD)
    rivals = {words: tag for tag in roles if (words := words_of(tag)) in _ADVERSARIES}
    if rivals.keys() == _ADVERSARIES:
        roles.update(dict.fromkeys(rivals.values(), make_role(Kind.ADVERSARIAL_LOSS)))
    if any(quantity_of(tag) == "gen_loss" for tag in roles):
        judges = [tag for tag in roles if quantity_of(tag) == _DISCRIMINATOR_CUT_SHORT]
        roles.update({tag: make_role(Kind.ADVERSARIAL_LOSS, Split(split_of(tag))) for tag in judges})
    won = {words_of(tag) for tag in roles}
    lost = [
        tag for tag in roles if _LOST.search(words := words_of(tag)) and _LOST.sub(r"win\1", words) in won
    ]
    roles.update(dict.fromkeys(lost, make_role(Kind.OTHER)))
    if not any(words_of(tag) in ("data", "data_time") for tag in roles):
        clocks = [tag for tag in roles if words_of(tag) == "time"]  # as often one that runs on
        roles.update(dict.fromkeys(clocks, make_role(Kind.OTHER)))
    scores = [tag for tag in roles if quantity_of(tag) == "score"]
    if any(_CODEBOOK.search(words_of(tag)) or quantity_of(tag) in OF_REBUILDING for tag in roles):
        of_codes = [tag for tag in roles if quantity_of(tag).endswith("perplexity")]
        roles.update(dict.fromkeys(of_codes, make_role(Kind.OTHER)))
    if any(roles[tag].kind is Kind.ACCURACY for tag in scores):
        on_train = [tag for tag in scores if split_of(tag) == "train" and roles[tag].kind is Kind.OTHER]
        roles.update(dict.fromkeys(on_train, make_role(Kind.ACCURACY, Split.TRAIN)))
    if any(quantity_of(tag).startswith("ndcg") for tag in roles):
        hits = [tag for tag in roles if quantity_of(tag) == "hr" and roles[tag].kind is Kind.OTHER]
        roles.update({tag: make_role(Kind.ACCURACY, Split(split_of(tag))) for tag in hits})
    if tags_of(roles, Kind.ADVERSARIAL_LOSS):
        of_domains = [tag for tag in roles if _OF_DOMAINS.search(words_of(tag))]
        roles.update(dict.fromkeys(of_domains, make_role(Kind.OTHER)))
