"""Every detector by name: the one table to read, grep and extend.

To add a detector: one file with ``PARAMETERS``, ``EXAMPLES`` and a class taking the parameters, then one line here; the
laws in ``tests/laws/test_detectors.py`` pick it up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hodoscope.errors import InputError
from hodoscope.soc.detectors import (
    beaconing,
    brute_force,
    cloud_keys,
    cloud_logging,
    dns_tunnel,
    first_seen,
    indicators,
    outbound_volume,
    password_spray,
    privileged_account,
    success_after_failures,
    web_attacks,
    web_scanner,
    web_shell,
)
from hodoscope.soc.detectors.interface import Detector, Example, Parameter
from hodoscope.soc.detectors.parameters import did_you_mean, overridden

AnyDetector = Detector[Any]
"""A detector whose state type the caller does not look into; states only travel between its own methods."""


class Entry(NamedTuple):
    """How to build a detector, its default parameters, and the examples that show when it fires."""

    build: Callable[[Mapping[str, Parameter]], AnyDetector]
    parameters: Mapping[str, Parameter]
    examples: Sequence[Example]


DETECTORS: dict[str, Entry] = {
    "brute_force": Entry(brute_force.BruteForce, brute_force.PARAMETERS, brute_force.EXAMPLES),
    "password_spray": Entry(password_spray.PasswordSpray, password_spray.PARAMETERS, password_spray.EXAMPLES),
    "success_after_failures": Entry(
        success_after_failures.SuccessAfterFailures, success_after_failures.PARAMETERS, success_after_failures.EXAMPLES
    ),
    "privileged_account": Entry(
        privileged_account.PrivilegedAccount, privileged_account.PARAMETERS, privileged_account.EXAMPLES
    ),
    "first_seen": Entry(first_seen.FirstSeen, first_seen.PARAMETERS, first_seen.EXAMPLES),
    "beaconing": Entry(beaconing.Beaconing, beaconing.PARAMETERS, beaconing.EXAMPLES),
    "dns_tunnel": Entry(dns_tunnel.DnsTunnel, dns_tunnel.PARAMETERS, dns_tunnel.EXAMPLES),
    "outbound_volume": Entry(outbound_volume.OutboundVolume, outbound_volume.PARAMETERS, outbound_volume.EXAMPLES),
    "cloud_keys": Entry(cloud_keys.CloudKeys, cloud_keys.PARAMETERS, cloud_keys.EXAMPLES),
    "cloud_logging": Entry(cloud_logging.CloudLogging, cloud_logging.PARAMETERS, cloud_logging.EXAMPLES),
    "web_attacks": Entry(web_attacks.WebAttacks, web_attacks.PARAMETERS, web_attacks.EXAMPLES),
    "web_scanner": Entry(web_scanner.WebScanner, web_scanner.PARAMETERS, web_scanner.EXAMPLES),
    "web_shell": Entry(web_shell.WebShell, web_shell.PARAMETERS, web_shell.EXAMPLES),
    "indicators": Entry(indicators.Indicators, indicators.PARAMETERS, indicators.EXAMPLES),
}


NOT_REPRODUCIBLE: Mapping[str, str] = {
    "web_attacks": "more than 200 requests: payloads are found after decoding, which SQL cannot repeat, so the WHERE "
    "selects every suspect request of the source in that time",
    "brute_force": "an attack carried over from a snapshot of an earlier release, or a network of busy keys beyond "
    "tracked_keys: the WHERE selects every failure between the parties in that time",
    "password_spray": "a first report of more than 200 attempts: those counted depend on each account's own window, so "
    "the WHERE selects every failure of the source since the earliest last try",
    "beaconing": "more than max_pairs pairs in a pane, or records that came after the finding was made",
}
"""Where a finding's WHERE cannot count its ``event_count`` again: detector → when, and what the WHERE selects then.

In all other cases ``count()`` under the WHERE is the ``event_count``; ``tests/laws/test_where.py`` holds it to that.
Events that arrive later than a detector waits, and keys beyond its memory bounds, are counted by no detector.
"""


def build(name: str, values: Mapping[str, object] | None = None) -> AnyDetector:
    """One detector with the operator's parameter values; ``InputError`` with "did you mean" for an unknown name."""
    entry = DETECTORS.get(name)
    if entry is None:
        raise InputError(f"detectors: no detector {name!r}; {did_you_mean(name, DETECTORS)}")
    return entry.build(overridden(name, entry.parameters, values or {}))


def build_all(values: Mapping[str, object] | None = None) -> list[AnyDetector]:
    """Every detector, in table order.

    ``values`` maps a detector's name to parameter values (``{"brute_force": {"window_seconds": "5 min"}}``) or to
    false, which leaves it out.
    """
    chosen = values or {}
    for name, wanted in chosen.items():
        if name not in DETECTORS:
            raise InputError(f"detectors: no detector {name!r}; {did_you_mean(name, DETECTORS)}")
        if not isinstance(wanted, Mapping | bool | None):
            raise InputError(f"detectors.{name}: expected parameter values or true/false, found {wanted!r}")
    detectors = []
    for name in DETECTORS:
        wanted = chosen.get(name)
        if wanted is not False:
            detectors.append(build(name, wanted if isinstance(wanted, Mapping) else None))
    return detectors
