"""One alert besides, when a run finds more new exceptions of one kind than the setting allows."""

from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl
import pytest

from expectations.alerts import find_alerts
from expectations.catalogue import load_catalogue
from expectations.exceptions import told
from expectations.findings import prepare
from expectations.observations import (
    EXCEPTION_OBSERVATIONS,
    RUN_OBSERVATIONS,
    ObservationHistory,
    no_entries,
)
from tests.expectations.lives import day

CATALOGUE = load_catalogue()
(ALERT,) = CATALOGUE.alert_kinds


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            "create schema staging; create table staging.stg_practice__company_settings"
            " (setting_name varchar, setting_value varchar, effective_from date, effective_until date)"
        )
        yield opened


def allow(connection: duckdb.DuckDBPyConnection, count: int, since: date = date(1, 1, 1)) -> None:
    connection.execute(
        "insert into staging.stg_practice__company_settings values ('systemic_alert_above', ?, ?, null)",
        [str(count), since],
    )


def find(connection: duckdb.DuckDBPyConnection, kind: str, count: int) -> None:
    connection.execute(
        "insert into temp.findings (kind, exception_id, business_key, what_was_found)"
        " select $kind, $kind || n, n, 'found' from range($count) as numbers (n)",
        {"kind": kind, "count": count},
    )


def seen(kind: str, count: int, on: date) -> ObservationHistory:
    rows = [(on, f"{kind}{number}", kind, None, "found", None) for number in range(count)]
    return ObservationHistory(
        pl.LazyFrame(rows, schema=EXCEPTION_OBSERVATIONS, orient="row"),
        pl.LazyFrame({"as_of": [on], "exception_count": [count]}, schema=RUN_OBSERVATIONS),
    )


def alerts(
    connection: duckdb.DuckDBPyConnection, history: ObservationHistory, on: date
) -> list[tuple[str, str]]:
    lives, _ = told(connection, history, no_entries(), on, undecided=[ALERT])
    (outcome,) = find_alerts(connection, CATALOGUE, lives, on)
    assert outcome.reason is None
    return connection.execute(
        "select business_key, what_was_found from temp.findings where kind = $kind order by 1",
        {"kind": ALERT},
    ).fetchall()


def test_as_many_as_allowed_are_no_alert_and_one_more_is(connection):
    allow(connection, 5)
    prepare(connection)
    find(connection, "few", 5)
    find(connection, "many", 6)
    assert alerts(connection, ObservationHistory.empty(), day(0)) == [
        (f"many|{day(0)}", f"more than 5 new on {day(0)}")
    ]


def test_without_a_setting_two_hundred_are_allowed(connection):
    prepare(connection)
    find(connection, "few", 200)
    find(connection, "many", 201)
    assert [key for key, _ in alerts(connection, ObservationHistory.empty(), day(0))] == [f"many|{day(0)}"]


def test_the_setting_of_the_day_counts(connection):
    allow(connection, 3, since=day(2))
    prepare(connection)
    find(connection, "many", 4)
    assert alerts(connection, ObservationHistory.empty(), day(1)) == []


def test_old_ones_and_new_ones_are_not_counted_together(connection):
    allow(connection, 5)
    prepare(connection)
    find(connection, "many", 10)
    assert alerts(connection, seen("many", 5, day(0)), day(1)) == []


def test_an_alert_stays_the_same_one_until_enough_are_gone(connection):
    allow(connection, 5)
    for left, expected in ((6, [(f"many|{day(0)}", f"more than 5 new on {day(0)}")]), (5, [])):
        connection.execute("drop table if exists temp.findings")
        prepare(connection)
        find(connection, "many", left)
        assert alerts(connection, seen("many", 9, day(0)), day(1)) == expected
