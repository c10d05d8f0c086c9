"""Small damages to valid input, as data: random choices come from the caller, so that a failure can be repeated."""

import json
from random import Random
from typing import Any

TOKENS = (
    b'"',
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\xff\xfe",
    b"\x00",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"=",
    b"\t",
    b"\n",
    b"\r",
    b" ",
    b"-",
    b"null",
    b"NaN",
    b"9" * 5000,  # Python refuses to make integers of so many digits
    b"1e999",
    b"-1",
    b"99999999999999999999",
    b"0x",
    b"%00",
    b"\x1d",
    b"\xc2\x85",
    b"",
)
VALUES: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    2**64,
    1e308,
    1.5,
    "",
    "-",
    "0x1f",
    "a\x00b",
    "\ud7ff",
    "9999-99-99T99:99:99Z",
    "x" * 300,
    "9" * 5000,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": ""},
    {"a.b": {"c": [1]}},
    ["a", 1, {"b": None}],
    "<EventData><Data>",
    '{"a":',
    "[1]",
)


def damaged(sample: bytes, dice: Random) -> bytes:
    """``sample`` with one to four damages: another value inside a JSON document, or bytes cut, doubled or replaced."""
    for _ in range(dice.randint(1, 4)):
        sample = (_other_value if dice.random() < 0.6 else _other_bytes)(sample, dice)
    return sample


def _other_value(sample: bytes, dice: Random) -> bytes:
    try:
        document = json.loads(sample)
    except ValueError:
        return _other_bytes(sample, dice)
    node: object = document
    parents: list[tuple[Any, Any]] = []
    while isinstance(node, dict | list) and node and (not parents or dice.random() < 0.8):
        key = dice.choice(list(node) if isinstance(node, dict) else range(len(node)))
        parents.append((node, key))
        node = node[key]
    if parents:
        parent, key = parents[-1]
        parent[key] = dice.choice(VALUES)
    return json.dumps(document, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _other_bytes(sample: bytes, dice: Random) -> bytes:
    start = dice.randint(0, len(sample))
    end = min(len(sample), start + dice.choice((0, 1, 3, 20)))
    middle = dice.choice((*TOKENS, sample[start:end] * 2, bytes([dice.randrange(256)])))
    return sample[:start] + middle + sample[end:]
