"""The tables that are published: their columns, key and comments, asked of the engine's own catalogue.

A build file keeps its keys by constraints. A published file only names them, in the last line of a table's
comment: an index that nothing writes through would be two thirds of the file.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

PUBLIC_SCHEMAS = ("exceptions", "marts")

_KEY_LINE = "\nKey: "


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a public schema."""

    schema: str
    name: str
    comment: str | None
    columns: tuple[tuple[str, str, str | None], ...]
    """(name, type, comment) in order."""
    required: frozenset[str]
    """The columns that are never null."""
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

    def defined_with(self, plain: frozenset[str]) -> str:
        """The statement that makes it, without its key; the columns ``plain`` are not packed."""
        columns = ", ".join(
            f"{quote(name)} {kind}"
            f"{' using compression uncompressed' if name in plain else ''}"
            f"{' not null' if name in self.required else ''}"
            for name, kind, _ in self.columns
        )
        return f"create table {self.quoted} ({columns})"

    @property
    def comment_with_key(self) -> str:
        """What a published file says of it."""
        is_keyless = self.key == tuple(name for name, _, _ in self.columns)
        return (self.comment or "") + ("" if is_keyless else _KEY_LINE + ", ".join(self.key))


def quote(name: str) -> str:
    """An identifier as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def public_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every table of the public schemas in the current database, sorted by schema and name."""
    found = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables()"
        " where database_name = current_database() and list_contains($schemas, schema_name) order by 1, 2",
        {"schemas": list(PUBLIC_SCHEMAS)},
    ).fetchall()
    columns = _by_table(
        connection,
        "select schema_name, table_name, column_name, data_type, comment, is_nullable from duckdb_columns()"
        " where database_name = current_database() order by schema_name, table_name, column_index",
    )
    keys = _by_table(
        connection,
        "select schema_name, table_name, constraint_column_names from duckdb_constraints()"
        " where database_name = current_database() and constraint_type = 'PRIMARY KEY'",
    )
    return [
        _table(schema, name, comment, columns[schema, name], keys.get((schema, name), []))
        for schema, name, comment in found
    ]


def _by_table(connection: duckdb.DuckDBPyConnection, query: str) -> dict[tuple[str, str], list[Any]]:
    """The rows of a query, whose first two columns are schema and table, without these, by table."""
    rows: dict[tuple[str, str], list[Any]] = {}
    for schema, name, *facts in connection.execute(query).fetchall():
        rows.setdefault((schema, name), []).append(facts)
    return rows


def _table(schema: str, name: str, comment: str | None, columns: list[Any], constraints: list[Any]) -> Table:
    said, _, named = (comment or "").partition(_KEY_LINE)
    names = tuple(column for column, *_ in columns)
    constrained = tuple(constraints[0][0]) if constraints else ()
    return Table(
        schema,
        name,
        said or None,
        tuple((column, kind, remark) for column, kind, remark, _ in columns),
        frozenset(column for column, _, _, is_nullable in columns if not is_nullable),
        constrained or tuple(each for each in named.split(", ") if each) or names,
    )
