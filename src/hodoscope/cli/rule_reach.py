"""What ``hodoscope soc rules check`` prints: per rule whether it can match here, and what it lacks where it cannot."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table

from hodoscope.cli import render
from hodoscope.cli.session import event_store
from hodoscope.errors import InputError
from hodoscope.soc.sigma.hunting.stored_telemetry import stored_telemetry
from hodoscope.soc.sigma.routing.check import Reach, by_product, check, shown
from hodoscope.soc.sigma.routing.check_correlations import check_correlations
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.routing.telemetry import Supported
from hodoscope.soc.sigma.rule import Correlation, Rule
from hodoscope.soc.sigma.rule_files import RuleFiles

MOST_MISSING = 4
"""Fields a table names of one rule; ``--json`` names all."""


def stored(chosen: RuleFiles, store: str | None, tenant: str) -> list[Reach]:
    """Verdicts over the events a store holds."""
    loaded, router = chosen.tune(chosen.load()).rules, shipped_router()
    with event_store(store, create=False) as events:
        telemetry = stored_telemetry(events, tenant, router, loaded.rules)
    if not telemetry.kinds:
        raise InputError(
            f"no event of tenant {tenant!r} is stored; `hodoscope soc run PATH` stores some, --supported asks "
            "what could be"
        )
    reaches = check(loaded.rules, telemetry)
    return reaches + check_correlations(loaded.correlations, reaches)


def supported(chosen: RuleFiles) -> list[Reach]:
    """Verdicts over what the formats we read can hold, whatever is stored."""
    loaded = chosen.tune(chosen.load()).rules
    reaches = check(loaded.rules, Supported(shipped_router()))
    return reaches + check_correlations(loaded.correlations, reaches)


def page(reaches: Sequence[Reach], product: str | None, *, only_unreachable: bool, json: bool) -> None:
    """A line per rule, then counts per reason and per product."""
    products = sorted({reach.product for reach in reaches})
    if product is not None and product not in products:
        raise InputError(f"--product {product!r}: no rule is of it; there are {', '.join(products)}")
    of_product = [reach for reach in reaches if product in (None, reach.product)]
    listed = [reach for reach in of_product if not (only_unreachable and reach.reachable)]
    listed.sort(key=lambda reach: (reach.product, reach.reachable, reach.reason, reach.rule.title))
    if json:
        render.write_json({"rules": list(map(_document, listed)), **_counts(of_product)})
        return
    console = render.output()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("log source", "reach", "rule", "missing", "id"):
        table.add_column(name, overflow="fold")
    for reach in listed:
        word = "yes" if reach.reachable else "[red]no[/]"
        title = render.escape(reach.rule.title)
        table.add_row(_source(reach.rule), word, title, render.escape(_missing(reach)), reach.rule.rule_id[:8])
    console.print(table)
    _print_counts(of_product)


def _print_counts(reaches: Sequence[Reach]) -> None:
    console = render.output()
    for reason, count in _reasons(reaches).most_common():
        console.print(f"{count:>6,}  {render.escape(reason)}", soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("product", "rules", "out of reach", "share"):
        table.add_column(name, justify="left" if name == "product" else "right")
    for each in by_product(reaches):
        table.add_row(each.product, f"{each.rules:,}", f"{each.unreachable:,}", f"{each.share:.0%}")
    console.print(table)
    out = sum(not reach.reachable for reach in reaches)
    console.print(f"{len(reaches) - out:,} of {len(reaches):,} rules within reach, {out:,} not")


def _reasons(reaches: Sequence[Reach]) -> Counter[str]:
    return Counter(reach.reason for reach in reaches if not reach.reachable)


def _counts(reaches: Sequence[Reach]) -> dict[str, object]:
    products = [
        {"product": each.product, "rules": each.rules, "unreachable": each.unreachable, "reasons": dict(each.reasons)}
        for each in by_product(reaches)
    ]
    return {"products": products, "reasons": dict(_reasons(reaches))}


def _document(reach: Reach) -> dict[str, object]:
    rule = reach.rule
    return {
        "rule": rule.rule_id, "title": rule.title, "level": rule.level, "pack": rule.pack, "path": rule.path,
        "product": reach.product, "log_source": _source(rule), "reachable": reach.reachable, "reason": reach.reason,
        "missing": [{"name": name, "why": why} for name, why in reach.missing],
    }  # fmt: skip


def _source(rule: Rule | Correlation) -> str:
    return f"correlation: {rule.kind}" if isinstance(rule, Correlation) else shown(rule.logsource)


def _missing(reach: Reach) -> str:
    """The reason where no field is to blame, else the fields; of a rule within reach, what it can do without."""
    if not reach.missing:
        return reach.reason
    names = [name for name, _ in reach.missing[:MOST_MISSING]]
    more = f" and {len(reach.missing) - MOST_MISSING} more" if len(reach.missing) > MOST_MISSING else ""
    return ", ".join(names) + more
