"""Writes the ground truth beside the logs: every attack event by file and line, and what each campaign is."""

from datetime import datetime
from pathlib import Path

import orjson

from hodoscope.soc.simulate import clock
from hodoscope.soc.simulate.campaigns.registry import CAMPAIGNS
from hodoscope.soc.simulate.log_files import TruthLine

_README = """Simulated telemetry, seed {seed}: {users} people, {hours:g} hours from {start}.

Everything here is invented: people, hosts, addresses (documentation and test ranges), domains (.example, .test).
It serves demonstrations, load tests and regression tests. It is never evidence for an accuracy claim: whoever
writes both the attacks and the detectors can make any number come true.

windows/ linux/ zeek/ aws/ entra/ web/   logs in the notation of the product that would write them
operator/                                the files an operator keeps: assets, identities, leases, scanners, indicators
truth/events.jsonl                       one line per attack event: file and 1-based physical line
truth/campaigns.json                     the campaigns, their ATT&CK techniques, and who should find each step

The Zeek sensor sees traffic inside the company and out of it, not the requests that reach the public servers.
All machines keep UTC. linux/*/auth.log holds no year (RFC 3164); it is {year}, and the files' modification times
say so too. The web and SSH servers on the internet also see random probes every day; those are ordinary noise and
not part of any campaign. Windows `Message` texts are left out, as agents are often configured to do.
"""


def write_truth(out: Path, lines: list[TruthLine], start: datetime, hours: float, users: int, seed: int) -> Path:
    """Write `truth/` and README.txt; returns the path of `truth/events.jsonl` (sorted by time, file, line)."""
    folder = out / "truth"
    folder.mkdir(parents=True)
    path = folder / "events.jsonl"
    with path.open("wb") as handle:
        for line in sorted(lines):
            handle.write(orjson.dumps({
                "file": line.file, "line": line.line, "campaign": line.mark.campaign, "step": line.mark.step,
                "technique": line.mark.technique, "time": clock.iso(line.time_us), "entity": line.mark.entity,
            }) + b"\n")  # fmt: skip
    campaigns = [_described(campaign_index, lines) for campaign_index in range(len(CAMPAIGNS))]
    (folder / "campaigns.json").write_bytes(orjson.dumps(campaigns, option=orjson.OPT_INDENT_2) + b"\n")
    text = _README.format(seed=seed, users=users, hours=hours, start=start.isoformat(), year=start.year)
    (out / "README.txt").write_text(text, encoding="utf-8")
    return path


def _described(index: int, lines: list[TruthLine]) -> dict[str, object]:
    campaign = CAMPAIGNS[index]
    own = [line for line in lines if line.mark.campaign == campaign.name]
    steps: list[dict[str, object]] = []
    for step in campaign.steps:
        events = [line for line in own if line.mark.step == step.name]
        steps.append({
            "step": step.name, "technique": step.technique, "what": step.what, "detectors": list(step.detectors),
            "events": len(events), "first": clock.iso(min(line.time_us for line in events)) if events else None,
            "last": clock.iso(max(line.time_us for line in events)) if events else None,
            "entities": sorted({line.mark.entity for line in events}),
        })  # fmt: skip
    return {
        "campaign": campaign.name, "title": campaign.title,
        "techniques": sorted({step.technique for step in campaign.steps}),
        "indicators": [{"type": kind, "value": value} for kind, value in campaign.indicators()],
        "steps": steps,
    }  # fmt: skip
