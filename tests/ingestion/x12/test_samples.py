"""Every public 835 sample against a counter of our own and against oxedi, an independent reader in Rust."""

from __future__ import annotations

from pathlib import Path

import oxedi
import polars as pl
import pytest

from ingestion.x12 import X12Reading, read_x12, read_x12_file
from tests.ingestion.x12.independent_counter import count_835

SAMPLES = 48


@pytest.fixture(scope="module")
def samples(x12_samples: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((x12_samples / "835").iterdir())}


@pytest.fixture(scope="module")
def readings(samples: dict[str, bytes]) -> dict[str, X12Reading]:
    return {name: read_x12(data) for name, data in samples.items()}


def occurrences(reading: X12Reading, segment_id: str) -> int:
    return int((reading.tables["segments"]["segment_id"] == segment_id).sum())


def test_the_sample_set_is_the_known_one(samples):
    assert len(samples) == SAMPLES


def test_all_segments_are_read(samples, readings):
    for name, data in samples.items():
        counted, reading = count_835(data), readings[name]
        assert reading.counts.segments_read == counted.segments, name
        assert len(reading.tables["segments"]) == counted.segments, name
        assert occurrences(reading, "CLP") >= counted.total("claims"), name
        assert occurrences(reading, "SVC") >= counted.total("lines"), name


def test_kept_rows_and_totals_equal_the_independent_count(samples, readings):
    for name, data in samples.items():
        counted, reading = count_835(data), readings[name]
        tables = reading.tables
        kept = {
            "claims": len(tables["claims"]),
            "lines": len(tables["service_lines"]),
            "triplets": len(tables["adjustments"]),
            "pairs": len(tables["provider_adjustments"]),
            "payment": reading.counts.kept_control_amount,
            "claim_paid": tables["claims"]["paid_amount"].sum() or 0,
        }
        assert kept == {field: counted.total(field, sound_only=True) for field in kept}, name


def test_transactions_are_quarantined_exactly_where_the_independent_count_finds_a_fault(samples, readings):
    for name, data in samples.items():
        counted, counts = count_835(data), readings[name].counts
        unsound = [each for each in counted.transactions if each.problems]
        # One sample holds a segment with no id, which a counter that knows no ids cannot tell; its SE is
        # wrong as well.
        assert counts.transactions_read == len(counted.transactions), name
        assert counts.transactions_quarantined == len(unsound), name
        assert counts.quarantined_control_amount == sum(each.payment for each in unsound), name


def test_what_is_quarantined_has_a_reason_and_what_is_not_has_none(readings):
    for name, reading in readings.items():
        reasons = reading.findings.filter(pl.col("severity") == "quarantine")["transaction_position"]
        segments = reading.tables["segments"]
        set_aside = segments.filter(~pl.col("is_kept"))["transaction_position"]
        assert set(reasons.drop_nulls()) == set(set_aside.drop_nulls()), name


def oxedi_tables(data: bytes) -> dict[str, pl.DataFrame]:
    return oxedi.parse(data).tables.to_polars()


def test_whole_files_equal_oxedi_in_counts(samples, readings):
    """Over all segments, quarantined or not: oxedi quarantines nothing. No sample differs."""
    for name, data in samples.items():
        theirs, reading = oxedi_tables(data), readings[name]
        assert len(theirs["payments"]) == reading.counts.transactions_read, name
        assert len(theirs["claims"]) == occurrences(reading, "CLP"), name
        assert len(theirs["services"]) == occurrences(reading, "SVC"), name
        counted = count_835(data)
        assert len(theirs["adjustments"]) == counted.total("triplets"), name
        assert len(theirs["provider_adjustments"]) == counted.total("pairs"), name


COMPARED = {
    "claims": (
        "claims",
        {
            "claim_identifier": "claim_id",
            "status_code": "claim_status",
            "charge_amount": "charge_amount",
            "paid_amount": "payment_amount",
            "payer_claim_control_number": "payer_control_number",
            "patient_last_name": "patient_last_name",
            "service_from_on": "statement_from",
        },
    ),
    "service_lines": (
        "services",
        {
            "procedure_qualifier": "procedure_qualifier",
            "procedure_code": "procedure_code",
            "charge_amount": "charge_amount",
            "paid_amount": "payment_amount",
            "line_control_number": "line_item_control_number",
        },
    ),
    "adjustments": (
        "adjustments",
        {"group_code": "group_code", "reason_code": "reason_code", "amount": "amount"},
    ),
    "provider_adjustments": (
        "provider_adjustments",
        {"provider_identifier": "provider_id", "reason_code": "reason_code", "amount": "amount"},
    ),
}


def as_rows(table: pl.DataFrame, columns: list[str]) -> list[tuple]:
    rows = table.select(columns).rows()
    return [
        tuple((cell.decode() if isinstance(cell, bytes) else cell) or None for cell in row) for row in rows
    ]


def test_kept_rows_equal_oxedi_cell_by_cell(samples, readings):
    compared = 0
    for name, data in samples.items():
        theirs, ours = oxedi_tables(data), readings[name].tables
        kept = set(ours["segments"].filter(pl.col("is_kept"))["segment_number"])
        for table, (their_table, columns) in COMPARED.items():
            # oxedi numbers segments from 0.
            there = theirs[their_table].with_columns(segment_number=pl.col("segment") + 1)
            there = there.filter(pl.col("segment_number").is_in(kept))
            assert as_rows(ours[table], ["segment_number", *columns]) == as_rows(
                there, ["segment_number", *columns.values()]
            ), (name, table)
            compared += len(there)
    assert compared > 250


def test_a_file_read_in_parts_equals_the_file_read_whole(x12_samples, readings):
    for name, whole in readings.items():
        parts = list(read_x12_file(x12_samples / "835" / name, chunk_bytes=97))
        for table, expected in whole.tables.items():
            assert pl.concat([part.tables[table] for part in parts]).equals(expected), (name, table)
