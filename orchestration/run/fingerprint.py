"""The fingerprint of a table: one digest of its columns and all its rows in canonical order.

Two warehouses with equal fingerprints hold the same rows, whatever engine version, machine or row order
made them. Every value is hashed as ``<length in bytes>:<text>``, a null as ``~``, so no two rows read the
same. The rows are streamed; a table is never held in memory.
"""

import hashlib
from collections.abc import Mapping

import duckdb
import pyarrow as pa

from orchestration.run.tables import Table, quote

ROWS_PER_BATCH = 50_000
INEXACT_TYPES = {"FLOAT", "DOUBLE"}


def table_fingerprint(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """sha256 of ``table`` in the current database, whose session time zone must be UTC.

    Raises ValueError for a column of binary floating point: money is exact, and such text is not portable.
    """
    inexact = [name for name, kind, _ in table.columns if kind in INEXACT_TYPES]
    if inexact:
        raise ValueError(f"{table.full_name} has inexact columns: {', '.join(inexact)}")
    digest = hashlib.sha256()
    for name, kind, _ in table.columns:
        digest.update(f"{name} {kind}\n".encode())
    values = ", ".join(_encoded(name) for name, _, _ in table.columns)
    reader = connection.execute(
        f"select concat({values}, chr(10)) from {table.quoted} order by {table.order}"  # noqa: S608 - catalogue names
    ).to_arrow_reader(ROWS_PER_BATCH)
    for batch in reader:
        digest.update(_bytes_of(batch.column(0)))
    return digest.hexdigest()


def overall_fingerprint(tables: Mapping[str, str]) -> str:
    """sha256 over the fingerprints of all tables, by name."""
    lines = "".join(f"{name} {tables[name]}\n" for name in sorted(tables))
    return hashlib.sha256(lines.encode()).hexdigest()


def _encoded(column: str) -> str:
    text = f"cast({quote(column)} as varchar)"
    return f"coalesce(strlen({text}) || ':' || {text}, '~')"


def _bytes_of(texts: pa.Array) -> memoryview:
    """The texts of a column one after the other, without copying them out of Arrow."""
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    bounds = memoryview(offsets).cast("q")
    start, end = bounds[texts.offset], bounds[texts.offset + len(texts)]
    return memoryview(data)[start:end] if data is not None else memoryview(b"")
