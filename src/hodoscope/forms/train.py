"""The shipped model: trained on all annotated forms, in one call."""

import numpy as np

from hodoscope.forms import form_head
from hodoscope.forms.fit import fit
from hodoscope.forms.formasaurus_protocol import form_units
from hodoscope.forms.model_file import FormModel
from hodoscope.forms.out_of_fold import codes
from hodoscope.forms.roles import FORMASAURUS_FORMS
from hodoscope.forms.vectors import Vectors


def train(vectors: Vectors, version: str) -> FormModel:
    """Heads over the whole of ``vectors``; the same vectors give the same model, bit for bit."""
    units = form_units(vectors)
    mapped = np.flatnonzero(units.rows >= 0)
    names = [str(FORMASAURUS_FORMS[units.labels[at]]) for at in mapped]
    classes, labels = codes(names)
    sites = codes([units.sites[at] for at in mapped])[1]
    head = fit(vectors.segments.take(units.rows[mapped]), labels, classes, sites, form_head.SETTINGS)
    return FormModel(version, {"form": head})
