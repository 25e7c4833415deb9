"""The days up to the as-of date, and how many business days there are up to each of them.

The model only carries days across. Which days banks are closed on is in the package `deposits`.
"""

from datetime import date, timedelta

import pyarrow as pa

from deposits.calendar import BankCalendar

_FIRST_DAY = date(2010, 1, 1)


def model(dbt, session):
    """One row per day, from the first that a claim in the warehouse may wait since."""
    dbt.config(materialized="table")
    ((as_of,),) = dbt.ref("int_posting__inputs_date").fetchall()
    holidays = (
        dbt.ref("stg_practice__company_settings")
        .filter("setting_name = 'bank_holidays' and setting_value is not null")
        .project("setting_value")
        .fetchall()
    )
    calendar = BankCalendar(date.fromisoformat(day) for (day,) in holidays)
    days = [_FIRST_DAY + timedelta(days=number) for number in range((as_of - _FIRST_DAY).days + 1)]
    numbers, number = [], 0
    for day in days:
        number += calendar.open_on(day) == day
        numbers.append(number)
    return pa.table(
        {"calendar_on": pa.array(days, pa.date32()), "business_day_number": pa.array(numbers, pa.int32())}
    )
