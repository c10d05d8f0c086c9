"""Domains made by algorithms: each generator judged by a model that never saw it, beside the n-gram model.

    python -m benchmarks.dga [--data DIR] [--json FILE]

Reads ``soc/dns_dga/*.csv.gz`` (domain, label, family, source) and the dns logs below ``soc/net_zeek_*``. Trained on
sources whose licence lets weights ship; generators are left out in tenths; chosen names of sources that never train
are the benign test. Every generator counts the same; intervals draw generators with replacement (1,000 draws).
``auc`` and ``recall_at_1_percent`` compare with ``opendns_random`` or, without it, the largest such source; ``recall``
and every ``flagged`` are at the threshold that was set on popular names alone. "Word list" is told by the names: half
of their letters in words of five letters or more.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.dga_contestants import Contestant, ngrams, ours
from benchmarks.dga_networks import network_names
from benchmarks.dga_table import measured, printed, word_lists
from hodoscope.errors import InputError
from hodoscope.lifecycle.dataset import ORIGIN
from hodoscope.lifecycle.metric import Evaluation
from hodoscope.soc.dga.leave_generators_out import Plan, plan
from hodoscope.soc.dga.name_lists import read_names, shippable
from hodoscope.soc.dga.registered_name import registered_name

SEED = 7


def contestants(plan: Plan, hosts: list[str], domain_of: dict[str, str]) -> Mapping[str, Contestant]:
    """By name; the first is ours."""
    return {"ours": ours(plan, hosts, SEED), "character n-grams, logistic": ngrams(plan, hosts, domain_of)}


def measure(data: Path) -> tuple[Evaluation, list[str]]:
    """What the JSON holds, and the lines of the table. Raises ``InputError`` when names are missing."""
    files = sorted((data / "soc" / "dns_dga").glob("*.csv.gz"))
    if not files:
        raise InputError(f"{data}: no soc/dns_dga/*.csv.gz; --data names the data folder")
    sources = {name: dataset for file in files for name, dataset in read_names(file).items()}
    hosts = sorted(host for host in network_names(data) if registered_name(host))
    split = plan(sources, [registered_name(host) for host in hosts], SEED)
    ships = shippable(sources.values()).table
    domain_of = dict(zip(ships.column("name").to_pylist(), ships.column("domain").to_pylist(), strict=True))
    words = word_lists(split)
    rivals = contestants(split, hosts, domain_of)
    found = {name: measured(split, contestant, words) for name, contestant in rivals.items()}
    first, *others = found
    config = {
        "seed": SEED,
        "folds": len(split.folds),
        "chosen_names_that_train": len(split.chosen),
        "sources_that_train": sorted(set(ships.column(ORIGIN).to_pylist())),
        "content_hash": split.dataset.content_hash,
        "threshold": float(np.median(found[first].thresholds)),
    }
    evaluation = Evaluation(
        found[first].metrics, found[first].slices, {name: found[name].metrics for name in others}, config
    )
    return evaluation, list(printed(found, words))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    try:
        evaluation, lines = measure(options.data)
    except InputError as error:
        parser.exit(2, f"{error}\n")
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps(evaluation.to_json(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
