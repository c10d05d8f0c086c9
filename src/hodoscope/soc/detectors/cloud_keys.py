"""Misuse of cloud credentials: a region never used, a burst of calls never made, refusals or secret reads in a row,
root, and console logins without a second factor.

Per actor (user, else role or key) and account. Novelty needs a past: it is told only once the actor has been watched
for ``learning``. What one would get wrong: global services report ``us-east-1`` whoever calls them, so their calls
name no region; and an unknown second factor is not a missing one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, cast

import pyarrow as pa

from hodoscope.soc.detectors.cloud_history import History
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
from hodoscope.soc.detectors.rows import Rows, has_text
from hodoscope.soc.detectors.state import Plain, RecentMap, seal, unseal
from hodoscope.soc.finding import Finding, Severity

PARAMETERS: Mapping[str, Parameter] = {
    "learning": Parameter(86_400, "s", "a day of an actor's calls before anything counts as new"),
    "window": Parameter(3600, "s", "for bursts of first-time operations"),
    "new_operations": Parameter(15, "operations", "own choice: a new task takes a handful, reconnaissance dozens"),
    "short_window": Parameter(600, "s", "for refusals and secret reads"),
    "refusals": Parameter(10, "calls", "own choice: a broken script repeats one call, so four operations or ten calls"),
    "secret_reads": Parameter(10, "calls", "own choice: a service reads its few secrets at start"),
    "rearm": Parameter(21_600, "s", "the same kind about the same actor is told again after six hours"),
    "kept": Parameter(7_776_000, "s", "90 days without a call forget an actor"),
    "max_actors": Parameter(20_000, "actors", "bounds memory; about 5 KB per actor"),
}
_KEY = ("cloud_account_uid", "actor_user_name", "actor_user_uid", "actor_user_credential_uid", "actor_user_type")
_CALL = ("api_operation", "api_service_name", "cloud_region", "api_response_error", "actor_invoked_by")
COLUMNS = (*_KEY, *_CALL, "src_endpoint_ip", "status_id", "is_mfa", "actor_session_is_mfa")
_GLOBAL = (
    "iam",
    "sts",
    "organizations",
    "cloudfront",
    "route53",
    "support",
    "health",
    "ce",
    "budgets",
    "signin",
    "account",
    "billing",
    "trustedadvisor",
    "shield",
    "waf",
    "artifact",
    "savingsplans",
    "globalaccelerator",
    "chatbot",
)
_SECRETS = frozenset(
    {
        "getsecretvalue",
        "batchgetsecretvalue",
        "getpassworddata",
        "getparameters",
        "getparametersbypath",
        "getparameter",
        "microsoft.keyvault/vaults/secrets/getsecret/action",
        "secretget",
        "google.cloud.secretmanager.v1.secretmanagerservice.accesssecretversion",
    }
)
_REFUSED = (
    "accessdenied",
    "unauthorizedoperation",
    "unauthorized",
    "authorizationfailed",
    "permission_denied",
    "forbidden",
)
_LOGINS = frozenset({"consolelogin"})
_FAILURE = 2


class Call(NamedTuple):
    """One distinct combination of the columns above, with what follows from it alone."""

    account: str
    actor: str
    credential: str
    operation: str
    region: str  # empty for a global service
    refused: bool
    secret: bool
    login: bool
    root: bool


State = RecentMap[tuple[str, str], History]


class CloudKeys:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.value = {name: parameter.value for name, parameter in parameters.items()}
        self.spec = DetectorSpec(
            name="cloud_keys",
            version="1",
            title="Cloud credential used unlike before",
            attack=("T1078.004", "T1526", "T1535", "T1580"),
            columns=COLUMNS,
            where="api_operation != ''",
            lateness_seconds=1800,
            parameters=parameters,
            how_to_check="Ask the owner whether it was them: which machine, which task? Is the address one "
            "they work from? If "
            "nobody knows: deactivate the key (do not delete it, its id links the events) and read everything it did.",
        )

    def initial(self) -> State:
        return RecentMap(int(self.value["kept"] * 1e6), int(self.value["max_actors"]))

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        if not events.num_rows or not (wanted := has_text(events, "api_operation")).any():
            return
        rows = Rows(events, wanted)
        codes, labels = rows.combinations((*_KEY, *_CALL))
        calls = [_call_of(*label) for label in labels]
        for row, code in enumerate(codes.tolist()):
            call = calls[code]
            if call is None:
                continue
            history = state.get((call.account, call.actor), rows.times_us[row])
            plain = not (call.refused or call.secret or call.login or call.root)
            if (
                plain
                and history is not None
                and call.operation in history.operations
                and call.region in history.regions
            ):
                continue
            for conclusion in self._step(call, history, rows, row, state):
                yield conclude(self.spec, rows.tenant, conclusion)

    def _step(self, call: Call, history: History | None, rows: Rows, row: int, state: State) -> Iterator[Conclusion]:
        time_us, value = rows.times_us[row], self.value
        event = (time_us, rows.event_ids[row], call.operation)
        if history is None:
            history = History(time_us)
        state.put((call.account, call.actor), time_us, history)
        learnt = time_us - history.first_us >= value["learning"] * 1e6
        told = [self._region(call, history, learnt, event), self._burst(call, history, learnt, event)]
        if call.refused:
            told.append(self._refusals(history, event))
        if call.secret:
            told.append(self._secrets(history, event))
        if call.login and not call.refused and _value(rows, row, "status_id") != _FAILURE and _no_factor(rows, row):
            told.append(
                ("login", Severity.MEDIUM, ("T1078.004",), "the console was entered without a second factor", [event])
            )
        if call.root:
            told.append(
                ("root", Severity.HIGH, ("T1078.004",), "the root user acted; daily work never needs it", [event])
            )
        for kind, severity, attack, words, notes in (entry for entry in told if entry is not None):
            if history.may_tell(kind, time_us, int(value["rearm"] * 1e6)):
                address = str(_value(rows, row, "src_endpoint_ip") or "")
                yield _conclusion(call, kind, severity, attack, words, notes, address)

    def _region(self, call: Call, history: History, learnt: bool, event: "Event") -> "Told | None":
        if not call.region or call.region in history.regions:
            return None
        known = sorted(region for region in history.regions if region)
        history.add(history.regions, call.region)
        if not learnt or not known:
            return None
        words = f"region {call.region} was used for the first time; until now it was {', '.join(known[:5])}"
        return (f"region {call.region}", Severity.LOW if call.refused else Severity.MEDIUM, ("T1535",), words, [event])

    def _burst(self, call: Call, history: History, learnt: bool, event: "Event") -> "Told | None":
        if call.operation in history.operations:
            return None
        history.add(history.operations, call.operation)
        if not learnt:
            return None
        recent = history.remember("new", event, int(self.value["window"] * 1e6), 60)
        if len(recent) < self.value["new_operations"]:
            return None
        words = f"{len(recent)} operations it had never called came within {round(self.value['window'] / 60)} minutes"
        return ("burst", Severity.MEDIUM, ("T1078.004", "T1580"), words, recent)

    def _refusals(self, history: History, event: "Event") -> "Told | None":
        recent = history.remember("refused", event, int(self.value["short_window"] * 1e6), 50)
        varied = len({name for _, _, name in recent}) >= 4 and len(recent) >= self.value["refusals"] / 2
        if len(recent) < self.value["refusals"] and not varied:
            return None
        minutes = round(self.value["short_window"] / 60)
        words = f"{len(recent)} calls were refused within {minutes} minutes, as when a stolen key is tried out"
        return ("refused", Severity.MEDIUM, ("T1526", "T1580"), words, recent)

    def _secrets(self, history: History, event: "Event") -> "Told | None":
        recent = history.remember("secrets", event, int(self.value["short_window"] * 1e6), 50)
        if len(recent) < self.value["secret_reads"]:
            return None
        words = f"{len(recent)} secrets were asked for within {round(self.value['short_window'] / 60)} minutes"
        return ("secrets", Severity.MEDIUM, ("T1555.006", "T1552.005"), words, recent)

    def finish(self, state: State) -> Iterable[Finding]:
        return ()

    def dump(self, state: State) -> bytes:
        entries: Plain = [[list(key), touched, history.to_plain()] for key, touched, history in state.items()]
        return seal(self.spec, entries)

    def load(self, data: bytes) -> State:
        state = self.initial()
        for key, touched, plain in cast("list[tuple[list[str], int, Plain]]", unseal(self.spec, data)):
            state.restore((key[0], key[1]), touched, History.from_plain(plain))
        return state


Event = tuple[int, bytes, str]
"""Time, event id, operation."""
Told = tuple[str, Severity, tuple[str, ...], str, list[Event]]
"""Kind, severity, techniques, plain words, events."""


def _call_of(
    account: str,
    name: str,
    uid: str,
    credential: str,
    kind: str,
    operation: str,
    service: str,
    region: str,
    error: str,
    invoked_by: str,
) -> Call | None:
    """What a combination means; None for calls a service makes."""
    actor = name or uid or credential
    if not actor or kind == "AWSService" or invoked_by.endswith(".amazonaws.com"):
        return None
    lowered, short = operation.lower(), service.lower().removesuffix(".amazonaws.com")
    refused = bool(error) and any(word in error.lower() for word in _REFUSED)
    return Call(
        account,
        actor,
        credential,
        f"{short}:{operation}",
        "" if short in _GLOBAL else region,
        refused,
        lowered in _SECRETS,
        lowered in _LOGINS,
        kind.lower() == "root",
    )


def _value(rows: Rows, row: int, name: str) -> object:
    """One cell; None when the table has no such column."""
    return rows.table.column(name)[row].as_py() if name in rows.table.column_names else None


def _no_factor(rows: Rows, row: int) -> bool:
    """True when the event says that no second factor was used."""
    said = [_value(rows, row, name) for name in ("is_mfa", "actor_session_is_mfa")]
    return False in said and True not in said


def _conclusion(
    call: Call, kind: str, severity: Severity, attack: tuple[str, ...], words: str, events: list[Event], address: str
) -> Conclusion:
    notes: list[Note] = []
    for time_us, event_id, operation in events:
        keep(notes, event_id, time_us, {"api_operation": operation.partition(":")[2]})
    first_us, (last_us, last_id, _) = events[0][0], events[-1]
    names = sorted({operation for _, _, operation in events})
    listed = f" Calls: {', '.join(names[:8])}{' …' if len(names) > 8 else ''}."
    return Conclusion(
        entity=user_entity("", call.actor),
        anchor=last_id.hex() + kind,
        severity=severity,
        confidence={"root": 0.8, "burst": 0.6, "refused": 0.6, "secrets": 0.6}.get(kind, 0.5),
        first_us=first_us,
        last_us=last_us,
        attack=attack,
        title=f"Cloud credential of {call.actor}: {kind}",
        explanation=f"{call.actor} in account {call.account or 'unknown'}, from "
        f"{address or 'an unknown address'}: {words}.{listed}",
        reasons=((words, 1.0),),
        notes=notes,
        event_count=len(events),
        where=where_events(event_id for _, event_id, _ in events),
        entities=(account_entity(call.account), key_entity(call.credential), ip_entity(address)),
        features={"kind": kind, "events": len(events), "operations": len(names)},
    )


def _call(operation: str, **values: object) -> dict[str, object]:
    return {
        "class_uid": 6003,
        "api_operation": operation,
        "api_service_name": "ec2.amazonaws.com",
        "actor_user_name": "dana",
        "actor_user_type": "IAMUser",
        "cloud_account_uid": "111122223333",
        "cloud_region": "eu-central-1",
        "src_endpoint_ip": "198.51.100.7",
        "status_id": 1,
        **values,
    }


_DAYS = spaced("2024-03-04T10:00:00", 7200, [_call(name) for name in ("DescribeInstances", "DescribeVolumes") * 10])
_DENIED = {"api_response_error": "Client.UnauthorizedOperation", "status_id": 2}


def _later(*rows: dict[str, object]) -> tuple[Mapping[str, object], ...]:
    return spaced("2024-03-06T12:00:00", 20, rows)


EXAMPLES: tuple[Example, ...] = (
    Example("a region never used", True, (*_DAYS, *_later(_call("RunInstances", cloud_region="ap-east-1")))),
    Example(
        "twenty calls never made",
        True,
        (
            *_DAYS,
            *_later(
                *(
                    _call(f"Describe{n}")
                    for n in (
                        "Vpcs",
                        "Subnets",
                        "Images",
                        "Snapshots",
                        "KeyPairs",
                        "Tags",
                        "Hosts",
                        "Regions",
                        "Addresses",
                        "NatGateways",
                        "RouteTables",
                        "FlowLogs",
                        "Fleets",
                        "Zones",
                        "IpamPools",
                        "Exports",
                        "Volumes2",
                    )
                )
            ),
        ),
    ),
    Example("ten refusals in a row", True, _later(*[_call("GetPasswordData", **_DENIED)] * 12)),
    Example(
        "a login without a second factor",
        True,
        _later(_call("ConsoleLogin", api_service_name="signin.amazonaws.com", is_mfa=False)),
    ),
    Example("the root user", True, _later(_call("ListBuckets", actor_user_type="Root", actor_user_name="root"))),
    Example(
        "the first day of a new user",
        False,
        _later(*(_call(f"Describe{i}", cloud_region=f"r{i % 3}") for i in range(30))),
    ),
    Example(
        "a global service does not name a region",
        False,
        (*_DAYS, *_later(_call("GetCallerIdentity", api_service_name="sts.amazonaws.com", cloud_region="us-east-1"))),
    ),
    Example("a login with a second factor", False, _later(_call("ConsoleLogin", is_mfa=True))),
)
