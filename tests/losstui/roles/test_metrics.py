"""Which way the metrics of one field are better, by their names."""

from __future__ import annotations

import pytest

from losstui.kinds import Direction, Kind, Role, Split
from losstui.roles import assign_roles

# What is better the lower it is, beside a loss.
ERRORS = {
    "forecasts": "SMAPE wape MASE msis CRPS pinball nrmse NMSE rse MdAPE OWA VRMSE q_risk",
    "distributions": "interval_score mean_winkler_score energy_score quantile_score",
    "fields": "rel_l2 relative_l2",
    "classes": "hamming_loss brier_score ECE fpr fpr95 FNR false_positive_rate hinge categorical_hinge",
    "speech": "jer mer wil min_dcf fad mcd uer cpwer",
    "text": "edit_distance bits_per_byte bits_per_char TER",
    "ranks": "mean_rank image_to_text_median_rank",
    "places": "mpjpe PA-MPJPE EPE minADE min_fde NME mATE mAOE chamfer_distance",
    "depth": "abs_rel sq_rel silog",
    "shapes": "hausdorff hd95 assd",
    "molecules": "rmsd drmsd_ca fape",
    "images": "FVD niqe brisque ergas bpp",
    "likelihoods": "bpd nats nats/dim mean_poisson_deviance",
}
# What is better the higher it is.
SCORES = {
    "retrieval": "P@5 R@1 Rank-1 cmc_rank_5",
    "classes": "prec@1 Prec1 fbeta_score f2 rocauc ROC_AUC auc_roc prauc aupr TPR tnr ppv npv gmean qwk",
    "boxes": "mar_100 mar_small COCOAP50_95 coco/AR AR@100 NDS mota HOTA IDF1 PQ panoptic_quality",
    "shapes": "DSC nsd",
    "poses": "PCK PCKh oks delta1",
    "text": "sacrebleu CIDEr spice bertscore BLEURT sari exact HasAns_exact pass@1 las uas combined_score",
    "text spans": "comet ents_f hmean norm_edit_dis",
    "images": "ms_ssim vif inception_score clip_score plcc srocc",
    "pairs": "image_to_text_R@1 t2i_R@10 cosine_similarity gauc HitRate",
    "speech": "estoi SI-SDRi sisnr nisqa dnsmos utmos wacc",
    "numbers": "kendalltau concordance_corr_coef ccc c_index nse kge",
    "clusters": "ari ami v_measure silhouette_score fowlkes_mallows bacc",
    "molecules": "lddt plddt gdt_ts tm_score",
    "games": "success pc_success win_rate",
    "any": "score",
}


def _role_on_validation(name: str) -> Role:
    tag = f"val_{name}"
    return assign_roles(["loss", "val_loss", tag])[tag]


@pytest.mark.parametrize("names", ERRORS.values(), ids=ERRORS)
def test_errors_are_better_the_lower_they_are(names: str) -> None:
    roles = {name: _role_on_validation(name) for name in names.split()}
    assert roles == dict.fromkeys(roles, Role(Kind.ERROR, Split.VALIDATION, Direction.LOWER))


@pytest.mark.parametrize("names", SCORES.values(), ids=SCORES)
def test_scores_are_better_the_higher_they_are(names: str) -> None:
    roles = {name: _role_on_validation(name) for name in names.split()}
    assert roles == dict.fromkeys(roles, Role(Kind.ACCURACY, Split.VALIDATION, Direction.HIGHER))


def test_a_word_of_many_fields_decides_before_one_of_a_single_field() -> None:
    roles = assign_roles(["loss", "val_ami_wer", "val_ade20k_miou", "tpr_at_fpr95", "fpr_at_tpr95"])
    assert [role.kind for role in roles.values()] == [
        Kind.LOSS,
        Kind.ERROR,
        Kind.ACCURACY,
        Kind.ACCURACY,
        Kind.ERROR,
    ]


@pytest.mark.parametrize("name", ["neg_mean_squared_error", "neg_log_loss", "neg_median_absolute_error"])
def test_negative_errors_are_better_the_higher_they_are(name: str) -> None:
    role = assign_roles(["loss", name])[name]
    assert (role.kind, role.direction) == (Kind.OTHER, Direction.HIGHER)
