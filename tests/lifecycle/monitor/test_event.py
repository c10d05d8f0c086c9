"""Events are records."""

import json

from hodoscope.lifecycle.monitor.event import EventKind, MonitorEvent


def test_an_event_is_json() -> None:
    """With the kind as text, for whoever turns it into a finding."""
    event = MonitorEvent("dga", EventKind.SILENCE, "gate", 5, 7.0, 3.0, "us", "gate is silent")
    document = json.loads(json.dumps(event.to_json()))
    assert document["kind"] == "silence"
    assert MonitorEvent(**document | {"kind": EventKind(document["kind"])}) == event
