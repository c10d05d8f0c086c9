"""Sigma reachability: which SigmaHQ rules the supported products can answer, and what the others lack.

``--data DIR`` the shared data sets, ``--json FILE`` the figures, ``--markdown FILE`` the page
``docs/sigma_reachability.md``. Nothing is measured on events: a field of an open format (JSON) counts as there unless
the log source's documentation says otherwise.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from tests.support.shared_data import find_shared_data

from hodoscope.soc.sigma.load.rules import load_rules
from hodoscope.soc.sigma.routing.check import ProductReach, Reach, by_product, check
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.routing.telemetry import Supported

RULES = Path("soc/sigma_rules/rules.zip")
LIMIT = 0.05
"""Share of a supported product's rules that may be out of reach."""


def main() -> None:
    """Check, print, write."""
    parser = argparse.ArgumentParser(prog="benchmarks.sigma_reach", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the shared data sets")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--markdown", type=Path, help="write the page here")
    arguments = parser.parse_args()
    root = arguments.data or find_shared_data()
    if root is None or not (root / RULES).is_file():
        raise SystemExit(f"{RULES} is not there; give the data folder with --data DIR")
    supported = Supported(shipped_router())
    reaches = check(load_rules([root / RULES]).rules, supported)
    products = by_product(reaches)
    page = markdown(products, reaches, supported.products)
    print(page)
    if arguments.markdown:
        arguments.markdown.write_text(page, encoding="utf-8")
    if arguments.json:
        figures = {item.product: {"rules": item.rules, "unreachable": item.unreachable} for item in products}
        arguments.json.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def markdown(products: Sequence[ProductReach], reaches: Sequence[Reach], supported: frozenset[str]) -> str:
    """The table per product, then every rule that is out of reach and every one that lacks some field."""
    lines = [
        "# Sigma rules within reach",
        "",
        "Made by `python -m benchmarks.sigma_reach --markdown FILE`; do not edit. All SigmaHQ rules against what the",
        "log sources of `mappings/sigma/` cover. No telemetry is looked at: fields of open formats count as there",
        "where no documentation says otherwise. A product is supported when those files name it.",
        "",
        "| product | rules | out of reach | share | supported |",
        "| --- | ---: | ---: | ---: | --- |",
        *(
            f"| {item.product} | {item.rules} | {item.unreachable} | {item.share:.1%} | {_word(item, supported)} |"
            for item in products
        ),
        "",
        "## Out of reach",
        "",
        "| product | rule | reason |",
        "| --- | --- | --- |",
        *(
            f"| {reach.product} | {_cell(reach.rule.title)} | {_cell(_told(reach))} |"
            for reach in reaches
            if not reach.reachable
        ),
        "",
        "## Within reach, without some field",
        "",
        "| product | rule | fields |",
        "| --- | --- | --- |",
        *(
            f"| {reach.product} | {_cell(reach.rule.title)} | {_cell(_told(reach))} |"
            for reach in reaches
            if reach.reachable and reach.missing
        ),
        "",
    ]
    return "\n".join(lines)


def _word(item: ProductReach, supported: frozenset[str]) -> str:
    if item.product not in supported and item.unreachable == item.rules:
        return "no"
    return "yes" if item.share <= LIMIT else "in part"


def _told(reach: Reach) -> str:
    return "; ".join(f"{name}: {why}" for name, why in reach.missing) or reach.reason


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
