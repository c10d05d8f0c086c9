"""Programs at work: what people start on their machines and what machines start by themselves (Sysmon)."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import SECOND
from hodoscope.soc.simulate.company import NETBIOS, Host
from hodoscope.soc.simulate.endpoint import SYSTEM_USER, Endpoint
from hodoscope.soc.simulate.rhythm import draw, steady
from hodoscope.soc.simulate.software import BACKGROUND, EVERYONE

_STARTS_PER_HOUR = 5.0
_MACHINE_STARTS_PER_HOUR = 0.9
_RUN_KEY = r"HKU\{sid}\Software\Microsoft\Windows\CurrentVersion\Explorer\RecentDocs\MRUListEx"


def desk(moment: Moment) -> None:
    """People's own programs: 95 % habits of the person, 5 % anything an employee may run."""
    company, dice, day = moment.company, moment.dice, moment.window.day
    endpoint = Endpoint(moment.out, dice)
    who, when = draw(dice, moment.presence, _STARTS_PER_HOUR, moment.window)
    luck = dice.numbers.random((len(who), 4)).tolist()
    for person_index, time_us, (habit, pick, number, after) in zip(who, when, luck, strict=True):
        person = company.people[person_index]
        choices = person.programs if habit < 0.95 else EVERYONE
        program = choices[int(pick * len(choices))]
        user = f"{NETBIOS}\\{person.user}"
        known = {"user": person.user, "n": str(int(number * 40))}
        started = endpoint.process(
            time_us, person.workstation, user, _filled(program.image, known), _filled(program.command, known),
            endpoint.explorer(person.workstation, person.user, day), maker=program.maker,
            description=program.description,
        )  # fmt: skip
        if after < 0.3:
            path = rf"C:\Users\{person.user}\AppData\Local\Temp\{int(number * 1e6):06d}.tmp"
            endpoint.file_created(time_us + SECOND, person.workstation, started, user, path)
        elif after < 0.45:
            endpoint.sysmon(13, time_us + SECOND, person.workstation, started, user, {
                "EventType": "SetValue", "TargetObject": _RUN_KEY.format(sid=person.sid), "Details": "Binary Data",
            })  # fmt: skip
        if after > 0.4:
            endpoint.sysmon(5, time_us + int((1 + 1800 * pick) * SECOND), person.workstation, started, user, {})


def housekeeping(moment: Moment) -> None:
    """Services and scheduled jobs of every Windows machine, day and night."""
    company, dice = moment.company, moment.dice
    endpoint = Endpoint(moment.out, dice)
    hosts: list[Host] = [person.workstation for person in company.people] + list(company.windows_servers)
    who, when = draw(dice, steady(len(hosts), moment.window), _MACHINE_STARTS_PER_HOUR, moment.window)
    luck = dice.numbers.random((len(who), 2)).tolist()
    for host_index, time_us, (pick, number) in zip(who, when, luck, strict=True):
        host, program = hosts[host_index], BACKGROUND[int(pick * len(BACKGROUND))]
        known = {"user": "SYSTEM", "n": str(int(number * 40))}
        endpoint.process(
            time_us, host, SYSTEM_USER, program.image, _filled(program.command, known),
            endpoint.service_control(host), maker=program.maker, description=program.description,
            integrity="System",
        )  # fmt: skip


def _filled(text: str, known: dict[str, str]) -> str:
    return text.replace("{user}", known["user"]).replace("{n}", known["n"])
