"""What monitors know, as Prometheus text."""

from collections import Counter
from collections.abc import Iterable, Mapping

from hodoscope.lifecycle.extra import load
from hodoscope.lifecycle.metric import Metric
from hodoscope.lifecycle.monitor.event import MonitorEvent

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(model: str, figures: Mapping[str, Metric], events: Iterable[MonitorEvent]) -> bytes:
    """Text for one model: gauges of every figure with its interval, the last value and limit of every event, counts.

    ``figures`` are named in snake case, such as ``drift_false_trigger_share``. Undefined figures are NaN, as Prometheus
    writes them. Raises ``InputError`` when prometheus-client is not installed.
    """
    prometheus = load("prometheus_client")
    registry = prometheus.CollectorRegistry()
    listed = list(events)
    figure = prometheus.Gauge(
        "hodoscope_monitor_figure", "A monitored figure and its 95 % interval", ("model", "figure", "bound"),
        registry=registry,
    )  # fmt: skip
    for name, metric in figures.items():
        for bound in ("low", "value", "high"):
            figure.labels(model, name, bound).set(getattr(metric, bound))
    seen = prometheus.Gauge(
        "hodoscope_monitor_event_value", "Last value beyond its limit", ("model", "kind", "subject"), registry=registry
    )
    limit = prometheus.Gauge(
        "hodoscope_monitor_event_limit", "The limit it went beyond", ("model", "kind", "subject"), registry=registry
    )
    count = prometheus.Gauge(
        "hodoscope_monitor_events", "Events since the monitor began", ("model", "kind"), registry=registry
    )
    for event in listed:
        seen.labels(event.model, event.kind, event.subject).set(event.value)
        limit.labels(event.model, event.kind, event.subject).set(event.limit)
    for (owner, kind), number in sorted(Counter((event.model, event.kind) for event in listed).items()):
        count.labels(owner, kind).set(number)
    return bytes(prometheus.generate_latest(registry))
