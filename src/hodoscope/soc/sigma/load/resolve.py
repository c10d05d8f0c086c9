"""Correlations with their references found: rules, other correlations, never themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hodoscope.soc.sigma.load.correlation_document import Written
from hodoscope.soc.sigma.load.documents import Document
from hodoscope.soc.sigma.load.metadata import Metadata
from hodoscope.soc.sigma.load.parse import Translator
from hodoscope.soc.sigma.load.references import Names
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import Correlation, Presence


@dataclass(frozen=True, slots=True)
class Draft:
    """A correlation document before its references are known."""

    pack: str
    document: Document
    about: Metadata
    written: Written


def resolve(
    drafts: Sequence[Draft], names: Names, contents: Mapping[str, Mapping[str, object]], translator: Translator
) -> tuple[tuple[Correlation, ...], list[tuple[Draft, Refused]]]:
    """The correlations, in the order of their documents, and the drafts that cannot be one, each with its reason.

    ``contents`` are the documents of the rules there are.
    """
    work = _Resolution(drafts, names, contents, translator)
    while work.waiting and work.step():
        pass
    circle = ", ".join(draft.about.title for draft in work.waiting)
    work.refused += [
        (draft, Refused("correlation: circular", f"refers to itself through {circle}; remove one reference", "rules"))
        for draft in work.waiting
    ]
    order = [draft.about.rule_id for draft in drafts]
    return tuple(work.built[rule_id] for rule_id in order if rule_id in work.built), work.refused


class _Resolution:
    def __init__(
        self,
        drafts: Sequence[Draft],
        names: Names,
        contents: Mapping[str, Mapping[str, object]],
        translator: Translator,
    ) -> None:
        self.names, self.contents, self.translator = names, contents, translator
        self.waiting = list(drafts)
        self.built: dict[str, Correlation] = {}
        self.refused: list[tuple[Draft, Refused]] = []

    def step(self) -> bool:
        """Build or refuse what can be; whether anything was."""
        still = []
        pending = {draft.about.rule_id for draft in self.waiting}
        for draft in self.waiting:
            try:
                ids = {reference: self.names.find(reference) for reference in draft.written.rules}
                missing = [reference for reference, rule_id in ids.items() if not self._known(rule_id, pending)]
                if missing:
                    raise self.names.unsupported(missing[0])
                if any(rule_id in pending for rule_id in ids.values()):
                    still.append(draft)
                else:
                    self.built[draft.about.rule_id] = self._correlation(draft, ids)
            except Refused as refused:
                self.refused.append((draft, refused))
        progress = len(still) < len(self.waiting)
        self.waiting = still
        return progress

    def _known(self, rule_id: str, pending: set[str]) -> bool:
        return rule_id in self.contents or rule_id in self.built or rule_id in pending

    def _correlation(self, draft: Draft, ids: Mapping[str, str]) -> Correlation:
        about, written = draft.about, draft.written
        if len(set(ids.values())) != len(ids):
            raise Refused("correlation: rules", "two of the references mean the same rule; list it once", "rules")
        return Correlation(
            rule_id=about.rule_id,
            title=about.title,
            level=about.level,
            status=about.status,
            kind=written.kind,
            rules=tuple(ids.values()),
            group_by=written.group_by,
            timespan_seconds=written.timespan_seconds,
            conditions=written.conditions,
            field=written.field,
            percentile=written.percentile,
            aliases=self._aliases(written, ids),
            generate=written.generate,
            attack=about.attack,
            tags=about.tags,
            author=about.author,
            description=about.description,
            path=draft.document.path,
            line=draft.document.line,
            pack=draft.pack,
            expression=_with_ids(written.expression, ids),
        )

    def _aliases(self, written: Written, ids: Mapping[str, str]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Aliases used, by rule id; with pipelines also for fields that they rename."""
        found = []
        for name in dict.fromkeys((*written.group_by, *written.field)):
            fields = {self._id_of(reference, ids): field for reference, field in written.aliases.get(name, {}).items()}
            if fields and (missing := [reference for reference, rule_id in ids.items() if rule_id not in fields]):
                raise Refused("correlation: aliases", f"the alias {name!r} has no field for {missing[0]!r}", name)
            own = {rule_id: self._field(fields.get(rule_id, name), rule_id) for rule_id in ids.values()}
            if any(field != name for field in own.values()):
                found.append((name, tuple(own.items())))
        return tuple(found)

    def _id_of(self, reference: str, ids: Mapping[str, str]) -> str:
        rule_id = self.names.find(reference)
        if rule_id not in ids.values():
            raise Refused("correlation: aliases", f"the alias names {reference!r}, which is not under rules", reference)
        return rule_id

    def _field(self, field: str, rule_id: str) -> str:
        if (referred := self.built.get(rule_id)) is None:
            return self.translator.field(field, self.contents[rule_id])
        if field not in referred.group_by:
            told = f"{referred.title!r} tells nothing but its group-by fields, and {field!r} is none of them"
            raise Refused("correlation: field", told, field)
        return field


def _with_ids(expression: Presence, ids: Mapping[str, str]) -> Presence:
    if isinstance(expression, str):
        return ids[expression] if expression else ""
    return (expression[0], *(_with_ids(operand, ids) for operand in expression[1:]))
