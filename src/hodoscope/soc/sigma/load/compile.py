"""Packs to a rule set: every document becomes a rule, a correlation, a filter, or a listed refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hodoscope.soc.sigma.load.documents import Document, documents
from hodoscope.soc.sigma.load.metadata import identifier, metadata
from hodoscope.soc.sigma.load.pack import Pack
from hodoscope.soc.sigma.load.parse import parse_detection
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import Correlation, Rule, RuleSet, Unsupported


def compile_packs(packs: Sequence[Pack], pipelines: Sequence[Path] = (), placeholders: Sequence[Path] = ()) -> RuleSet:
    """The rule set of some packs, in the order of (pack, path, line), without its digest."""
    work = _Compilation()
    for pack in packs:
        for path, data in pack.files:
            for document in documents(path, data):
                work.take(pack.name, document)
    return RuleSet(
        tuple(work.rules), tuple(work.correlations), tuple(work.unsupported), "", tuple(p.name for p in packs)
    )


@dataclass
class _Compilation:
    rules: list[Rule] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    unsupported: list[Unsupported] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)  # id → where it was first given

    def take(self, pack: str, document: Document) -> None:
        try:
            if document.refused:
                raise document.refused
            self._compile(pack, document)
        except Refused as refused:
            self.unsupported.append(_told(document, refused))

    def _compile(self, pack: str, document: Document) -> None:
        content = document.content
        if not isinstance(content, dict):
            raise Refused("not a Sigma document", "a Sigma document is a mapping with title, logsource and detection")
        if "detection" not in content:
            raise Refused("not a Sigma document", "it has no detection, correlation or filter section")
        about = metadata(content, document.text)
        self._claim(about.rule_id, pack, document)
        parsed = parse_detection(content)
        self.rules.append(
            Rule(
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
        )

    def _claim(self, rule_id: str, pack: str, document: Document) -> None:
        if first := self.ids.get(rule_id):
            raise Refused("duplicate id", f"{rule_id} is the id of {first} already; give this one its own", rule_id)
        self.ids[rule_id] = f"{pack}: {document.path}:{document.line}"


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
