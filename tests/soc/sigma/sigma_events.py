"""Events of the shipped cases as one stream, and a detector of the shipped rules."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
import pyarrow as pa

from hodoscope.soc.data_files import data_dir
from hodoscope.soc.enrich.enrich import enrich
from hodoscope.soc.enrich.knowledge import Knowledge
from hodoscope.soc.event import arrow_type
from hodoscope.soc.finding import Evidence
from hodoscope.soc.format_routing import unified
from hodoscope.soc.normalise.mapping import shipped_mappings
from hodoscope.soc.sigma.cases import cases_in, read_cases
from hodoscope.soc.sigma.detector import SigmaDetector
from hodoscope.soc.sigma.routing.router import shipped_router
from hodoscope.soc.sigma.rule import RuleSet
from hodoscope.soc.sigma.rule_files import RuleFiles

START = datetime(2026, 3, 2, 8, 50, tzinfo=UTC)


@cache
def shipped_rules() -> RuleSet:
    """The shipped detections, compiled once for all tests."""
    return RuleFiles().load()


def shipped_detector() -> SigmaDetector:
    """A fresh detector of the shipped detections."""
    return SigmaDetector(shipped_rules(), shipped_router())


@cache
def case_events() -> pa.Table:
    """Every event of every shipped case, one a minute: many rules, entities and hours, in stream order."""
    tables = [events for _, events in read_cases(cases_in(data_dir("detections")), shipped_mappings())]
    events = enrich(unified([table for table in tables if table.num_rows]), Knowledge())
    times = [START + timedelta(minutes=number) for number in range(events.num_rows)]
    place = events.schema.get_field_index("time")
    events = events.set_column(place, "time", pa.array(times, arrow_type("time")))
    return events.sort_by([("time", "ascending"), ("event_id", "ascending")])


def quotes_the_record(event: Mapping[str, Any], row: Evidence) -> bool:
    """The value stands in the record as received, or in one of the event's columns (vendor names have no column)."""
    if row.field == "eventService":
        return row.value == "admin.googleapis.com"  # the log-source file spells the application as Cloud Logging does
    record = event["raw"].decode("utf-8", "replace")
    written = orjson.dumps(row.value).decode()[1:-1]
    return row.value in record or written in record or any(row.value in str(value) for value in event.values())
