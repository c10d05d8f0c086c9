"""Which document an id or a name means."""

from uuid import UUID

from hodoscope.soc.sigma.load.metadata import Metadata
from hodoscope.soc.sigma.load.refusal import Refused, did_you_mean


class Names:
    """The ids and names given so far."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}  # id → where it was first given
        self._names: dict[str, list[str]] = {}  # name → ids
        self._refused: set[str] = set()

    def claim(self, about: Metadata, place: str) -> None:
        """Give a document its id and name; Refused when the id is taken, naming who has it."""
        if first := self._ids.get(about.rule_id):
            told = f"{about.rule_id} is the id of {first} already; give this one its own"
            raise Refused("duplicate id", told, about.rule_id)
        self._ids[about.rule_id] = place
        if about.name:
            self._names.setdefault(about.name, []).append(about.rule_id)

    def refuse(self, rule_id: str, content: object) -> None:
        """Remember that a document with this id was refused, so that who refers to it can be told."""
        name = content.get("name") if isinstance(content, dict) else None
        self._refused.update(text for text in (rule_id, str(name or "")) if text)

    def find(self, reference: str) -> str:
        """The id that an id or name means. Refused when nothing or more than one document has it."""
        try:
            wanted = str(UUID(reference))
        except ValueError:
            wanted = reference
        if wanted in self._ids:
            return wanted
        named = self._names.get(reference, [])
        if len(named) > 1:
            raise Refused(
                "reference: ambiguous", f"{len(named)} documents are called {reference!r}; use the id", reference
            )
        if named:
            return named[0]
        if wanted in self._refused:
            raise self.unsupported(reference)
        raise Refused(
            "reference: unknown",
            f"no document has the id or name {reference!r}.{did_you_mean(reference, self._names)}",
            reference,
        )

    def unsupported(self, reference: str) -> Refused:
        """The refusal for a reference to a document that is refused itself."""
        return Refused("reference: unsupported", f"{reference!r} is unsupported itself; see its own line", reference)
