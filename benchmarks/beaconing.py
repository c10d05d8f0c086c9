"""Beacons: rank of planted ones in real Zeek captures, findings per machine and day, and a synthetic grid.

    python -m benchmarks.beaconing [--data DIR] [--json FILE]

Real part: every scenario in ``soc/net_zeek_*/*.zip``. Planted pairs come from a README ("from A to B") or from flow
labels (inbound scans left out: their label is their direction). Nothing else is labelled, so findings besides are
counted, not called false: update checks are beacons too. Synthetic part: jitter x missed beats x number of beats
against arrivals without a clock, at the shipped limits; beside it a score of Bowley skewness and median absolute
deviation, at the limit where that score raises as many false alarms on the same arrivals.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.web_payloads import metric
from benchmarks.zeek_connections import Scenario, scenarios, table
from hodoscope.soc.detectors.beaconing import PARAMETERS, Beaconing
from hodoscope.soc.detectors.periodicity import rhythm_of

Metric = dict[str, float | int | str | None]
Floats = NDArray[np.float64]
SEED, REPEATS, NULLS = 7, 100, 1000


def count(value: float | None, unit: str, n: int) -> Metric:
    """A number without an interval (nothing was sampled)."""
    return {"value": value, "low": None, "high": None, "unit": unit, "n": n}


def measure_scenario(scenario: Scenario) -> tuple[dict[str, Metric], list[str]]:
    """Metrics and printable lines of one scenario."""
    detector = Beaconing()
    events = table(scenario.records)
    state = detector.initial()
    findings = [*detector.detect(events, state), *detector.finish(state)]
    found: dict[tuple[str, str, str], float] = {}
    for finding in findings:
        key = (finding.entity.removeprefix("ip:"), str(finding.features["destination"]), str(finding.features["port"]))
        found[key] = max(found.get(key, 0.0), finding.confidence)
    addresses = {
        key: {
            entity.removeprefix("ip:")
            for f in findings
            for entity in f.entity_ids
            if f.entity == f"ip:{key[0]}" and f.features["destination"] == key[1]
        }
        for key in found
    }
    ranking = sorted(found, key=lambda key: (-found[key], key))
    ranks = {
        pair: next(
            (place for place, key in enumerate(ranking, 1) if key[0] == pair[0] and pair[1] in addresses[key]), None
        )
        for pair in sorted(scenario.planted)
    }
    machine_days = max(
        1,
        len(
            set(
                zip(
                    events["src_endpoint_ip"].to_pylist(),
                    (events["time"].cast("int64").to_numpy() // 86_400_000_000).tolist(),
                    strict=True,
                )
            )
        ),
    )
    metrics = {
        f"{scenario.name}/pairs_found": count(len(found), "pairs", events.num_rows),
        f"{scenario.name}/pairs_per_1000_machine_days": count(1000 * len(found) / machine_days, "pairs", machine_days),
    }
    if ranks:
        metrics[f"{scenario.name}/recall"] = {**metric(sum(rank is not None for rank in ranks.values()), len(ranks))}
        metrics[f"{scenario.name}/worst_rank"] = count(
            max((rank or 0 for rank in ranks.values()), default=None), "rank", len(ranks)
        )
    lines = [
        (
            f"{scenario.name}: {events.num_rows} records, {len(found)} pairs found; "
            f"planted {len(ranks)}, ranks {sorted(rank or 0 for rank in ranks.values())}"
        )
    ]
    lines += [f"    {found[key]:.3f} {key[0]} -> {key[1]}:{key[2]}" for key in ranking[:3]]
    return metrics, lines


def beacon(rng: np.random.Generator, beats: int, jitter: float, missed: float) -> Floats:
    """``beats`` times of a 300 s beacon with uniform jitter ±``jitter``, a share ``missed`` left out."""
    times = 300 * np.cumsum(1 + rng.uniform(-jitter, jitter, 3 * beats + 20))
    return np.asarray(times[rng.random(len(times)) >= missed][:beats], dtype=np.float64)


def spread_score(times: Floats) -> float:
    """The robust-spread baseline: mean of 1 - |Bowley skewness| and 1 - MAD / median of the intervals."""
    low, middle, high = np.quantile(np.diff(times), (0.25, 0.5, 0.75))
    skew = 0.0 if high == low else abs((low + high - 2 * middle) / (high - low))
    deviation = float(np.median(np.abs(np.diff(times) - middle)))
    return float(0.5 * (1 - skew) + 0.5 * max(0.0, 1 - deviation / max(middle, 1e-9)))


def ours(times: Floats) -> bool:
    """The shipped limits on regularity and evidence."""
    rhythm = rhythm_of(times)
    enough = rhythm.evidence_nats >= PARAMETERS["min_evidence"].value
    return enough and rhythm.regularity >= PARAMETERS["min_regularity"].value


def measure_grid() -> tuple[dict[str, Metric], dict[str, Metric], list[str]]:
    """Recall over the grid, false alarms, and the baseline at an equal number of false alarms."""
    rng = np.random.default_rng(SEED)
    metrics: dict[str, Metric] = {}
    baselines: dict[str, Metric] = {}
    lines = ["synthetic: recall of 300 s beacons (ours | robust spread at as many false alarms)"]
    for beats in (12, 24, 50, 100):
        nulls = [
            np.cumsum(gaps) for gaps in (*rng.exponential(300, (NULLS, beats)), *rng.lognormal(5, 1.5, (NULLS, beats)))
        ]
        alarms = sum(map(ours, nulls))
        metrics[f"synthetic/{beats}_beats/false_alarms"] = {**metric(alarms, len(nulls))}
        limit = sorted(map(spread_score, nulls), reverse=True)[alarms]
        cells = []
        for jitter, missed in ((0.1, 0.0), (0.3, 0.0), (0.5, 0.0), (0.2, 0.2), (0.5, 0.2), (0.3, 0.4)):
            trains = [beacon(rng, beats, jitter, missed) for _ in range(REPEATS)]
            name = f"synthetic/{beats}_beats/jitter_{jitter}/missed_{missed}"
            metrics[name] = {**metric(sum(map(ours, trains)), REPEATS)}
            baselines[name] = {**metric(sum(spread_score(train) > limit for train in trains), REPEATS)}
            cells.append(f"±{jitter:.0%}/-{missed:.0%} {metrics[name]['value']:.2f}|{baselines[name]['value']:.2f}")
        lines.append(f"  {beats:>3} beats, {alarms} false alarms of {len(nulls)}: " + "  ".join(cells))
    return metrics, baselines, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    metrics, baselines, lines = measure_grid()
    for archive in sorted((options.data / "soc").glob("net_zeek_*/*.zip")):
        for scenario in scenarios(archive):
            found, more = measure_scenario(scenario)
            metrics.update(found)
            lines += more
    print("\n".join(lines))
    if options.json:
        config = {name: parameter.value for name, parameter in PARAMETERS.items()} | {"seed": SEED, "repeats": REPEATS}
        text = json.dumps({"metrics": metrics, "baselines": baselines, "config": config}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
