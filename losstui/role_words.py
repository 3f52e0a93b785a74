"""The alternations of words, joined with "_", that the rules of `losstui.role_table` are made of."""

from __future__ import annotations

ADVERSARIES = r"d|g|dis|disc|discriminator|gen|generator|adv|adversarial"
JUDGES = r"d|dis|disc|discriminator"
LEARNERS = r"policy|actor|critic|pi|pg|vf|qf|qf_\d|td|policy_gradient|ent_coeff?|alpha|temperature|surrogate"
UNITS = (
    r"tok(?:en)?s?|samples?|rays?|images?|imgs?|kimg|examples?|items?|it|iters?|steps?|batch|batches|epochs?"
)
LAYER = (
    r"(?:\d+(?:\.\d+)?|layers?|l|blocks?|embed\w*|encoder|decoder|conv|linear|fc|dense|attn|attention|mlp"
    r"|lm_head|head|weight|bias|kernel)(?=_|$)"
)
NO_LOSS = r"^(?!.*loss)(?:.*_)?"
# Of LightGBM, by the names it gives its data sets; elsewhere most of these are something else.
BOOSTED = r"^(?:training|valid_\d+)_"
BOOSTED_ERRORS = r"l_[12]|quantile|huber|fair|poisson|gamma|gamma_deviance|tweedie|kullback_leibler"
# Of CatBoost, which calls its sets so, with the setting it was computed with.
OF_CATBOOST = (
    r"^(?:learn|test)_(?:multi_class(?:_one_vs_all)?|pair_logit(?:_pairwise)?|query_soft_max|(?:log_lin_)?quantile"
    r"|expectile|poisson|tweedie|huber|lq)(?:_(?:alpha|delta|q|variance_power)_[\d.]+)?$"
)
# What compares one value with another is no level.
COMPARED = (
    r"(?:^|_)(?:loss|acc|accuracy|error|err|perplexity|ppl|f1|auc|iou|dice|[cw]er)_"
    r"(?:delta|gap|change|improvement|drop|degradation|reduction)$|(?:^|_)loss_rate$|(?:^|_)(?:loss|acc|accuracy)_ratio$"
)
# What is spent, not minimised; "train_cost" and "cost" are losses.
SPENT = (
    r"usd|dollars|(?:api|llm|dollar|carbon|electricity|compute|gpu|cloud|tokens?|inference|annotation|label(?:l?ing)?|comm(?:unication)?)_costs?"
    r"|cum(?:ulative)?_costs?|costs?_(?:so_far|[kmg]b|bytes|secs?|seconds|hours|per_(?:tokens?|samples?|requests?|query|queries|hour))"
)
# A score taken from 1, or the distance that belongs to it.
TURNED_ROUND = (
    r"one_minus_(?:\w+_)?(?:accuracy|acc|ssim|m?iou|dice|jaccard|f1|f_score|au(?:ro)?c|m?ap|precision|recall"
    r"|r2|mcc|ncc|pearson\w*|spearman\w*|corr\w*|cosine_similarity|(?:tm|lddt)_?score)"
    r"|(?:accuracy|iou|dice|jaccard|ssim|map)_(?:errors?|err|distance)"
)
PLACES = r"train|training|trainer|val|progress|time|charts|global|current|num|n|metrics|log|stats|info"
