"""Where the rows of a load came from, as columns.

Belongs here: what every row of a source says of its file. Does not belong here: its number in the file, which
each kind of source counts in its own way. Text comes as an enumeration, because the same few values stand in
every row.
"""

from collections.abc import Sequence

import polars as pl

from ingestion.bronze_tables import PROVENANCE
from ingestion.register import Load


def provenance_of(loads: Sequence[Load], positions: pl.Series) -> dict[str, pl.Series]:
    """The provenance of rows, by column; ``positions`` has for each row the place of its load."""
    told = {name: [getattr(load, name) for load in loads] for name in ("file_hash", "load_id")}
    columns = [pl.Series(name, texts, pl.Enum(list(dict.fromkeys(texts)))) for name, texts in told.items()]
    columns.append(pl.Series("loaded_on", [load.loaded_on for load in loads], PROVENANCE["loaded_on"]))
    return {column.name: _of_rows(column, positions) for column in columns}


def _of_rows(values: pl.Series, positions: pl.Series) -> pl.Series:
    """The value of each row's load; there is hardly anything to do where there is one load."""
    return values.new_from_index(0, len(positions)) if len(values) == 1 else values.gather(positions)
