"""The head that tells what a form is for: its classes and how it is trained."""

from typing import Final

from hodoscope.forms.fit import Settings
from hodoscope.forms.spec import FORM_SPACE

_FACTORS: Final = {"lexicon": 2.0}
"""The few lexicon features stand beside hundreds of n-grams; any factor from 1.5 to 3 gives the same accuracy."""

SETTINGS: Final = Settings(
    bits=13, scales=tuple(_FACTORS.get(name, 1.0) for name in FORM_SPACE), penalty=0.1, keep=12_000
)
"""Chosen on Formasaurus by 10-fold: 2^12 buckets cost .2 points, 2^14 gain nothing; keep 12,000 equals keep all."""
