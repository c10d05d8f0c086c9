"""People on the web: lookups, encrypted and plain pages at the sensor, and a sample of them on the endpoint."""

import numpy as np

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import SECOND
from hodoscope.soc.simulate.company import NETBIOS
from hodoscope.soc.simulate.endpoint import Endpoint
from hodoscope.soc.simulate.formats.windows import Process
from hodoscope.soc.simulate.rhythm import draw
from hodoscope.soc.simulate.software import AGENTS, CHROME
from hodoscope.soc.simulate.wire import Wire

_VISITS_PER_HOUR = 30.0
_FAVOURITE_SHARE = 0.8
_CACHED_SHARE = 0.45  # lookups that the machine answers itself
_SYSMON_SHARE = 0.08  # endpoint network events are sampled by configuration, as most shops must
_PATHS = ("/articles", "/images", "/scripts", "/styles", "/api/items")
_MEDIA = ("text/html", "image/png", "application/javascript", "text/css", "application/json")


def browsing(moment: Moment) -> None:
    """Lognormal page sizes; uploads are rare and small. About 4 events per visit."""
    company, dice, day = moment.company, moment.dice, moment.window.day
    wire, endpoint = Wire(moment.out, dice), Endpoint(moment.out, dice)
    who, when = draw(dice, moment.presence, _VISITS_PER_HOUR, moment.window)
    count = len(who)
    numbers = dice.numbers
    luck = numbers.random((count, 5)).tolist()
    received = np.minimum(numbers.lognormal(9.6, 1.6, count), 4e8).astype(np.int64).tolist()
    sent = (numbers.lognormal(7.0, 0.9, count)).astype(np.int64).tolist()
    seconds = numbers.lognormal(0.2, 1.4, count).tolist()
    tail = (numbers.zipf(1.4, count) % len(company.websites)).tolist()
    addresses = [company.address(person, day) for person in company.people]
    for index, person_index in enumerate(who):
        person, time_us = company.people[person_index], when[index]
        habit, pick, cached, kind, sampled = luck[index]
        chosen = person.favourites[int(pick * len(person.favourites))] if habit < _FAVOURITE_SHARE else tail[index]
        site = company.websites[chosen]
        client = addresses[person_index]
        server = site.addresses[int(pick * 7919) % len(site.addresses)]
        if cached > _CACHED_SHARE:
            wire.lookup(time_us, client, site.name, site.addresses)
            time_us += SECOND // 25
        if site.encrypted:
            ends = wire.tls(
                time_us, client, server, site.name, sent=sent[index] + 900, received=received[index] + 3200,
                seconds=seconds[index], ja3=person.ja3, ja3s=site.ja3s, fingerprint=site.fingerprint,
            )  # fmt: skip
        else:
            ends = wire.web(
                time_us, client, server, site.name, f"{_PATHS[int(kind * 5)]}/{int(pick * 9000)}",
                agent=AGENTS[person.browser], received=received[index], seconds=seconds[index],
                status=304 if kind > 0.9 else 200, media=_MEDIA[int(kind * 5)],
            )  # fmt: skip
        if sampled < _SYSMON_SHARE:
            user = f"{NETBIOS}\\{person.user}"
            shell = endpoint.explorer(person.workstation, person.user, day)
            browser = Process(shell.guid[:-5] + "b00c}", shell.pid + 800, CHROME.image, CHROME.command)
            endpoint.sysmon(22, time_us, person.workstation, browser, user, {
                "QueryName": site.name, "QueryStatus": "0", "QueryResults": f"::ffff:{server};",
            })  # fmt: skip
            endpoint.connection(
                time_us + SECOND // 20, person.workstation, browser, user, (client, ends.client_port),
                (server, ends.server_port), site.name,
            )  # fmt: skip
