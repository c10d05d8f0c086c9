"""Which column holds which vendor field verbatim, per log source: generated from the mapping files.

Sigma rules name vendor fields (``Image``, ``TargetFilename``). Where a mapping copies a field unchanged into a text
column, that column is the field's alias for the events of that rule; everything else stays in ``unmapped['Field']`` or
in the raw event. Writes ``contracts/sigma_aliases.json``.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import orjson

from hodoscope.soc.columns import BY_NAME
from hodoscope.soc.normalise.expressions import Expression, FirstOf
from hodoscope.soc.normalise.expressions import Path as FieldPath
from hodoscope.soc.normalise.mapping import FormatMapping, shipped_mappings

TARGET = "contracts/sigma_aliases.json"
VERBATIM = frozenset(("lc", "text"))


def aliases(mapping: FormatMapping) -> dict[str, dict[str, str]]:
    """Rule name (empty: the format's base) → vendor field → column; a rule lists only what differs from the base."""
    base = _fields(mapping.rules[-1].columns)
    found = {"": base}
    for rule in mapping.rules[:-1]:
        own = {field: column for field, column in _fields(rule.columns).items() if base.get(field) != column}
        if own:
            found[rule.name] = own
    return found


def _fields(columns: Mapping[str, Expression]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, expression in columns.items():
        if BY_NAME[column].kind not in VERBATIM:
            continue
        choices = expression.choices if isinstance(expression, FirstOf) else (expression,)
        for choice in choices:
            if isinstance(choice, FieldPath):
                found.setdefault(choice.path, column)
    return dict(sorted(found.items()))


def generated() -> dict[str, str]:
    """The file this module writes, by its path in the repository."""
    document = {name: aliases(mapping) for name, mapping in sorted(shipped_mappings().items())}
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()
    return {TARGET: text + "\n"}


def main() -> None:
    """``--write`` writes the file below the current folder."""
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m hodoscope.soc.sigma_aliases --write")
    for path, text in generated().items():
        Path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
