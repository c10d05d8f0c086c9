"""The log sources of Sigma as data: which event kinds each covers, and what its rules call the fields.

``mappings/sigma/*.yaml``, each a list of products::

    - product: windows                          # or a list of names
      when: {format: [windows_json, evtx]}      # kinds of the whole product; any value of a column may match
      unless: {channel: [Linux-Sysmon/Operational]}
      fields: {Provider_Name: Provider}         # Sigma's name → vendor path(s) of the mapping grammar
      services:
        security: {channel: [Security]}
      categories:
        process_creation:
          - {service: security, code: ["4688"], fields: {Image: NewProcessName}}

Conditions name the kind columns (``format rule provider channel code``), without case; ``x*`` means "begins with x".
A field's place is a vendor path, ``{column: NAME}``, ``{constant: TEXT}``, ``{raw: PATH}``, ``{key: NAME*}`` (keys of
``unmapped``), with ``table: {old: new}`` beside it where the words differ, or a list of these: the first with a value.
``known: [..]`` lists every field such events can have, where the vendor documents them; ``absent: {field: why}`` those
that rules ask for and the telemetry never has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hodoscope.errors import MappingError
from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.data_files import data_dir, read_yaml
from hodoscope.soc.normalise.paths import parse_path
from hodoscope.soc.sigma.interface import KindKey
from hodoscope.soc.sigma.rule import LogSource

CONDITIONS = ("format", "rule", "provider", "channel", "code")
"""Names of the kind columns in the files, in the order of :data:`hodoscope.soc.sigma.interface.KIND_COLUMNS`."""
_PRODUCT_KEYS = frozenset(("product", "when", "unless", "fields", "services", "categories", "absent", "known"))
_ENTRY_KEYS = frozenset((*CONDITIONS, "service", "fields", "unless", "absent", "known"))
_PLACE_KEYS = frozenset(("column", "constant", "raw", "key", "from", "table"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is; exactly one of the first five is set."""

    path: str = ""
    column: str = ""
    constant: str = ""
    raw: str = ""
    key: str = ""
    table: tuple[tuple[str, str], ...] = ()


Fields = Mapping[str, tuple[Place, ...]]
Test = tuple[tuple[str, ...], tuple[str, ...]]
"""Exact values and beginnings of one kind column, in lower case."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test per kind column; None: any value."""

    tests: tuple[Test | None, ...]

    def holds(self, kind: Sequence[str]) -> bool:
        """Whether a kind in lower case passes every test."""
        return all(
            test is None or value in test[0] or bool(test[1] and value.startswith(test[1]))
            for test, value in zip(self.tests, kind, strict=True)
        )

    def holds_in(self, kind: Sequence[str], columns: Sequence[str]) -> bool:
        """Whether a kind in lower case passes the tests of some columns."""
        places = [CONDITIONS.index(name) for name in columns]
        part = Condition(tuple(self.tests[place] for place in places))
        return part.holds([kind[place] for place in places])

    def values(self, name: str) -> tuple[str, ...]:
        """The exact values asked of one column."""
        test = self.tests[CONDITIONS.index(name)]
        return test[0] if test else ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Event kinds that one log source covers."""

    products: tuple[str, ...]
    category: str
    service: str
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    fields: Fields
    absent: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    def holds(self, kind: KindKey) -> bool:
        """Whether events of this kind belong to the entry."""
        plain = [value.lower() for value in kind]
        return all(part.holds(plain) for part in self.when) and not any(part.holds(plain) for part in self.unless)

    def may_hold(self, kind: KindKey, columns: Sequence[str]) -> bool:
        """False only when no kind that agrees with this one in these columns belongs to the entry."""
        plain = [value.lower() for value in kind]
        return all(part.holds_in(plain, columns) for part in self.when)

    def covers(self, wanted: LogSource) -> bool:
        """Whether a rule's log source means these events; what it leaves open means any."""
        return (
            (not wanted.product or wanted.product in self.products)
            and wanted.category in ("", self.category)
            and wanted.service in ("", self.service)
        )


@cache
def shipped_logsources() -> tuple[Entry, ...]:
    """Every entry of the shipped files, the more special ones of a product first."""
    files = sorted((data_dir("mappings") / "sigma").glob("*.yaml"))
    return tuple(entry for path in files for entry in read_logsources(path))


def read_logsources(path: Path) -> tuple[Entry, ...]:
    """The entries of one file; :class:`MappingError` names what is wrong and where."""
    document = read_yaml(path)
    if not isinstance(document, list):
        raise MappingError(f"{path}: expected a list of products, each with 'product' and 'when'")
    return tuple(entry for number, node in enumerate(document) for entry in _product(node, f"{path}: [{number}]"))


def _product(node: object, where: str) -> list[Entry]:
    table = _table(node, where, _PRODUCT_KEYS)
    products = tuple(_texts(table.get("product"), f"{where}.product"))
    if not products:
        raise MappingError(f"{where}: needs 'product'")
    where = f"{where} ({products[0]})"
    when = _condition(table.get("when"), f"{where}.when")
    unless = (_condition(table["unless"], f"{where}.unless"),) if "unless" in table else ()
    base = Entry(
        products, "", "", (when,), unless, _fields(table.get("fields"), f"{where}.fields"),
        _absent(table.get("absent"), where), frozenset(_texts(table.get("known"), f"{where}.known")),
    )  # fmt: skip
    services = {
        str(name): _entry(inner, base, "", str(name), {}, f"{where}.services.{name}")
        for name, inner in _table(table.get("services"), f"{where}.services", None).items()
    }
    categories = [
        _entry(inner, base, str(name), "", services, f"{where}.categories.{name}")
        for name, nodes in _table(table.get("categories"), f"{where}.categories", None).items()
        for inner in (nodes if isinstance(nodes, list) else [nodes])
    ]
    return [*categories, *services.values(), base]


def _entry(node: object, base: Entry, category: str, service: str, services: Mapping[str, Entry], where: str) -> Entry:
    table = _table(node, where, _ENTRY_KEYS)
    above = base
    if "service" in table:
        service = str(table["service"])
        if service not in services:
            raise MappingError(f"{where}: unknown service {service!r}; the product has {', '.join(services)}")
        above = services[service]
    tests = {key: value for key, value in table.items() if key in CONDITIONS}
    unless = (_condition(table["unless"], f"{where}.unless"),) if "unless" in table else ()
    return Entry(
        base.products,
        category,
        service,
        (*above.when, _condition(tests, where)) if tests else above.when,
        (*above.unless, *unless),
        {**above.fields, **_fields(table.get("fields"), f"{where}.fields")},
        {**above.absent, **_absent(table.get("absent"), where)},
        frozenset(_texts(table.get("known"), f"{where}.known")) or above.known,
    )


def _condition(node: object, where: str) -> Condition:
    table = _table(node, where, frozenset(CONDITIONS))
    tests: list[Test | None] = []
    for name in CONDITIONS:
        if name not in table:
            tests.append(None)
            continue
        words = [word.lower() for word in _texts(table[name], f"{where}.{name}")]
        begins = tuple(word[:-1] for word in words if word.endswith("*"))
        tests.append((tuple(word for word in words if not word.endswith("*")), begins))
    return Condition(tuple(tests))


def _fields(node: object, where: str) -> Fields:
    return {
        str(name): tuple(_place(item, f"{where}.{name}") for item in _flat(places))
        for name, places in _table(node, where, None).items()
    }


def _flat(node: object) -> list[object]:
    """A list with lists inside it (places named once and used again) as one list."""
    return [item for inner in node for item in _flat(inner)] if isinstance(node, list) else [node]


def _place(node: object, where: str) -> Place:
    if isinstance(node, str):
        return _checked(Place(path=node), where)
    table = _table(node, where, _PLACE_KEYS)
    words = _table(table.get("table"), f"{where}.table", None)
    kinds = [key for key in table if key != "table"]
    if len(kinds) != 1:
        raise MappingError(f"{where}: needs exactly one of {', '.join(sorted(_PLACE_KEYS - {'table'}))}")
    return _checked(
        Place(
            path=str(table.get("from", "")),
            column=str(table.get("column", "")),
            constant=str(table.get("constant", "")),
            raw=str(table.get("raw", "")),
            key=str(table.get("key", "")),
            table=tuple((str(old), str(new)) for old, new in words.items()),
        ),
        where,
    )


def _checked(place: Place, where: str) -> Place:
    if place.column and place.column not in BY_NAME:
        raise MappingError(f"{where}: no column {place.column!r}; docs/schema.md lists them")
    for path in (place.path, place.raw):
        if path:
            try:
                parse_path(path)
            except MappingError as error:
                raise MappingError(f"{where}: {error}") from error
    return place


def _absent(node: object, where: str) -> dict[str, str]:
    return {str(name): str(why) for name, why in _table(node, f"{where}.absent", None).items()}


def _table(node: object, where: str, keys: frozenset[str] | None) -> Mapping[object, object]:
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise MappingError(f"{where}: expected a mapping, found {node!r}")
    unknown = sorted(str(key) for key in node if keys is not None and key not in keys)
    if unknown:
        raise MappingError(f"{where}: unknown key {unknown[0]!r}; allowed: {', '.join(sorted(keys or ()))}")
    return node


def _texts(node: object, where: str) -> list[str]:
    items = [] if node is None else _flat(node)
    if not all(isinstance(item, str | int) for item in items):
        raise MappingError(f"{where}: expected texts, found {node!r}")
    return [str(item) for item in items]
