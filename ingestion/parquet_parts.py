"""How rows of bronze become a Parquet file: which encoding for which column.

Belongs here: encodings, compression, statistics. Does not belong here: which rows, and when they count
(`ingestion.bronze`). Half of what a night's intake costs is writing, so nothing is done here that no reader
gains by: numbers are written as differences, which are small ones, values of few kinds through a dictionary,
everything else as it is; and only the columns that tell a load apart have statistics.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as parquet

from ingestion.kernels import codes_of_kinds

ROWS_PER_GROUP = 122_880  # what DuckDB reads at a time
COMPRESSION_LEVEL = 1  # as small as the usual 3 on these tables, at three quarters of the time
_ROWS_PER_BATCH = 16_384  # that the writer encodes at a time
_WITH_STATISTICS = ("load_id", "loaded_on", "row_number")
_SAME_FOR_MANY_ROWS = ("file_hash", "load_id")
_SELDOM_OTHERWISE = ("interchange_position", "group_position", "transaction_position")  # than a row before
_DIFFERENCES = "DELTA_BINARY_PACKED"
_SAMPLE, _FEW = 1_000, 100  # rows that are looked at, and kinds among them up to which a dictionary pays


def write_part(path: Path, frames: Sequence[pl.DataFrame]) -> None:
    """Write the rows of ``frames``, which have the same columns, to a new file. Raises OSError of the disk.

    Text may be an enumeration, and of other values in every frame.
    """
    table = _arrow_table(frames)
    parquet.write_table(
        table,
        path,
        row_group_size=ROWS_PER_GROUP,
        write_batch_size=_ROWS_PER_BATCH,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=[field.name for field in table.schema if pa.types.is_dictionary(field.type)],
        column_encoding={field.name: _DIFFERENCES for field in table.schema if _is_counted(field)},
        write_statistics=[name for name in _WITH_STATISTICS if name in table.column_names],
        store_decimal_as_integer=True,
        store_schema=False,  # a reader sees text, whether or not it went through a dictionary
    )


def _is_counted(field: pa.Field) -> bool:
    """Whether differences are smaller than the values: so are those of amounts, and of days."""
    kind = field.type
    is_number = pa.types.is_integer(kind) or pa.types.is_date32(kind) or pa.types.is_decimal128(kind)
    return is_number and field.name not in _SELDOM_OTHERWISE


def _arrow_table(frames: Sequence[pl.DataFrame]) -> pa.Table:
    arrays, fields = [], []
    for name in frames[0].columns:
        array = _array([frame[name] for frame in frames])
        arrays.append(array)
        fields.append(pa.field(name, array.type, nullable=array.null_count > 0))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _array(pieces: Sequence[pl.Series]) -> pa.Array | pa.ChunkedArray:
    """A column, as a dictionary where that pays, else as it lies in memory, in the pieces it came in."""
    first = pieces[0]
    if first.dtype == pl.String and all(piece.null_count() == len(piece) for piece in pieces):
        return pa.nulls(sum(map(len, pieces)), pa.dictionary(pa.int32(), pa.string()))
    if first.name in _SAME_FOR_MANY_ROWS or isinstance(first.dtype, pl.Enum):
        return _dictionary(pieces)
    newest = pl.CompatLevel.newest()
    chunks = [chunk.to_arrow(compat_level=newest) for piece in pieces for chunk in piece.get_chunks()]
    if first.dtype == pl.String and len(set(first.head(_SAMPLE).to_list())) <= _FEW:
        numbered = codes_of_kinds(chunks)
        if numbered is None:
            return pa.chunked_array(chunks).cast(pa.string()).dictionary_encode()
        return _of_codes(*numbered)
    return pa.chunked_array(chunks)


def _of_codes(codes: npt.NDArray[np.int32], texts: Sequence[str]) -> pa.DictionaryArray:
    is_null = codes < 0
    indexes = pa.array(codes, mask=is_null if is_null.any() else None)
    return pa.DictionaryArray.from_arrays(indexes, pa.array(texts, pa.string()), safe=False)


def _dictionary(pieces: Sequence[pl.Series]) -> pa.DictionaryArray:
    """Text as a dictionary of the values that it has; looking up every row would cost more."""
    places: dict[str, int] = {}
    codes: list[npt.NDArray[np.int32]] = []
    for piece in pieces:
        kind = piece.dtype
        physical, categories = (
            (piece.to_physical(), kind.categories) if isinstance(kind, pl.Enum) else _runs(piece)
        )
        names = categories.to_list()
        if len(names) == 1 and not physical.has_nulls():
            codes.append(np.full(len(physical), places.setdefault(names[0], len(places)), np.int32))
            continue
        place_of = np.full(len(names) + 1, -1, np.int32)  # the last one is that of nothing
        for used in physical.unique().drop_nulls().to_list():
            place_of[used] = places.setdefault(names[used], len(places))
        codes.append(place_of[physical.fill_null(len(names)).to_numpy()])
    return _of_codes(np.concatenate(codes), list(places))


def _runs(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Text that stays the same over many rows as codes and their texts, for one look at each run of it."""
    runs = column.rle().struct.unnest()
    names = runs["value"].unique(maintain_order=True).drop_nulls()
    codes = runs["value"].cast(pl.Enum(names)).to_physical()
    return codes.gather(np.arange(runs.height).repeat(runs["len"].to_numpy())), names
