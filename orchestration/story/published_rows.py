"""Rows of the published marts by a key, with the file that each came from."""

from datetime import date
from typing import Any

import duckdb

from orchestration.named_rows import named_rows
from orchestration.run.tables import public_tables, quote

Row = dict[str, Any]


class PublishedRows:
    """Reads one published file. A mart that it does not have gives no rows, and `lacks` says so."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
        self._connection = connection
        self._tables = {table.full_name: table for table in public_tables(connection)}
        self.as_of = as_of

    def lacks(self, table: str) -> bool:
        """Whether the published file has no such table."""
        return table not in self._tables

    def where(self, table: str, column: str, value: str) -> list[Row]:
        """The rows of ``table`` whose ``column`` is ``value``, in the table's own order.

        Each has ``file_name`` besides its columns, null where the row does not say its load.
        """
        found = self._tables.get(table)
        if found is None or column not in {name for name, _, _ in found.columns}:
            return []
        sql = f"select * from {found.quoted} where {quote(column)} = $value order by {found.order}"  # noqa: S608
        return self._with_file_names(sql, value)

    def one(self, table: str, column: str, value: str) -> Row | None:
        """The row with that key, None when there is none."""
        return next(iter(self.where(table, column, value)), None)

    def exceptions_about(self, key: str) -> list[Row]:
        """Open exceptions that name the key as theirs or as one of their sides."""
        if self.lacks("exceptions.exceptions"):
            return []
        return self._with_file_names(
            "select * from exceptions.exceptions where left_key = $value or right_key = $value"
            " or list_contains(string_split(business_key, '|'), $value) order by kind, business_key",
            key,
        )

    def _with_file_names(self, sql: str, value: str) -> list[Row]:
        rows = named_rows(self._connection.execute(sql, {"value": value}))
        for row in rows:
            row.setdefault("file_name", self._file_name(row.get("load_id")))
        return rows

    def _file_name(self, load_id: str | None) -> str | None:
        if load_id is None or self.lacks("marts.loads"):
            return None
        found = self._connection.execute(
            "select file_name from marts.loads where load_id = ?", [load_id]
        ).fetchone()
        return str(found[0]) if found else None
