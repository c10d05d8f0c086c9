"""The simplest way to run Sigma over ClickHouse: one query per rule."""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from hodoscope.soc.sigma.hunting.where import where
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import Rule
from hodoscope.soc.sigma.stored_kinds import stored_kinds
from hodoscope.soc.storage.event_store import open_store

SAMPLE = 60


def per_rule_cpu(events: pa.Table, rules: Sequence[Rule], folder: Path) -> float:
    """CPU seconds for all rules over the events: a sample of queries, carried over to every rule that can hit them."""
    store = open_store(f"chdb://{folder}")
    store.insert_events(events, "events")
    kinds, router = stored_kinds(store, "default"), shipped_router()
    conditions = [sql for rule in rules if (sql := where(rule, router, kinds)) != "0"]
    sample = random.Random(7).sample(conditions, min(SAMPLE, len(conditions)))
    begin = time.process_time()
    for condition in sample:
        store.query(f"SELECT event_id FROM events WHERE tenant_id = 'default' AND ({condition})")
    cpu = (time.process_time() - begin) / max(1, len(sample)) * len(conditions)
    store.close()
    return cpu
