"""What new labels must stand up to before a model learns from them: the ``[retrain.labels]`` table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """Column names say where to look; empty: the data has none, and the check that needs it is left out (and said so).

    ``labelled_at`` (a time) tells new labels from those the champion learned, ``item`` what was labelled, so that two
    labels of the same thing can contradict, ``author`` who labelled.

    ``neighbours``: how many of the nearest old rows are asked; ``neighbour_agreement``: a new label shared by fewer of
    them than this share, while they agree among themselves, is held. ``author_labels``: from so many labels an author
    is judged; ``author_excess``: one whose disagreement surely exceeds the others' by this share is held whole.
    ``influence_drop``: a batch of one author that surely lowers the headline by more is held whole.
    """

    labelled_at: str = ""
    item: str = ""
    author: str = ""
    neighbours: int = 15
    neighbour_agreement: float = 0.05
    author_labels: int = 20
    author_excess: float = 0.1
    influence_drop: float = 0.0
