"""What the gate says: every clause, passed or not, with what was found and what was needed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from hodoscope.errors import InputError


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand. ``found`` and ``needed`` are text with figures, for people and for the release record."""

    name: str
    passed: bool
    found: str
    needed: str

    def __str__(self) -> str:
        return f"{self.name}: {self.found}; needed: {self.needed}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All clauses of one judgement; ``notes`` tell what was looked at and not judged, such as tiny slices."""

    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every clause is met. No clauses: not passed, nothing was looked at."""
        return bool(self.clauses) and all(clause.passed for clause in self.clauses)

    @property
    def refusal(self) -> str:
        """Each failed clause on a line of its own; empty when passed."""
        return "\n".join(f"- {clause}" for clause in self.clauses if not clause.passed)

    def to_json(self) -> dict[str, object]:
        """``{"passed", "clauses": [{"name", "passed", "found", "needed"}], "notes"}``."""
        return {"passed": self.passed, "clauses": [asdict(one) for one in self.clauses], "notes": list(self.notes)}

    @classmethod
    def from_json(cls, document: Mapping[str, object], where: str) -> Self:
        """The inverse. ``InputError`` naming ``where`` for anything else."""
        clauses, notes = document.get("clauses"), document.get("notes", [])
        try:
            if not isinstance(clauses, list) or not isinstance(notes, list):
                raise TypeError("clauses and notes are lists")
            return cls(tuple(Clause(**one) for one in clauses), tuple(map(str, notes)))
        except TypeError as error:
            raise InputError(f"{where}: no verdict of a gate ({error})") from None
