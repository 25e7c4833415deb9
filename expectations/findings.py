"""Finding the rows of one kind: run its SQL in the warehouse and refuse an answer that could not be an
exception.

The rows stay inside DuckDB in the temporary table FINDINGS; only counts come out, so no value of a person
can reach a log. Does not belong here: what is judged acceptable (the suites) and the life of what was found
(`life`).
"""

import duckdb

FINDINGS = "temp.findings"

# What every kind's SQL returns, in this order. row_number is the place in the source file.
COLUMNS = {
    "business_key": "VARCHAR",
    "amount_at_stake": "DECIMAL(18,2)",
    "location_id": "VARCHAR",
    "patient_id": "VARCHAR",
    "left_key": "VARCHAR",
    "right_key": "VARCHAR",
    "what_was_found": "VARCHAR",
    "file_hash": "VARCHAR",
    "row_number": "BIGINT",
}
# The type that DuckDB gives a bare null. It converts to each type above exactly, so it is no danger to an
# amount.
BARE_NULL = "INTEGER"

# These errors arise while a statement is read, before any row is; their text can hold no value of a row.
_WITHOUT_VALUES = (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException)
ERRORS_WITHOUT_VALUES = frozenset(error.__name__ for error in _WITHOUT_VALUES)


class UnusableAnswerError(Exception):
    """The SQL of a kind did not run, or its answer cannot become exceptions; says so without row values."""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table that `find` fills; it lives as long as the connection."""
    typed = ", ".join(f"{name} {column_type}" for name, column_type in COLUMNS.items())
    connection.execute(f"create temporary table findings (kind varchar, exception_id varchar, {typed})")


def find(
    connection: duckdb.DuckDBPyConnection, kind: str, sql: str, expected_count: int | None = None
) -> int:
    """Run ``sql`` and add its rows to FINDINGS under ``kind``; returns how many there were.

    Raises UnusableAnswerError, with nothing added, when the SQL fails, returns other columns or types than
    COLUMNS, leaves a business key or the finding blank, returns a business key twice, or does not return
    the ``expected_count`` of rows that the expectation counted, where there is one.
    """
    try:
        _check_columns(connection, sql)
        connection.execute(f"create or replace temporary table answer as {sql}")
        count = _check_keys(connection)
        if expected_count is not None and count != expected_count:
            raise UnusableAnswerError(f"{count} rows where the expectation counted {expected_count}")
        connection.execute(
            "insert into findings "
            "select $kind, substr(sha256($kind || '|' || business_key), 1, 32), * from answer",
            {"kind": kind},
        )
    except _WITHOUT_VALUES as error:
        raise UnusableAnswerError(f"{type(error).__name__}: {str(error).splitlines()[0]}") from None
    except duckdb.Error as error:
        raise UnusableAnswerError(f"{type(error).__name__} while its rows were read") from None
    finally:
        connection.execute("drop table if exists temp.answer")
    return count


def _check_columns(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    description = connection.execute(f"describe {sql}").fetchall()
    found = {name: str(column_type) for name, column_type, *_ in description}
    if list(found) != list(COLUMNS):
        raise UnusableAnswerError(f"returns the columns {', '.join(found)} instead of {', '.join(COLUMNS)}")
    wrong = [name for name in COLUMNS if found[name] not in (COLUMNS[name], BARE_NULL)]
    if wrong:
        listed = ", ".join(f"{name} as {found[name]} instead of {COLUMNS[name]}" for name in wrong)
        raise UnusableAnswerError(f"returns {listed}")


def _check_keys(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(
        "select count(*), count(distinct business_key), "
        "count(*) filter (where coalesce(business_key, '') = ''), "
        "count(*) filter (where coalesce(what_was_found, '') = '') from temp.answer"
    ).fetchone()
    assert row is not None  # an aggregate always answers
    count, keys, blank_keys, blank_findings = row
    if blank_keys:
        raise UnusableAnswerError(f"{blank_keys} of its {count} rows have no business key")
    if keys != count:
        raise UnusableAnswerError(f"{count} rows share {keys} business keys")
    if blank_findings:
        raise UnusableAnswerError(f"{blank_findings} of its {count} rows do not say what was found")
    return int(count)
