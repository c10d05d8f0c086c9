r"""What attack payloads look like in a URL: weighted patterns over decoded, folded text, never bare words.

A category fires when the weights of its distinct patterns reach :data:`LIMIT`: one unambiguous construct, or several
that mean little alone ("an apostrophe", "a comparison of two numbers"). Text is first unfolded the way a server
would: percent encoding twice, overlong and ``0x`` forms, HTML entities, SQL comments, Log4j lookups, case and white
space.

What one would get wrong: prose. Comments in a forum quote commands in backticks and end in brackets; a backtick
counts only where the value is nothing else. And order: comments go before white space is folded (``un/**/ion`` is one
word to a database), and lookups after percent decoding. Every pattern is linear in the text (bounded repeats, no
nested quantifiers), which is capped at :data:`MAX_CHARACTERS`.
"""
# ruff: noqa:E501 -- one pattern per line reads as a table

import html
import re
from typing import NamedTuple
from urllib.parse import unquote_plus

LIMIT = 5
MAX_CHARACTERS = 4096


class Pattern(NamedTuple):
    """One construct: category, weight, plain words for the analyst, regular expression over folded text."""

    category: str
    weight: int
    words: str
    regex: re.Pattern[str]


CATEGORY_TITLES = {
    "sqli": "SQL injection",
    "xss": "cross-site scripting",
    "traversal": "path traversal",
    "cmdi": "command injection",
    "inclusion": "file inclusion",
    "lookup": "expression or lookup injection (Log4Shell and kin)",
}
_COMMANDS = (
    r"(?:id|ls|cat|whoami|uname|ping|sleep|wget|curl|nc|ncat|bash|sh|zsh|dir|type|net|netstat|ipconfig|ifconfig|powershell|"
    r"cmd|echo|python3?|perl|ruby|php|rm|chmod|nslookup|dig|touch|tasklist|systeminfo|ps|env|true|false|certutil)"
)
_TAGS = (
    r"(?:iframe|embed|object|svg|meta|base|applet|frameset|frame|ilayer|layer|link|style|xml|bgsound|isindex|math|video|"
    r"audio|body|img|image|input|form|marquee|table|td|div|span|select|textarea|button|details|html|br|a|title)"
)
_TABLES: tuple[tuple[str, int, str, str], ...] = (
    # -- SQL: the break-out, the condition, the stacked or united statement, functions no form field names
    ("sqli", 2, "a quote that ends a value early", r"^[\w%.@ -]{0,80}['\"]"),
    ("sqli", 2, "a quote and a condition or concatenation after it", r"['\"]\s*\)*\s*(?:\b(?:or|and|rlike|like|where|having|order|group|limit|as)\b|\|\||&&|\+\()"),
    ("sqli", 3, "a comparison of two numbers", r"(?<![\w.?&])\(?\d{1,9}\)?\s*(?:=|<>|!=|like)\s*\(?\d{1,9}\b"),
    ("sqli", 5, "a condition that is always true", r"\b(?:or|and|having|where)\b[\s(]*(['\"]?)(\w{1,40})\1\s*(?:=|\blike\b)\s*\(?['\"]?\2\b"),
    ("sqli", 5, "a condition glued to a value", r"^-?\d{1,9}[%'\")\s]{0,8}\b(?:or|and|where|having|rlike|procedure)\b.{0,80}?(?:[=<>]|\w\(|\(\s*\w+\s*[=<>,])"),
    ("sqli", 6, "UNION SELECT", r"\bunion\b\s*(?:all|distinct)?\s*\(?\s*select\b"),
    ("sqli", 5, "a nested SELECT", r"\(\s*select\b[\s(]"),
    ("sqli", 4, "SELECT … FROM", r"\bselect\b.{1,300}?\bfrom\b"),
    ("sqli", 6, "a second statement", r"['\")\d\s%];\s*(?:select|insert\s+into|update\s+\w+\s+set|delete\s+from|drop\s|create\s|alter\s|exec\b|declare\s|call\s|waitfor\s|shutdown|begin\b|if\s*\()"),
    ("sqli", 6, "a function that makes the database wait", r"\b(?:sleep|pg_sleep|benchmark|randomblob|dbms_lock\.sleep|dbms_pipe\.receive_message|regexp_substring|generate_series)\s*\(|\bwaitfor\s+delay\b"),
    ("sqli", 5, "an error-based read-out function", r"\b(?:updatexml|extractvalue|xmltype|elt|make_set|load_file|ctxsys\.\w+|utl_(?:inaddr|http)\.\w+|dbms_\w+\.\w+|xp_\w{3,}|sp_executesql|procedure\s+analyse)\s*\("),
    ("sqli", 5, "a catalogue table", r"\b(?:information_schema|pg_catalog|sqlite_master|sys(?:users|objects|databases|ibm|cat)|all_(?:users|tables)|mysql\.(?:db|user)|domain\.\w+|rdb\$\w+|from\s+dual)\b"),
    ("sqli", 4, "text built from character codes", r"\b(?:chr|char)\s*\(\s*\d{1,4}\s*\)\s*(?:\|\||\+)|\bconcat\s*\(\s*0x"),
    ("sqli", 4, "CASE WHEN", r"\bcase\s+when\b|\biif\s*\("),
    ("sqli", 4, "a sort by column number", r"\border\s+by\s+\d{1,4}\s*(?:--|#|$)"),
    ("sqli", 3, "a comment that cuts the rest of the query", r"(?:--|#|;\s*%00|/\*)\s*-?$"),
    ("sqli", 3, "a list of NULLs", r"\bnull\s*,\s*null\b"),
    ("sqli", 2, "a quote left open at the end", r"(?:=|\blike\b)\s*\(*['\"][\w%]{0,40}$"),
    # -- scripts
    ("xss", 6, "a script tag", r"<\s{0,4}/?\s{0,4}script\b"),
    ("xss", 5, "an event handler in a tag", r"(?:<[^>]{0,300}|['\"]\s*)[\s/+]on[a-z]{3,24}\s*=|\bon(?:error|load|focus|click|mouse\w{2,6}|toggle)\s*=\s*\w+[(`]"),
    ("xss", 5, "a javascript: address", r"(?:java|vb|live)\s{0,3}script\s{0,3}:"),
    ("xss", 5, "a read of the page's cookies or location", r"\b(?:document|window|self|top)\s*\.\s*(?:cookie|write\w{0,2}|location|domain|body)\b"),
    ("xss", 4, "a call of alert, prompt, confirm or eval", r"\b(?:alert|prompt|confirm|eval)\s*(?:\(|`)"),
    ("xss", 5, "text built from character codes", r"string\W{0,4}fromcharcode"),
    ("xss", 4, "script inside a style", r"expr\w{0,3}(?:/\*[^*]{0,40}\*/)?\w{0,6}\s*\(|-moz-binding|\bbinding\s*:\s*url|behaviou?r\s*:\s*url|@import\b"),
    ("xss", 5, "a page in a data: address", r"data\s*:\s*(?:text/html|image/svg)"),
    ("xss", 4, "a tag", r"<\s{0,4}/?\s{0,4}" + _TAGS + r"\b[^<]{0,300}(?:>|=)"),
    ("xss", 2, "an address attribute in a tag", r"<[^>]{1,200}\b(?:src|href|style|background|dynsrc|lowsrc|datasrc|content|action|data)\s*="),
    ("xss", 3, "markup that is not a tag", r"<\s{0,4}[!?%]\s{0,4}(?:\[cdata|doctype|entity|import|xml|--)"),
    ("xss", 3, "a statement after a closed string", r"['\"]\s*[;)}]{1,3}\s*\w{2,20}\s*\("),
    ("xss", 1, "a quote and a bracket that end an attribute", r"['\"]\s*/?>"),
    # -- files outside the web root
    ("traversal", 5, "climbing several folders", r"(?:\.\.[\\/]{1,6}[^\\/]{0,20}?){2}"),
    ("traversal", 3, "climbing a folder", r"(?:^|[\\/=])\.\.[\\/]"),
    ("traversal", 5, "a chain of dotted folders that cheats a filter", r"(?:[\\/]{1,3}\.{1,4}){4}|[\\/]\.{3,}[\\/]{1,4}\.{3,}|\.{6}"),
    ("traversal", 5, "a file of the operating system or server", r"etc[\\/]?(?:passwd|shadow|group|hosts|issue)\b|\b(?:boot|win)\.ini\b|web-inf[\\/]|global\.asax?\b|proc[\\/]self[\\/]|\.ssh[\\/]|\.htpasswd\b|inetpub|system32"),
    ("traversal", 3, "a drive letter or file: address", r"(?:^|=)[a-z]:[\\/]|file:/{1,3}"),
    ("traversal", 5, "padding that truncates a path", r"/(?:a{100}|b{100})|(?:/\.){20}"),
    ("traversal", 3, "a NUL byte that cuts the file name", r"\x00"),
    # -- commands
    ("cmdi", 6, "a command after a separator", r"(?:[;|\n]|&&|\|\||&\s|\$\(|^\S{0,20}`)\s*[+'\"]{0,2}(?:[\\/]?[\w./\\-]{0,60}[\\/])?" + _COMMANDS + r"(?:\.exe)?(?=$|[\s;|&`)+'\"<>])"),
    ("cmdi", 5, "a program of the system", r"(?:^|[;|&`'\"\s)=])/?(?:usr/|local/){0,2}s?bin/\w{2,}"),
    ("cmdi", 5, "a command in backticks or $( )", r"^\S{0,20}`[^`]{2,200}`\S{0,9}$|\$\([a-z/][^)]{1,200}\)"),
    ("cmdi", 5, "a call that runs a program", r"\b(?:system|passthru|shell_exec|popen|proc_open|pcntl_exec|runtime\.exec|exec)\s*\(\s*['\"$]"),
    ("cmdi", 5, "a command line", r"(?:^|=)\s*(?:ping(?:\.exe)?\s+-\w\s*\d|cat\s+/|cmd(?:\.exe)?\s*/c|powershell(?:\.exe)?\s+-|(?:wget|curl)\s+\S{0,20}https?:|nc\s+-\w|rm\s+-r|chmod\s+[+\d])"),
    ("cmdi", 5, "a listing of a drive", r"(?:^|[|&;+\s])dir\s*[a-z]:"),
    ("cmdi", 6, "a server-side include that runs a program", r"<!--\s*#\s*exec\b"),
    ("cmdi", 6, "a shell network device or function trick", r"/dev/(?:tcp|udp)/|\(\)\s*\{\s*:?;?\s*\}\s*;|\$\{?ifs\b"),
    # -- inclusion
    ("inclusion", 5, "a stream wrapper", r"(?:^|=)\s*(?:php|expect|phar|zip|glob|compress\.zlib)://|(?:^|=)data:[^,]{0,40};?base64,"),
    ("inclusion", 5, "a PHP setting that includes files", r"\b(?:allow_url_include|auto_prepend_file|auto_append_file)\b"),
    ("inclusion", 5, "a remote file to include", r"=\s*(?:https?|ftp)://[^&\s]{3,200}\.(?:txt|php\d?|log|inc|jpe?g|gif)\?{1,3}(?:&|$)"),
    # -- lookups and expressions
    ("lookup", 8, "a JNDI lookup", r"\$\{[^}]{0,40}jndi:(?:ldaps?|rmi|dns|iiop|corba|nds|http|nis)"),
    ("lookup", 5, "a Log4j lookup", r"\$\{(?:jndi|env|sys|java|ctx|main|date|log4j):"),
    ("lookup", 6, "a class loader or OGNL expression", r"class\.module\.classloader|#_memberaccess|@java\.lang\.|#context\[|ognl\.ognlcontext"),
    ("lookup", 5, "a template expression", r"(?:\{\{|\$\{|<%=|#\{)[^}]{0,60}(?:\d\s?\*\s?\d|__class__|__globals__|self\.|config\.|request\.|t\(java)"),
)  # fmt: skip
PATTERNS = tuple(Pattern(c, w, words, re.compile(text, re.DOTALL)) for c, w, words, text in _TABLES)

SUSPECT = (
    r"(?i)['\"<>;|`\\{}\x00]|\.\.|%|&&|&#|\(|--|/\*|\b(?:union|select|sleep|order|jndi|script)\b|"
    r"(?:^|[?&=/+ ])(?:or|and|having|where|cat|ping(?:\.exe)?|id)(?:[+ ]|$)|://|:/|etc/|bin/|passwd|/\./|0x[25]|\.ini|web-inf|inetpub|"
    r"system32|global\.asa|\.ssh|htpasswd|alert|aaaaaaaaaaaa|bbbbbbbbbbbb|allow_url|auto_(?:pre|ap)pend|classloader|#"
)
"""RE2 filter that every text with a finding passes (the tests hold it to that): run it over whole columns first."""

_OVERLONG = (
    (re.compile(r"%c0%ae|%uff0e|%u002e|0x2e|x2e", re.I), "."),
    (re.compile(r"%c0%af|%u2215|%uff0f|%u002f|%c1%9c|0x2f", re.I), "/"),
    (re.compile(r"%u2216|%u005c|0x5c", re.I), "\\\\"),
)
_COMMENT = re.compile(r"/\*!?\d{0,5}(.{0,60}?)\*/", re.DOTALL)
_CASE_LOOKUP = re.compile(r"\$\{(?:lower|upper):([^{}]{0,40})\}")
_DEFAULT_LOOKUP = re.compile(r"\$\{[^{}]{0,60}?:-([^{}]{0,40})\}")
_SPACE = re.compile(r"[\s\xa0]+")


def fold(text: str) -> str:
    """Text as the patterns expect it: decoded twice, comments and lookups resolved, lower case, single spaces."""
    text = text[:MAX_CHARACTERS]
    for regex, plain in _OVERLONG:
        text = regex.sub(plain, text)
    for _ in range(2):
        if "%" not in text and "+" not in text:
            break
        text = unquote_plus(text, errors="replace")
    text = html.unescape(text).lower()
    if "/*" in text and "*/" in text and "expr" not in text:
        text = _COMMENT.sub(lambda match: match[1] if match[0].startswith("/*!") else "", text)
    for _ in range(4):
        if "${" not in text:
            break
        text = _DEFAULT_LOOKUP.sub(r"\1", _CASE_LOOKUP.sub(r"\1", text))
    return _SPACE.sub(" ", text).strip()


class Verdict(NamedTuple):
    """One category found in a text: summed weight and the words of the patterns, heaviest first."""

    category: str
    weight: int
    words: tuple[str, ...]


def judge(text: str) -> tuple[Verdict, ...]:
    """Categories whose weight reaches :data:`LIMIT` in a raw text (a parameter value or a URL), heaviest first."""
    folded = fold(text)
    hits: dict[str, list[Pattern]] = {}
    for pattern in PATTERNS:
        if pattern.regex.search(folded):
            hits.setdefault(pattern.category, []).append(pattern)
    verdicts = []
    for category, found in hits.items():
        weight = sum(pattern.weight for pattern in found)
        if weight >= LIMIT:
            words = tuple(pattern.words for pattern in sorted(found, key=lambda pattern: -pattern.weight))
            verdicts.append(Verdict(category, weight, words))
    return tuple(sorted(verdicts, key=lambda verdict: (-verdict.weight, verdict.category)))
