"""Incidents against known truth, beside naive clusterings of the same alerts; speed; size of the stories.

    python -m benchmarks.correlation [--data DIR] [--json FILE] [--runs N]

Each alert set (``soc/alerts_ait_ads``, ``alerts_cptc2017_sage``, ``alerts_excytin``) is one stream in which its
incidents begin within twelve hours of each other and share most of their addresses (see ``correlation_inputs``), so
that neither gaps nor addresses give them away; every run draws other shifts and names. Alerts without an attack label
are in the stream; scores are over alerts with one. ARI: adjusted Rand index; B³: B-cubed F1. Intervals are the range
over the runs. AIT-ADS is used to measure only: nothing is trained.
"""

import argparse
import json
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sklearn.metrics import adjusted_rand_score

from benchmarks.correlation_inputs import Overlay, overlaid, streams_below
from hodoscope.soc.alert import Alert
from hodoscope.soc.correlation.correlator import Correlator
from hodoscope.soc.correlation.story import tell

Clusters = Mapping[str, str]
WINDOW_SECONDS = 3600.0


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    shape: dict[str, Overlay] = {}
    for name, streams in streams_below(args.data).items():
        for seed in range(args.runs):
            overlay = overlaid(name, streams, seed)
            shape[overlay.name] = overlay
            for method, cluster in METHODS.items():
                clusters = cluster(overlay.alerts)
                ari, b_cubed = scores(clusters, overlay.truth)
                found[f"{overlay.name}_ari"][method].append(ari)
                found[f"{overlay.name}_b3"][method].append(b_cubed)
            nodes, told = stories(overlay)
            found[f"{overlay.name}_story_nodes"]["ours"].append(nodes)
            found[f"{overlay.name}_story_steps"]["ours"].append(told)
    metrics: dict[str, object] = {}
    baselines: dict[str, object] = {}
    for name, overlay in shape.items():
        attacks = sum(bool(each) for each in overlay.truth.values())
        print(f"{name}: {overlay.findings:,} findings, {len(overlay.alerts):,} alerts ({attacks:,} of attacks), "
              f"{len(set(overlay.truth.values()) - {''})} incidents")  # fmt: skip
        for measure in ("ari", "b3", "story_nodes", "story_steps"):
            row = found[f"{name}_{measure}"]
            print(f"  {measure:12}" + "".join(f"{method:>14} {statistics.median(row[method]):6.3f} "
                  f"({min(row[method]):.3f}-{max(row[method]):.3f})" for method in row))  # fmt: skip
            for method, values in row.items():
                target = metrics if method == "ours" else baselines
                target[f"{name}_{measure}" + ("" if method == "ours" else f"_{method}")] = _metric(values)
    each, growth = speed(200_000)
    print(f"one alert: {each * 1e6:,.0f} µs of CPU (200,000 alerts, 30,001 entities); last tenth / first {growth:.2f}")
    metrics["correlation_alert_us"] = _metric([each * 1e6], "us")
    if args.json:
        config = {"runs": args.runs, "overlay": "correlation_inputs"}
        args.json.write_text(json.dumps({"metrics": metrics, "baselines": baselines, "config": config}, indent=1))


def ours(alerts: Sequence[Alert]) -> Clusters:
    """The product's incidents."""
    return {alert_id: each.incident_id for each in _correlated(alerts).incidents() for alert_id in each.alert_ids}


def windows(alerts: Sequence[Alert]) -> Clusters:
    """A pause of an hour ends an incident."""
    clusters, number, last = {}, 0, 0.0
    for alert in sorted(alerts, key=lambda each: each.first_time):
        if alert.first_time.timestamp() > last + WINDOW_SECONDS:
            number += 1
        last = max(last, alert.last_time.timestamp())
        clusters[alert.alert_id] = str(number)
    return clusters


def components(alerts: Sequence[Alert]) -> Clusters:
    """Connected components over shared entities."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for alert in alerts:
        for entity in alert.entity_ids:
            parent[root(alert.alert_id)] = root(entity)
    return {alert.alert_id: root(alert.alert_id) for alert in alerts}


def source(alerts: Sequence[Alert]) -> Clusters:
    """One incident per first address."""
    return {
        alert.alert_id: next((each for each in alert.entity_ids if each.startswith("ip:")), alert.entity)
        for alert in alerts
    }


METHODS: dict[str, Callable[[Sequence[Alert]], Clusters]] = {
    "ours": ours, "windows": windows, "components": components, "source": source,
}  # fmt: skip


def scores(clusters: Clusters, truth: Mapping[str, str]) -> tuple[float, float]:
    """Adjusted Rand index and B-cubed F1 over the alerts that belong to an attack."""
    labelled = [alert_id for alert_id, incident in truth.items() if incident]
    given = [clusters[alert_id] for alert_id in labelled]
    right = [truth[alert_id] for alert_id in labelled]
    pairs, by_cluster, by_truth = Counter(zip(given, right, strict=True)), Counter(given), Counter(right)
    total = len(labelled)
    precision = sum(count * count / by_cluster[pair[0]] for pair, count in pairs.items()) / total
    recall = sum(count * count / by_truth[pair[1]] for pair, count in pairs.items()) / total
    return float(adjusted_rand_score(right, given)), 2 * precision * recall / (precision + recall)


def stories(overlay: Overlay) -> tuple[float, float]:
    """Median nodes of the stories of incidents with an attack, and the share of their detectors that stories tell."""
    correlator = _correlated(overlay.alerts)
    alerts = {alert.alert_id: alert for alert in overlay.alerts}
    sizes, told, asked = [], 0, 0
    for incident in correlator.incidents():
        attack = {alerts[each].detector for each in incident.alert_ids if overlay.truth[each]}
        if attack and len(incident.alert_ids) > 1:
            story = tell(incident, alerts, correlator.rarity.of)
            sizes.append(len(story.nodes))
            told += len(attack & {alerts[step.alert_id].detector for step in story.timeline})
            asked += len(attack)
    return (float(statistics.median(sizes)), told / asked) if sizes else (0.0, 0.0)


def speed(count: int) -> tuple[float, float]:
    """CPU seconds per alert, and how much more the last tenth costs than the first."""
    import random

    from tests.support.alerts import alert

    dice = random.Random(7)
    stream = [
        alert(number, f"host:{dice.randrange(count // 10)}", f"user:{dice.randrange(count // 20)}", "ip:192.0.2.53",
              hours=number * 240 / count)
        for number in range(count)
    ]  # fmt: skip
    correlator, marks = Correlator("t"), [time.process_time()]
    for number, each in enumerate(stream, 1):
        correlator.add(each)
        if number % (count // 10) == 0:
            marks.append(time.process_time())
    return (marks[-1] - marks[0]) / count, (marks[-1] - marks[-2]) / (marks[1] - marks[0])


def _correlated(alerts: Sequence[Alert]) -> Correlator:
    correlator = Correlator("t")
    for alert in sorted(alerts, key=lambda each: (each.first_time, each.alert_id)):
        correlator.add(alert)
    return correlator


def _metric(values: Sequence[float], unit: str = "share") -> dict[str, float | int | str]:
    return {"value": statistics.median(values), "low": min(values), "high": max(values), "unit": unit, "n": len(values)}


if __name__ == "__main__":
    main()
