"""Whether a model's decisions come with reasons a person can read."""

import math

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.task import Task, Trained


def unexplained(task: Task, trained: Trained, rows: Dataset) -> list[str]:
    """One sentence per way in which the reasons fall short; empty when every row has them."""
    reasons = task.explain(trained, rows)
    if len(reasons) != rows.table.num_rows:
        return [f"{len(reasons)} explanations for {rows.table.num_rows} rows"]
    bare = sum(not row or not any(reason.strip() for reason in row) for row in reasons)
    broken = sum(not all(math.isfinite(weight) for weight in row.values()) for row in reasons)
    found = [f"{bare} of {len(reasons)} rows have no reason"] if bare else []
    return found + ([f"{broken} of {len(reasons)} rows have a reason without a finite weight"] if broken else [])
