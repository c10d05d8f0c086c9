"""Look-around at the edge of a pattern, rewritten without it where the truth stays exactly the same.

RE2 has no look-around. At an edge, looking is as good as matching: whether ``foo(?=bar)`` is found anywhere is whether
``foo(?:bar)`` is. A negative one is "another character or the edge of the text" when it looks at one character. Both
hold because only *whether* a pattern is found counts; the told span grows by what was looked at. Everything else (in
the middle, under an alternation, negative over several characters) is left alone.
"""

import re

_FLAGS = re.compile(r"(?:\(\?[ims]+\))?")
_ONE = re.compile(r"\\[dDwWsS.\\/:*?+|()\[\]{}^$-]|[^\\.\[\](){}|*+?^$]|\[\^?[^\[\]\\]+\]", re.DOTALL)
"""One character: an escaped one or class, a plain one, a simple bracket class."""


def without_look_around(pattern: str) -> str | None:
    """The same search without look-around at the edges; None when it has none there, or when an inner one is left."""
    flags = _FLAGS.match(pattern)[0]  # type: ignore[index]  # it matches nothing at least
    body = pattern[len(flags) :]
    if _alternates(body):
        return None
    body = _leading(body)
    body = _trailing(body)
    return flags + body if body != pattern[len(flags) :] and not re.search(r"\(\?<?[=!]", body) else None


def _leading(body: str) -> str:
    if not body.startswith(("(?<=", "(?<!")):
        return body
    end = _group_end(body, 0)
    inside, rest = body[4 : end - 1], body[end:]
    if rest[:1] in ("*", "+", "?", "{"):
        return body
    if body.startswith("(?<="):
        return f"(?:{inside}){rest}"
    return rf"(?:\A|{_other(inside)}){rest}" if _ONE.fullmatch(inside) else body


def _trailing(body: str) -> str:
    for start in _groups(body):
        if body.startswith(("(?=", "(?!"), start) and _group_end(body, start) == len(body):
            inside, before = body[start + 3 : -1], body[:start]
            if body.startswith("(?=", start):
                return f"{before}(?:{inside})"
            if _ONE.fullmatch(inside):
                return rf"{before}(?:{_other(inside)}|\z)"
    return body


def _other(one: str) -> str:
    """Any character but this one."""
    if one.startswith("["):
        return f"[{one[2:]}" if one.startswith("[^") else f"[^{one[1:]}"
    if one[0] == "\\" and one[1] in "dDwWsS":
        return "\\" + one[1].swapcase()
    return f"[^{one}]"


def _tokens(pattern: str) -> list[tuple[int, str]]:
    """Brackets and bars that count, with their places: not escaped, not in a class."""
    found = re.finditer(r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|[()|]", pattern, re.DOTALL)
    return [(match.start(), match[0]) for match in found if match[0] in "()|"]


def _alternates(body: str) -> bool:
    depth = 0
    for _, sign in _tokens(body):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            return True
    return False


def _groups(body: str) -> list[int]:
    """Where groups begin that are in no other group."""
    depth, starts = 0, []
    for place, sign in _tokens(body):
        if sign == "(" and depth == 0:
            starts.append(place)
        depth += {"(": 1, ")": -1}.get(sign, 0)
    return starts


def _group_end(body: str, start: int) -> int:
    """Just behind the bracket that closes the group; the end when none does."""
    depth = 0
    for place, sign in _tokens(body):
        if place >= start:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if sign == ")" and depth == 0:
                return place + 1
    return len(body)
