"""The public web site: visitors who browse, a health check, crawlers, and the internet's usual probes."""

import math

import numpy as np

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import DAY, MINUTE, SECOND
from hodoscope.soc.simulate.formats.access_log import BROWSERS, line
from hodoscope.soc.simulate.outbox import ACCESS
from hodoscope.soc.simulate.rhythm import draw, ticks

_ORIGIN = "https://www.ferrow.example"
_PAGES = (
    "/", "/products/", "/products/pumps", "/products/valves?sort=price", "/about", "/careers", "/contact", "/news/",
    "/support/faq", "/portal/login", "/portal/orders?page=2", "/portal/invoice?id=20417", "/search?q=seal+kit",
    "/search?q=union+fittings+select+range", "/downloads/manual-v3.pdf", "/portal/profile",
)  # fmt: skip
_ASSETS = ("/static/app.css", "/static/app.js", "/static/logo.svg", "/static/hero.webp", "/favicon.ico")
_PROBES = ("/wp-login.php", "/.env", "/xmlrpc.php", "/phpmyadmin/", "/boaform/admin/formLogin", "/.git/HEAD")
_CRAWLER = "Mozilla/5.0 (compatible; MeadowBot/2.1; +https://meadowbot.example/about)"


def website(moment: Moment) -> None:
    """Visits grow with the company's size; each visit is a few pages with their assets."""
    dice, window, visitors = moment.dice, moment.window, moment.company.visitors
    hour = (window.start_us % DAY) / DAY * 24
    share = 0.35 + 0.65 * max(0.0, math.sin((hour - 5) / 18 * math.pi))
    rate = 0.8 * len(moment.company.people) * share
    _, starts = draw(dice, np.ones((1, 12)), rate, window)
    for start in starts:
        at, ip = start, dice.small.choice(visitors)
        agent, referrer = dice.small.choice(BROWSERS), "-"
        for _ in range(1 + int(dice.small.expovariate(0.6))):
            page = _PAGES[int(dice.small.random() ** 1.6 * len(_PAGES))]
            missing = dice.small.random() < 0.01
            size = dice.small.randint(900, 48_000)
            shown = line(at, ip, f"GET {page}", 404 if missing else 200, size, referrer=referrer, agent=agent)
            moment.out.put(ACCESS, at, shown)
            referrer = _ORIGIN + page
            for asset in dice.small.sample(_ASSETS, 2):
                then = at + int(dice.between(0.05, 0.9) * SECOND)
                status = 304 if dice.small.random() < 0.3 else 200
                size = 0 if status == 304 else dice.small.randint(2_000, 90_000)
                loaded = line(then, ip, f"GET {asset}", status, size, referrer=referrer, agent=agent)
                moment.out.put(ACCESS, then, loaded)
            if page == "/portal/login":
                then = at + 7 * SECOND
                sent = line(then, ip, "POST /portal/login", 302, 0, referrer=referrer, agent=agent)
                moment.out.put(ACCESS, then, sent)
            at += int(dice.between(3, 90) * SECOND)
    _machines(moment)


def _machines(moment: Moment) -> None:
    dice, out = moment.dice, moment.out
    for at in ticks(moment.window, MINUTE):
        out.put(ACCESS, at, line(at, "10.10.2.40", "GET /healthz", 200, 2, agent="check_http/v2.4.0"))
    for agent, paths, rate in ((_CRAWLER, _PAGES[:9], 25.0), ("-", _PROBES, 4.0)):
        _, when = draw(dice, np.ones((1, 12)), rate, moment.window)
        for at in when:
            ip = dice.small.choice(moment.company.visitors)
            status = 200 if paths is not _PROBES else 404
            out.put(ACCESS, at, line(at, ip, f"GET {dice.small.choice(paths)}", status, 740, agent=agent))
