"""``load_rules``: from packs to compiled rules, through the cache when the sources are known already."""

import hashlib
import importlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from hodoscope.errors import InputError
from hodoscope.soc.sigma.load.cache import cached, keep
from hodoscope.soc.sigma.load.pack import Pack, PackSource, open_pack
from hodoscope.soc.sigma.rule import RuleSet

Location = str | Path
"""A folder, a rule file, a zip archive, or an address with its checksum (``https://…/pack.zip#sha256=…``)."""


class _Compiler(Protocol):
    def compile_packs(
        self, packs: Sequence[Pack], pipelines: Sequence[Path], placeholders: Sequence[Path]
    ) -> RuleSet: ...


def load_rules(
    packs: Sequence[Location],
    *,
    pipelines: Sequence[Path] = (),
    placeholders: Sequence[Path] = (),
    cache: Path | None = None,
) -> RuleSet:
    """Every document of the packs, compiled, in the order of (pack, path, line); what is no rule for us is listed.

    ``pipelines`` are pySigma processing pipelines (YAML), applied in order of their priority; ``placeholders`` YAML
    files ``name: [values]`` for ``|expand``. ``cache`` is a folder for compiled rules and fetched packs. Raises
    InputError when a pack, pipeline or placeholder file cannot be used; a single bad document never does.
    """
    sources = [open_pack(location, cache) for location in packs]
    digest = _digest(sources, pipelines, placeholders)
    if cache and (known := cached(cache, digest)):
        return known
    # Imported by name: pySigma takes longer to import than the cached rules take to load.
    compiler = cast(_Compiler, importlib.import_module("hodoscope.soc.sigma.load.compile"))
    rules = compiler.compile_packs([source.pack() for source in sources], pipelines, placeholders)
    rules = replace(rules, digest=digest)
    if cache:
        keep(cache, rules)
    return rules


def sources_digest(
    packs: Sequence[Location],
    *,
    pipelines: Sequence[Path] = (),
    placeholders: Sequence[Path] = (),
    cache: Path | None = None,
) -> str:
    """The digest that :func:`load_rules` would give the rules now: cheap enough to ask every few seconds."""
    return _digest([open_pack(location, cache) for location in packs], pipelines, placeholders)


def licences(packs: Sequence[Location], cache: Path | None = None) -> tuple[tuple[str, str, str], ...]:
    """Every licence file of the packs as (pack, path, text), for whoever must be shown it."""
    opened = [open_pack(location, cache).pack() for location in packs]
    return tuple((pack.name, path, text) for pack in opened for path, text in pack.licences)


def _digest(sources: Sequence[PackSource], pipelines: Sequence[Path], placeholders: Sequence[Path]) -> str:
    running = hashlib.sha256()
    for source in sources:
        running.update(f"pack {source.name} {source.digest}\n".encode("utf-8", "surrogateescape"))
    for kind, paths in (("pipeline", pipelines), ("placeholders", placeholders)):
        for path in paths:
            try:
                content = path.read_bytes()
            except OSError as error:
                raise InputError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
            running.update(f"{kind} {hashlib.sha256(content).hexdigest()}\n".encode())
    return running.hexdigest()
