"""The matching of deposits as a model: both sides of the as-of date in, every piece of money out.

The model only carries frames across. What counts as evidence is in the package `deposits`.
"""

from datetime import date

from deposits import match_deposits


def model(dbt, session):
    """One row per piece, as `deposits.PIECES` describes them."""
    dbt.config(materialized="table")
    ((as_of,),) = dbt.ref("int_posting__inputs_date").fetchall()
    holidays = (
        dbt.ref("stg_practice__company_settings")
        .filter("setting_name = 'bank_holidays' and setting_value is not null")
        .project("setting_value")
        .fetchall()
    )
    return match_deposits(
        dbt.ref("int_deposits__entries").pl().rename({"deposited_on": "booked_on"}),
        dbt.ref("int_deposits__expected").pl(),
        as_of,
        [date.fromisoformat(day) for (day,) in holidays],
        dbt.ref("int_deposits__choices").pl(),
    ).to_arrow()
