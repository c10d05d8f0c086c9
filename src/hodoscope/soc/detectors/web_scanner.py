"""Web scanners: a source that tries many paths that are not there, or says itself that it is a scanner.

Per source and ten minutes. What one would get wrong: a search engine meets many dead links too, but spread over hours
and mixed with pages that exist; a browser meets the same dead image again and again, so *different* failing paths
count.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.evidence import Note, equal, ip_entity, keep, where_window
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.rows import Mask, Rows, has_text, numbers
from hodoscope.soc.detectors.state import Plain, notes_from_plain, notes_to_plain
from hodoscope.soc.detectors.window_tally import Groups, Key, Memory, WindowTally
from hodoscope.soc.finding import Severity

PARAMETERS: Mapping[str, Parameter] = {
    "window": Parameter(600, "s", "own choice: the slowest scan told apart from a crawler is one path every 20 s"),
    "failing_paths": Parameter(
        30, "paths", "different paths answered 400-499; the busiest source of a public site's 10,000 lines had 10"
    ),
    "failing_share": Parameter(0.5, "share", "of the source's requests; a crawler mostly follows links that exist"),
    "probes": Parameter(4, "paths", "different well-known targets (configuration files, consoles) in one window"),
    "named_requests": Parameter(3, "requests", "of a client that names itself a scanner"),
    "max_keys": Parameter(50_000, "sources", "bounds memory; about 4 KB per busy source and window"),
}
PATH, AGENT = "http_request_url_path", "http_request_user_agent"
_NAMED = re.compile(
    r"nikto|sqlmap|nmap scripting|masscan|zgrab|gobuster|dirbuster|dirb\b|wfuzz|ffuf|feroxbuster|nuclei|acunetix|"
    r"nessus|openvas|wpscan|whatweb|burp(?:suite| collaborator)|arachni|w3af|owasp zap|zaproxy|jaeles|l9explore|"
    r"l9tcpid|fimap|"
    r"skipfish|vega/|netsparker|appscan|qualys|havij|joomscan|xsstrike|commix|httpx -|hydra",
    re.IGNORECASE,
)
_PROBE = re.compile(
    r"/\.env\b|/\.git/|/\.svn/|/\.aws/|/\.ds_store|/\.htaccess|wp-login\.php|wp-config|xmlrpc\.php|/phpmyadmin|/pma/|/adminer|"
    r"/manager/html|/jmx-console|/actuator\b|/solr/|/console/|server-status|/cgi-bin/|/vendor/phpunit|/boaform|/hnap1|"
    r"/\.well-known/\.\.|/owa/auth|/autodiscover|/_ignition|/struts|/invoker/|phpinfo|/backup\.|/dump\.sql|/config\.(?:json|php|yml)",
    re.IGNORECASE,
)
_KEPT_PATHS = 500


@lru_cache(maxsize=65536)
def _is_named(agent: str) -> bool:
    return bool(_NAMED.search(agent))


@lru_cache(maxsize=65536)
def _is_probe(path: str) -> bool:
    return bool(_PROBE.search(path))


@dataclass(slots=True)
class Visit:
    """Requests of one source in one window."""

    count: int = 0
    failing: int = 0
    named: int = 0
    agent: str = ""
    first_us: int = 0
    last_us: int = 0
    missing_paths: dict[str, None] = field(default_factory=dict)
    probes: dict[str, None] = field(default_factory=dict)
    found: dict[str, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


class WebScanner(WindowTally[Visit]):
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.value = {name: parameter.value for name, parameter in parameters.items()}
        self.window_us = int(self.value["window"] * 1e6)
        self.max_keys = int(self.value["max_keys"])
        self.spec = DetectorSpec(
            name="web_scanner",
            version="1",
            title="Web scanner",
            attack=("T1595.002", "T1595.003"),
            columns=(PATH, AGENT, "src_endpoint_ip", "http_response_code", "class_uid"),
            where=f"src_endpoint_ip != '' AND {PATH} != ''",
            lateness_seconds=300,
            parameters=parameters,
            how_to_check="Is it an agreed scanner? If not, look at what it found (answers below 400 to "
            "probing paths) and "
            "whether the same source comes back with attack payloads; scans alone are daily weather.",
        )

    def wanted(self, events: pa.Table) -> Mask:
        return has_text(events, "src_endpoint_ip") & has_text(events, PATH)

    def collect(self, rows: Rows, records: dict[Key, Visit]) -> None:
        source_codes, sources = rows.codes("src_endpoint_ip")
        path_codes, paths = rows.codes(PATH)
        agent_codes, agents = rows.codes(AGENT)
        named = np.array([_is_named(agent) for agent in agents])[agent_codes]
        probing = np.array([_is_probe(path) for path in paths])[path_codes]
        answers = numbers(rows.table, "http_response_code")
        failing = (answers >= 400) & (answers < 500)
        groups = Groups(source_codes)
        failures = groups.sums(failing.astype(np.int64))
        telling = Groups(source_codes, failing | probing | named)
        told = dict(zip(telling.codes, range(len(telling.codes)), strict=True))
        for group, code in enumerate(groups.codes):
            record = self.record(records, (sources[code],))
            if record is None:
                continue
            record.count += groups.counts[group]
            record.failing += failures[group]
            record.first_us = record.first_us or rows.times_us[groups.first[group]]
            record.last_us = rows.times_us[groups.last[group]]
            for row in telling.members(told[code]) if code in told else ():
                path = paths[path_codes[row]][:200]
                if named[row]:
                    record.named += 1
                    record.agent = record.agent or agents[agent_codes[row]][:200]
                if failing[row] and len(record.missing_paths) < _KEPT_PATHS:
                    record.missing_paths[path] = None
                if probing[row] and len(record.probes) < _KEPT_PATHS:
                    record.probes[path] = None
                    if answers[row] and answers[row] < 400:
                        record.found[path] = None
                if len(record.notes) < 20:
                    keep(record.notes, rows.table.column("event_id")[row].as_py(), rows.times_us[row], {PATH: path}, 20)

    def judge(self, records: dict[Key, Visit], memory: Memory, window_us: int) -> Iterator[Conclusion]:
        value = self.value
        for (source,), visit in records.items():
            many = (
                len(visit.missing_paths) >= value["failing_paths"]
                and visit.failing >= value["failing_share"] * visit.count
            )
            probes = len(visit.probes) >= value["probes"]
            if many or probes or visit.named >= value["named_requests"]:
                yield _conclusion(source, visit, window_us)

    def new_record(self) -> Visit:
        return Visit()

    def to_plain(self, record: Visit) -> Plain:
        return [
            record.count,
            record.failing,
            record.named,
            record.agent,
            record.first_us,
            record.last_us,
            list(record.missing_paths),
            list(record.probes),
            list(record.found),
            notes_to_plain(record.notes),
        ]

    def from_plain(self, plain: Plain) -> Visit:
        count, failing, named, agent, first, last, *rest = cast("list[int]", plain)
        missing, probes, found, notes = cast("list[list[str]]", rest)
        return Visit(
            count,
            failing,
            named,
            str(agent),
            first,
            last,
            dict.fromkeys(missing),
            dict.fromkeys(probes),
            dict.fromkeys(found),
            notes_from_plain(cast("Plain", notes)),
        )


def _conclusion(source: str, visit: Visit, window_us: int) -> Conclusion:
    names = f" Its client calls itself {visit.agent!r}." if visit.agent else ""
    found = (
        f" These probed paths answered: {', '.join(list(visit.found)[:5])}."
        if visit.found
        else " Nothing it probed for was there."
    )
    return Conclusion(
        entity=ip_entity(source),
        anchor=str(window_us),
        severity=Severity.MEDIUM if visit.found else Severity.LOW,
        confidence=min(0.95, 0.5 + 0.1 * min(3, len(visit.probes)) + (0.2 if visit.named else 0.0)),
        first_us=visit.first_us,
        last_us=visit.last_us,
        title=f"Web scan from {source}",
        explanation=f"{source} sent {visit.count} requests in ten minutes; {len(visit.missing_paths)} "
        "different paths did not exist, "
        f"{len(visit.probes)} are well-known targets.{names}{found}",
        reasons=(
            (f"{len(visit.missing_paths)} different failing paths", len(visit.missing_paths) / 30),
            (f"{len(visit.probes)} well-known targets probed", len(visit.probes) / 4),
            (f"client names itself a scanner: {visit.agent}", 2.0 if visit.named else 0.0),
        ),
        notes=visit.notes,
        event_count=visit.count,
        where=where_window(visit.first_us, visit.last_us, equal("src_endpoint_ip", source), f"{PATH} != ''"),
        features={
            "requests": visit.count,
            "failing_paths": len(visit.missing_paths),
            "probes": len(visit.probes),
            "found": len(visit.found),
            "named_requests": visit.named,
        },
    )


def _get(path: str, code: int, agent: str = "Mozilla/5.0", source: str = "203.0.113.9") -> dict[str, object]:
    return {"class_uid": 4002, "src_endpoint_ip": source, PATH: path, AGENT: agent, "http_response_code": code}


EXAMPLES: tuple[Example, ...] = (
    Example(
        "fifty paths that do not exist",
        True,
        spaced("2024-03-04T10:00:00", 2, [_get(f"/old{i}.php", 404) for i in range(50)]),
    ),
    Example(
        "four well-known targets",
        True,
        spaced(
            "2024-03-04T10:00:00",
            9,
            [_get("/.env", 404), _get("/.git/config", 200), _get("/phpmyadmin/", 404), _get("/wp-login.php", 404)],
        ),
    ),
    Example(
        "a client that names itself",
        True,
        spaced("2024-03-04T10:00:00", 2, [_get(f"/a{i}", 200, "sqlmap/1.8 (stable)") for i in range(4)]),
    ),
    Example(
        "a browser with one missing image", False, spaced("2024-03-04T10:00:00", 2, [_get("/favicon.ico", 404)] * 60)
    ),
    Example(
        "a crawler with some dead links",
        False,
        spaced(
            "2024-03-04T10:00:00",
            3,
            [_get(f"/page{i}", 404 if i % 4 == 0 else 200, "Googlebot/2.1") for i in range(160)],
        ),
    ),
)
