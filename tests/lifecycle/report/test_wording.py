"""Figures have names for people."""

from hodoscope.lifecycle.report.wording import words


def test_names_are_spelled_out() -> None:
    """Budgets and classes keep their number and name."""
    assert words("auc") == "area under ROC"
    assert words("recall_at_50") == "recall with a budget of 50"
    assert words("recall_at_fpr_0.01[login]") == "recall at 1 % false positives[login]"
    assert words("unheard_of") == "unheard of"
