"""Parts of a time written in a field, as SQL: ISO 8601, UTC when it has no offset.

ClickHouse's own readers take much that is no such time (25 o'clock, a 60th second) and know only years 1900 to 2299.
So the text is taken apart by one expression, and a year outside is moved by multiples of 400, after which the calendar
repeats to the weekday. Not told right: an offset that crosses 1900-01-01 or 2299-12-31 (or those days' images).
"""

from hodoscope.soc.sigma.rule import Match
from hodoscope.soc.sigma.sql_literal import quoted

_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = (
    r"\A([0-9]{4})(-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))[T ]"
    rf"({_CLOCK})(?::[0-5][0-9](?:[.][0-9]+)?)?(?:Z|([+-])({_CLOCK}))?\z"
)
_YEAR = "toInt64OrZero(g[1])"
_SHIFTED = f"(1900 + positiveModulo({_YEAR} - 1900, 400))"
_WRITTEN = f"toDate32OrNull(concat(toString({_SHIFTED}), g[2]))"


def _minutes(group: int) -> str:
    return f"(toInt64OrZero(substring(g[{group}], 1, 2)) * 60 + toInt64OrZero(substring(g[{group}], 4)))"


_UTC = f"({_minutes(3)} - if(g[4] = '-', -1, 1) * {_minutes(5)})"
_DATE = f"addDays({_WRITTEN}, toInt64(floor({_UTC} / 1440)))"
_PART = {
    Match.MINUTE: f"positiveModulo({_UTC}, 60)",
    Match.HOUR: f"intDiv(positiveModulo({_UTC}, 1440), 60)",
    Match.DAY: f"toDayOfMonth({_DATE})",
    Match.WEEK: f"toISOWeek({_DATE})",
    Match.MONTH: f"toMonth({_DATE})",
    Match.YEAR: f"toYear({_DATE}) + {_YEAR} - {_SHIFTED}",
}
_A_DAY = (  # of the calendar, and still in a year that Python can tell
    f"g[1] != '0000' AND toDayOfMonth({_WRITTEN}) = toInt64OrZero(substring(g[2], 5)) "
    f"AND NOT (concat(g[1], g[2]) = '0001-01-01' AND {_UTC} < 0) "
    f"AND NOT (concat(g[1], g[2]) = '9999-12-31' AND {_UTC} >= 1440)"
)


def time_part_is(match: Match, value: str, number: float) -> str:
    """True when ``value`` (SQL, text) is a time whose part is ``number``."""
    groups = f"extractGroups({value}, {quoted(_TIME)})"
    return f"arrayExists(g -> notEmpty(g) AND ifNull({_A_DAY} AND {_PART[match]} = {number!r}, 0), [{groups}])"
