"""The published file: only the public schemas, with comments, rows in key order.

Keys and checks held when the build file was written, so the copy, which nobody writes to, has no index.
"""

from pathlib import Path

import duckdb

from orchestration.run.tables import PUBLIC_SCHEMAS, Table, public_tables, quote

STORAGE_VERSION = "v1.4.0"
"""The oldest generation of DuckDB that must be able to read the file."""

LARGE_ROWS = 100_000
"""From how many rows on a table's ids may be kept unpacked."""
_RARELY, _SHORT = 10, 16


def copy_public_tables(warehouse: Path, target: Path) -> None:
    """Copy every table of the public schemas of ``warehouse`` into the new file ``target``.

    Errors are DuckDB's; ``target`` may then be left behind, incomplete.
    """
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {_literal(str(warehouse.parent / 'spill'))}")
        connection.execute(f"attach {_literal(str(warehouse))} as source (read_only)")
        connection.execute(f"attach {_literal(str(target))} as target (storage_version '{STORAGE_VERSION}')")
        connection.execute("use source")
        tables = public_tables(connection)
        connection.execute("use target")
        for schema in PUBLIC_SCHEMAS:
            connection.execute(f"create schema {quote(schema)}")
        for table in tables:
            _copy(connection, table)
        connection.execute("use memory")
        connection.execute("detach target")


def _copy(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    connection.execute(table.defined_with(_plain_columns(connection, table)))
    connection.execute(
        f"insert into {table.quoted} select * from source.{table.quoted} order by {table.order}"  # noqa: S608
    )
    if said := table.comment_with_key:
        connection.execute(f"comment on table {table.quoted} is {_literal(said)}")
    for name, _, comment in table.columns:
        if comment:
            connection.execute(f"comment on column {table.quoted}.{quote(name)} is {_literal(comment)}")


def _plain_columns(connection: duckdb.DuckDBPyConnection, table: Table) -> frozenset[str]:
    """The columns of short ids that rarely repeat, in a table large enough for it to matter.

    The engine packs texts by a dictionary. Where nearly each is another, the dictionary of a whole row group
    is unpacked for one row of it, and a page of fifty rows costs as much as reading the column; kept as they
    are, such ids take two thirds more of the file and an eighth of the time.
    """
    ids = [name for name, kind, _ in table.columns if kind == "VARCHAR" and name.endswith("_id")]
    if not ids:
        return frozenset()
    counted = ", ".join(
        f"approx_count_distinct({quote(name)}), coalesce(avg(length({quote(name)})), 0)" for name in ids
    )
    rows, *facts = connection.execute(
        f"select count(*), {counted} from source.{table.quoted}"  # noqa: S608
    ).fetchall()[0]
    if rows < LARGE_ROWS:
        return frozenset()
    return frozenset(
        name
        for name, distinct, length in zip(ids, facts[::2], facts[1::2], strict=True)
        if distinct * _RARELY > rows and length <= _SHORT
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
