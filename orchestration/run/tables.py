"""The tables that are published: their definition, key and comments, asked of the engine's own catalogue."""

from dataclasses import dataclass

import duckdb

PUBLIC_SCHEMAS = ("exceptions", "marts")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a public schema."""

    schema: str
    name: str
    definition: str
    comment: str | None
    columns: tuple[tuple[str, str, str | None], ...]
    """(name, type, comment) in order."""
    key: tuple[str, ...]
    """The columns of its primary key; every column where it has none."""

    @property
    def full_name(self) -> str:
        """Schema and table as people write them."""
        return f"{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        """Schema and table as SQL wants them."""
        return f"{quote(self.schema)}.{quote(self.name)}"

    @property
    def order(self) -> str:
        """The columns of its canonical row order, for ORDER BY."""
        return ", ".join(f"{quote(column)} nulls last" for column in self.key)


def quote(name: str) -> str:
    """An identifier as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def public_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every table of the public schemas in the current database, sorted by schema and name."""
    found = connection.execute(
        "select schema_name, table_name, sql, comment from duckdb_tables()"
        " where database_name = current_database() and list_contains($schemas, schema_name) order by 1, 2",
        {"schemas": list(PUBLIC_SCHEMAS)},
    ).fetchall()
    return [
        Table(schema, name, definition, comment, columns := _columns(connection, schema, name),
              _primary_key(connection, schema, name) or tuple(column for column, _, _ in columns))
        for schema, name, definition, comment in found
    ]  # fmt: skip


def _columns(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str
) -> tuple[tuple[str, str, str | None], ...]:
    return tuple(
        connection.execute(
            "select column_name, data_type, comment from duckdb_columns()"
            " where database_name = current_database() and schema_name = ? and table_name = ?"
            " order by column_index",
            [schema, name],
        ).fetchall()
    )


def _primary_key(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> tuple[str, ...]:
    row = connection.execute(
        "select constraint_column_names from duckdb_constraints()"
        " where database_name = current_database() and schema_name = ? and table_name = ?"
        " and constraint_type = 'PRIMARY KEY'",
        [schema, name],
    ).fetchone()
    return tuple(row[0]) if row else ()
