"""Alerts about a whole run: kinds whose SQL judges the exceptions that the run found, with their age.

They come after every other kind, because they need to know which exceptions are new. DuckDB alone runs them:
what they judge is ours, and is in no file when Great Expectations reads the marts.
"""

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from expectations.catalogue import Catalogue
from expectations.findings import FINDINGS, UnusableAnswerError, find
from expectations.report import KindOutcome

_GROUND = "alert_ground"


def find_alerts(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, lives: pl.DataFrame, as_of: date
) -> Sequence[KindOutcome]:
    """Add the alerts of this run to FINDINGS; the outcome of each of their kinds.

    ``lives`` are those of all other exceptions (`life.LIVES`).
    """
    if catalogue.alerts is None:
        return ()
    connection.register("lives_before_alerts", lives.select("exception_id", "first_seen_on").to_arrow())
    try:
        connection.execute(
            f"create or replace temporary table {_GROUND} as"  # noqa: S608 - only names of this module
            f" select found.*, before.first_seen_on from {FINDINGS} as found"
            " inner join lives_before_alerts as before on found.exception_id = before.exception_id"
        )
    finally:
        connection.unregister("lives_before_alerts")
    outcomes = []
    for kind in catalogue.alerts.kinds:
        sql = kind.sql.format(batch=f"temp.{_GROUND}", as_of=f"date '{as_of.isoformat()}'")
        count, reason = 0, None
        try:
            count = find(connection, kind.kind, sql)
        except UnusableAnswerError as error:
            reason = str(error)
        outcomes.append(
            KindOutcome(
                kind=kind.kind,
                suite=catalogue.alerts.mart,
                severity=kind.severity,
                blocks_publish=kind.blocks_publish,
                result="errored" if reason else "failed" if count else "passed",
                exception_count=count,
                reason=reason,
            )
        )
    return outcomes
