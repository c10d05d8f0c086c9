"""The shipped model: form types from Formasaurus, field types from every labelled corpus, in one call."""

from collections.abc import Mapping, Sequence

import numpy as np

from hodoscope.errors import InputError
from hodoscope.forms import field_head, form_head
from hodoscope.forms.corpora import formasaurus
from hodoscope.forms.field_head import FieldHead, fit_fields
from hodoscope.forms.field_labels import joined
from hodoscope.forms.fit import Settings, fit
from hodoscope.forms.formasaurus_protocol import form_units
from hodoscope.forms.head import Head
from hodoscope.forms.model_file import FormModel
from hodoscope.forms.out_of_fold import codes
from hodoscope.forms.roles import FORMASAURUS_FORMS
from hodoscope.forms.vectors import Vectors


def train(corpora: Mapping[str, Vectors], version: str) -> FormModel:
    """Both heads over all of ``corpora`` (name → vectors); the same vectors give the same model, bit for bit.

    Raises ``InputError`` without Formasaurus: the other corpora label no form types.
    """
    if formasaurus.NAME not in corpora:
        raise InputError(f"corpora {sorted(corpora)}: {formasaurus.NAME} is missing; vectorize it too")
    return FormModel(version, train_forms(corpora[formasaurus.NAME]), train_fields(list(corpora.values())))


def train_forms(vectors: Vectors) -> Head:
    """The head for form types."""
    units = form_units(vectors)
    mapped = np.flatnonzero(units.rows >= 0)
    classes, labels = codes([str(FORMASAURUS_FORMS[units.labels[at]]) for at in mapped])
    sites = codes([units.sites[at] for at in mapped])[1]
    return fit(vectors.segments.take(units.rows[mapped]), labels, classes, sites, form_head.SETTINGS)


def train_fields(corpora: Sequence[Vectors], settings: Settings = field_head.SHIPPED) -> FieldHead:
    """The head for field types and its decoding."""
    table, parts = joined(corpora)
    found = [
        (row, str(choice), site)
        for part in parts
        for row, choice, site in zip(part.rows.tolist(), part.chosen, part.sites, strict=True)
        if choice is not None
    ]
    rows, names, sites = zip(*found, strict=True)
    classes, labels = codes(names)
    return fit_fields(table, np.array(rows, np.int64), labels, classes, codes(sites)[1], settings)
