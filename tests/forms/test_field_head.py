"""The field head of a small corpus, on disk and over segments."""

import numpy as np

from hodoscope.forms.field_head import FieldHead, label_fields
from hodoscope.forms.train import train_fields
from hodoscope.forms.vectors import Vectors


def test_fields_of_chosen_segments_are_labelled(small_vectors: Vectors) -> None:
    """Rows outside stay -1; a head read from its file gives the same labels."""
    head = train_fields([small_vectors])
    labels, chances = label_fields(head, small_vectors.fields, [1])
    inside = small_vectors.fields["segment"].to_numpy() == 1
    assert (labels[~inside] == -1).all()
    names = [head.head.classes[label] for label in labels[inside]]
    assert names[:2] == ["username", "current password"]
    assert np.allclose(chances[inside].sum(axis=1), 1)
    again = FieldHead.from_json(head.to_json())
    assert (label_fields(again, small_vectors.fields, [1])[0] == labels).all()


def test_no_segment_no_label(small_vectors: Vectors) -> None:
    """An empty choice is answered."""
    assert (label_fields(train_fields([small_vectors]), small_vectors.fields, [])[0] == -1).all()
