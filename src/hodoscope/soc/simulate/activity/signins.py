"""Cloud sign-ins of people: in the morning and during the day, from the office, from home, from abroad."""

from hodoscope.soc.simulate.activity.interface import Moment
from hodoscope.soc.simulate.clock import SECOND
from hodoscope.soc.simulate.company import Person
from hodoscope.soc.simulate.dice import Dice
from hodoscope.soc.simulate.formats.entra import APPLICATIONS, WRONG_PASSWORD, Place, sign_in
from hodoscope.soc.simulate.outbox import SIGNIN
from hodoscope.soc.simulate.rhythm import draw
from hodoscope.soc.simulate.software import AGENTS

_PER_HOUR = 1.1
_HOME_SHARE = 0.2
_TYPO_SHARE = 0.04
_ABROAD = (("Lisbon", "Lisboa", "PT"), ("Chicago", "Illinois", "US"), ("Tokyo", "Tokyo", "JP"), ("Oslo", "Oslo", "NO"))
_OFFICE_APPLICATIONS = tuple(name for name in APPLICATIONS if not name.startswith("A"))


def signins(moment: Moment) -> None:
    """Travellers (2 % of people) sign in from another country for the whole of a trip of up to a week."""
    dice, window = moment.dice, moment.window
    who, when = draw(dice, moment.presence, _PER_HOUR, window)
    luck = dice.numbers.random((len(who), 2)).tolist()
    for index, at, (where, typo) in zip(who, when, luck, strict=True):
        person = moment.company.people[index]
        place = _place(person, where, window.day)
        agent = AGENTS[person.browser]
        application = dice.small.choice(_OFFICE_APPLICATIONS)
        if typo < _TYPO_SHARE:
            record = sign_in(at, dice, person, place, application=application, agent=agent, result=WRONG_PASSWORD)
            moment.out.put(SIGNIN, at, record)
            at += 12 * SECOND
        record = sign_in(at, dice, person, place, application=application, agent=agent, second_factor=where < 0.6)
        moment.out.put(SIGNIN, at, record)


def _place(person: Person, where: float, day: int) -> Place:
    trip = Dice("trip", person.user, (day + 3) // 7).small
    if person.travels and trip.random() < 0.7:
        city, state, country = trip.choice(_ABROAD)
        return Place(f"198.18.23{trip.randint(0, 9)}.{trip.randint(2, 250)}", city, state, country)
    site = person.site
    return Place(person.home_ip if where < _HOME_SHARE else site.egress, site.city, site.state, site.country)
