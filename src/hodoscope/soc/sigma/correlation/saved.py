"""The state of correlations as JSON and back."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson

from hodoscope.soc.sigma.correlation.running import Group, Hit, Running
from hodoscope.soc.sigma.correlation.window import Kept
from hodoscope.soc.sigma.rule import Correlation

FORMAT = 1


def dump_state(running: Sequence[Running], time_us: int | None, pending: Sequence[Hit]) -> bytes:
    """Every group of every correlation, and the hits of the latest instant."""
    state = {
        "format": FORMAT,
        "time_us": time_us,
        "pending": [[hit.rule_id, hit.events[0], hit.fields] for hit in pending],
        "correlations": {
            _identity(one.correlation): {
                "forgotten": one.forgotten,
                "groups": [[values, _group(group)] for values, group in one.groups.items()],
            }
            for one in running
        },
    }
    return orjson.dumps(state)


def load_state(data: bytes, running: Sequence[Running]) -> tuple[int | None, list[Hit]]:
    """Fill correlations that have not run yet; what they wait for is returned. ValueError for another format."""
    state = orjson.loads(data)
    if state["format"] != FORMAT:
        raise ValueError(f"correlation state has format {state['format']}, not {FORMAT}; detect from the beginning")
    for one in running:
        if (kept := state["correlations"].get(_identity(one.correlation))) is not None:
            one.forgotten = kept["forgotten"]
            one.groups = {tuple(values): _loaded(one, group) for values, group in kept["groups"]}
    pending = [
        Hit(rule_id, (event,), {name: tuple(values) for name, values in fields.items()}, event)
        for rule_id, event, fields in state["pending"]
    ]
    return state["time_us"], pending


def _identity(correlation: Correlation) -> str:
    """What makes a kept window worthless when it changes; titles and authors do not."""
    told = {"title", "level", "status", "attack", "tags", "author", "description", "path", "line", "pack", "generate"}
    deciding = {name: value for name, value in asdict(correlation).items() if name not in told}
    return hashlib.sha256(orjson.dumps(deciding)).hexdigest()[:32]


def _group(group: Group) -> list[Any]:
    window = group.window
    return [group.opened_us, group.told_us, window.dropped, window.dropped_us, [tuple(hit) for hit in window.hits]]


def _loaded(running: Running, kept: list[Any]) -> Group:
    opened_us, told_us, dropped, dropped_us, hits = kept
    window = running.window()
    for time_us, rule_id, events, texts in hits:
        window.add(Kept(time_us, rule_id, tuple(events), tuple(texts)))
    window.dropped, window.dropped_us = dropped, dropped_us
    return Group(window, opened_us, told_us)
