"""Enrichment speed: events per CPU second with 100 k indicators, beside a plain look-up per event.

Events are simulated (network, DNS, HTTP, TLS and endpoint columns with the repetition such logs have: a few hundred
machines, Zipf-distributed destinations, a third of DNS names new). ``--data`` is accepted like everywhere and not read.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from hodoscope.soc.enrich.enrich import enrich
from hodoscope.soc.enrich.entities import entity_ids
from hodoscope.soc.enrich.knowledge import Knowledge, build_knowledge
from hodoscope.soc.enrich.match import EXACT_COLUMNS, indicator_ids
from hodoscope.soc.enrich.records import Asset, Identity, Indicator, IndicatorKind, Lease, Records
from hodoscope.soc.event import TIME

HOUR = 3_600_000_000
START = 1_714_521_600_000_000
TARGET_PER_SECOND = 200_000
_NAMES = ("query_hostname", "http_request_url_hostname", "tls_sni")
_IPS = ("src_endpoint_ip", "dst_endpoint_ip")


def main() -> None:
    """Run, print the table, write the JSON when asked."""
    args = _arguments()
    dice = random.Random(args.seed)
    indicators = _indicators(dice, args.indicators)
    knowledge, _ = build_knowledge(_records(indicators))
    batches = [_batch(dice, args.batch, indicators) for _ in range(args.batches)]
    events = args.batch * args.batches
    table = {indicator.value: indicator.indicator_id for indicator in indicators if indicator.kind != "cidr"}
    expected = _hits(batches, lambda batch: indicator_ids(batch, knowledge.indicators))
    stages: dict[str, Callable[[pa.Table], object]] = {
        "indicator matching": lambda batch: indicator_ids(batch, knowledge.indicators),
        "entity resolution": lambda batch: entity_ids(batch, knowledge.aliases),
        "enrich (both)": lambda batch: enrich(batch, knowledge),
        "enrich, nothing known": lambda batch: enrich(batch, Knowledge()),
        "naive set look-up per event (no CIDR, no validity)": lambda batch: _naive(batch, table),
    }
    rates = {name: [_rate(stage, batches, events) for _ in range(args.runs)] for name, stage in stages.items()}
    print(f"{len(indicators):,} indicators, {events:,} events in batches of {args.batch:,}, {expected:,} hits, "
          f"median of {args.runs} runs, events per CPU second of all threads")  # fmt: skip
    print(f"{'stage':52} {'median':>10} {'low':>10} {'high':>10}")
    for name, values in rates.items():
        print(f"{name:52} {statistics.median(values):>10,.0f} {min(values):>10,.0f} {max(values):>10,.0f}")
    print(f"target for indicator matching: {TARGET_PER_SECOND:,} per core")
    if args.json:
        args.json.write_text(json.dumps(_document(rates, vars(args)), indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="accepted for uniformity; this benchmark reads no data")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--indicators", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=50_000)
    parser.add_argument("--batches", type=int, default=4)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _rate(stage: Callable[[pa.Table], object], batches: list[pa.Table], events: int) -> float:
    begin = time.process_time()
    for batch in batches:
        stage(batch)
    return events / (time.process_time() - begin)


def _hits(batches: list[pa.Table], match: Callable[[pa.Table], pa.ListArray]) -> int:
    return sum(len(match(batch).flatten()) for batch in batches)


def _document(rates: Mapping[str, list[float]], config: Mapping[str, object]) -> dict[str, object]:
    figures = {
        name: {
            "value": statistics.median(values),
            "low": min(values),
            "high": max(values),
            "unit": "events/cpu-s",
            "n": len(values),
        }
        for name, values in rates.items()
    }
    naive = {name: figures.pop(name) for name in list(figures) if name.startswith("naive")}
    return {"metrics": figures, "baselines": naive, "config": {key: str(value) for key, value in config.items()}}


def _indicators(dice: random.Random, count: int) -> list[Indicator]:
    rows: list[Indicator] = []
    for number in range(count):
        until = START + 2 * HOUR if number % 10 == 0 else 2**63 - 1
        kind, value = _indicator(dice, number)
        rows.append(Indicator(kind, value, "feed", 80, valid_until=until))
    return rows


def _indicator(dice: random.Random, number: int) -> tuple[IndicatorKind, str]:
    shape = number % 20
    if shape < 7:
        return "ip", f"{dice.randint(11, 126)}.{dice.randint(0, 255)}.{dice.randint(0, 255)}.{dice.randint(1, 254)}"
    if shape < 8:
        return "cidr", f"{dice.randint(128, 190)}.{dice.randint(0, 255)}.{dice.randint(0, 255)}.0/24"
    if shape < 14:
        return "domain", f"{_word(dice)}-{number}.{dice.choice(('test', 'example'))}"
    if shape < 18:
        return "sha256", f"{dice.getrandbits(256):064x}"
    return "url", f"http://{_word(dice)}-{number}.example/{_word(dice)}"


def _word(dice: random.Random) -> str:
    return "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=7))


def _records(indicators: list[Indicator]) -> Records:
    return Records(
        assets=[Asset(f"srv{n}", f"srv{n}.corp.example", f"10.1.0.{n}", criticality=4) for n in range(1, 100)],
        identities=[Identity(f"user{n}", f"user{n}@corp.example", f"S-1-5-21-1-2-3-{1000 + n}") for n in range(400)],
        leases=[
            Lease(
                f"10.2.{n // 200}.{n % 200 + 1}", f"ws{(n + day) % 400}", START + day * HOUR, START + (day + 1) * HOUR
            )
            for n in range(400)
            for day in range(24)
        ],
        indicators=indicators,
    )


def _zipf(dice: random.Random, distinct: int) -> int:
    return int(distinct ** dice.random()) - 1


def _batch(dice: random.Random, count: int, indicators: list[Indicator]) -> pa.Table:
    bad = {kind: [row.value for row in indicators if row.kind == kind] for kind in ("ip", "domain", "sha256")}
    columns: dict[str, list[str]] = {name: [] for name in _COLUMNS}
    for _ in range(count):
        evil, shape, person = dice.random() < 0.001, dice.random(), dice.randint(0, 399)
        row = dict.fromkeys(_COLUMNS, "")
        row["src_endpoint_ip"] = f"10.2.{person // 200}.{person % 200 + 1}"
        if shape < 0.8:
            far = _zipf(dice, 60_000)
            row["dst_endpoint_ip"] = (
                dice.choice(bad["ip"]) if evil else f"172.{16 + far % 7}.{far // 250 % 250}.{far % 250}"
            )
        if 0.4 <= shape < 0.6:
            fresh = f"{_word(dice)}." if dice.random() < 0.33 else ""
            row["query_hostname"] = fresh + (
                dice.choice(bad["domain"]) if evil else f"site{_zipf(dice, 20_000)}.example"
            )
        elif 0.6 <= shape < 0.7:
            row["http_request_url_hostname"] = f"site{_zipf(dice, 5_000)}.example"
            row["http_request_url_path"] = f"/{_word(dice)}"
            row["http_request_url_url_string"] = f"http://{row['http_request_url_hostname']}/{_word(dice)}"
        elif 0.7 <= shape < 0.8:
            row["tls_sni"] = f"site{_zipf(dice, 5_000)}.example"
        elif shape >= 0.8:
            digest = random.Random(_zipf(dice, 8_000)).getrandbits(256)
            row |= {
                "file_hashes_sha256": f"{digest:064x}",
                "actor_user_name": f"user{person}",
                "actor_user_domain": "CORP",
            }
            row["device_hostname"] = f"ws{person}.corp.example"
            row["user_name"] = "SYSTEM" if dice.random() < 0.5 else f"user{person}"
        for name, values in columns.items():
            values.append(row[name])
    text = {"query_hostname", "http_request_url_path", "http_request_url_url_string"}
    arrays = {
        name: pa.array(v, pa.string()) if name in text else pa.array(v).dictionary_encode()
        for name, v in columns.items()
    }
    times = [START + dice.randrange(24 * HOUR) for _ in range(count)]
    return pa.table({"time": pa.array(times, pa.int64()).cast(TIME), **arrays})


_COLUMNS = (
    *_IPS,
    *_NAMES,
    "http_request_url_path",
    "http_request_url_url_string",
    "file_hashes_sha256",
    "actor_user_name",
    "actor_user_domain",
    "device_hostname",
    "user_name",
)


def _naive(batch: pa.Table, table: Mapping[str, str]) -> list[list[str]]:
    """What one writes first: for every event, every relevant value (and each parent domain) in one big dictionary."""
    exact = [name for name, _ in EXACT_COLUMNS] + list(_IPS) + ["http_request_url_url_string"]
    columns = [name for name in exact if name in batch.column_names]
    return [
        [
            *(table[row[name]] for name in columns if row[name] in table),
            *(table[p] for n in _NAMES for p in _parents(row[n]) if p in table),
        ]
        for row in batch.select([*columns, *_NAMES]).to_pylist()
    ]


def _parents(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.partition(".")[2]


if __name__ == "__main__":
    main()
