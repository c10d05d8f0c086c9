"""Generated rules as YAML text, each with the condition its author means by it.

The meaning is put together here from the specification and in the most general comparison there is (a wildcard pattern
over the whole value), so it shares nothing with the loader, which looks for the cheapest comparison.
"""

import base64
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from hodoscope.soc.sigma.rule import All, Any, Leaf, Match, Node, Not
from tests.support.sigma_conditions import FLAGS, NUMERALS, ORDER_KINDS, REGEXES, TIME_KINDS
from tests.support.sigma_events import PLACES, MadeUp, Texts, events_of
from tests.support.sigma_values import FEW_TEXTS

FIELDS = st.sampled_from([*PLACES, "CommandLine", "CommandLine", "Privileges"])
DASHES = "-/\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
STRICT_NETWORKS = ("10.0.0.0/8", "10.0.0.1/32", "0.0.0.0/0", "::/0", "::1/128", "fe80::/10", "::ffff:0:0/96")


class Written(NamedTuple):
    """YAML text and what it means."""

    text: str
    means: Node


def scalar(text: str) -> str:
    """A text as a double-quoted YAML scalar, everything but letters and digits as an escape."""
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08x}" for c in text) + '"'


def escaped(text: str) -> str:
    r"""A literal as Sigma writes it for sure: ``\``, ``*`` and ``?`` behind a backslash."""
    return re.sub(r"([\\*?])", r"\\\1", text)


def lazily_escaped(text: str) -> str:
    r"""As people write it: a single ``\`` stays where no ``*``, ``?`` or ``\`` follows or goes before."""
    return re.sub(r"(?<!\\)\\(?![\\*?])|([\\*?])", lambda found: f"\\{found[1]}" if found[1] else "\\", text)


def pattern_means(field: str, pattern: str, *, cased: bool = False) -> Node:
    """A wildcard pattern over a whole value. Letters with case beyond ASCII fold as in an RE2 expression."""
    literal = re.sub(r"\\([\\*?])|[*?]", r"\1", pattern)
    if cased or all(c.isascii() or c.lower() == c == c.upper() for c in literal):
        return Leaf(field, Match.GLOB, pattern, cased)
    parts = re.findall(r"\\[\\*?]|[*?]|[^*?\\]+|\\", pattern)
    wild = {"*": ".*", "?": "."}
    regex = "".join(wild.get(part) or re.escape(re.sub(r"^\\([\\*?])$", r"\1", part)) for part in parts)
    return Leaf(field, Match.REGEX, rf"\A(?:{regex})\z", flags="is")


@st.composite
def text_values(draw: st.DrawFn, texts: Texts) -> tuple[str, str]:
    """A pattern as written and fully escaped: mostly a literal, sometimes with wildcards."""
    escape = draw(st.sampled_from((escaped, lazily_escaped)))
    if draw(st.booleans()):
        literal = draw(texts)
        return escape(literal), escaped(literal)
    pieces = draw(st.lists(st.one_of(texts.map(escaped), st.sampled_from("*?")), min_size=1, max_size=4))
    return "".join(pieces), "".join(pieces)


AROUND: dict[str, Callable[[str], str]] = {
    "": lambda pattern: pattern,
    "contains": lambda pattern: f"*{pattern}*",
    "startswith": lambda pattern: f"{pattern}*",
    "endswith": lambda pattern: f"*{pattern}",
}


@st.composite
def text_items(draw: st.DrawFn, texts: Texts) -> Written:
    """``Field|modifiers``: one text or a list, ``all`` and ``neq`` among the modifiers."""
    field, around = draw(FIELDS), draw(st.sampled_from(tuple(AROUND)))
    cased, every, negated = draw(st.booleans()), draw(st.booleans()), draw(st.integers(0, 4)) == 0
    values = draw(st.lists(text_values(texts), min_size=2 if every else 1, max_size=3))
    parts: list[Node] = []
    for _, pattern in values:
        none = not pattern and not around
        whole = AROUND[around](pattern)
        parts.append(Not(Leaf(field, Match.EXISTS)) if none else pattern_means(field, whole, cased=cased))
    joined: Node = All(tuple(parts)) if every else Any(tuple(parts))
    chain = [field, *filter(None, (around, "cased" if cased else "", "all" if every else "", "neq" if negated else ""))]
    listed = ", ".join(scalar(written) for written, _ in values)
    value = listed if len(values) == 1 and draw(st.booleans()) else f"[{listed}]"
    return Written(f"{scalar('|'.join(chain))}: {value}", Not(joined) if negated else joined)


def _item(field: str, modifiers: str, value: str, means: Node) -> Written:
    return Written(f"{scalar(f'{field}|{modifiers}' if modifiers else field)}: {value}", means)


@st.composite
def encoded_items(draw: st.DrawFn, texts: Texts) -> Written:
    """``base64``, ``base64offset``, ``wide`` before them, and ``windash``."""
    field = draw(FIELDS)
    if draw(st.booleans()):
        wanted: list[Node] = [Leaf(field, Match.CONTAINS, f" {dash}c") for dash in DASHES]
        return _item(field, "windash|contains", '" -c"', Any(tuple(wanted)))
    literal = draw(texts.filter(bool))
    wide = literal.isascii() and draw(st.booleans())  # beyond ASCII the loader refuses it, and says so
    data = literal.encode("utf-16-le" if wide else "utf-8")
    modifiers = "wide|" if wide else ""
    if draw(st.booleans()):
        means: Node = Leaf(field, Match.EQUALS, base64.b64encode(data).decode())
        return _item(field, f"{modifiers}base64", scalar(escaped(literal)), means)
    shifted = [base64.b64encode(b" " * shift + data).decode() for shift in range(3)]
    ends = [(None, -3, -2)[(len(data) + shift) % 3] for shift in range(3)]
    found: list[Node] = [
        Leaf(field, Match.CONTAINS, text[begin:end]) for text, begin, end in zip(shifted, (0, 2, 3), ends, strict=True)
    ]
    return _item(field, f"{modifiers}base64offset|contains", scalar(escaped(literal)), Any(tuple(found)))


@st.composite
def other_items(draw: st.DrawFn, texts: Texts) -> Written:
    """Regular expressions, networks, order, fields, times, numbers, booleans, presence."""
    field, other = draw(FIELDS), draw(FIELDS)
    match draw(st.sampled_from(("re", "cidr", "order", "fieldref", "time", "number", "boolean", "null", "exists"))):
        case "re":
            flags, regex = draw(st.sampled_from(FLAGS)), draw(st.one_of(st.sampled_from(REGEXES), texts.map(re.escape)))
            chain = "|".join(("re", *flags))
            return _item(field, chain, scalar(regex), Leaf(field, Match.REGEX, regex, flags="".join(sorted(flags))))
        case "cidr":
            network = draw(st.sampled_from(STRICT_NETWORKS))
            return _item(field, "cidr", scalar(network), Leaf(field, Match.CIDR, network))
        case "order":
            kind, numeral = draw(st.sampled_from(ORDER_KINDS)), draw(st.sampled_from(NUMERALS))
            numeral = "1000.0" if numeral == "1e3" else numeral  # to YAML 1.1 an exponent needs a point and a sign
            return _item(field, kind.value, numeral, Leaf(field, kind, numeral))
        case "fieldref":
            around = draw(st.sampled_from(tuple(AROUND)))
            kind = Match(f"fieldref_{around}" if around else "fieldref")
            return _item(field, "|".join(filter(None, ("fieldref", around))), scalar(other), Leaf(field, kind, other))
        case "time":
            kind, part = draw(st.sampled_from(TIME_KINDS)), draw(st.integers(1, 12))
            return _item(field, kind.value, str(part), Leaf(field, kind, str(part)))
        case "number":
            number = draw(st.one_of(st.integers(-(2**63), 2**63), st.sampled_from((0, 1, 10, 1000, 5, 0.5, -2.25))))
            return _item(field, "", repr(number), Leaf(field, Match.EQUALS, repr(number)))
        case "boolean":
            truth = draw(st.sampled_from(("true", "false")))
            return _item(field, "", truth, Leaf(field, Match.EQUALS, truth))
        case "null":
            return _item(field, "", "null", Not(Leaf(field, Match.EXISTS)))
    present: Node = Leaf(field, Match.EXISTS)
    there = draw(st.booleans())
    return _item(field, "exists", str(there).lower(), present if there else Not(present))


@st.composite
def keyword_selections(draw: st.DrawFn, texts: Texts) -> Written:
    """A list of texts, or ``'|all'`` of them: anywhere in the record."""
    values = draw(st.lists(text_values(texts).filter(lambda two: two[1].strip("*?") != ""), min_size=1, max_size=3))
    listed = ", ".join(scalar(written) for written, _ in values)
    parts = tuple(pattern_means("", f"*{pattern}*") for _, pattern in values)
    if len(values) > 1 and draw(st.booleans()):
        return Written(f'{{"|all": [{listed}]}}', All(parts))
    return Written(f"[{listed}]", Any(parts))


@st.composite
def maps(draw: st.DrawFn, texts: Texts) -> Written:
    """Every entry of a map; no key twice."""
    items = draw(
        st.lists(
            st.one_of(text_items(texts), text_items(texts), other_items(texts), encoded_items(texts)),
            min_size=1,
            max_size=3,
            unique_by=lambda item: item.text.partition(":")[0],
        )
    )
    return Written("{" + ", ".join(item.text for item in items) + "}", All(tuple(item.means for item in items)))


def selections(texts: Texts) -> st.SearchStrategy[Written]:
    """A map, a list of maps (any of them), or keywords."""
    listed = st.lists(maps(texts), min_size=1, max_size=2).map(
        lambda some: Written(f"[{', '.join(one.text for one in some)}]", Any(tuple(one.means for one in some)))
    )
    return st.one_of(maps(texts), maps(texts), listed, keyword_selections(texts))


@st.composite
def expressions(draw: st.DrawFn, named: Sequence[tuple[str, Node]]) -> Written:
    """A condition over selections by name, with precedence, brackets and selectors."""
    of_pattern = {"s*": [node for name, node in named if name[0] == "s"], "them": [node for _, node in named]}
    simple = [Written(name, node) for name, node in named]
    for pattern, nodes in of_pattern.items():
        if nodes:
            simple += [Written(f"1 of {pattern}", Any(tuple(nodes))), Written(f"all of {pattern}", All(tuple(nodes)))]

    def extended(inner: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            inner.map(lambda one: Written(f"not ({one.text})", Not(one.means))),
            pair.map(lambda two: Written(f"({two[0].text}) and ({two[1].text})", All((two[0].means, two[1].means)))),
            pair.map(lambda two: Written(f"({two[0].text}) or ({two[1].text})", Any((two[0].means, two[1].means)))),
        )

    atoms = st.sampled_from(simple)
    bare = st.tuples(atoms, atoms, atoms).map(
        lambda three: Written(
            f"{three[0].text} or not {three[1].text} and {three[2].text}",
            Any((three[0].means, All((Not(three[1].means), three[2].means)))),
        )
    )
    return draw(st.one_of(bare, st.recursive(atoms, extended, max_leaves=4)))


class TextCase(NamedTuple):
    """Rules as text, what they mean, and events made of the same few texts."""

    rules: tuple[Written, ...]
    events: tuple[MadeUp, ...]


@st.composite
def rule_texts(draw: st.DrawFn, texts: Texts, number: int) -> Written:
    """One whole document for the made-up log source."""
    names = draw(st.lists(st.sampled_from(("s1", "s2", "filter")), min_size=1, max_size=3, unique=True))
    found = [(name, draw(selections(texts))) for name in names]
    condition = draw(expressions([(name, written.means) for name, written in found]))
    text = f"""\
title: rule {number}
id: {number:08x}-0000-4000-8000-000000000000
logsource: {{product: made_up, category: everything}}
detection:
"""
    text += "".join(f"    {name}: {written.text}\n" for name, written in found)
    return Written(f"{text}    condition: {condition.text}\nlevel: high\n", condition.means)


@st.composite
def text_cases(draw: st.DrawFn, most_rules: int = 5, most_events: int = 5) -> TextCase:
    """Rules as text × events."""
    texts = draw(FEW_TEXTS)
    rules = tuple(draw(rule_texts(texts, number)) for number in range(draw(st.integers(1, most_rules))))
    return TextCase(rules, tuple(draw(st.lists(events_of(texts), min_size=1, max_size=most_events))))
