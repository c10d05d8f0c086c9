"""What the truth of each data set says about the findings, and what a naive rule would have done beside them."""

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks.detectors_intervals import Score, number, share
from benchmarks.detectors_worker import Run
from benchmarks.ingest_inputs import lines_of
from benchmarks.zeek_connections import scenarios
from hodoscope.soc.detectors.registry import DETECTORS, build_all
from hodoscope.soc.finding import Finding

EARLY = (5, 10, 20)
TEST_FROM = datetime(2017, 3, 30, tzinfo=UTC)
NAIVE_WORD = b"powershell"
NAIVE_VERBS = re.compile(r"^(Create|Put|Delete|Attach|Modify|Update|Stop|Authorize|Add)")
_ATTACKER, _LEGIT = "attack_internet_bruteforce", "legit"
_PARTS: tuple[tuple[str, Callable[[datetime], bool]], ...] = (
    ("train", lambda time: time < TEST_FROM),
    ("test", lambda time: time >= TEST_FROM),
)
Truth = Callable[[Run], list[Score]]


def early_decisions(run: Run) -> list[Score]:
    """Was an attacking address told by its k-th failure; are addresses of legitimate users told at all."""
    tries: dict[str, list[datetime]] = defaultdict(list)
    labels: dict[str, set[str]] = defaultdict(set)
    with gzip.open(next(run.data.glob("*labels*.csv.gz")), "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            labels[row["src_ip"]].add(row["label_derived"])
            if row["outcome"] != "accepted":
                tries[row["src_ip"]].append(datetime.fromisoformat(row["ts_year_assumed_2017"]).replace(tzinfo=UTC))
    told: dict[str, datetime] = {}
    for finding in run.all_findings:
        for entity in finding.entity_ids:
            if entity.startswith("ip:"):
                told[entity[3:]] = min(finding.last_time, told.get(entity[3:], finding.last_time))
    scores = []
    attackers = {address: times for address, times in tries.items() if _ATTACKER in labels[address]}
    for part, inside in _PARTS:
        for k in EARLY:
            able = {a: times for a, times in attackers.items() if len(times) >= k and inside(times[0])}
            ours = {a: [told.get(a, datetime.max.replace(tzinfo=UTC)) <= times[k - 1]] for a, times in able.items()}
            scores.append(share(f"{part}: told by attempt {k}", ours, "attacking addresses with as many attempts"))
    for part, inside in _PARTS:
        legit = [a for a in labels if labels[a] == {_LEGIT} and any(map(inside, tries.get(a, ())))]
        scores.append(
            share(f"{part}: false alarms", {a: [a in told] for a in legit}, "legitimate addresses that failed")
        )
        naive = {a: [len(tries.get(a, ())) >= 5] for a in legit}
        scores.append(share(f"{part}: false alarms of 'five failures ever'", naive, "the same addresses"))
    return scores


def _parents(techniques: Iterable[str]) -> set[str]:
    return {technique.partition(".")[0] for technique in techniques if re.fullmatch(r"T\d{4}(\.\d{3})?", technique)}


def _covered() -> set[str]:
    """Techniques of the detectors that read host logs; cloud and web detectors claim nothing about Windows."""
    host = [d for d in build_all() if "device_hostname" in d.spec.columns and "api_service_name" not in d.spec.columns]
    return _parents(technique for detector in host for technique in detector.spec.attack)


def _by_technique(run: Run, techniques: dict[str, set[str]], flagged: dict[str, bool], what: str) -> list[Score]:
    """Streams with a finding of their own technique (or its parent), among those our detectors claim at all."""
    covered = _covered()
    claimed = {name: parents for name, parents in techniques.items() if parents & covered}
    own = {
        name: any(_parents(finding.attack) & parents for finding in run.findings.get(name, ()))
        for name, parents in claimed.items()
    }
    scores = [
        share(f"{what} with a finding of their technique", {n: [hit] for n, hit in own.items()}, f"{what} we claim"),
        share("the same by the word 'powershell'", {n: [flagged.get(n, False)] for n in claimed}, f"{what} we claim"),
        share(
            f"{what} with any finding", {n: [bool(run.findings.get(n))] for n in techniques}, f"{what} of any technique"
        ),
    ]
    for technique in sorted({parent for parents in claimed.values() for parent in parents & covered}):
        mine = {name: [own[name]] for name, parents in claimed.items() if technique in parents}
        scores.append(share(f"  {technique}", mine, what))
    return scores


def _with_word(paths: Iterable[Path], key: str) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for path in paths:
        for line in lines_of(path):
            name = str(orjson.loads(line)[key])
            found[name] = found.get(name, False) or NAIVE_WORD in line.lower()
    return found


def otrf(run: Run) -> list[Score]:
    """Captures by the techniques of the manifest."""
    with (run.data / "manifest.csv").open(encoding="utf-8") as text:
        rows = {row["dataset"]: _parents(re.split(r"[;,| ]+", row["techniques"])) for row in csv.DictReader(text)}
    here = {stream.name: rows.get(stream.name, set()) for stream in run.streams}
    return _by_technique(run, here, _with_word(sorted(run.data.glob("*.jsonl.zst")), "_dataset"), "captures")


def evtx_folders(run: Run) -> list[Score]:
    """Files by the technique of their folder."""
    events = run.data / "events.jsonl.zst"
    techniques = {
        str(event["_file"]): _parents([str(event["_technique"])]) for event in map(orjson.loads, lines_of(events))
    }
    return _by_technique(run, techniques, _with_word([events], "_file"), "files")


def planted_beacons(run: Run) -> list[Score]:
    """Pairs the README or the flow labels name: found, and at which place among the findings by confidence."""
    hits: dict[str, list[bool]] = {}
    scores = []
    for archive in sorted(run.data.glob("*.zip")):
        for scenario in scenarios(archive):
            name = scenario.name.partition("/")[2]
            if not scenario.planted:
                continue
            ranked = sorted(
                (f for f in run.findings.get(name, ()) if f.detector == "beaconing"), key=lambda f: -f.confidence
            )
            pairs = Counter((str(r.get("id.orig_h")), str(r.get("id.resp_h"))) for r in scenario.records)
            busiest = [pair for pair, _ in pairs.most_common()]
            for source, target in sorted(scenario.planted):
                place = next((n for n, f in enumerate(ranked, 1) if _is_pair(f, source, target)), 0)
                hits.setdefault(name, []).append(bool(place))
                scores.append(number(f"{name}: place among {len(ranked)} findings", place, "place", len(ranked)))
                naive = busiest.index((source, target)) + 1 if (source, target) in pairs else 0
                scores.append(number(f"{name}: place by number of connections", naive, "place", len(busiest)))
    return [share("planted beacons found", hits, "pairs"), *scores]


def _is_pair(finding: Finding, source: str, target: str) -> bool:
    return finding.entity == f"ip:{source}" and (
        f"ip:{target}" in finding.entity_ids or finding.features.get("destination") == target
    )


def cloudtrail_labels(run: Run) -> list[Score]:
    """Detonation runs found, and findings that rest on a detonation's event."""
    with gzip.open(run.data / "labels_derived.csv.gz", "rt", encoding="utf-8") as text:
        rows = {row["eventID"]: row for row in csv.DictReader(text)}
    attack = {name: row["stratus_run"] for name, row in rows.items() if row["label_derived"].startswith("attack")}
    (stream,) = run.streams
    raws = {key: str(orjson.loads(raw)["eventID"]) for key, raw in run.raw_of_evidence(stream.name).items()}
    found: set[str] = set()
    right: dict[str, list[bool]] = defaultdict(list)
    for finding in run.all_findings:
        events = [raws[row.event_id] for row in finding.evidence if row.event_id in raws]
        runs = {attack[event] for event in events if event in attack}
        found |= runs
        right[min(runs) if runs else finding.finding_id].append(bool(runs))
    every = sorted(set(attack.values()))
    naive = {name for name, row in rows.items() if NAIVE_VERBS.match(row["eventName"])}
    naive_right = {row["eventID"]: [row["eventID"] in attack] for name, row in rows.items() if name in naive}
    return [
        share("detonation runs found", {r: [r in found] for r in every}, "runs"),
        share("findings that rest on a detonation", right, "findings"),
        share("runs found by any writing call", {r: [r in {attack.get(n) for n in naive}] for r in every}, "runs"),
        share("alerts of 'any writing call' that are right", naive_right, "alerts"),
    ]


def stratus(run: Run) -> list[Score]:
    """Techniques with a finding."""
    naive: dict[str, bool] = {}
    for event in map(orjson.loads, lines_of(run.data / "detonations.jsonl.zst")):
        name = str(event["_technique"])
        naive[name] = naive.get(name, False) or bool(NAIVE_VERBS.match(str(event["eventName"])))
    ours = {stream.name: [bool(run.findings[stream.name])] for stream in run.streams}
    return [
        share("techniques found", ours, "techniques"),
        share("techniques found by any writing call", {n: [hit] for n, hit in naive.items()}, "techniques"),
    ]


def simulated_steps(run: Run) -> list[Score]:
    """Campaign steps with a finding that rests on one of their events. Never evidence of accuracy."""
    (stream,) = run.streams
    company = Path(stream.operator).parent
    lines: dict[str, list[bytes]] = {}
    steps: dict[tuple[str, str], bool] = {}
    owner: dict[bytes, tuple[str, str]] = {}
    for truth in map(orjson.loads, (company / "truth" / "events.jsonl").read_bytes().splitlines()):
        if truth["file"] not in lines:
            path = company / truth["file"]
            lines[truth["file"]] = [line.rstrip(b"\r\n,") for line in lines_of(path)]
        step = (truth["campaign"], truth["step"])
        steps.setdefault(step, False)
        owner[lines[truth["file"]][truth["line"] - 1].strip()] = step
    raws = run.raw_of_evidence(stream.name)
    wrong = 0
    for finding in run.all_findings:
        mine = {owner.get(raws.get(row.event_id, b"").strip()) for row in finding.evidence} - {None}
        wrong += not mine
        steps.update((step, True) for step in mine if step is not None)
    expected = {
        (campaign["campaign"], step["step"])
        for campaign in orjson.loads((company / "truth" / "campaigns.json").read_bytes())
        for step in campaign["steps"]
        if set(step["detectors"]) & set(DETECTORS)
    }
    missed = [
        number(f"  missed: {campaign}, {step}", 0, "found", 1)
        for (campaign, step), hit in steps.items()
        if not hit and (campaign, step) in expected
    ]
    ours = {str(step): [hit] for step, hit in steps.items() if step in expected}
    return [
        share("campaign steps found (no accuracy evidence)", {str(s): [hit] for s, hit in steps.items()}, "steps"),
        share("of those meant for these detectors", ours, "steps"),
        number("findings outside every campaign", wrong, "findings", len(run.all_findings)),
        *missed,
    ]


TRUTHS: dict[str, Truth] = {
    "auth_ssh_linux": early_decisions,
    "win_otrf_mordor": otrf,
    "win_evtx_to_mitre": evtx_folders,
    "net_zeek_stratosphere": planted_beacons,
    "net_zeek_rita": planted_beacons,
    "cloud_cloudtrail_invictus": cloudtrail_labels,
    "cloud_stratus_detonations": stratus,
    "simulator": simulated_steps,
}
"""Data sets with truth; the others measure noise and speed only."""
