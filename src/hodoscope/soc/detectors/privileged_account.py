"""A new or re-enabled account that becomes an administrator, in either order, within a window.

Creations and enablings (Account Change 3001, activities 1 and 2) and grants of administrator rights (Group Management
3006 adding to a privileged group, Account Change 7 or a cloud call attaching an administrator policy) are joined per
account. What one would get wrong: Windows logs the new member by SID only while the creation holds name and SID, so an
account is known under both.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, cast

import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import Note, account_entity, host_entity, sql_text, user_entity, utc, where_events
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.privilege_names import (
    GRANTING_CALLS,
    is_builtin_administrator,
    is_domain_wide_group,
    is_privileged_group,
    is_privileged_policy,
)
from hodoscope.soc.detectors.rows import Rows, number_in, text_mask
from hodoscope.soc.detectors.state import Plain, RecentMap, notes_from_plain, notes_to_plain, seal, unseal
from hodoscope.soc.finding import Finding, Severity

PARAMETERS: dict[str, Parameter] = {
    "window_seconds": Parameter(86400, "s", "MITRE T1136/T1098: creation and elevation belong to one intrusion step"),
    "tracked_accounts": Parameter(100_000, "accounts", "own measurement: about 1 KB per account"),
}
HOW_TO_CHECK = (
    "Is there a change ticket, and does the person who did it (actor) manage accounts? If not: disable the account, "
    "then look at what the actor did in the hour before and where the new account has logged on since."
)
COLUMNS = (
    "class_uid", "activity_id", "status_id", "user_name", "user_domain", "user_uid", "group_name", "group_uid",
    "actor_user_name", "actor_user_domain", "device_hostname", "api_operation", "privileges", "resource_name",
    "resource_uid", "cloud_account_uid",
)  # fmt: skip
_CALLS = ", ".join(sql_text(call) for call in sorted(GRANTING_CALLS))
WHERE = f"class_uid IN (3001, 3006) OR api_operation IN ({_CALLS})"
CHANGE, GROUP = 3001, 3006
_TO_ROLES_AND_GROUPS = frozenset({"AttachRolePolicy", "PutRolePolicy", "AttachGroupPolicy"})
CREATE, ENABLE, ATTACH_POLICY = 1, 2, 7
ADD_USER, ASSIGN_PRIVILEGES = 3, 1
FAILED = 2
BORN, GRANTED = "born", "granted"


class Step(NamedTuple):
    """One half of the story of an account, as kept in state."""

    kind: str
    text: str
    account: str
    note: Note


class PrivilegedAccount:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        self.window_us = int(parameters["window_seconds"].value * 1e6)
        self.limit = 2 * int(parameters["tracked_accounts"].value)
        self.spec = DetectorSpec(
            name="privileged_account",
            version="1",
            title="New or re-enabled account made an administrator",
            attack=("T1136", "T1098"),
            columns=COLUMNS,
            where=WHERE,
            lateness_seconds=600,
            parameters=parameters,
            how_to_check=HOW_TO_CHECK,
        )

    def initial(self) -> RecentMap[str, list[Step]]:
        """No account seen."""
        return RecentMap(self.window_us, self.limit)

    def detect(self, events: pa.Table, state: RecentMap[str, list[Step]]) -> Iterator[Finding]:
        """A finding at the event that completes the pair, and one for each grant or enabling that matters alone."""
        mask = number_in(events, "class_uid", (CHANGE, GROUP)) | text_mask(events, "api_operation", GRANTING_CALLS)
        mask &= ~number_in(events, "status_id", (FAILED,))
        if not mask.any():
            return
        rows = Rows(events, mask)
        texts = {name: rows.text(name) for name in COLUMNS[3:] if name != "privileges"}
        grants = rows.lists("privileges")
        for row, (class_uid, activity) in enumerate(zip(rows.ints("class_uid"), rows.ints("activity_id"), strict=True)):
            event = {name: "" if values[row] == "-" else values[row] for name, values in texts.items()}
            step = _step(class_uid, activity, event, grants[row], rows.event_id(row), rows.times_us[row])
            if step is not None:
                found = self._join(step, event, state)
                if found is not None:
                    yield conclude(self.spec, rows.tenant, found)

    def _join(self, step: Step, event: Mapping[str, str], state: RecentMap[str, list[Step]]) -> Conclusion | None:
        now_us = step.note.time_us
        names = [key for key in (event["user_uid"].lower(), _user(event)) if key]
        known = {past.note.event_id: past for name in names for past in state.get(name, now_us) or ()}
        partners = [
            past for past in known.values() if past.kind != step.kind and past.note.time_us + self.window_us >= now_us
        ]
        for name in names:
            state.put(name, now_us, [*(state.get(name, now_us) or ())[-3:], step])
        if partners:
            return _pair(max(partners, key=lambda past: past.note.time_us), step, event)
        if step.kind == GRANTED or is_builtin_administrator(event["user_uid"]):
            return _alone(step, event)
        return None

    def finish(self, state: RecentMap[str, list[Step]]) -> Iterable[Finding]:
        """Nothing: a finding is made at the event that completes it."""
        return ()

    def dump(self, state: RecentMap[str, list[Step]]) -> bytes:
        """Accounts, least recently touched first."""
        plain: list[Plain] = [
            [name, touched, [[step.kind, step.text, step.account, notes_to_plain((step.note,))] for step in steps]]
            for name, touched, steps in state.items()
        ]
        return seal(self.spec, plain)

    def load(self, data: bytes) -> RecentMap[str, list[Step]]:
        """The inverse of :meth:`dump`."""
        state = self.initial()
        for name, touched, steps in cast(
            "list[tuple[str, int, list[tuple[str, str, str, Plain]]]]", unseal(self.spec, data)
        ):
            past = [Step(kind, text, account, notes_from_plain(note)[0]) for kind, text, account, note in steps]
            state.restore(name, touched, past)
        return state


def _user(event: Mapping[str, str]) -> str:
    return user_entity(event["user_domain"], event["user_name"])


def _account(event: Mapping[str, str]) -> str:
    if event["api_operation"] in _TO_ROLES_AND_GROUPS and not event["user_name"] and event["resource_name"]:
        return f"role:{event['resource_name']}".lower()
    return _user(event) or user_entity("", event["user_uid"]) or account_entity(event["cloud_account_uid"])


def _step(
    class_uid: int, activity: int, event: Mapping[str, str], grants: list[str], event_id: bytes, time_us: int
) -> Step | None:
    """What the event does to the account, None when it is neither a birth nor a grant."""
    if class_uid == CHANGE and activity in (CREATE, ENABLE) and event["api_operation"] not in GRANTING_CALLS:
        field = "user_name" if event["user_name"] else "user_uid"
        text = "created" if activity == CREATE else "enabled again"
        return Step(BORN, text, _account(event), Note(event_id, time_us, field, event[field])) if event[field] else None
    if class_uid == GROUP and activity in (ADD_USER, ASSIGN_PRIVILEGES):
        if is_privileged_group(event["group_name"], event["group_uid"]):
            field = "group_name" if event["group_name"] else "group_uid"
            note = Note(event_id, time_us, field, event[field])
            return Step(GRANTED, f"added to {event[field]}", _account(event), note)
        return None
    if event["api_operation"] in GRANTING_CALLS or (class_uid == CHANGE and activity == ATTACH_POLICY):
        named = [("privileges", grant) for grant in grants]
        named += [(name, event[name]) for name in ("resource_name", "resource_uid", "group_name") if event[name]]
        for field, value in named:
            if is_privileged_policy(value):
                return Step(GRANTED, f"given {value}", _account(event), Note(event_id, time_us, field, value))
    return None


def _conclusion(steps: list[Step], event: Mapping[str, str], severity: Severity, title: str, why: str) -> Conclusion:
    named = [step.account for step in steps if not step.account.startswith("user:s-1-")]
    account = (named or [step.account for step in steps])[0] or "user:unknown"
    actor = user_entity(event["actor_user_domain"], event["actor_user_name"])
    name = account.partition(":")[2]
    by = f" by {event['actor_user_name']}" if event["actor_user_name"] else ""
    story = ", then ".join(f"{step.text} at {utc(step.note.time_us):%Y-%m-%d %H:%M:%S}" for step in steps)
    last = steps[-1].note
    return Conclusion(
        entity=account,
        entities=(actor, host_entity(event["device_hostname"]), account_entity(event["cloud_account_uid"])),
        anchor=last.event_id.hex(),
        title=f"{title}: {name}",
        severity=severity,
        confidence=0.7 if len(steps) > 1 else 0.4,
        first_us=steps[0].note.time_us,
        last_us=last.time_us,
        explanation=f"{'Role or group' if account.startswith('role:') else 'Account'} {name} was {story} UTC{by}. "
        f"{why}",
        reasons=tuple((f"the account was {step.text}", 1.0) for step in steps),
        notes=[step.note for step in steps],
        event_count=len(steps),
        where=where_events(step.note.event_id for step in steps),
        attack=("T1098",) if len(steps) == 1 else (),
    )


def _pair(past: Step, step: Step, event: Mapping[str, str]) -> Conclusion:
    why = "A fresh account with administrator rights is a common way to keep access after a break-in."
    return _conclusion([past, step], event, Severity.HIGH, "New or re-enabled account is administrator", why)


def _alone(step: Step, event: Mapping[str, str]) -> Conclusion:
    if step.kind == BORN:
        why = "The built-in administrator is normally disabled and not subject to lockout."
        return _conclusion([step], event, Severity.MEDIUM, "Built-in administrator enabled", why)
    why = "No creation of the account was seen in the window, so this may be a routine grant to an existing account."
    if step.note.field.startswith("group_") and is_domain_wide_group(event["group_name"], event["group_uid"]):
        why += " It rules a whole domain or forest, though, and such groups change rarely."
        return _conclusion([step], event, Severity.MEDIUM, f"Added to {step.note.value}", why)
    return _conclusion([step], event, Severity.LOW, "Administrator rights granted", why)


_MADE = {
    "class_uid": 3001, "activity_id": 1, "status_id": 1, "user_name": "svc_print2", "user_domain": "ACME",
    "user_uid": "S-1-5-21-1004336348-1177238915-682003330-4711", "actor_user_name": "jroe", "device_hostname": "dc-01",
}  # fmt: skip
_GROUPED = {
    "class_uid": 3006, "activity_id": 3, "status_id": 1, "user_uid": "S-1-5-21-1004336348-1177238915-682003330-4711",
    "group_name": "Domain Admins", "group_uid": "S-1-5-21-1004336348-1177238915-682003330-512",
    "actor_user_name": "jroe", "device_hostname": "dc-01",
}  # fmt: skip
_CLOUD = {"class_uid": 3001, "activity_id": 7, "status_id": 1, "api_operation": "AttachUserPolicy",
          "user_name": "deploy-tmp", "privileges": ["arn:aws:iam::aws:policy/AdministratorAccess"],
          "actor_user_name": "ci", "cloud_account_uid": "123456789012"}  # fmt: skip
_OTHER_GROUP = {"group_name": "Printer Users", "group_uid": "S-1-5-21-1004336348-1177238915-682003330-1203"}
EXAMPLES = (
    Example("created, then domain admin", True, spaced("2026-03-02T01:00:00", 40, [_MADE, _GROUPED])),
    Example("German group name, by identifier", True, spaced("2026-03-02T01:00:00", 40, [
        _MADE, _GROUPED | {"group_name": "Administratoren", "group_uid": "S-1-5-32-544"}])),
    Example("cloud user given AdministratorAccess", True, spaced("2026-03-02T01:00:00", 40, [_CLOUD])),
    Example("created, ordinary group", False, spaced("2026-03-02T09:00:00", 40, [_MADE, _GROUPED | _OTHER_GROUP])),
    Example("the grant was refused", False, spaced("2026-03-02T09:00:00", 40, [_MADE, _GROUPED | {"status_id": 2}])),
    Example("read-only policy", False, spaced("2026-03-02T09:00:00", 40, [
        _CLOUD | {"privileges": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}])),
)  # fmt: skip
