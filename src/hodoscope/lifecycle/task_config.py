"""A task's TOML file: what its card says, what its gate demands, when and how it is trained again."""

import tomllib
from dataclasses import dataclass
from typing import Self

from hodoscope.errors import InputError
from hodoscope.lifecycle.artifact.card import CardText
from hodoscope.lifecycle.gate.policy import Policy
from hodoscope.lifecycle.retrain.plan import RetrainPlan


@dataclass(frozen=True, slots=True)
class TaskConfig:
    """The tables ``[card]``, ``[gate]`` and ``[retrain]``; the last may be left out."""

    card: CardText
    gate: Policy
    retrain: RetrainPlan

    @classmethod
    def from_toml(cls, text: str, where: str) -> Self:
        """``InputError`` with the place for broken TOML, and for missing, unknown and mistyped keys."""
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{where}: not TOML ({error})") from None
        tables = {name: document.get(name, {}) for name in ("card", "gate", "retrain")}
        unknown = sorted(document.keys() - tables.keys())
        if unknown or not all(isinstance(table, dict) for table in tables.values()):
            raise InputError(f"{where}: unknown {unknown}; a task's file has the tables [card], [gate] and [retrain]")
        return cls(
            CardText.from_table(tables["card"], f"{where}: card"),
            Policy.from_table(tables["gate"], f"{where}: gate"),
            RetrainPlan.from_table(tables["retrain"], f"{where}: retrain"),
        )
