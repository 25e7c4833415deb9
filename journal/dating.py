"""The business date of an entry.

Belongs here: that one decision. Does not belong here: the clock, which the caller reads.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def business_date(moment: datetime, time_zone: ZoneInfo, last_published_as_of: date | None) -> date:
    """The practice's calendar date of ``moment``, or the day after the last published one when that is later.

    A day that is published is over: an entry made in its late evening belongs to the next one, so that a
    replay of the published day finds what the run found. ``moment`` has a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment must have a time zone")
    today = moment.astimezone(time_zone).date()
    if last_published_as_of is None:
        return today
    return max(today, last_published_as_of + timedelta(days=1))
