"""The ordered table that says what a tag is by its own name: the first rule that matches decides."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from losstui.kinds import Direction, Kind, Role, Split, make_role
from losstui.role_words import (
    ADVERSARIES,
    BOOSTED,
    BOOSTED_ERRORS,
    COMPARED,
    JUDGES,
    LAYER,
    LEARNERS,
    NO_LOSS,
    OF_CATBOOST,
    PLACES,
    SPENT,
    TURNED_ROUND,
    UNITS,
)
from losstui.tags import any_word, segments_of, split_of


@dataclass(frozen=True, slots=True)
class Rule:
    """Tags whose words, or the words of their last part alone, hold `pattern` are of `kind`."""

    kind: Kind
    pattern: re.Pattern[str]
    direction: Direction | None = None
    last_part_only: bool = False


RULES: tuple[Rule, ...] = (
    # Said again on another axis, or for good, by a tag that only repeats what others say.
    Rule(
        Kind.OTHER, re.compile(r"_vs_(?:samples|tokens|gigaflops\w*)$|text_summary$|^hparams?_|^hp_metric$")
    ),
    Rule(Kind.OTHER, re.compile(r"(?:^|_)(?:rewards?|returns?|lengths?|loss|losses)_time$")),
    Rule(Kind.EPOCH, re.compile(rf"^(?:(?:{PLACES})_)*epochs?(?:_num|_number|_idx)?$")),
    Rule(  # of the values so far, or of the weights
        Kind.OTHER,
        any_word(
            r"best|lowest|max_acc(?:uracy)?|std|stddev|std_dev|stderr|variance|var$|params?_norm|weight_norm|zeros"
        ),
    ),
    Rule(Kind.OTHER, re.compile(r"(?<!loss)_sd$")),  # a standard deviation, as caret of R spells it
    Rule(Kind.OTHER, re.compile(COMPARED)),
    Rule(Kind.OTHER, re.compile(r"(?:^|_)improved$")),  # whether it was
    Rule(Kind.OTHER, re.compile(r"(?:^|_)(?:thresholds?|limit)$")),
    Rule(Kind.OTHER, re.compile(r"(?:^|_)(?:acc_steps|size)$")),  # of batches summed, of what is kept
    # How many losses were not finite or left out, what was spent, and what networks and traders lose.
    Rule(
        Kind.OTHER, re.compile(r"(?:^|_)(?:num|n)_(?:\w+_)?loss(?:es)?$|(?:^|_)loss_(?:\w+_)?count$|loss_is_")
    ),
    Rule(Kind.OTHER, any_word(SPENT)),
    Rule(Kind.OTHER, any_word(r"(?:packet|profit(?:_and)?)_loss")),
    # What a discriminator says of pictures: Loss/scores/fake.
    Rule(Kind.OTHER, any_word(r"(?:scores?|signs|logits?)_(?:real|fake)|(?:real|fake)_(?:scores?|logits?)")),
    # How often a discriminator is right: at its best the generator brings that down to guessing.
    Rule(
        Kind.OTHER,
        any_word(
            rf"(?:{JUDGES})_(?:acc|accuracy)|(?:acc|accuracy)_(?:{JUDGES})|(?:real|fake)_(?:acc|accuracy)"
        ),
    ),
    # What a critic says of states, and how many entries of a codebook are in use.
    Rule(Kind.OTHER, any_word(r"(?:q|v|qf|vf)(?:_\d)?_values?|(?:code|codebook|prob|vq)_(?:perplexity|ppl)")),
    Rule(Kind.OTHER, any_word(r"loss_(?:score|recovered)")),  # of sparse autoencoders: how much is kept
    # Bookkeeping.
    Rule(  # what adds up
        Kind.OTHER,
        re.compile(
            r"(?:^|_)total_(?:train_|training_)?(?:[gt]?flops|tokens|samples|examples|time|duration)$"
        ),
    ),
    Rule(Kind.OTHER, re.compile(r"^(?!.*loss)(?:system|gpu|cpu|host|disk)_")),
    Rule(Kind.OTHER, re.compile(NO_LOSS + r"(?:mem|memory|flos|num|n|count)(?:_|$)")),
    # What Lightning logs beside the rate of an optimiser: "lr-SGD-momentum".
    Rule(Kind.OTHER, re.compile(r"^lr_.*_(?:momentum|weight_decay)$")),
    Rule(Kind.LEARNING_RATE, any_word(r"lrs?|lrate|learning_rates?|learn_rate|pg_\d+")),
    Rule(Kind.LOSS_SCALE, any_word(r"(?:loss|grad|amp|fp_16)_scaler?|scaler")),
    Rule(Kind.DEAD_UNITS, any_word(r"dead|dormant")),
    Rule(Kind.OTHER, any_word(r"logit_scale|clip_?frac\w*|clip_?range\w*|explained_variance|ep_len\w*")),
    # Speed and time.
    Rule(  # "epoch_s" lasted so long, "epoch/s" are so many
        Kind.STEP_TIME, re.compile(r"^(?:epoch|step|iter|iteration|batch)_s(?:ecs?)?$"), last_part_only=True
    ),
    Rule(Kind.STEP_TIME, re.compile(r"^throughput_(?:\w+_)?(?:duration|time)$")),
    Rule(Kind.THROUGHPUT, any_word(r"\w*_per_s|\w*_per_sec|\w*_per_second|throughput")),
    Rule(Kind.THROUGHPUT, any_word(r"ips|fps|sps|tps|tgs|wps|ups|mfu|t?flops|tflop")),
    Rule(
        Kind.STEP_TIME,
        any_word(
            rf"time_this_iter_s|(?:s|sec|secs|seconds|ms)_(?:per_)?(?:{UNITS})|(?:{UNITS})_ms"
            r"|(?:batch|reader|data|iter|time)_cost"  # of Paddle, in seconds
        ),
    ),
    Rule(Kind.THROUGHPUT, any_word(rf"(?:{UNITS})_(?:s|sec|second)")),
    Rule(Kind.OTHER, re.compile(r"time_?steps?|timestamp|^eta(?:_|$)"), last_part_only=True),
    Rule(Kind.OTHER, any_word("time_spent_exploring")),  # the share of actions drawn at random
    Rule(  # a clock that runs on, not the length of a step
        Kind.OTHER,
        any_word(
            r"(?:total|elapsed|remaining|accumulated_\w+|wall|wallclock|start|stop|end|cum|cumulative)_"
            r"(?:time|duration)(?!_per_)|time_(?:elapsed|total|since|so_far|cum|cumulative)\w*|(?:train_|training_)?(?<!eval_)(?<!val_)runtime"
        ),
        last_part_only=True,
    ),
    # an episode takes as long as the agent lives in it
    Rule(Kind.OTHER, re.compile(r"(?:^|_)(?:episode|ep)_(?:time|duration|seconds|secs)$")),
    Rule(
        Kind.STEP_TIME,
        re.compile(NO_LOSS + r"(?:runtime|time(?!_out|_limit)|timing|duration|latency|seconds|secs)(?:_|$)"),
        last_part_only=True,
    ),
    # Gradients.
    Rule(
        Kind.LAYER_GRAD_NORM,
        re.compile(
            NO_LOSS + rf"(?!.*_total$)(?:grad_norms?_(?:.*_)?{LAYER}|{LAYER}_(?:.*_)?grad_norm|grad_{LAYER})"
        ),
    ),
    Rule(
        Kind.GRAD_NORM, re.compile(r"l_2_(?:norm_)?grad(?:_global)?$|^error_norm$")
    ),  # the latter CRFsuite's
    Rule(Kind.LAYER_GRAD_NORM, re.compile(r"l_2_norm_grad_")),
    Rule(Kind.GRAD_NORM, re.compile(NO_LOSS + r"(?:grad_(?:.*_)?norms?|(?:global|total)_norm)(?:_|$)")),
    Rule(  # "norm/grad", but not the gradient of a layer called "batch_norm"
        Kind.GRAD_NORM,
        re.compile(NO_LOSS + r"(?<!batch_)(?<!layer_)(?<!group_)norms?_(?:of_)?(?:(?:global|total)_)?grad$"),
    ),
    Rule(Kind.OTHER, re.compile(NO_LOSS + r"(?:grad|momentum|decay)(?:_|$)")),
    # How much a part of the loss counts.
    Rule(Kind.OTHER, any_word(r"loss(?:es)?_(?:weights?|coeffs?|coefs?|lambdas?|decay|gain)")),
    Rule(
        Kind.OTHER,
        # "dice_coef" and "correlation_coefficient" are scores.
        re.compile(r"^lambda_|(?:^|_)(?:weights?|lambdas?|(?:ce|bce|nll|mse|l_[12]|reg|cost)_coeff?s?)$"),
        last_part_only=True,
    ),
    # Neither way is better: regularisers and moving targets.
    Rule(Kind.OTHER, any_word(r"(?<!cross_)entropy|ent_coeff?(?!_loss)")),
    Rule(
        Kind.COMPONENT_LOSS,
        any_word(r"kld?_loss|loss_kld?|kld|kl_?div|kl_divergence"),
        Direction.NEUTRAL,
    ),
    Rule(
        Kind.OTHER,
        any_word(r"kl|temperature(?!_loss)|temp|logps?|chosen|reject|rejected|margins?|advantages?"),
    ),
    Rule(Kind.ADVERSARIAL_LOSS, re.compile(r"^[dg]_(?:gan|gan_feat|[ab])$|^a_loss$")),  # of pix2pix, DCGAN
    Rule(Kind.ADVERSARIAL_LOSS, any_word(r"gan_loss|loss_gan")),
    # What a generator is told of the data itself: "loss/g/mel" of VITS.
    Rule(
        Kind.COMPONENT_LOSS, re.compile(r"^loss_g_(?:mel|dur|duration|l_1|pix\w*|vgg|percep\w*|rec\w*|stft)$")
    ),
    Rule(Kind.ADVERSARIAL_LOSS, re.compile(r"^l_(?:g_gan|d|d_(?:real|fake|total))$")),  # of BasicSR
    Rule(Kind.LOSS, re.compile(r"^l_(?:g_)?(?:pix|pixel|fea|feature|percep|style|fft|edge|total)$")),
    Rule(Kind.COMPONENT_LOSS, re.compile(r"^(?:g_(?:l_1|vgg)|(?:cycle|idt)_[ab])$")),
    Rule(
        Kind.ADVERSARIAL_LOSS, any_word(rf"(?:{ADVERSARIES})(?:_[ab]|_real|_fake)?_(?:loss(?:es)?|cost|err)")
    ),
    Rule(Kind.ADVERSARIAL_LOSS, any_word(rf"(?:loss(?:es)?|cost|err)_(?:{ADVERSARIES})(?:_[ab])?")),
    Rule(Kind.ADVERSARIAL_LOSS, any_word(rf"(?:{LEARNERS}|value)_loss(?:es)?|loss_(?:{LEARNERS})|td_error")),
    # The target is what the model itself was a moment ago: as it learns to tell more, it is harder to meet.
    Rule(
        Kind.ADVERSARIAL_LOSS,
        any_word(r"(?:byol|simsiam|dino|ibot|[iv]?_?jepa|data_?2_?vec)_(?:\w+_crops_)?loss"),
    ),
    # What training is about.
    Rule(  # Kaldi's log-probability
        Kind.OTHER, re.compile(r"^(?:train|valid|train_subset)_objective(?:_xent)?$"), Direction.HIGHER
    ),
    Rule(  # the scores of scikit-learn, where more is always better, and of Tensor2Tensor
        Kind.OTHER,
        re.compile(r"(?:^|_)neg_(?:log_(?:perplexity|loss)|r?mse|mae|(?:mean|median)_\w*error|brier_score)$"),
        Direction.HIGHER,
    ),
    Rule(Kind.ERROR, any_word(r"(?:hamming|zero_one)_loss")),
    Rule(Kind.LOSS, any_word(r"neg(?:ative)?_(?:(?:si_?)?s[dn]_?ri?|psnr|ssim)(?!_loss)")),
    Rule(Kind.ERROR, any_word(TURNED_ROUND)),
    Rule(Kind.ACCURACY, re.compile(r"(?:^|_)(?:accuracy|psnr)$")),  # in a folder of losses too
    Rule(Kind.ERROR, re.compile(r"(?:^|_)(?:perplexity|ppl|bpb|bpc)(?:_value)?$")),
    Rule(Kind.LOSS, any_word(r"loss|losses|nll|ce|bce|xent|cross_?entropy|cost|(?<![cw]er_)ctc|smooth_l_1")),
    Rule(Kind.LOSS, any_word(r"neg_elbo|info_?nce|nt_?xent|nlml|neg_mll")),
    Rule(Kind.LOSS, re.compile(OF_CATBOOST)),
    Rule(Kind.LOSS, re.compile(r"(?:^|_)objective$|^(?:train\w*|val\w*|eval\w*|dev|test)_criterion$")),
    Rule(Kind.LOSS, any_word(r"m?_?log_?loss|multi_logloss|binary_logloss")),
    Rule(Kind.ERROR, re.compile(r"^(?:char|word)_train$|(?:^|_)b[cw]er_train$")),  # of Tesseract
    Rule(Kind.ERROR, any_word(r"err(?:or)?_top_?\d+|top_?\d+_err(?:or)?")),
    Rule(Kind.ACCURACY, any_word(r"rewards?_(?:accuracy|accuracies)(?!_rew)")),
    Rule(Kind.OTHER, any_word("non_score_rewards?")),  # what is taken off for leaving the reference
    Rule(Kind.REWARD, re.compile(r"^objective_scores?$|(?:^|_)critic_scores?_(?:mean|max|min)$")),
    Rule(Kind.REWARD, any_word(r"rewards?|returns?|rew|ep_?rew\w*|ep_ret|elo|normali[sz]ed_scores?")),
    Rule(Kind.REWARD, re.compile(r"(?:^|_)(?:episode|ep|episodic|game)_scores?$")),
    Rule(Kind.REWARD, re.compile(r"(?:^|_)(?:best|top|max|mean|avg|average|median)_fitness$")),
    Rule(Kind.ACCURACY, re.compile(r"(?:^|_)(?:average|avg|ave|mean)_scores?$")),
    Rule(Kind.OTHER, any_word(r"elbo|(?:log_?)?likelihood|loglik"), Direction.HIGHER),
    Rule(
        Kind.ACCURACY,
        any_word(
            r"accuracy|accuracies|acc|top_?\d+|f1|fscore|f_score|auc|auroc|auprc?|map|ap|average_precision"
            r"|miou|iou|dice|jaccard|precision|recall|specificity|sensitivity|bleu|rouge\w*|meteor|cider|chrf|psnr"
            r"|ssim|r2|r_?squared?|em|exact_match|mcc|matthews\w*|kappa|ndcg|mrr|spearman\w*|pearson\w*|(?<!attack_)success_rate"
            r"|win_rate|(?<!cache_)hits?_(?:ratio|rate|(?:at_)?\d+)|hr_\d+|aucpr|pesq|stoi|(?:si_|n)?s[dn]ri?|nmi"
        ),
    ),
    Rule(Kind.ACCURACY, any_word(r"(?:inverse|reciprocal)_(?:\w+_)?rank")),
    Rule(Kind.ERROR, re.compile(rf"{BOOSTED}(?:{BOOSTED_ERRORS})$")),
    Rule(
        Kind.ERROR,
        any_word(
            r"error|errors|err|merror|mse|rmse|msle|rmsle|mae|mape|wer|cer|eer|der|per(?!_)|fid|kid|lpips|perplexity"
            r"|ppl|bpb|bpc|bits_per_\w+|s_l_[12]"
        ),
    ),
    # What is known in one field. A word of those above decides before: "ami_wer" is no mutual information.
    Rule(
        Kind.ERROR,
        re.compile(
            r"^(?:train|eval|val|valid|test|validation(?:_\d+)?)_(?:quantile|mphe|gamma_deviance|mr)$"
        ),
    ),
    Rule(
        Kind.ERROR,
        any_word(
            r"bpd|bits_dim|bpt|bpp|nats(?:_(?:per_)?(?:dim|token|char|byte))?|deviance"  # of likelihoods
            r"|smape|wape|mase|msis|crps|pinball|wql|(?:energy|interval|winkler|quantile|variogram)_scores?"
            r"|n_?rmse|rrmse|nmse|rse|rmspe|md_?ape|med_?ae|rel(?:ative)?_l_?2"
            r"|(?:squared_|categorical_)?hinge|log_?cosh|brier|ece|jer|mer|wil|word_info_lost|edit_distance"
            r"|(?<!at_)fpr(?:_\d+)?|fnr|false_(?:positive|negative)_rate|min_?dcf|(?:mean|median)_rank"
            r"|hausdorff|hd_?95|assd|chamfer|mpjpe|epe|[af]de(?!_20)|nme|abs_?rel|sq_?rel|si_?log|m_a[tsova]e"
            r"|fad|fvd|mcd|(?<!cache_)miss_rate|niqe|brisque|ergas|q_risk|[ust]er|t?cp_?wer|d?rmsd|fape|owa|vrmse"
        ),
    ),
    Rule(
        Kind.ACCURACY,
        any_word(
            r"prec(?:_\d+)?|f_?beta|f2|f_0.5|roc_?auc|auc_?roc|pr_?auc|gauc|tpr|tnr|npv|ppv"
            r"|true_(?:positive|negative)_rate|g_?mean|cohen_?kappa|qwk|combined_score|las|uas|pass_(?:at_)?\d+"
            r"|solve_rate|hitrate|dsc|nsd|pq|panoptic_quality|coco_?ap\w*|(?:coco_)?ar_\d+|coco_ar|nds|pck|pckh|pc_kh"
            r"|oks|mota|hota|id_?f_?1|delta_[123]|sacre_?bleu|cid_?er|spice|bert_?score|bleurt|sari"
            r"|(?:i_2_t|t_2_i|image_to_text|text_to_image)_r_?\d+|ms_?ssim|vif|uqi|inception_score|clip_?score"
            r"|e_?stoi|si_?s[dn]_?ri?|mos|ut_?mos|dns_?mos|nisqa|kendall\w*|concordance\w*|ccc|c_?index|pcc|plcc|[bmw]acc"
            r"|sro?cc|rank_ic|nse|kge|ari|ami|v_measure|silhouette\w*|fowlkes_mallows|p?lddt|gdt_(?:ts|ha)|tm_?score"
            r"|mar(?:_\d+|_small|_medium|_large)?|hmean|norm_edit_dis|(?:ents|sents|spans(?:_sc)?)_[fpr]|(?<!to_)(?<!attack_)success|win_?rate"
        ),
    ),
    Rule(
        Kind.ACCURACY,
        re.compile(
            r"(?:^|_)(?:exact|comet(?:_kiwi|_da)?)$|(?:^|_)(?:cmc_)?rank_(?:1|5|10|20)$|^(?:train|eval|test)_pre_\d+$|^(?:val|valid|vaild|validation|dev|eval|test)_scores?$|^scores?_(?:val|valid|test)$"
        ),
    ),
    Rule(Kind.ACCURACY, re.compile(r"^(?:(?:train|val|valid|validation|eval|test)_)?cosine_similarity$")),
)

# The kinds whose value depends on the data it was measured on.
_WITH_SPLIT = (
    Kind.LOSS,
    Kind.COMPONENT_LOSS,
    Kind.ADVERSARIAL_LOSS,
    Kind.ACCURACY,
    Kind.ERROR,
    Kind.REWARD,
    Kind.THROUGHPUT,
    Kind.STEP_TIME,
)


def role_by_name(tag: str) -> Role:
    """The role a tag has by its own name, whatever else the run logs."""
    parts = segments_of(tag)
    whole, last = "_".join(parts), parts[-1] if parts else ""
    for rule in RULES:
        if rule.pattern.search(last if rule.last_part_only else whole):
            split = Split(split_of(tag)) if rule.kind in _WITH_SPLIT else Split.NONE
            role = make_role(rule.kind, split)
            return role if rule.direction is None else replace(role, direction=rule.direction)
    return make_role(Kind.OTHER)
