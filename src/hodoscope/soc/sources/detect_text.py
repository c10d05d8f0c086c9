"""Which program wrote a text line: regular expressions, most telling format first."""

import re

_STAMP_3164 = rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
_STAMP_ISO = rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"

TEXT_FORMATS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    (
        "auditd",
        re.compile(rb"(?:^|[ :])(?:node=\S+ )?type=[A-Z0-9_\[\]]+ (?:msg=)?audit\(\d+\.\d+:\d+\)", re.IGNORECASE),
    ),
    ("zeek_tsv", re.compile(rb"^#(?:separator |fields\t|path\t|types\t|set_separator\t)")),
    # Common log format: host ident user [time] "request" status size; virtual host and proxy variants put fields
    # around it.
    (
        "access_log",
        re.compile(rb'^[^"\[]*\[\d\d?/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] .*?"[^"]*" (?:\d{3}|-) '),
    ),
    ("access_log", re.compile(rb'^\S+ \S+ \S+ \[\d\d?/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d[^\]]*\] "')),
    ("web_error", re.compile(rb"^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}\] \[")),
    ("web_error", re.compile(rb"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[[a-z]+\] \d+#\d+: ")),
    ("syslog", re.compile(rb"^<\d{1,3}>")),
    ("syslog", re.compile(rb"^" + _STAMP_3164 + rb"(?: \d{4})? \S")),
    ("syslog", re.compile(rb"^\d{4} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d[^:]{0,12}: ")),  # Cisco NX-OS
    # The message alone, from collectors that take the header off.
    ("syslog", re.compile(rb"^ ?(?:(?:Accepted|Failed) [\w/-]+ for .* from \S+ port \d+|pam_\w+\([\w.-]+:\w+\): )")),
    # A stamp, a host, a tag: what rsyslog writes with its default file format.
    ("syslog", re.compile(rb"^" + _STAMP_ISO + rb" [\w.:-]+ [\w./()@-]+(?:\[\d+\])?: ")),
)


def text_format(line: bytes) -> str:
    """Format name of a line; ``text`` when no program is recognised."""
    line = line[:4096]  # enough for every pattern, and bounds what a giant line costs
    return next((name for name, pattern in TEXT_FORMATS if pattern.search(line)), "text")
