"""Business days against the published holidays of the Federal Reserve and a count day by day."""

from datetime import date, timedelta

from deposits.calendar import BankCalendar, federal_holidays


def test_the_holidays_of_two_years_are_those_that_were_published():
    assert sorted(federal_holidays(2026)) == [
        date(2026, month, day)
        for month, day in (
            (1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)
        )
    ]  # fmt: skip
    # Independence Day of 2026 is a Saturday and not kept; New Year 2023 was a Sunday, kept on Monday.
    assert date(2026, 7, 3) not in federal_holidays(2026)
    assert date(2023, 1, 2) in federal_holidays(2023)
    assert date(2020, 6, 19) not in federal_holidays(2020)


def test_numbers_grow_by_one_on_every_open_day():
    calendar = BankCalendar([date(2026, 3, 2)])
    day, number = date(2025, 12, 1), calendar.number(date(2025, 12, 1))
    while day < date(2026, 12, 31):
        day += timedelta(days=1)
        is_open = day.weekday() < 5 and day not in federal_holidays(day.year) and day != date(2026, 3, 2)
        if is_open:
            number += 1
            assert calendar.number(day) == number
        else:
            assert calendar.number(day) == calendar.number(calendar.open_on(day)) == number + 1
