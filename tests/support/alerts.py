"""Alerts for tests of the stages after detection."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hodoscope.soc.alert import Alert, Scope
from hodoscope.soc.attack import tactics_of
from tests.support.events import START


def alert(
    number: int, *entities: str, hours: float = 0, attack: Sequence[str] = ("T1110",), **changed: object
) -> Alert:
    """An alert of severity high that touches ``entities``, the first of them its own, ``hours`` after the start."""
    time = START + timedelta(hours=hours)
    scope = Scope(4, 0, frozenset(tactics_of(attack)), frozenset(), 10)
    plain = Alert(
        f"{number:032x}", "t", f"detector-{number % 7}", f"Alert {number}", entities[0], entities, tuple(attack), time,
        time, 1, 0.8, scope, "why",
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]  # any field may be given
