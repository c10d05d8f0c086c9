"""Packs to a rule set: every document becomes a rule, a correlation, a filter, or a listed refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hodoscope.soc.sigma.load.apply_filters import apply_filter
from hodoscope.soc.sigma.load.correlation_document import read_correlation
from hodoscope.soc.sigma.load.documents import Document, documents
from hodoscope.soc.sigma.load.metadata import Metadata, identifier, metadata
from hodoscope.soc.sigma.load.pack import Pack
from hodoscope.soc.sigma.load.parse import Translator
from hodoscope.soc.sigma.load.pipelines import read_pipelines, read_placeholders
from hodoscope.soc.sigma.load.references import Names
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.load.resolve import Draft, resolve
from hodoscope.soc.sigma.rule import Rule, RuleSet, Unsupported


def compile_packs(packs: Sequence[Pack], pipelines: Sequence[Path] = (), placeholders: Sequence[Path] = ()) -> RuleSet:
    """The rule set of some packs, in the order of (pack, path, line), without its digest."""
    work = _Compilation(Translator(read_pipelines(pipelines), read_placeholders(placeholders)))
    for pack in packs:
        for path, data in pack.files:
            for document in documents(path, data):
                work.take(pack.name, document)
    return replace(work.finished(), packs=tuple(pack.name for pack in packs))


class _Compilation:
    def __init__(self, translator: Translator) -> None:
        self.translator = translator
        self.names = Names()
        self.rules: dict[str, Rule] = {}
        self.contents: dict[str, Mapping[str, object]] = {}  # rule id → its document, which pipelines look at
        self.drafts: list[Draft] = []
        self.filters: list[Document] = []
        self.refused: dict[int, Unsupported] = {}  # by position of the document
        self.positions: dict[Document, int] = {}

    def take(self, pack: str, document: Document) -> None:
        self.positions[document] = len(self.positions)
        try:
            if document.refused:
                raise document.refused
            self._sort(pack, document)
        except Refused as refused:
            self._refuse(document, refused)

    def _refuse(self, document: Document, refused: Refused) -> None:
        told = _told(document, refused)
        self.refused[self.positions[document]] = told
        self.names.refuse(told.rule_id, document.content)

    def _sort(self, pack: str, document: Document) -> None:
        content = document.content
        if not isinstance(content, dict):
            raise Refused("not a Sigma document", "a Sigma document is a mapping with title, logsource and detection")
        if "action" in content:
            raise Refused("deprecated: collection action", "write each rule out as a whole document", "action")
        kinds = [key for key in ("detection", "correlation", "filter") if key in content]
        if len(kinds) != 1:
            told = "has no detection, correlation or filter section" if not kinds else f"has both {' and '.join(kinds)}"
            raise Refused("not a Sigma document", f"it {told}")
        about = metadata(content, document.text)
        self.names.claim(about, f"{pack}: {document.path}:{document.line}")
        if kinds == ["correlation"]:
            self.drafts.append(Draft(pack, document, about, read_correlation(content)))
        elif kinds == ["filter"]:
            self.filters.append(document)
        else:
            self._rule(pack, document, about, content)

    def _rule(self, pack: str, document: Document, about: Metadata, content: Mapping[str, object]) -> None:
        taxonomy = str(content.get("taxonomy") or "sigma")
        if taxonomy != "sigma" and self.translator.pipeline is None:
            raise Refused("taxonomy", f"translate the taxonomy {taxonomy!r} with a processing pipeline", "taxonomy")
        parsed = self.translator.rule(content)
        self.contents[about.rule_id] = content
        self.rules[about.rule_id] = Rule(
            rule_id=about.rule_id,
            title=about.title,
            level=about.level,
            status=about.status,
            logsource=parsed.logsource,
            condition=parsed.condition,
            attack=about.attack,
            tags=about.tags,
            author=about.author,
            description=about.description,
            references=about.references,
            false_positives=about.false_positives,
            fields=about.fields,
            path=document.path,
            line=document.line,
            pack=pack,
        )

    def finished(self) -> RuleSet:
        for document in self.filters:
            try:
                apply_filter(document, self.rules, self.contents, self.names, self.translator)
            except Refused as refused:
                self._refuse(document, refused)
        correlations, unresolved = resolve(self.drafts, self.names, self.contents, self.translator)
        for draft, reason in unresolved:
            self._refuse(draft.document, reason)
        unsupported = tuple(self.refused[position] for position in sorted(self.refused))
        return RuleSet(tuple(self.rules.values()), correlations, unsupported)


def _told(document: Document, refused: Refused) -> Unsupported:
    content = document.content if isinstance(document.content, dict) else {}
    return Unsupported(
        path=document.path,
        line=document.line_of(refused.near),
        rule_id=identifier(content, document.text) if content else "",
        title=str(content.get("title") or ""),
        reason=refused.reason,
        remedy=refused.remedy,
    )
