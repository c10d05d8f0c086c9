"""Cloud protections weakened: logging switched off, data shared, credentials planted, doors opened.

The finding comes with the first such call of an actor; the same actor's same operation is told again after an hour of
silence, daily work after a week. What one would get wrong: a refused call matters too, because it shows intent; it
comes one severity lower. Calls that a cloud service makes for itself are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.cloud_operations import KINDS, OPERATIONS, Operation, plain_name
from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import (
    Note,
    account_entity,
    ip_entity,
    keep,
    key_entity,
    user_entity,
    where_events,
)
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.rows import Rows
from hodoscope.soc.detectors.state import Plain, RecentMap, seal, unseal
from hodoscope.soc.finding import Finding, Severity

PARAMETERS: Mapping[str, Parameter] = {
    "rearm": Parameter(3600, "s", "own choice: one finding per actor and operation an hour"),
    "routine_rearm": Parameter(
        604_800, "s", "own choice: operations that are daily work (low severity) are told once a week and actor"
    ),
    "max_keys": Parameter(50_000, "keys", "bounds memory; one number per (actor, operation) of the last week"),
}
COLUMNS = (
    "api_operation",
    "api_service_name",
    "api_response_error",
    "status_id",
    "cloud_account_uid",
    "cloud_region",
    "src_endpoint_ip",
    "actor_user_name",
    "actor_user_uid",
    "actor_user_type",
    "actor_user_credential_uid",
    "actor_invoked_by",
    "user_name",
    "resource_name",
    "resource_uid",
)
_FAILURE = 2
State = RecentMap[tuple[str, str, str], int]


class CloudLogging:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.rearm_us = int(parameters["rearm"].value * 1e6)
        self.routine_rearm_us = int(parameters["routine_rearm"].value * 1e6)
        self.max_keys = int(parameters["max_keys"].value)
        self.spec = DetectorSpec(
            name="cloud_logging",
            version="1",
            title="Cloud protection weakened",
            attack=("T1562.008", "T1537", "T1098"),
            columns=COLUMNS,
            where="api_operation != ''",
            lateness_seconds=1800,
            parameters=parameters,
            how_to_check="Is there a change ticket, or does infrastructure code do this at that hour? What "
            "else did the same "
            "credential do in the hour before and after, and from where? If nobody knows it: undo it, then "
            "revoke the credential.",
        )

    def initial(self) -> State:
        return RecentMap(max(self.rearm_us, self.routine_rearm_us), self.max_keys)

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        if "api_operation" not in events.column_names or not events.num_rows:
            return
        everything = Rows(events)
        codes, names = everything.codes("api_operation")
        listed = np.array([plain_name(name) in OPERATIONS for name in names])[codes]
        if not listed.any():
            return
        rows = Rows(events, listed)
        columns = {name: rows.text(name) for name in COLUMNS if name != "status_id"}
        status = rows.ints("status_id")
        for row, time_us in enumerate(rows.times_us):
            values = {name: column[row] for name, column in columns.items()}
            operation = OPERATIONS[plain_name(values["api_operation"])]
            actor = values["actor_user_name"] or values["actor_user_uid"] or values["actor_user_credential_uid"]
            if _ordinary(values, operation, actor):
                continue
            refused = bool(values["api_response_error"]) or status[row] == _FAILURE
            # A refused call must not hide the one that succeeds.
            key = (values["cloud_account_uid"], actor, values["api_operation"] + (" refused" if refused else ""))
            last_us = state.get(key, time_us)
            state.put(key, time_us, time_us)
            wait_us = self.routine_rearm_us if operation.severity <= Severity.LOW else self.rearm_us
            if last_us is None or last_us + wait_us < time_us:
                yield conclude(
                    self.spec, rows.tenant, _conclusion(values, operation, actor, refused, rows.event_ids[row], time_us)
                )

    def finish(self, state: State) -> Iterable[Finding]:
        return ()

    def dump(self, state: State) -> bytes:
        entries: Plain = [[list(key), touched] for key, touched, _ in state.items()]
        return seal(self.spec, entries)

    def load(self, data: bytes) -> State:
        state = self.initial()
        for key, touched in cast("list[tuple[list[str], int]]", unseal(self.spec, data)):
            state.restore((key[0], key[1], key[2]), touched, touched)
        return state


def _ordinary(values: Mapping[str, str], operation: Operation, actor: str) -> bool:
    """A service acting for itself, or a person managing their own key or password."""
    if values["actor_user_type"] == "AWSService" or values["actor_invoked_by"].endswith(".amazonaws.com"):
        return True
    return operation.others_only and values["user_name"] in ("", actor)


def _conclusion(
    values: Mapping[str, str], operation: Operation, actor: str, refused: bool, event_id: bytes, time_us: int
) -> Conclusion:
    target = values["user_name"] or values["resource_name"] or values["resource_uid"]
    on = f" on {target}" if target else ""
    outcome = f" The call was refused ({values['api_response_error'] or 'failure'}): somebody tried." if refused else ""
    notes: list[Note] = []
    evidence = (
        "api_operation",
        "cloud_region",
        "src_endpoint_ip",
        "actor_user_credential_uid",
        "user_name",
        "resource_uid",
        "api_response_error",
    )
    keep(notes, event_id, time_us, {name: values[name] for name in evidence})
    severity = Severity(max(int(Severity.LOW), operation.severity - 1)) if refused else operation.severity
    entity = (
        user_entity("", actor)
        or account_entity(values["cloud_account_uid"])
        or ip_entity(values["src_endpoint_ip"])
        or "account:unknown"
    )
    return Conclusion(
        entity=entity,
        anchor=event_id.hex(),
        severity=severity,
        confidence={Severity.HIGH: 0.8, Severity.MEDIUM: 0.6}.get(operation.severity, 0.4) - (0.1 if refused else 0.0),
        first_us=time_us,
        last_us=time_us,
        title=f"{KINDS[operation.kind]}: {values['api_operation']}",
        attack=operation.attack,
        explanation=f"{actor or 'An unnamed actor'} called {values['api_operation']}{on} from "
        f"{values['src_endpoint_ip'] or 'an unknown address'}"
        f" in account {values['cloud_account_uid'] or 'unknown'}, {values['cloud_region'] or 'no region'}: "
        f"{operation.words}.{outcome}",
        reasons=((operation.words, 1.0),),
        notes=notes,
        event_count=1,
        where=where_events([event_id]),
        entities=(
            account_entity(values["cloud_account_uid"]),
            key_entity(values["actor_user_credential_uid"]),
            ip_entity(values["src_endpoint_ip"]),
            user_entity("", values["user_name"]),
        ),
        features={"operation": values["api_operation"], "kind": operation.kind, "refused": int(refused)},
    )


def _call(operation: str, **values: object) -> dict[str, object]:
    return {
        "class_uid": 6003,
        "api_operation": operation,
        "actor_user_name": "dana",
        "actor_user_type": "IAMUser",
        "cloud_account_uid": "111122223333",
        "cloud_region": "eu-central-1",
        "src_endpoint_ip": "198.51.100.7",
        "status_id": 1,
        **values,
    }


def _at(*rows: dict[str, object]) -> tuple[Mapping[str, object], ...]:
    return spaced("2024-03-04T10:00:00", 30, rows)


EXAMPLES: tuple[Example, ...] = (
    Example("the trail is stopped", True, _at(_call("StopLogging"))),
    Example(
        "stopping the trail was refused",
        True,
        _at(_call("StopLogging", api_response_error="AccessDenied", status_id=2)),
    ),
    Example("a snapshot is shared", True, _at(_call("ModifySnapshotAttribute"))),
    Example("a key for somebody else", True, _at(_call("CreateAccessKey", user_name="backup"))),
    Example("diagnostic settings deleted", True, _at(_call("MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE"))),
    Example("a key for oneself", False, _at(_call("CreateAccessKey", user_name="dana"), _call("CreateAccessKey"))),
    Example("reading the trail's settings", False, _at(_call("DescribeTrails"), _call("GetTrailStatus"))),
    Example("a service maintains its own logs", False, _at(_call("DeleteLogStream", actor_user_type="AWSService"))),
)
