"""Rows of a query by the names of their columns."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def named_rows(executed: "DuckDBPyConnection") -> list[dict[str, Any]]:
    """Every row of what was executed last, in its order."""
    names = [column[0] for column in executed.description]
    return [dict(zip(names, row, strict=True)) for row in executed.fetchall()]
