"""How rows of bronze become a Parquet file: which encoding for which column.

Belongs here: encodings, compression, statistics. Does not belong here: which rows, and when they count
(`ingestion.bronze`). Half of what a night's intake costs is writing, so nothing is done here that no reader
gains by: numbers that mostly count up are written as differences, values of few kinds through a dictionary,
everything else as it is; and only the columns that tell a load apart have statistics.
"""

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as parquet

ROWS_PER_GROUP = 122_880  # what DuckDB reads at a time
COMPRESSION_LEVEL = 1  # as small as the usual 3 on these tables, at three quarters of the time
_ROWS_PER_BATCH = 16_384  # that the writer encodes at a time
_WITH_STATISTICS = ("load_id", "loaded_on", "row_number")
_SAME_FOR_MANY_ROWS = ("file_hash", "load_id")
_SAMPLE, _FEW = 1_000, 100  # rows that are looked at, and kinds among them up to which a dictionary pays


def write_part(path: Path, rows: pl.DataFrame) -> None:
    """Write ``rows`` to a new file. Raises OSError of the disk."""
    table = _arrow_table(rows)
    types = dict(zip(table.column_names, table.schema.types, strict=True))
    parquet.write_table(
        table,
        path,
        row_group_size=ROWS_PER_GROUP,
        write_batch_size=_ROWS_PER_BATCH,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=[name for name, kind in types.items() if _is_of_few_kinds(rows[name], kind)],
        column_encoding={
            name: "DELTA_BINARY_PACKED" for name, kind in types.items() if pa.types.is_integer(kind)
        },
        write_statistics=[name for name in _WITH_STATISTICS if name in types],
        store_decimal_as_integer=True,
        store_schema=False,  # a reader sees text, whether or not it went through a dictionary
    )


def _arrow_table(rows: pl.DataFrame) -> pa.Table:
    columns = rows.get_columns()
    arrays = [_runs(column) if column.name in _SAME_FOR_MANY_ROWS else _chunks(column) for column in columns]
    fields = [
        pa.field(column.name, array.type, nullable=column.has_nulls())
        for column, array in zip(columns, arrays, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _chunks(column: pl.Series) -> pa.ChunkedArray:
    """The column as it lies in memory, in as many pieces as it came in."""
    newest = pl.CompatLevel.newest()
    return pa.chunked_array([chunk.to_arrow(compat_level=newest) for chunk in column.get_chunks()])


def _runs(column: pl.Series) -> pa.DictionaryArray:
    """Text that stays the same over many rows, as a dictionary; looking up every row would cost more."""
    runs = column.rle().struct.unnest()
    values = runs["value"].unique(maintain_order=True)
    codes = runs["value"].cast(pl.Enum(values.drop_nulls())).to_physical().cast(pl.Int32)
    spread = pl.Series(np.arange(runs.height).repeat(runs["len"].to_numpy()))
    return pa.DictionaryArray.from_arrays(
        codes.gather(spread).to_arrow(), values.drop_nulls().to_arrow().cast(pa.string())
    )


def _is_of_few_kinds(column: pl.Series, kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return True
    return pa.types.is_string_view(kind) and column.head(_SAMPLE).n_unique() <= _FEW
