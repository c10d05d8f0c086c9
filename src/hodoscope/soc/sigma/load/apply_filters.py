"""Sigma filters: exclusions that an operator writes once for many rules, added to the rules they name."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import replace

from hodoscope.soc.sigma.load.combine import all_of
from hodoscope.soc.sigma.load.documents import Document
from hodoscope.soc.sigma.load.limits import check_size
from hodoscope.soc.sigma.load.logsource import covers, read_logsource
from hodoscope.soc.sigma.load.parse import Translator
from hodoscope.soc.sigma.load.references import Names
from hodoscope.soc.sigma.load.refusal import Refused
from hodoscope.soc.sigma.rule import LogSource, Node, Rule


def apply_filter(
    document: Document,
    rules: MutableMapping[str, Rule],
    contents: Mapping[str, Mapping[str, object]],
    names: Names,
    translator: Translator,
) -> None:
    """Replace every target rule by "rule and filter condition".

    Refused when it is unreadable, or when some reference leads nowhere; the other targets are filtered all the same.
    """
    content = document.content
    if not isinstance(content, dict):
        raise Refused("filter: section", "write the filter section as a mapping", "filter")
    source = read_logsource(content)
    targets, wrong = _targets(content.get("filter"), source, rules, contents, names)
    shared: Node | None = None
    for rule_id in targets:
        if shared is None or translator.pipeline is not None:
            shared = translator.filter(content, contents[rule_id])
        condition = check_size(all_of((rules[rule_id].condition, shared)))
        rules[rule_id] = replace(rules[rule_id], condition=condition)
    if not targets and not wrong:
        translator.filter(content, content)  # tell what is wrong with the filter itself first
        wrong = Refused("filter: no rule", f"no rule has a log source within {source}; check it", "logsource")
    if wrong:
        raise wrong


def _targets(
    section: object,
    source: LogSource,
    rules: Mapping[str, Rule],
    contents: Mapping[str, Mapping[str, object]],
    names: Names,
) -> tuple[list[str], Refused | None]:
    written = section.get("rules") if isinstance(section, dict) else None
    if written == "any" or written == []:
        return [rule_id for rule_id in rules if covers(source, read_logsource(contents[rule_id]))], None
    references = [written] if isinstance(written, str) else written
    if not isinstance(references, list) or not all(isinstance(reference, str) for reference in references):
        raise Refused("filter: rules", "name the rules by id or name, or write 'any'", "rules")
    return _found(references, source, rules, contents, names)


def _found(
    references: Iterable[str],
    source: LogSource,
    rules: Mapping[str, Rule],
    contents: Mapping[str, Mapping[str, object]],
    names: Names,
) -> tuple[list[str], Refused | None]:
    found, wrong = [], None
    for reference in references:
        try:
            rule_id = names.find(reference)
            if rule_id not in rules:
                raise Refused("filter: target", f"{reference!r} is no detection rule that could be filtered", reference)
            if not covers(source, read_logsource(contents[rule_id])):
                told = f"the filter's log source does not cover the one of {reference!r}; widen it"
                raise Refused("filter: logsource", told, reference)
            found.append(rule_id)
        except Refused as refused:
            wrong = refused
    return list(dict.fromkeys(found)), wrong
