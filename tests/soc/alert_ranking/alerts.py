"""Invented alerts of networks."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

SECOND = 1_000_000
Row = tuple[float, str, str, str, str]


def table(rows: Sequence[Row]) -> pa.Table:
    """Rows of (seconds, signature, address, host, group)."""
    seconds, signatures, addresses, hosts, groups = zip(*rows, strict=True)
    return pa.table(
        {
            "time_us": pa.array([int(value * SECOND) for value in seconds], pa.int64()),
            "signature": list(signatures),
            "address": list(addresses),
            "host": list(hosts),
            "group": list(groups),
        }
    )


def network(seed: int, name: str) -> tuple[pa.Table, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """A day of harmless alerts; in it an attacker's address, whose failed logons look like everybody's."""
    random = np.random.default_rng(seed)
    rows: list[tuple[Row, bool]] = []
    for _ in range(400):
        at, user = float(random.uniform(0, 86_400)), f"10.0.0.{random.integers(20)}"
        rows.append(((at, str(random.choice(["logon failed", "update", "scan"])), user, "srv", name), False))
    begin = float(random.uniform(20_000, 60_000))
    for step in range(25):
        at = begin + 700 * step
        rows.append(((at, "exploit", "203.0.113.9", "srv", name), True))
        rows.append(((at + 30, "logon failed", "203.0.113.9", "srv", name), True))
    rows.sort(key=lambda row: row[0][0])
    return table([row for row, _ in rows]), np.array([attack for _, attack in rows])
