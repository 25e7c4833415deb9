"""The evaluation of a warehouse: run the suites, write every failing row, report kind by kind.

Great Expectations reads the file first and lets go of it; then DuckDB opens it for writing, runs the same
SQL and inserts all of its rows. Both must count the same. Does not belong here: what a blocked or errored
run means for the publish (orchestration decides from the report).
"""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from expectations.alerts import find_alerts
from expectations.catalogue import Catalogue, Kind, Suite, load_catalogue
from expectations.exceptions import told, write_exceptions
from expectations.findings import UnusableAnswerError, find, prepare
from expectations.observations import ObservationHistory, no_entries
from expectations.report import EvaluationReport, KindOutcome
from expectations.validation import Verdict, validate


def evaluate(
    warehouse: Path,
    observations: ObservationHistory,
    as_of: date,
    *,
    entries: pl.DataFrame | None = None,
    catalogue: Catalogue | None = None,
) -> EvaluationReport:
    """Judge the marts of ``warehouse`` and write its schema `exceptions`.

    warehouse     DuckDB file with the marts; no connection to it may be open in this process
    observations  what earlier published runs saw
    as_of         business date of the run
    entries       what people entered about exceptions (EXCEPTION_ENTRIES); nothing when absent
    catalogue     the suites to run; those of this package when absent

    A kind that cannot be evaluated is `errored` in the report and adds no exception; the other kinds are
    written. Raises duckdb.CatalogException when marts.loads, which names the files, is not there.
    """
    catalogue = catalogue or load_catalogue()
    entries = no_entries() if entries is None else entries
    verdicts = validate(warehouse, catalogue, as_of)
    with duckdb.connect(str(warehouse)) as connection:
        prepare(connection)
        outcomes = [
            _outcome(connection, suite, kind, verdicts[kind.kind], as_of)
            for suite in catalogue.suites
            for kind in suite.kinds
        ]
        undecided = {outcome.kind for outcome in outcomes if outcome.result == "errored"}
        lives, changes = told(
            connection, observations, entries, as_of, undecided=undecided | set(catalogue.alert_kinds)
        )
        alerts = find_alerts(connection, catalogue, lives, as_of)
        undecided |= {outcome.kind for outcome in alerts if outcome.result == "errored"}
        of_alerts = told(
            connection,
            observations,
            entries,
            as_of,
            undecided=undecided,
            only=set(catalogue.alert_kinds),
        )
        lives, changes = (pl.concat(pair) for pair in zip((lives, changes), of_alerts, strict=True))
        write_exceptions(connection, catalogue, lives, changes, as_of)
        new, reopened, cleared = _life_counts(connection, as_of)
    return EvaluationReport(as_of, (*outcomes, *alerts), new, reopened, cleared)


def _outcome(
    connection: duckdb.DuckDBPyConnection, suite: Suite, kind: Kind, verdict: Verdict, as_of: date
) -> KindOutcome:
    """Insert the findings of one kind, unless its verdict or its answer is unsound."""
    count, reason = 0, verdict.reason
    if verdict.result != "errored":
        try:
            count = find(connection, kind.kind, suite.sql_for_warehouse(kind, as_of), verdict.row_count)
        except UnusableAnswerError as error:
            reason = str(error)
    return KindOutcome(
        kind=kind.kind,
        suite=suite.mart,
        severity=kind.severity,
        blocks_publish=kind.blocks_publish,
        result="errored" if reason else verdict.result,
        exception_count=count,
        reason=reason,
    )


def _life_counts(connection: duckdb.DuckDBPyConnection, as_of: date) -> tuple[int, int, int]:
    """Exceptions seen for the first time today, reopened and not settled since, and gone."""
    row = connection.execute(
        "select count(*) filter (where first_seen_on = $as_of), count(*) filter (where status = 'reopened'), "
        "count(*) filter (where last_seen_on < $as_of) from exceptions.lives",
        {"as_of": as_of},
    ).fetchone()
    assert row is not None  # an aggregate always answers
    return row[0], row[1], row[2]
