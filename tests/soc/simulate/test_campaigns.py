"""Where campaigns are placed in the time there is, and what the attacks look like on the wire."""

import statistics
from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hodoscope.soc.simulate import SimulationSummary
from hodoscope.soc.simulate.campaigns.adversary import C2_IP, TUNNEL_DOMAIN
from hodoscope.soc.simulate.campaigns.interface import Campaign, Schedule
from hodoscope.soc.simulate.campaigns.registry import CAMPAIGNS
from hodoscope.soc.simulate.clock import DAY, HOUR
from hodoscope.soc.simulate.dice import Dice


@given(start_hour=st.integers(0, 200), hours=st.floats(1, 400), which=st.integers(0, len(CAMPAIGNS) - 1))
def test_steps_stay_inside_and_in_order(start_hour: int, hours: float, which: int) -> None:
    """For any start and length, step n begins inside the simulation and before step n + 1; its span ends there."""
    start, steps = start_hour * HOUR, CAMPAIGNS[which].steps
    end = start + round(hours * HOUR)
    schedule = Schedule.fit(steps, start, end, Dice("test"))
    edges = [*schedule.starts, schedule.end_us]
    assert start <= edges[0]
    assert edges == sorted(edges)
    assert edges[-1] <= end
    for number in range(len(steps)):
        assert edges[number] + schedule.span(number, DAY) <= edges[number + 1]


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda campaign: str(campaign.name))
def test_long_simulations_leave_history_before_the_attack(campaign: Campaign) -> None:
    """In a week the attack comes on the last day, after days from which "new" can be told."""
    schedule = Schedule.fit(campaign.steps, 0, 7 * DAY, Dice("test"))
    assert schedule.starts[0] >= 6 * DAY


def test_beacon_is_periodic_with_jitter(day: SimulationSummary) -> None:
    """Intervals between calls home have a median near a minute and spread by about a fifth, not more."""
    times = [
        float(fields[0])
        for fields in (line.split("\t") for line in (day.directory / "zeek/conn.log").read_text().splitlines())
        if len(fields) > 5 and fields[4] == C2_IP
    ]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) > 500
    assert 55 < statistics.median(gaps) < 65
    assert 5 < statistics.stdev(gaps) < 9


def test_tunnel_queries_are_long_and_distinct(day: SimulationSummary) -> None:
    """Each query carries over a hundred characters below one domain, none of them twice; names stay legal."""
    lines = (day.directory / "zeek/dns.log").read_text().splitlines()
    queries = [line.split("\t")[9] for line in lines if TUNNEL_DOMAIN in line]
    assert len(set(queries)) == len(queries) > 300
    assert all(100 < len(query) <= 253 for query in queries)
    assert all(len(label) <= 63 for query in queries for label in query.split("."))


def test_spray_tries_many_accounts_few_times(day: SimulationSummary) -> None:
    """No account sees more than two wrong passwords from the sprayers."""
    tried: dict[str, int] = {}
    for line in (day.directory / "entra/signin.jsonl").read_bytes().splitlines():
        record = orjson.loads(line)
        if record["callerIpAddress"].startswith("192.0.2.2") and record["resultType"] != "0":
            name = record["properties"]["userPrincipalName"]
            tried[name] = tried.get(name, 0) + 1
    assert len(tried) == 20
    assert max(tried.values()) == 2
