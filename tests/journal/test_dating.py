"""The business date of an entry."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from journal.dating import business_date

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("moment", "last_published", "expected"),
    [
        (datetime(2026, 3, 3, 5, 59, tzinfo=UTC), None, date(2026, 3, 2)),
        (datetime(2026, 3, 3, 6, 0, tzinfo=UTC), None, date(2026, 3, 3)),
        (datetime(2026, 3, 9, 4, 59, tzinfo=UTC), None, date(2026, 3, 8)),  # summer time began that day
        (datetime(2026, 3, 9, 5, 0, tzinfo=UTC), None, date(2026, 3, 9)),
        (datetime(2026, 3, 2, 18, 0, tzinfo=UTC), date(2026, 3, 1), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 4, 30, tzinfo=UTC), date(2026, 3, 2), date(2026, 3, 3)),  # after tonight's run
        (datetime(2026, 3, 2, 18, 0, tzinfo=UTC), date(2026, 2, 1), date(2026, 3, 2)),  # nights without a run
    ],
)
def test_the_date_is_the_practices_and_never_a_published_one(moment, last_published, expected):
    assert business_date(moment, CHICAGO, last_published) == expected


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        business_date(datetime(2026, 3, 2, 12), CHICAGO, None)
