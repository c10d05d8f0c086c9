"""Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families  # noqa: TID251 -- the vendor reads what we wrote

from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.monitor.event import EventKind, MonitorEvent
from hodoscope.lifecycle.monitor.exposition import exposition


def test_figures_and_events_are_read_back_by_prometheus_own_parser() -> None:
    """Names with quotes and line breaks too."""
    event = MonitorEvent("dga", EventKind.MISSING, 'a"b\n', 5, 0.3, 0.1, "share", "30 % missing")
    text = exposition("dga", {"drift_false_trigger_share": Metric(0.01, 0.0, 0.03)}, [event, event]).decode()
    samples = {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["hodoscope_monitor_figure", "high", "drift_false_trigger_share", "dga"] == 0.03
    assert samples["hodoscope_monitor_event_value", "missing", "dga", 'a"b\n'] == 0.3
    assert samples["hodoscope_monitor_events", "missing", "dga"] == 2
