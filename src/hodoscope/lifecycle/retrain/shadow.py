"""How a challenger decides beside the champion, on rows neither has learned, before it may decide anything."""

import numpy as np

from hodoscope.lifecycle.dataset import Dataset
from hodoscope.lifecycle.task import Task, Trained


def shadow_report(task: Task, challenger: Trained, champion: Trained | None, rows: Dataset) -> dict[str, object]:
    """``{"rows", "changed", "decided"}``: the share of decisions that change, and per class how often each decides it.

    Without a champion (or with other classes than his) ``changed`` is null: there is nothing to compare with.
    """
    ours = task.units(challenger, rows)
    theirs = None if champion is None else task.units(champion, rows)
    shares: dict[str, list[float]] = {}
    for index, name in enumerate(ours.classes):
        shares[name] = [float((one.decisions == index).mean()) for one in (theirs, ours) if one is not None]
    same_classes = theirs is not None and theirs.classes == ours.classes
    changed = float(np.mean(ours.decisions != theirs.decisions)) if theirs is not None and same_classes else None
    return {"rows": ours.rows, "changed": changed, "decided": shares}
