"""Speeds and differences as text: the tables that are printed, and the page ``docs/sigma_differences.md``."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.sigma_peer_causes import CAUSES
from benchmarks.sigma_peer_files import EventFile
from hodoscope.soc.sigma.rule import Rule

EXAMPLES = 3
NAMES = {
    "ours": "ours: normalise, then all rules with evidence",
    "zircolite": "Zircolite's way: flat rows in SQLite, one query per rule",
    "plain": "pySigma's SQLite backend without pipelines",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule, the events on which a peer differs from us for one cause."""

    peer: str
    cause: str
    rule: Rule
    events: tuple[int, ...]  # numbers in the file
    we: bool  # we say hit; False: the peer does
    detail: str


@dataclass(frozen=True, slots=True)
class Speed:
    """CPU seconds of one engine for all events; None where it does not apply."""

    name: str
    events: int
    load: float | None
    match: float
    hits: int | None

    @property
    def rate(self) -> float:
        """Events a CPU second of matching alone."""
        return self.events / max(1e-9, self.match)


def table(speeds: Sequence[Speed], differences: Sequence[Difference]) -> str:
    """Both tables in Markdown."""
    return "\n".join([*_speed_lines(speeds), "", *_cause_lines(differences)])


def page(rules: int, events: EventFile, speeds: Sequence[Speed], differences: Sequence[Difference]) -> str:
    """The whole page."""
    count = Counter(name for name, _ in events.origin)
    data = ", ".join(f"{name} {number:,}" for name, number in sorted(count.items()))
    lines = [
        "# Sigma verdicts beside other engines",
        "",
        "Made by `python -m benchmarks.sigma_peers --markdown FILE`; do not edit. The Windows rules of SigmaHQ",
        f"({rules:,}) over {len(events.origin):,} real events: {data}.",
        "An event is named by its data set and line there.",
        "",
        "Peers: Zircolite's way (flattening and queries after what its version 3 documents and does; the program",
        "is in no package registry), pySigma's SQLite backend without pipelines over the events of each rule's log",
        "source, and rsigma (Rust) over Zircolite's rows with the same log sources. Each difference is explained by",
        "evaluating the rule on both readings of the event (`benchmarks/sigma_peer_causes.py`). Sections are those of",
        "the Sigma specification 2.1.",
        "",
        "## Speed",
        "",
        *_speed_lines(speeds),
        "",
        "Matching is all rules over events already read in. Reading in makes whole OCSF events here, flat rows there.",
        "Ours is warm, rsigma has the fastest of its prefilters; the better of two runs. Shared machine: take ratios.",
        "",
        "## Differences by cause",
        "",
        *_cause_lines(differences),
        "",
        *_details(differences, events),
    ]
    return "\n".join(lines)


def _speed_lines(speeds: Sequence[Speed]) -> list[str]:
    return [
        "| engine | hits | reading in, events/CPU-s | matching, events/CPU-s | ours is faster by |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {NAMES.get(each.name, each.name)} | {_number(each.hits)} | "
            f"{_number(each.load and each.events / each.load)} | {each.rate:,.0f} | {speeds[0].rate / each.rate:,.1f} |"
            for each in speeds
        ),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _cause_lines(differences: Sequence[Difference]) -> list[str]:
    peers = list(dict.fromkeys(each.peer for each in differences))
    head = [f"{peer}: {side}" for peer in peers for side in ("only we", "only it")]
    counts: Counter[tuple[str, str, bool]] = Counter()
    for each in differences:
        counts[each.cause, each.peer, each.we] += len(each.events)
    rows = [
        f"| {CAUSES[cause].title} | "
        + " | ".join(f"{counts[cause, peer, we]:,}" for peer in peers for we in (True, False))
        + " |"
        for cause in CAUSES
        if any(each.cause == cause for each in differences)
    ]
    return [f"| cause (pairs of rule and event) | {' | '.join(head)} |", f"| --- |{' ---: |' * len(head)}", *rows]


def _details(differences: Sequence[Difference], events: EventFile) -> Iterator[str]:
    for cause, about in CAUSES.items():
        own = [each for each in differences if each.cause == cause]
        if not own:
            continue
        yield from (f"## {about.title}", "", f"{about.told} (Specification: {about.section}.)")
        yield from ("", "| rule | events | hit says | not | such as | seen |", "| --- | ---: | --- | --- | --- | --- |")
        alike: dict[tuple[str, bool, tuple[int, ...], str], list[str]] = {}
        for each in sorted(own, key=lambda one: (not one.we, -len(one.events), one.rule.title)):
            alike.setdefault((each.rule.title, each.we, each.events, each.detail), []).append(each.peer)
        for (title, we, numbers, detail), peers in alike.items():
            such = ", ".join(f"{events.origin[at][0]} {events.origin[at][1]}" for at in numbers[:EXAMPLES])
            sides = ("we", ", ".join(peers)) if we else (", ".join(peers), "we")
            row = (title, f"{len(numbers):,}", *sides, such, detail)
            yield f"| {' | '.join(cell.replace('|', ' ') for cell in row)} |"
        yield ""
