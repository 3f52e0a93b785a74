"""What the words of a tag say: its words, the split it names, the quantity it measures."""

from __future__ import annotations

import re
from functools import lru_cache

from losstui.languages import LETTERS, name_in_english

_WORDS = re.compile(rf"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+(?:\.\d+)?|[{LETTERS}]+")
_SEGMENTS = re.compile(r"[/\\:]")
# "1-ssim" and "val_1-dice", but not "top-1-acc" nor XGBoost's "validation_1-auc"
_ONE_MINUS = re.compile(r"(^|[/(]|(?:train|val|test|dev)[_ ])1 ?- ?(?=[A-Za-z])", re.IGNORECASE)
_NEGATED = re.compile(r"(?<![A-Za-z0-9])-(?=elbo|log_?lik)", re.IGNORECASE)  # a minus, not a hyphen
_AT = re.compile(r"(?<![A-Za-z0-9])(?:([Pp])|[Rr])@(?=\d)")  # precision and recall among so many
_LONGEST = 160  # characters: what a tag is stands at its end, and no tag may make the patterns slow

_SPLIT_WORDS = {
    "train": r"train|training|trn|tr|learn",
    "val": r"(?:cross|mini)?val|vali|valid|validate|validation|eval|evaluate|evaluation|dev|devel|holdout"
    r"|evaluator|heldout|held_out|oof|va|vld|vaild",
    "test": r"test|testing|tst|te|predict",
}
_METRICS = r"loss|losses|acc|accuracy|err|error|mse|rmse|mae|nll|auc|ppl|perplexity|reward|iou|dice"


def any_word(words: str) -> re.Pattern[str]:
    """A pattern that finds one of `words`, an alternation, among words joined with "_"."""
    return re.compile(rf"(?:^|(?<=_))(?:{words})(?=_|$)")


# What the case of the letters and digits takes apart although it is one word, what is written as one
# word although it is two, and what has a shorter name.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (any_word(r"m_ap"), "map"),
    (any_word(r"a_p([lms])"), r"ap_\1"),
    (any_word(r"(?:m_?)?io_u"), "iou"),
    (any_word(r"([fr])_([12])"), r"\1\2"),
    (any_word(r"(t?)flo_ps"), r"\1flops"),
    (any_word(r"accur|accu$|accurr?acc?y|acc?uracc?y|accuarcy"), "accuracy"),  # cut short, or misspelt
    (any_word(r"root_mean_squared?_error"), "rmse"),
    (any_word(r"mean_squared?_error"), "mse"),
    (any_word(r"mean_absolute_error"), "mae"),
    (any_word(r"neg(?:ative)?_(?:log_likelihood|loglik\w*|ll)|nloglik"), "nll"),
    (any_word(r"negative_elbo|nelbo"), "neg_elbo"),
    (any_word(r"bits_(?:per_)?(b)yte|bits_(?:per_)?(c)har\w*|bits_(?:per_)?(d)im\w*"), r"bp\1\2\3"),
    (any_word(r"grads|gradients?"), "grad"),
    (any_word(r"gnorm|gradnorm|g_norm|grdn|grad_(?:l_)?(?:\d+(?:\.\d+)?|inf)_norm"), "grad_norm"),
    (any_word(r"trl|tloss"), "train_loss"),
    (re.compile(r"^(?:vall|vl|vloss)$"), "val_loss"),
    (any_word(rf"(train|training|valid|validation|val|test|eval|dev|tr|va)({_METRICS})"), r"\1_\2"),
    (any_word(r"(loss|acc|accuracy)(train|val|valid|test)"), r"\1_\2"),
    (any_word(rf"(batch|epoch|step|iter|avg|mean|total|running|smooth)({_METRICS})"), r"\1_\2"),
    (any_word(r"(?!\w*logloss)([a-z][a-z0-9]*)loss"), r"\1_loss"),
    (any_word(r"global_(avg|mean)"), r"\1"),  # of all processes
    (any_word(rf"cv_({_METRICS})"), r"val_\1"),  # on the set for cross validation
    (re.compile(r"^cv$"), "val"),
    # Flower's: by clients, and by the server
    (re.compile(rf"^({_METRICS}|metrics)_distributed_fit$"), r"train_\1"),
    (re.compile(rf"^({_METRICS}|metrics)_distributed$"), r"val_\1"),
    (re.compile(rf"^({_METRICS}|metrics)_centrali[sz]ed$"), r"test_\1"),
    (any_word(r"(pix|pixel|clean|robust)acc"), r"\1_accuracy"),
    (re.compile(r"^(?:learning|progress|trainer)$"), "train"),  # a part of a tag by itself
)

_SPLITS = {split: any_word(words) for split, words in _SPLIT_WORDS.items()}
_ANY_SPLIT = any_word(rf"(?:{'|'.join(_SPLIT_WORDS.values())})(?:_\d+)?")  # "valid_0" is a set by number
_SPLIT_AT_AN_END = re.compile(
    rf"^(?:{'|'.join(_SPLIT_WORDS.values())})(?:_|$)|(?:^|_)(?:{'|'.join(_SPLIT_WORDS.values())})$"
)
_RUN_WORDS = any_word(
    "run|runs|exp|experiment|experiments|log|logs|tf|model|models|ckpt|checkpoint|version|project"
)
# Data unlike the train set, where no other word says which: only ever measured, as a test set is.
_UNLIKE_TRAIN = any_word("ood|out_of_distribution|unseen")
# Evaluated on the train set: the second word is the split.
_EVALUATED_ON_TRAIN = any_word("(?:eval|evaluation)_(?:train|training)")

# Words that say how or where a value was logged, not what it is.
_LOGGING_WORDS = any_word(
    r"step|steps|epoch|epochs|iter|iters|iteration|iterations|batch|minibatch|mean|avg|avr|average|running|smooth"
    r"|rollout|rollouts|ep|episode|episodes|episodic"
    r"|smoothed|reduced|ema|swa|per(?=_)|vs|metric|metrics|scalar|scalars|stats|charts|summary|log|s|on|in|the|of|set|data|final"
    r"|current|value"
)

_TOTAL = any_word("total|tot|overall|sum|all|combined")
_SYNONYMS = {
    "losses": "loss",
    "acc": "accuracy",
    "err": "error",
    "ppl": "perplexity",
    "rewards": "reward",
    "rew": "reward",
}


@lru_cache(maxsize=16_384)
def words_of(text: str) -> str:
    """The words of a tag or of a part of one, in lower case, joined with "_"."""
    text = _NEGATED.sub("neg ", name_in_english(_ONE_MINUS.sub(r"\1one minus ", text[-_LONGEST:])))
    if "@" in text:
        text = _AT.sub(lambda match: "precision " if match[1] else "recall ", text)
    joined = "_".join(_WORDS.findall(text)).lower()
    for pattern, replacement in _SPELLINGS:
        joined = pattern.sub(replacement, joined)
    return joined


def segments_of(tag: str) -> list[str]:
    """The words of each part of a tag that reads like a path, the last part last."""
    return [words for words in map(words_of, _SEGMENTS.split(tag[-_LONGEST:])) if words]


def split_of(tag: str) -> str:
    """The split a tag names: "train", "val" or "test", or "none".

    The last part of the tag is asked first. A part before it counts only where it reads like the name
    of a data set ("val", "eval_c4", "losses_test"), so that a folder "tf_test_run" says nothing.
    Without any, "ood/loss" is of a test set; "train/ood_loss" is trained on.
    """
    segments = segments_of(tag)
    for place, words in enumerate(reversed(segments)):
        if place and (_RUN_WORDS.search(words) or not _SPLIT_AT_AN_END.search(words)):
            continue
        if _EVALUATED_ON_TRAIN.search(words):
            return "train"
        for split in ("val", "test", "train"):
            if _SPLITS[split].search(words):
                return split
    beside, last = segments[:-1], segments[-1] if segments else ""
    unlike_train = _UNLIKE_TRAIN.search(last) or any(_UNLIKE_TRAIN.fullmatch(words) for words in beside)
    return "test" if unlike_train else "none"


@lru_cache(maxsize=16_384)
def quantity_of(tag: str) -> str:
    """What a tag measures whatever the split and the way it was logged, as words joined with "_".

    "Loss/train", "losses/val_total" and "train_loss_epoch" are all "loss".
    """
    words = "_".join(segments_of(tag))
    for pattern in (_ANY_SPLIT, _LOGGING_WORDS, _TOTAL):
        words = pattern.sub("", words)
    kept = [word for word in words.split("_") if word]
    return "_".join(dict.fromkeys(_SYNONYMS.get(word, word) for word in kept))


def name_without_split(tag: str) -> str:
    """The words of a tag without the split: "val/loss_epoch" and "train/loss_epoch" are one name."""
    return "_".join(word for word in _ANY_SPLIT.sub("", "_".join(segments_of(tag))).split("_") if word)


# Of the values, not of the labels they are compared with; the smooth L1 loss is only called so.
_SMOOTHED = any_word(r"(?<!label_)smooth(?:ed)?(?!_l_1)|running|moving")
_AVERAGED = any_word(r"ema|swa|average|averaged|avg|avr")
_OF_THE_MOMENT = any_word(r"current|instant|instantaneous")


def is_smoothed(tag: str) -> bool:
    """Whether a tag says that its values are means over those logged before.

    An exponential mean of evaluations hardly ever is: it is the weights that are averaged there, and what is
    logged is their own loss.
    """
    words = "_".join(segments_of(tag))
    averaged_values = "ema" in words.split("_") and split_of(tag) not in ("val", "test")
    return averaged_values or bool(_SMOOTHED.search(words))


def is_as_trained(tag: str) -> bool:
    """Whether a tag names no mean, of its values or of the weights it was measured with."""
    return not (is_smoothed(tag) or _AVERAGED.search("_".join(segments_of(tag))))


def is_of_the_moment(tag: str) -> bool:
    """Whether a tag names the value of one step: beside "current_loss" a "tot_loss" is the mean since."""
    return bool(_OF_THE_MOMENT.search("_".join(segments_of(tag))))


# Whole numbers, and those below 1 that stand alone: "layers.0.1" counts layers, "lr-0.1" is a rate.
_NUMBERS = re.compile(r"((?<![A-Za-z0-9.])0\.[0-9]+|[0-9]+)")
# What people name runs by is a rate after letters as well, "lr0.1", and in powers of ten.
_NUMBERS_OF_RUNS = re.compile(
    r"((?<![0-9.])(?:[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,3}(?![0-9A-Za-z])|0\.[0-9]+(?![0-9]*\.[0-9]))|[0-9]+)"
)

NaturalOrder = tuple[tuple[int, float, str], ...]


def natural_order(tag: str) -> NaturalOrder:
    """A key that sorts "layer_2" before "layer_10", and "lr-0.03" before "lr-0.1"."""
    return _in_parts(tag, _NUMBERS)


def run_order(run_id: str) -> NaturalOrder:
    """The same for runs, of which "lr0.03-seed10" comes before "lr0.1-seed2", "lr3e-5" before "lr1e-4"."""
    return _in_parts(run_id, _NUMBERS_OF_RUNS)


def _in_parts(text: str, numbers: re.Pattern[str]) -> NaturalOrder:
    return tuple(
        (0, float(part), "") if part[0] in "0123456789" else (1, 0.0, part.lower())
        for part in numbers.split(text[-_LONGEST:])
        if part
    )


# Where the parts of a model lie between its input and its output; what is not named lies in the middle.
_PLACES = (
    (any_word(r"embed\w*|wte|wpe|tok\w*_embed\w*|patch_embed|stem"), 0),
    (any_word(r"encoder|enc|backbone"), 1),
    (any_word(r"decoder|dec|neck"), 3),
    (any_word(r"lm_head|head|classifier|fc|out|output|proj_out|logits"), 4),
)
_MIDDLE = 2  # between encoders and decoders


def layer_order(tag: str) -> tuple[int, NaturalOrder]:
    """A key that sorts the layers of a model from the input to the output."""
    words = "_".join(segments_of(tag))
    place = next((place for pattern, place in _PLACES if pattern.search(words)), _MIDDLE)
    return place, natural_order(tag)
