"""Labels of a segment are decided together."""

import numpy as np
import pytest

from hodoscope.errors import InputError
from hodoscope.forms.decode import Decoding, decode, learn

CLASSES = ("confirm password", "current password", "email", "new password")
FREE = Decoding(("p", "p", "te", "p"), np.zeros((4, 4)))


def _names(logits: list[list[float]], kinds: str, decoding: Decoding = FREE) -> list[str]:
    return [CLASSES[label] for label in decode(np.array(logits), list(kinds), CLASSES, decoding)]


def test_label_needs_a_kind_it_was_seen_on() -> None:
    """The most likely class is impossible on a password input; on a kind never seen anything goes."""
    assert _names([[0, 1, 5, 0]], "p") == ["current password"]
    assert _names([[0, 1, 5, 0]], "c") == ["email"]


def test_one_current_password_and_confirmation_follows_new() -> None:
    """Three passwords that all look current are current, new, confirm."""
    logits = [[0.0, 3.0, 0.0, 2.9], [0.0, 3.0, 0.0, 2.9], [2.0, 3.0, 0.0, 2.1]]
    assert _names(logits, "ppp").count("current password") == 1
    assert _names([[5.0, 0.0, 0.0, 1.0]], "p") == ["new password"]
    assert _names([[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.9]], "pp") == ["new password", "confirm password"]


def test_more_passwords_than_anyone_asks_for_are_left_alone() -> None:
    """Five keep what they had."""
    assert _names([[0.0, 3.0, 0.0, 0.0]] * 5, "ppppp") == ["current password"] * 5


def test_transitions_tip_what_is_undecided() -> None:
    """They are light: a clear logit wins over them."""
    bonus = np.zeros((4, 4))
    bonus[2, 3] = 0.5
    tipped = Decoding(FREE.kinds, bonus)
    assert _names([[0, 0, 9, 0], [0, 0.1, 0, 0]], "ep", tipped)[1] == "new password"
    assert _names([[0, 0, 9, 0], [0, 1.1, 0, 0]], "ep", tipped)[1] == "current password"


def test_learned_transitions_favour_what_was_seen() -> None:
    """And kinds are those of the labelled fields; an unlabelled one teaches nothing."""
    seen = [("ep", (2, 3)), ("pp", (1, 1))] * 3
    found = learn([*seen, ("tp", (-1, 1))], 4)
    assert found.transitions[2, 3] > 0 > found.transitions[2, 1]
    assert found.transitions[0, 2] == 0
    assert found.kinds == ("", "p", "e", "p")


def test_decoding_survives_its_json() -> None:
    """Hundredths, exactly."""
    found = learn([("ep", (2, 3)), ("pp", (3, 0))], 4)
    again = Decoding.from_json(found.to_json())
    assert again.kinds == found.kinds
    assert (again.transitions == found.transitions).all()
    with pytest.raises(InputError, match="export it again"):
        Decoding.from_json({"kinds": ["p"], "transitions": "AAAA"})
