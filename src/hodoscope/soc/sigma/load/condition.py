"""The condition language: ``selection and not 1 of filter_*`` over named parts.

Written after the specification's grammar (binding from loose to tight: ``or``, ``and``, ``not``, ``x of``, brackets).
pySigma's own parser is not used: its time grows exponentially with brackets, and its errors name no remedy.
"""

import re
from collections.abc import Callable, Mapping

from hodoscope.soc.sigma.load.combine import all_of, any_of, not_of
from hodoscope.soc.sigma.load.limits import MOST_NESTING, too_deep
from hodoscope.soc.sigma.load.refusal import Refused, did_you_mean
from hodoscope.soc.sigma.rule import Node

_TOKEN = re.compile(r"[()]|[^\s()]+")
_OPERATORS = frozenset(("and", "or", "not", "of", "(", ")"))


def parse_condition(text: str, parts: Mapping[str, Node | None]) -> Node | None:
    """The condition over the named parts; Refused for an unknown name, old syntax or anything unreadable.

    A part that is None (a pipeline dropped it) is left out wherever it stands; None when nothing is left.
    """
    if "|" in text:
        raise Refused(
            "deprecated: aggregation in the condition",
            "write a correlation document (type event_count or value_count) instead of the part after '|'",
            text,
        )
    reader = _Reader(text, parts)
    node = reader.alternatives(0)
    if reader.here:
        raise reader.unexpected()
    return node


class _Reader:
    def __init__(self, text: str, parts: Mapping[str, Node | None]) -> None:
        self.text, self.parts = text, parts
        self.tokens = [match.group() for match in _TOKEN.finditer(text)]
        self.at = 0

    @property
    def here(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def unexpected(self) -> Refused:
        wrong = self.here or "its end"
        hint = f" Write {wrong.lower()!r}." if wrong.lower() in _OPERATORS and wrong != wrong.lower() else ""
        if self.here == "near":
            return Refused("deprecated: near", "write a correlation document of type temporal instead", self.text)
        return Refused("condition: syntax", f"the condition {self.text!r} is wrong at {wrong}.{hint}", self.text)

    def alternatives(self, depth: int) -> Node | None:
        found = [self.conjunction(depth)]
        while self.here == "or":
            self.at += 1
            found.append(self.conjunction(depth))
        return _joined(any_of, found)

    def conjunction(self, depth: int) -> Node | None:
        found = [self.negation(depth)]
        while self.here == "and":
            self.at += 1
            found.append(self.negation(depth))
        return _joined(all_of, found)

    def negation(self, depth: int) -> Node | None:
        negated = False
        while self.here == "not":
            self.at += 1
            negated = not negated
        node = self.operand(depth)
        return not_of(node) if negated and node is not None else node

    def operand(self, depth: int) -> Node | None:
        if depth > MOST_NESTING:
            raise too_deep()
        name = self.here
        if name == "(":
            self.at += 1
            node = self.alternatives(depth + 1)
            if self.here != ")":
                raise self.unexpected()
            self.at += 1
            return node
        if self.tokens[self.at + 1 : self.at + 2] == ["of"]:
            return self.selector(name)
        if not name or name in _OPERATORS:
            raise self.unexpected()
        if name not in self.parts:
            raise Refused(
                "condition: unknown selection",
                f"the condition names {name!r}, which is not in the detection.{did_you_mean(name, self.parts)}",
                self.text,
            )
        self.at += 1
        return self.parts[name]

    def selector(self, quantifier: str) -> Node | None:
        pattern = self.tokens[self.at + 2] if self.at + 2 < len(self.tokens) else ""
        if quantifier not in ("1", "any", "all"):
            raise Refused("condition: quantifier", f"'{quantifier} of' is not Sigma; use '1 of' or 'all of'", self.text)
        self.at += 2
        if not pattern or pattern in _OPERATORS:
            raise self.unexpected()
        self.at += 1
        written = ".*" if pattern == "them" else ".*".join(re.escape(piece) for piece in pattern.split("*"))
        hidden = pattern.startswith("_")  # identifiers beginning with an underscore are left out unless asked for
        found = [
            node
            for name, node in self.parts.items()
            if re.fullmatch(written, name) and (hidden or not name.startswith("_"))
        ]
        if not found:
            names = ", ".join(self.parts)
            raise Refused(
                "condition: unknown selection", f"no selection is called {pattern!r}; there are: {names}", self.text
            )
        return _joined(all_of if quantifier == "all" else any_of, found)


def _joined(join: Callable[[list[Node]], Node], found: list[Node | None]) -> Node | None:
    left = [node for node in found if node is not None]
    return join(left) if left else None
