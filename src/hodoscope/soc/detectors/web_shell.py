"""Web shells: a script on the web server that obeys commands from very few clients.

Two signs, per script and hour: parameters whose value is a command line and an answer 200; and a script never
requested before, in a place for uploads, that now receives POSTs from at most two clients without a referring page.
What one would get wrong: a newly published feature is also a new script, but its clients are many and come from other
pages.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote_plus

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion
from hodoscope.soc.detectors.evidence import Note, host_entity, ip_entity, keep, sql_text, where_window
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.rows import Mask, Rows, has_text, numbers
from hodoscope.soc.detectors.state import Plain, notes_from_plain, notes_to_plain
from hodoscope.soc.detectors.window_tally import Groups, Key, Memory, WindowTally
from hodoscope.soc.finding import Severity

PARAMETERS: Mapping[str, Parameter] = {
    "window": Parameter(3600, "s", "own choice: an operator's session rarely ends sooner"),
    "learning": Parameter(86_400, "s", "scripts seen in the first day count as known"),
    "posts": Parameter(3, "requests", "own choice: one POST may be an upload form that fails"),
    "clients": Parameter(2, "addresses", "an operator and a relay; a feature has more"),
    "max_keys": Parameter(50_000, "scripts", "bounds memory; a site has thousands at most"),
}
PATH, QUERY, AGENT = "http_request_url_path", "http_request_url_query_string", "http_request_user_agent"
_SCRIPT = re.compile(
    r"\.(?:php\d?|phtml|phar|jspx?|jspf|aspx?|ashx|asmx|cfm|cgi|pl|py|sh|exe)(?:$|[/;:])", re.IGNORECASE
)
_UPLOADS = re.compile(
    r"/(?:uploads?|images?|img|pics?|photos?|avatars?|tmp|temp|cache|files?|media|static|assets|css|js|fonts|attachments?|"
    r"aspnet_client|owa/auth|ecp/auth|\.well-known)/",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"^(?:/(?:usr/)?bin/)?(?:whoami|id|uname|ifconfig|ipconfig|netstat|tasklist|systeminfo|hostname|pwd|ls|dir|ps|env|w|"
    r"cat|type|wget|curl|net\s+(?:user|group|localgroup|view)|ping|nslookup|nltest|powershell|cmd|certutil|bash|sh|python3?|"
    r"perl|nc|rundll32|reg\s+query|wmic|echo\s.{1,80}[|>])(?:\.exe)?(?:$|[\s;|&+/-])",
    re.IGNORECASE,
)
_COMMAND_NAMES = frozenset(
    {"cmd", "c", "exec", "execute", "command", "shell", "run", "x", "q", "e", "pass", "cm", "sh", "do", "0"}
)
_STRONG_NAMES = frozenset({"cmd", "exec", "execute", "command", "shell", "run", "cm", "sh"})
_HOST = "http_request_url_hostname"
_ANSWERED = f"src_endpoint_ip != '' AND {PATH} != '' AND http_response_code BETWEEN 200 AND 299"
_KEPT_PATH = 300  # characters of a path that tell scripts apart
_CLOCK = "\0first"  # memory key: when this detector first saw a script


def command_of(query: str) -> str:
    """The first parameter value that is a command line: any under a telling name, several words under a vague one."""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        name, value = name.lower(), unquote_plus(unquote_plus(value)).strip()
        if name in _COMMAND_NAMES and _COMMAND.match(value) and (name in _STRONG_NAMES or " " in value or "/" in value):
            return value[:200]
    return ""


@dataclass(slots=True)
class Use:
    """Successful requests of one script in one window."""

    count: int = 0
    posts: int = 0
    referred: int = 0
    first_us: int = 0
    last_us: int = 0
    clients: dict[str, None] = field(default_factory=dict)
    commands: dict[str, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


class WebShell(WindowTally[Use]):
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.value = {name: parameter.value for name, parameter in parameters.items()}
        self.window_us = int(self.value["window"] * 1e6)
        self.max_keys = int(self.value["max_keys"])
        self.spec = DetectorSpec(
            name="web_shell",
            version="1",
            title="Script that behaves like a web shell",
            attack=("T1505.003",),
            columns=(
                PATH,
                QUERY,
                AGENT,
                "src_endpoint_ip",
                "http_response_code",
                "http_request_http_method",
                "http_request_referrer",
                "http_request_url_hostname",
                "device_hostname",
                "class_uid",
            ),
            where=_ANSWERED,
            lateness_seconds=300,
            parameters=parameters,
            how_to_check="Look at the file on the server: who wrote it, when, and does the site's code base "
            "know it? What did "
            "the web server's process start at these times? If it is a shell, keep the file and isolate the server.",
        )

    def wanted(self, events: pa.Table) -> Mask:
        answers = numbers(events, "http_response_code")
        return has_text(events, "src_endpoint_ip") & has_text(events, PATH) & (answers >= 200) & (answers < 300)

    def collect(self, rows: Rows, records: dict[Key, Use]) -> None:
        path_codes, paths = rows.codes(PATH)
        script = np.array([bool(_SCRIPT.search(path.partition("?")[0])) for path in paths])[path_codes]
        if not script.any():
            return
        rows = Rows(rows.table, script)
        raw_codes, labels = rows.combinations((PATH, "http_request_url_hostname", "device_hostname"))
        scripts: dict[Key, int] = {}
        codes_of = [
            scripts.setdefault((host or device, path.partition("?")[0][:_KEPT_PATH]), len(scripts))
            for path, host, device in labels
        ]
        codes, keys = np.array(codes_of, dtype=np.int64)[raw_codes], list(scripts)
        query_codes, queries = rows.codes(QUERY)
        commands = [command_of(query) for query in queries]
        sources, methods = rows.text("src_endpoint_ip"), rows.text("http_request_http_method")
        referrers = rows.text("http_request_referrer")
        groups = Groups(codes)
        for group, code in enumerate(groups.codes):
            members = groups.members(group)
            record = self.record(records, keys[code])
            if record is None:
                continue
            record.count += len(members)
            record.first_us = record.first_us or rows.times_us[members[0]]
            record.last_us = rows.times_us[members[-1]]
            for row in members:
                command = commands[query_codes[row]]
                record.posts += methods[row].upper() == "POST"
                record.referred += referrers[row] not in ("", "-")
                if len(record.clients) < 20:
                    record.clients[sources[row]] = None
                if command and len(record.commands) < 20:
                    record.commands[command] = None
                if len(record.notes) < 20 and (command or methods[row].upper() == "POST"):
                    fields = {QUERY: queries[query_codes[row]]} if command else {PATH: keys[code][1]}
                    keep(record.notes, rows.table.column("event_id")[row].as_py(), rows.times_us[row], fields, 20)

    def judge(self, records: dict[Key, Use], memory: Memory, window_us: int) -> Iterator[Conclusion]:
        started = memory.setdefault(_CLOCK, [float(window_us)])[0]
        learnt = window_us - started >= self.value["learning"] * 1e6
        for (host, path), use in records.items():
            known = f"{host}\0{path}" in memory
            quiet = use.posts >= self.value["posts"] and not use.referred and len(use.clients) <= self.value["clients"]
            hidden = bool(_UPLOADS.search(path)) and quiet and learnt and not known
            if use.commands or hidden:
                yield _conclusion(host, path, use, hidden, window_us)
            elif len(memory) < 4 * self.max_keys:
                memory[f"{host}\0{path}"] = []

    def new_record(self) -> Use:
        return Use()

    def to_plain(self, record: Use) -> Plain:
        return [
            record.count,
            record.posts,
            record.referred,
            record.first_us,
            record.last_us,
            list(record.clients),
            list(record.commands),
            notes_to_plain(record.notes),
        ]

    def from_plain(self, plain: Plain) -> Use:
        count, posts, referred, first, last, *rest = cast("list[int]", plain)
        clients, commands, notes = cast("list[list[str]]", rest)
        return Use(
            count,
            posts,
            referred,
            first,
            last,
            dict.fromkeys(clients),
            dict.fromkeys(commands),
            notes_from_plain(cast("Plain", notes)),
        )


def _conclusion(host: str, path: str, use: Use, hidden: bool, window_us: int) -> Conclusion:
    clients = list(use.clients)
    obeyed = (
        f"It was sent command lines ({'; '.join(list(use.commands)[:4])}) and answered normally. "
        if use.commands
        else ""
    )
    fresh = (
        f"Nobody had requested it before, it lies among uploads, and {use.posts} POSTs came without a referring page. "
        if hidden
        else ""
    )
    return Conclusion(
        entity=host_entity(host) or ip_entity(clients[0]),
        anchor=f"{window_us}|{path}",
        severity=Severity.CRITICAL if use.commands and hidden else Severity.HIGH if use.commands else Severity.MEDIUM,
        confidence=0.9 if use.commands and hidden else 0.75 if use.commands else 0.55,
        first_us=use.first_us,
        last_us=use.last_us,
        title=f"{path} behaves like a web shell",
        explanation=f"{path} on {host or 'the web server'} was used {use.count} times by "
        f"{', '.join(clients[:3])}. {obeyed}{fresh}"
        "A web shell lets whoever knows its address run programs as the web server.",
        reasons=(
            ("parameters hold command lines", 3.0 if use.commands else 0.0),
            ("the script is new and lies among uploads", 2.0 * hidden),
            (f"only {len(clients)} clients use it", 1.0 if len(clients) <= 2 else 0.0),
        ),
        notes=use.notes,
        event_count=use.count,
        where=where_window(
            use.first_us,
            use.last_us,
            _ANSWERED,
            f"substringUTF8(splitByChar('?', {PATH})[1], 1, {_KEPT_PATH}) = {sql_text(path)}",
            f"if({_HOST} != '', {_HOST}, device_hostname) = {sql_text(host)}",
        ),
        entities=[ip_entity(client) for client in clients],
        features={"requests": use.count, "posts": use.posts, "clients": len(clients), "commands": len(use.commands)},
    )


def _call(
    path: str, query: str = "", method: str = "GET", source: str = "203.0.113.9", referrer: str = ""
) -> dict[str, object]:
    return {
        "class_uid": 4002,
        "src_endpoint_ip": source,
        PATH: path,
        QUERY: query,
        "http_request_http_method": method,
        "http_response_code": 200,
        "http_request_referrer": referrer,
        "http_request_url_hostname": "www.example.com",
    }


_SITE = spaced("2024-03-04T10:00:00", 3600, [_call("/index.php", referrer="https://www.example.com/")] * 30)
EXAMPLES: tuple[Example, ...] = (
    Example(
        "commands in a parameter",
        True,
        spaced("2024-03-04T10:00:00", 5, [_call("/img/a.php", "cmd=whoami"), _call("/img/a.php", "cmd=ls+-la")]),
    ),
    Example(
        "a new script among uploads gets POSTs",
        True,
        (*_SITE, *spaced("2024-03-05T17:00:00", 60, [_call("/uploads/x.php", method="POST")] * 5)),
    ),
    Example(
        "a search that looks for a command",
        False,
        spaced("2024-03-04T10:00:00", 5, [_call("/search.php", "q=whoami"), _call("/run.php", "page=id")]),
    ),
    Example(
        "a new form used by many",
        False,
        (
            *_SITE,
            *spaced(
                "2024-03-05T17:00:00",
                60,
                [
                    _call(
                        "/files/form.php", method="POST", source=f"198.51.100.{i}", referrer="https://www.example.com/"
                    )
                    for i in range(9)
                ],
            ),
        ),
    ),
)
