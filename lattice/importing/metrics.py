"""Directions of metrics that the field uses under one name everywhere."""

from __future__ import annotations

from lattice.model import Direction

_HIGHER = (
    "accuracy acc acc_norm balanced_accuracy f1 f1_score auc auroc roc_auc average_precision precision"
    " recall r2 r2_score bleu rouge exact_match map ndcg mcc kappa pass@1 win_rate reward"
)
_LOWER = (
    "loss perplexity ppl word_perplexity byte_perplexity error error_rate rmse mse mae nll cross_entropy log_loss brier"
    " brier_score wer cer bits_per_byte fid ece regret"
)
_SHARES = frozenset(
    [
        "accuracy",
        "acc",
        "balanced_accuracy",
        "f1",
        "f1_score",
        "auc",
        "auroc",
        "roc_auc",
        "average_precision",
        "precision",
        "recall",
        "exact_match",
        "map",
        "ndcg",
        "pass@1",
        "win_rate",
        "error_rate",
        "brier",
        "brier_score",
        "wer",
        "cer",
        "ece",
    ]
)
_DIRECTIONS: dict[str, Direction] = {
    **dict.fromkeys(_HIGHER.split(), "higher"),
    **dict.fromkeys(_LOWER.split(), "lower"),
}


def direction_of(name: str) -> Direction | None:
    """Whether higher or lower is better for a metric of this usual name; None if unknown."""
    return _DIRECTIONS.get(name.casefold().replace("-", "_").replace(" ", "_"))


def is_share(name: str) -> bool:
    """Whether a metric of this usual name lies between 0 and 1, unless it is given in percent."""
    return name.casefold().replace("-", "_").replace(" ", "_") in _SHARES
