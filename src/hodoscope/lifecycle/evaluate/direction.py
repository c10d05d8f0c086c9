"""Which way is better: known by a figure's name, here only."""

LOWER_IS_BETTER = frozenset({"fpr", "ece", "brier", "log_loss", "delay_median", "delay_p90", "missed", "alerts"})


def lower_is_better(figure: str) -> bool:
    """Whether a smaller value is the better one; ``figure`` may carry a class, as in ``fpr[login]``."""
    return figure.partition("[")[0] in LOWER_IS_BETTER
