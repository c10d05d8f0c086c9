"""First sightings: a service, scheduled task, program, parent of a program or remote machine new to its host or user.

New alone is not news. A sighting counts only after a learning period (of the whole stream for services and tasks, of
the entity itself for the rest), and only while few entities have the same thing: software that is rolled out shows on
many hosts. A service or task whose command looks like an intruder's is reported during learning too. Sightings about
one entity within a window make one finding, so an entity has at most a few findings a day.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from hodoscope.soc.detectors.conclusion import Conclusion, conclude
from hodoscope.soc.detectors.evidence import Note, keep, utc, where_events
from hodoscope.soc.detectors.examples import spaced
from hodoscope.soc.detectors.interface import DetectorSpec, Example, Parameter
from hodoscope.soc.detectors.novelty_kinds import (
    BY_NAME,
    COLUMNS,
    KINDS,
    ORDINARY_PLACE,
    SUSPICIOUS_COMMAND,
    WHERE,
    Sighting,
    sightings,
)
from hodoscope.soc.detectors.novelty_state import Item, State, Window, from_plain
from hodoscope.soc.detectors.rows import numbers
from hodoscope.soc.detectors.state import seal, unseal
from hodoscope.soc.finding import Finding, Severity

PARAMETERS: dict[str, Parameter] = {
    "learning_hours": Parameter(168, "hours", "own choice: a week shows working days and the weekend"),
    "persistence_learning_hours": Parameter(24, "hours", "own choice: these change rarely; a day shows boots"),
    "rare_entities": Parameter(2, "entities", "own choice: a third host with the same thing makes it a rollout"),
    "window_hours": Parameter(6, "hours", "own choice: at most four findings per entity and day"),
    "persistence_window_seconds": Parameter(900, "s", "own choice: one installation is one finding, soon told"),
    "fan_out": Parameter(5, "machines", "own choice: one person rarely opens five new machines in six hours"),
    "forget_days": Parameter(60, "days", "own choice: two epochs cover a quarterly job"),
    "tracked_pairs": Parameter(1_000_000, "pairs", "own measurement: about 90 MB for a million hashes with counts"),
}
HOW_TO_CHECK = (
    "Is there a rollout, a ticket or an administrator behind it? Look at the file's signature and hash, who was logged "
    "on when it appeared, and what the same account or parent process did in the minutes before."
)
KEPT_ITEMS = 15
HOUR_US = 3_600_000_000


class Closed(NamedTuple):
    """A window that has ended."""

    family: str
    entity: str
    window: Window


class FirstSeen:
    """The detector; the module says what it finds."""

    def __init__(self, parameters: Mapping[str, Parameter] = PARAMETERS) -> None:
        value = {name: parameter.value for name, parameter in parameters.items()}
        self.learning_us = int(value["learning_hours"] * HOUR_US)
        self.persistence_learning_us = int(value["persistence_learning_hours"] * HOUR_US)
        self.rare = int(value["rare_entities"])
        window_us = int(value["window_hours"] * HOUR_US)
        self.window_us = {"persistence": int(value["persistence_window_seconds"] * 1e6), "program": window_us}
        self.window_us["logon"] = window_us
        self.fan_out = int(value["fan_out"])
        self.epoch_us = max(HOUR_US, int(value["forget_days"] * 24 * HOUR_US))
        self.limit = int(value["tracked_pairs"])
        self.spec = DetectorSpec(
            name="first_seen",
            version="1",
            title="Something new on a machine",
            attack=("T1543.003", "T1053", "T1204.002", "T1059", "T1021"),
            columns=COLUMNS,
            where=WHERE,
            lateness_seconds=900,
            parameters=parameters,
            how_to_check=HOW_TO_CHECK,
        )

    def initial(self) -> State:
        """Nothing seen."""
        return State()

    def detect(self, events: pa.Table, state: State) -> Iterator[Finding]:
        """Findings of the windows that end before the last event."""
        if not events.num_rows:
            return
        tenant = state.tenant = str(events.column("tenant_id")[0].as_py())
        epochs = numbers(events, "time") // self.epoch_us
        for epoch in np.unique(epochs).tolist():
            low, high = (int(np.searchsorted(epochs, epoch, side)) for side in ("left", "right"))
            part = events.slice(low, high - low)
            last_us = int(numbers(part.slice(part.num_rows - 1), "time")[0])
            yield from self._conclude(tenant, state, self._close(state, int(epoch) * self.epoch_us))
            state.enter(int(epoch))
            found = [sighting for kind in KINDS for sighting in sightings(part, kind, state.seen)]
            for sighting in sorted(found, key=lambda sighting: sighting.row):
                yield from self._conclude(tenant, state, self._close(state, sighting.time_us))
                self._learn(sighting, state)
            yield from self._conclude(tenant, state, self._close(state, last_us))

    def _learn(self, sighting: Sighting, state: State) -> None:
        """Remember the pair; open or fill the entity's window when the sighting counts."""
        known = sighting.pair_hash in state.seen_before
        if not known and len(state.seen) >= self.limit:
            return
        state.seen.add(sighting.pair_hash)
        state.spread[sighting.value_hash] = state.spread.get(sighting.value_hash, 0) + 1
        if known:
            return
        time_us, kind = sighting.time_us, sighting.kind
        if state.started_us < 0:
            state.started_us = time_us
        since_us = state.known_since.setdefault(sighting.entity_hash, time_us)
        learned = time_us >= since_us + self.learning_us
        if kind.family == "persistence":
            learned = time_us >= state.started_us + self.persistence_learning_us
        suspicious = bool(kind.command and SUSPICIOUS_COMMAND.search(sighting.quotes[kind.command]))
        if not (learned or suspicious) or state.entities_with(sighting.value_hash) > self.rare:
            return
        window = state.windows[kind.family].setdefault(sighting.entity, Window(time_us, 0, []))
        window.count += 1
        if len(window.items) < KEPT_ITEMS:
            notes: list[Note] = []
            keep(notes, sighting.event_id, time_us, sighting.quotes)
            window.items.append(Item(kind.name, sighting.value_hash, suspicious, tuple(notes)))

    def _close(self, state: State, before_us: int) -> Iterator[Closed]:
        """Take out the windows that end before a moment."""
        for family, opened in state.windows.items():
            while opened:
                entity, window = next(iter(opened.items()))
                if window.start_us + self.window_us[family] >= before_us:
                    break
                del opened[entity]
                yield Closed(family, entity, window)

    def _conclude(self, tenant: str, state: State, windows: Iterable[Closed]) -> Iterator[Finding]:
        for closed in windows:
            rare = [item for item in closed.window.items if state.entities_with(item.value_hash) <= self.rare]
            if rare:
                yield conclude(self.spec, tenant, self._conclusion(closed, rare, state))

    def _conclusion(self, closed: Closed, items: list[Item], state: State) -> Conclusion:
        _, name = closed.entity.split(":", 1)
        notes = [note for item in items for note in item.notes]
        suspicious = [item for item in items if item.suspicious]
        severity = Severity.LOW
        if closed.family == "persistence":
            installed = all(_installed(item) for item in items)
            severity = Severity.HIGH if suspicious else Severity.LOW if installed else Severity.MEDIUM
        elif closed.family == "logon" and closed.window.count >= self.fan_out:
            severity = Severity.MEDIUM
        listed = "; ".join(
            f"a new {BY_NAME[item.kind].what}: {' / '.join(note.value for note in item.notes)[:160]}"
            for item in items[:5]
        )
        more = closed.window.count - min(len(items), 5)
        first_us, last_us = notes[0].time_us, notes[-1].time_us
        return Conclusion(
            entity=closed.entity,
            anchor=f"{closed.family} {utc(closed.window.start_us).isoformat()}",
            title=f"New {_heading(closed.family, items)} {'for' if closed.family == 'logon' else 'on'} {name}",
            severity=severity,
            confidence=0.7 if suspicious else 0.4 if closed.family == "persistence" else 0.2,
            first_us=first_us,
            last_us=last_us,
            explanation=(
                f"Never seen before for {name} since {utc(max(0, state.started_us)):%Y-%m-%d}: {listed}"
                + (f"; and {more} more" if more > 0 else "")
                + f". At most {self.rare} machines or users have the same."
                + (" The command is of a sort intruders use." if suspicious else "")
            ),
            reasons=[
                (f"a new {BY_NAME[item.kind].what}" + (" with a suspicious command" if item.suspicious else ""),
                 3.0 if item.suspicious else 1.0) for item in items
            ],
            notes=notes,
            event_count=len({note.event_id for note in notes}),
            where=where_events(note.event_id for note in notes),
            attack=tuple(dict.fromkeys(BY_NAME[item.kind].attack for item in items)),
            features={"new": closed.window.count, "rare": len(items), "suspicious": len(suspicious)},
        )  # fmt: skip

    def finish(self, state: State) -> Iterator[Finding]:
        """Findings of the windows still open, which stay open."""
        for family, opened in state.windows.items():
            still_open = (Closed(family, entity, window) for entity, window in opened.items())
            yield from self._conclude(state.tenant, state, still_open)

    def dump(self, state: State) -> bytes:
        """Hashes sorted, windows in order."""
        return seal(self.spec, state.to_plain())

    def load(self, data: bytes) -> State:
        """The inverse of :meth:`dump`."""
        return from_plain(unseal(self.spec, data))


def _heading(family: str, items: list[Item]) -> str:
    if family != "persistence":
        return {"program": "programs", "logon": "remote machines"}[family]
    telling = max(items, key=lambda item: item.suspicious)
    more = f" and {len(items) - 1} more" if len(items) > 1 else ""
    return f"{BY_NAME[telling.kind].what} {telling.notes[0].value[:60]}{more}"


def _installed(item: Item) -> bool:
    """Its command starts a program in a folder only administrators write to."""
    command = BY_NAME[item.kind].command
    return any(note.field == command and ORDINARY_PLACE.search(note.value) for note in item.notes)


_HOST = {"device_hostname": "ws-017.acme.example"}
_LAUNCH: dict[str, object] = {**_HOST,
    "class_uid": 1007, "activity_id": 1, "actor_process_file_path": "C:\\Windows\\explorer.exe",
    "process_file_path": "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
}  # fmt: skip
_DAILY = [_LAUNCH] * 30
_SERVICE: dict[str, object] = {**_HOST, "class_uid": 201004, "activity_id": 1}
_ODD = {"win_service_name": "qzWkLpTs", "win_service_cmd_line": "%COMSPEC% /C echo run ^> \\\\127.0.0.1\\ADMIN$\\o.txt"}
_PLAIN = {"win_service_name": "ContosoAgent", "win_service_cmd_line": "C:\\Program Files\\Contoso\\agent.exe"}
_DROPPED = {"process_file_path": "C:\\Users\\kim\\AppData\\Local\\Temp\\inv0ice.exe"}
_TASK: dict[str, object] = {
    **_HOST,
    "class_uid": 1006,
    "activity_id": 1,
    "job_name": "\\Updater",
    "job_cmd_line": "powershell -w hidden -enc SQBFAFgA",
}
_LOGON: dict[str, object] = {
    "class_uid": 3002, "activity_id": 1, "status_id": 1, "logon_type_id": 3, "user_name": "kim", "user_domain": "ACME",
    "src_endpoint_ip": "10.4.0.17", "device_hostname": "fs-01",
}  # fmt: skip
_DAY, _START = 86_400, "2026-03-02T08:00:00"
EXAMPLES = (
    Example("service with a remote-shell command", True, spaced(_START, 60, [_LAUNCH, _SERVICE | _ODD, _LAUNCH])),
    Example("encoded task", True, spaced(_START, 60, [_LAUNCH, _TASK])),
    Example("ordinary service after learning", True, spaced(_START, _DAY, [*_DAILY[:3], _SERVICE | _PLAIN])),
    Example("program never seen after a month", True, spaced(_START, _DAY, [*_DAILY, _LAUNCH | _DROPPED])),
    Example("new machine for a user after a month", True, spaced(_START, _DAY, [
        *[_LOGON] * 20, _LOGON | {"device_hostname": "dc-01"}])),
    Example("everything is new on the first day", False, spaced(_START, 60, [
        _LAUNCH, _LAUNCH | _DROPPED, _SERVICE | _PLAIN, _LOGON])),
    Example("another version of a known program", False, spaced(_START, _DAY, [
        *[_LAUNCH | {"process_file_path": "C:\\Tools\\1.2.3\\tool.exe"}] * 9,
        _LAUNCH | {"process_file_path": "C:\\Tools\\1.3.0\\tool.exe"}])),
    Example("a rollout to many hosts", False, spaced(_START, 60, [_LAUNCH, *(
        _SERVICE | _ODD | {"device_hostname": f"ws-{number:03}.acme.example"} for number in range(9))])),
)  # fmt: skip
