"""From the logits of a segment's fields to their labels, all at once; ``decode.ts`` does the same.

1. A label needs a kind of control that it was ever seen on: a checkbox is never an e-mail address.
2. Viterbi over the fields in document order: logits plus a light bonus for labels that follow each other.
3. Passwords together: a confirmation follows a new password, and there is one current password. Where the path breaks
   that, the best roles that keep it are taken.
"""

import base64
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hodoscope.errors import InputError
from hodoscope.forms.field_types import FieldType

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
STRENGTH: Final = 0.5
"""Weight of a transition's log-ratio beside the logits. On Formasaurus .25 and .5 are alike, 1 costs half a point."""
_CLIP: Final = 3.0
_PARTS: Final = 100
_PRIOR: Final = 0.25
"""Pairs added to what was seen and to what chance gives: what is rare says nothing."""
_NEVER: Final = -1e9
_MOST_PASSWORDS: Final = 4
_PASSWORDS: Final = (FieldType.CURRENT_PASSWORD, FieldType.NEW_PASSWORD, FieldType.CONFIRM_PASSWORD)


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """``kinds``: per class the kinds of control it may stand on. ``transitions`` (classes, classes): added logits."""

    kinds: tuple[str, ...]
    transitions: Floats

    def to_json(self) -> dict[str, object]:
        """Transitions as whole hundredths, row by row, in base64."""
        hundredths = np.rint(self.transitions * _PARTS).astype(np.int16)
        return {"kinds": list(self.kinds), "transitions": base64.b64encode(hundredths.astype("<i2").tobytes()).decode()}

    @classmethod
    def from_json(cls, document: Any) -> "Decoding":
        """The inverse of :meth:`to_json`. Raises ``InputError`` for a damaged document."""
        try:
            kinds = tuple(document["kinds"])
            hundredths = np.frombuffer(base64.b64decode(document["transitions"]), "<i2")
            return cls(kinds, hundredths.reshape(len(kinds), len(kinds)) / _PARTS)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"the decoding of a field head is damaged ({error!r}); export it again") from error


def learn(sequences: Sequence[tuple[Sequence[str], Sequence[int]]], classes: int) -> Decoding:
    """Kinds and transitions from labelled segments, each ``(kinds, labels)`` in document order; label -1: unknown."""
    pairs = np.zeros((classes, classes))
    kinds: list[set[str]] = [set() for _ in range(classes)]
    for seen, labels in sequences:
        for kind, label in zip(seen, labels, strict=True):
            if label >= 0:
                kinds[label].add(kind)
        for before, after in itertools.pairwise(labels):
            if before >= 0 and after >= 0:
                pairs[before, after] += 1
    expected = np.outer(pairs.sum(axis=1), pairs.sum(axis=0)) / max(pairs.sum(), 1.0)
    ratio = np.log((pairs + _PRIOR) / (expected + _PRIOR))
    steps = np.rint(np.clip(ratio, -_CLIP, _CLIP) * STRENGTH * _PARTS) / _PARTS
    return Decoding(tuple("".join(sorted(found)) for found in kinds), steps)


def decode(logits: Floats, kinds: Sequence[str], classes: Sequence[str], decoding: Decoding) -> Codes:
    """Labels (fields,) of one segment from ``logits`` (fields, classes)."""
    masked = logits + _forbidden(kinds, decoding.kinds)
    labels = _viterbi(masked, decoding.transitions)
    return _passwords(masked, labels, classes)


def _forbidden(kinds: Sequence[str], allowed: Sequence[str]) -> Floats:
    """0 where a class may stand on a field's kind, else a large negative number; unknown kinds may be anything."""
    found = np.array([[0.0 if kind in some else _NEVER for some in allowed] for kind in kinds])
    found[(found < 0).all(axis=1)] = 0.0
    return found


def _viterbi(scores: Floats, transitions: Floats) -> Codes:
    """The best path; of equal ones the one with the lower class."""
    count = len(scores)
    pointers = np.zeros(scores.shape, np.int64)
    best = scores[0]
    for at in range(1, count):
        reached = best[:, None] + transitions
        pointers[at] = reached.argmax(axis=0)
        best = reached.max(axis=0) + scores[at]
    labels = np.empty(count, np.int64)
    labels[-1] = best.argmax()
    for at in range(count - 1, 0, -1):
        labels[at - 1] = pointers[at, labels[at]]
    return labels


def _is_allowed(roles: Sequence[int], current: int, new: int, confirm: int) -> bool:
    follows = all(at > 0 and roles[at - 1] == new for at, role in enumerate(roles) if role == confirm)
    return follows and list(roles).count(current) <= 1


def _passwords(scores: Floats, labels: Codes, classes: Sequence[str]) -> Codes:
    """The best allowed roles of the fields that are passwords; segments with more than four keep theirs."""
    if not set(_PASSWORDS) <= set(classes):
        return labels
    current, new, confirm = (list(classes).index(name) for name in _PASSWORDS)
    where = np.flatnonzero(np.isin(labels, (current, new, confirm)))
    if len(where) > _MOST_PASSWORDS or _is_allowed(labels[where].tolist(), current, new, confirm):
        return labels
    best, chosen = -np.inf, None
    for roles in itertools.product((current, new, confirm), repeat=len(where)):
        if not _is_allowed(roles, current, new, confirm):
            continue
        total = float(sum(scores[field, role] for field, role in zip(where, roles, strict=True)))
        if total > best:
            best, chosen = total, roles
    found = labels.copy()
    if chosen is not None:
        found[where] = chosen
    return found
