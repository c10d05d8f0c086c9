"""The story of an incident: the smallest connected part of its graph that explains it, and what is missing.

Nodes are alerts and entities, an edge says that an alert touches an entity; common entities are expensive to pass
through. The alerts that must be told are picked tactic by tactic, the worst first; a Steiner tree (rustworkx; the
2-approximation of Kou, Markowsky and Berman 1981) connects them. An analyst reads at most :data:`MOST_NODES` nodes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import rustworkx as rx

from hodoscope.soc.alert import Alert
from hodoscope.soc.attack import KILL_CHAIN, tactics_of
from hodoscope.soc.incident import Incident

MOST_NODES = 20
MOST_TERMINALS = 9
_PLACES = ("host:", "user:", "account:", "key:")

_EXPECTED_BEFORE = {
    "lateral-movement": ("initial-access", "credential-access"),
    "exfiltration": ("collection",),
    "command-and-control": ("initial-access", "execution"),
    "impact": ("initial-access", "privilege-escalation"),
    "persistence": ("initial-access",),
}
"""What usually precedes a tactic, as incident reports tell it; a hint where to look, no rule."""
_EXPECTED_AFTER = {
    "initial-access": ("execution", "persistence"),
    "credential-access": ("lateral-movement",),
    "collection": ("exfiltration",),
    "lateral-movement": ("collection", "impact"),
    "persistence": ("command-and-control",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline."""

    time: datetime
    tactics: tuple[str, ...]
    alert_id: str
    title: str
    entity: str


@dataclass(frozen=True, slots=True)
class Story:
    """``nodes`` are alert ids and entity ids, ``edges`` pairs (alert id, entity id) among them.

    ``roots`` are the entities the attack may have begun at, the likeliest first; ``reached`` every host, user, account
    and key touched; ``missing`` says in words what is usually seen before or after and was not.
    """

    nodes: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    timeline: tuple[Step, ...]
    roots: tuple[str, ...]
    reached: tuple[str, ...]
    missing: tuple[str, ...]


def tell(incident: Incident, alerts: Mapping[str, Alert], rarity: Callable[[str], float]) -> Story:
    """The story of an incident, given its alerts by id and how rare an entity is (0 to 1)."""
    members = [alerts[alert_id] for alert_id in incident.alert_ids if alert_id in alerts]
    graph, places = _graph(members, rarity)
    wanted = _terminals(members)
    chosen: set[int] = set()
    while wanted:
        chosen = _connected(graph, [places[alert.alert_id] for alert in wanted])
        if len(chosen) <= MOST_NODES:
            break
        wanted.pop()
    nodes = sorted(chosen)
    names = tuple(graph[node] for node in nodes)
    inside = set(names)
    edges = tuple(
        (alert.alert_id, entity)
        for alert in members
        if alert.alert_id in inside
        for entity in dict.fromkeys(alert.entity_ids or (alert.entity,))
        if entity in inside
    )
    return Story(names, edges, _timeline(members, inside), _roots(members), _reached(members), _missing(incident))


def _graph(members: Sequence[Alert], rarity: Callable[[str], float]) -> tuple[rx.PyGraph[str, float], dict[str, int]]:
    graph: rx.PyGraph[str, float] = rx.PyGraph()
    places: dict[str, int] = {}
    for alert in members:
        places[alert.alert_id] = graph.add_node(alert.alert_id)
        for entity in dict.fromkeys(alert.entity_ids or (alert.entity,)):
            if entity not in places:
                places[entity] = graph.add_node(entity)
            graph.add_edge(places[alert.alert_id], places[entity], 1.0 + 4.0 * (1.0 - rarity(entity)))
    return graph, places


def _terminals(members: Sequence[Alert]) -> list[Alert]:
    """The alerts to be told, the most important first: the worst of each tactic, then the worst of all, each once."""
    worst = sorted(members, key=lambda alert: (-alert.scope.severity, -alert.confidence, alert.first_time))
    picked: dict[str, Alert] = {}
    for tactic in KILL_CHAIN:
        found = next((alert for alert in worst if tactic in alert.scope.tactics), None)
        if found is not None:
            picked[found.alert_id] = found
    ordered = sorted(picked.values(), key=lambda alert: (-alert.scope.severity, alert.first_time))
    for alert in worst:
        if alert.alert_id not in picked:
            ordered.append(alert)
    return ordered[:MOST_TERMINALS]


def _connected(graph: rx.PyGraph[str, float], terminals: Sequence[int]) -> set[int]:
    """Nodes of a small tree that holds the terminals; of the first terminal's part when they are not connected."""
    part = rx.node_connected_component(graph, terminals[0])
    within = [node for node in terminals if node in part]
    if len(within) == 1:
        return {within[0], *list(graph.neighbors(within[0]))[:3]}
    edges = rx.steiner_tree(graph, within, float).edge_list()
    return {node for edge in edges for node in edge}


def _timeline(members: Sequence[Alert], inside: set[str]) -> tuple[Step, ...]:
    told = [alert for alert in members if alert.alert_id in inside]
    return tuple(
        Step(alert.first_time, tactics_of(alert.attack), alert.alert_id, alert.title, alert.entity)
        for alert in sorted(told, key=lambda alert: (alert.first_time, alert.alert_id))
    )


def _roots(members: Sequence[Alert]) -> tuple[str, ...]:
    """Entities of the earliest alert of the earliest tactic first, then of the earliest alert of all."""
    early = sorted(members, key=lambda alert: (_stage(alert), alert.first_time))[:1]
    first = sorted(members, key=lambda alert: (alert.first_time, alert.alert_id))[:1]
    return tuple(dict.fromkeys(entity for alert in (*early, *first) for entity in (alert.entity, *alert.entity_ids)))[
        :5
    ]


def _stage(alert: Alert) -> int:
    tactics = tactics_of(alert.attack)
    return KILL_CHAIN.index(tactics[0]) if tactics else len(KILL_CHAIN)


def _reached(members: Sequence[Alert]) -> tuple[str, ...]:
    touched = dict.fromkeys(entity for alert in members for entity in (alert.entity, *alert.entity_ids))
    return tuple(entity for entity in touched if entity.startswith(_PLACES))


def _missing(incident: Incident) -> tuple[str, ...]:
    seen = set(incident.tactics)
    words = []
    for tactic in incident.tactics:
        before = [each for each in _EXPECTED_BEFORE.get(tactic, ()) if each not in seen]
        if before and len(before) == len(_EXPECTED_BEFORE[tactic]):
            words.append(f"{tactic} was seen, but nothing of what usually comes before: {', '.join(before)}")
        after = [each for each in _EXPECTED_AFTER.get(tactic, ()) if each not in seen]
        if after and len(after) == len(_EXPECTED_AFTER[tactic]):
            words.append(f"after {tactic}, look for {' or '.join(after)}: not seen yet, or not recorded")
    return tuple(words)
