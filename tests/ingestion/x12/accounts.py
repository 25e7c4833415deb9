"""What must hold of any batch of files, however broken they are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from ingestion.x12 import FILE, SETS, X12Batch, read_x12, read_x12_files

TRUNCATED_BYTES = 5 * 1024
FILES_AT_ONCE = 1_000

_ONE_ROW_EACH = (
    ("835", "CLP", "claims"),
    ("837", "CLM", "claim_submissions"),
    ("837", "SV1", "claim_submission_lines"),
    ("999", "AK2", "functional_acknowledgement_transactions"),
    ("277", "SVC", "claim_acknowledgement_lines"),
)
"""Of each set, segments that are one row of one table wherever their transaction is kept."""

_PLACE = [FILE, "segment_number"]
_TRANSACTION = [FILE, "transaction_position"]


def assert_every_file_accounted(batch: X12Batch, files: int) -> None:
    """Every file is read or refused; every segment is kept or set aside; every row is of a kept segment."""
    assert set(batch.accounts) | set(batch.refused) == set(range(files))
    assert not set(batch.accounts) & set(batch.refused)
    segments = batch.tables["segments"]
    found = segments.group_by(FILE).agg(read=pl.len(), kept=pl.col("is_kept").sum())
    by_file = {file: (read, kept) for file, read, kept in found.iter_rows()}
    for file, account in batch.accounts.items():
        counts = account.counts
        assert (counts.segments_read, counts.segments_kept) == by_file.get(file, (0, 0))
        assert counts.segments_read == counts.segments_kept + counts.segments_quarantined
        assert counts.transactions_read == counts.transactions_kept + counts.transactions_quarantined
    kept = segments.filter(pl.col("is_kept"))
    for name, table in batch.tables.items():
        if name != "segments":
            assert table.join(kept, on=_PLACE, how="anti").is_empty(), name
    starts = kept.filter(segment_id="ST")
    for identifier, segment_id, name in _ONE_ROW_EACH:
        ours = starts.filter(pl.col("raw").str.contains(f"^ST.{identifier}"))
        expected = kept.filter(segment_id=segment_id).join(ours, on=_TRANSACTION, how="semi")
        assert batch.tables[name].select(_PLACE).sort(_PLACE).equals(expected.select(_PLACE).sort(_PLACE)), (
            name
        )
    controls = [
        batch.tables[each.control.table][each.control.column] for each in SETS.values() if each.control
    ]
    total = sum((amounts.sum() or Decimal(0) for amounts in controls), Decimal(0))
    assert sum((each.counts.kept_control_amount for each in batch.accounts.values()), Decimal(0)) == total


def assert_safe_when_cut(data: bytes, lengths: Sequence[int]) -> int:
    """Of a cut file only whole transactions are loaded, with all their rows as in the whole file.

    Returns how many cut files were read.
    """
    whole = read_x12(data)
    for start in range(0, len(lengths), FILES_AT_ONCE):
        files = [data[:length] for length in lengths[start : start + FILES_AT_ONCE]]
        batch = read_x12_files(files)
        assert_every_file_accounted(batch, len(files))
        for name, table in batch.tables.items():
            if name != "segments":
                _assert_transactions_complete(name, table, whole.tables[name])
    return len(lengths)


def _assert_transactions_complete(name: str, cut: pl.DataFrame, whole: pl.DataFrame) -> None:
    """Every row of ``cut`` is in ``whole``, and its transaction has as many there."""
    rows = cut.join(whole, on=whole.columns, how="semi", nulls_equal=True)
    assert len(rows) == len(cut), name
    in_cut = cut.group_by(_TRANSACTION).len()
    in_whole = whole.group_by("transaction_position").len("whole")
    counted = in_cut.join(in_whole, on="transaction_position", how="left")
    assert (counted["len"] == counted["whole"]).all(), name
