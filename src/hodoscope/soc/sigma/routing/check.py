"""Which rules can ever match on some telemetry, and what the others lack."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hodoscope.soc.sigma.routing.telemetry import Feed, Telemetry
from hodoscope.soc.sigma.rule import All, Correlation, Leaf, LogSource, Match, Node, Not, Rule, leaves
from hodoscope.soc.sigma.rule import Any as AnyOf

FIELD_TO_FIELD = frozenset((Match.EQUALS_FIELD, Match.CONTAINS_FIELD, Match.STARTSWITH_FIELD, Match.ENDSWITH_FIELD))


@dataclass(frozen=True, slots=True)
class Reach:
    """The verdict on one rule.

    ``reason`` is empty for a reachable rule, else short and countable; ``missing`` are the fields without a value on
    the feed where fewest are, with why (a reachable rule may lack some: alternatives, or what a filter asks for). Of a
    correlation they are the titles of the rules out of reach that it counts.
    """

    rule: Rule | Correlation
    product: str
    reachable: bool
    reason: str = ""
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProductReach:
    """Counts of one product (``product`` of the log source; where it leaves it open, its category or service)."""

    product: str
    rules: int
    unreachable: int
    reasons: Mapping[str, int]

    @property
    def share(self) -> float:
        """Unreachable rules of all rules, 0 to 1."""
        return self.unreachable / self.rules if self.rules else 0.0


def check(rules: Iterable[Rule], telemetry: Telemetry) -> list[Reach]:
    """A verdict per rule, in their order."""
    return [_reach(rule, telemetry.feeds(rule.logsource)) for rule in rules]


def by_product(reaches: Iterable[Reach]) -> list[ProductReach]:
    """Counts per product, most rules first."""
    rules: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for reach in reaches:
        rules[reach.product] += 1
        if not reach.reachable:
            reasons.setdefault(reach.product, Counter())[reach.reason] += 1
    return [
        ProductReach(name, count, sum(reasons.get(name, Counter()).values()), dict(reasons.get(name, Counter())))
        for name, count in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    ]


def product_of(source: LogSource) -> str:
    """What a rule's log source is filed under."""
    return source.product or source.category or source.service or "any"


def shown(source: LogSource) -> str:
    """A log source as analysts write it: ``windows/process_creation``."""
    return "/".join(part for part in (source.product, source.category, source.service) if part) or "any"


def can_match(node: Node, missing: frozenset[str]) -> bool:
    """Whether a condition can be true when these fields never have a value."""
    return _outcomes(node, missing)[0]


def _reach(rule: Rule, feeds: Sequence[Feed]) -> Reach:
    product = product_of(rule.logsource)
    if not feeds:
        return Reach(rule, product, reachable=False, reason=f"no log source {shown(rule.logsource)}")
    names = fields_of(rule.condition)
    best: Reach | None = None
    for feed in feeds:
        missing = tuple((name, why) for name in names if (why := feed.missing(name)))
        reachable = can_match(rule.condition, frozenset(name for name, _ in missing))
        if best is None or (reachable, -len(missing)) > (best.reachable, -len(best.missing)):
            reason = "" if reachable else f"no field {', '.join(name for name, _ in missing)}"
            best = Reach(rule, product, reachable, reason, missing)
        if reachable and not missing:
            break
    assert best is not None  # noqa: S101 -- there is a feed
    return best


def fields_of(node: Node) -> tuple[str, ...]:
    """The fields a condition names, each once, in reading order; those that fields are compared with too."""
    found = []
    for leaf in leaves(node):
        found += [leaf.field] if leaf.field else []
        found += [leaf.value] if leaf.match in FIELD_TO_FIELD else []
    return tuple(dict.fromkeys(found))


def _outcomes(node: Node, missing: frozenset[str]) -> tuple[bool, bool]:
    """Whether the node can be true, whether it can be false. Parts are taken to be independent."""
    if isinstance(node, Leaf):
        absent = node.field in missing or (node.match in FIELD_TO_FIELD and node.value in missing)
        return not absent, True
    if isinstance(node, Not):
        true, false = _outcomes(node.part, missing)
        return false, true
    parts = [_outcomes(part, missing) for part in node.parts]
    if isinstance(node, All):
        return all(true for true, _ in parts), any(false for _, false in parts)
    assert isinstance(node, AnyOf)  # noqa: S101 -- the only other node
    return any(true for true, _ in parts), all(false for _, false in parts)
