"""Every public 837P sample against a count in plain Python and against pyx12, an independent reader."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from pyx12.x12file import X12Reader

from ingestion.x12 import X12Reading, read_x12, read_x12_file

SAMPLES = 40


@pytest.fixture(scope="module")
def samples(x12_samples: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((x12_samples / "837p").iterdir())}


@pytest.fixture(scope="module")
def readings(samples: dict[str, bytes]) -> dict[str, X12Reading]:
    return {name: read_x12(data) for name, data in samples.items()}


def plainly_split(data: bytes) -> list[list[str]]:
    """The elements of every segment of a file with one set of delimiters, found by counting separators."""
    content = data.decode("latin-1").lstrip("\xef\xbb\xbf \r\n\t")
    element, position = content[3], -1
    for _ in range(16):
        position = content.index(element, position + 1)
    terminator = content[position + 2]
    return [part.strip("\r\n\t ").split(element) for part in content.split(terminator) if part.strip()]


def test_the_sample_set_is_the_known_one(samples):
    assert len(samples) == SAMPLES


def test_rows_and_totals_equal_a_plain_count(samples, readings):
    for name, data in samples.items():
        segments, reading = plainly_split(data), readings[name]
        tables = reading.tables
        ids = [segment[0] for segment in segments]
        assert reading.counts.segments_read == len(segments), name
        assert reading.counts.transactions_quarantined == 0, name
        assert len(tables["claim_submissions"]) == ids.count("CLM"), name
        assert len(tables["claim_submission_lines"]) == ids.count("SV1"), name
        assert len(tables["claim_submission_adjudications"]) == ids.count("SVD"), name
        charged = sum(Decimal(segment[2]) for segment in segments if segment[0] == "CLM")
        assert reading.counts.kept_control_amount == charged, name
        billed = sum(Decimal(segment[2]) for segment in segments if segment[0] == "SV1")
        assert tables["claim_submission_lines"]["charge_amount"].sum() == billed, name


def test_rows_equal_pyx12(samples, readings):
    for name, data in samples.items():
        counts: dict[str, int] = {}
        charged = Decimal(0)
        for segment in X12Reader(StringIO(data.decode("latin-1"))):
            counts[segment.get_seg_id()] = counts.get(segment.get_seg_id(), 0) + 1
            if segment.get_seg_id() == "CLM":
                charged += Decimal(segment.get_value("CLM02"))
        tables = readings[name].tables
        assert len(tables["claim_submissions"]) == counts["CLM"], name
        assert len(tables["claim_submission_lines"]) == counts["SV1"], name
        assert readings[name].counts.kept_control_amount == charged, name


def test_every_claim_knows_its_provider_subscriber_payer_and_patient(readings):
    known = (
        "billing_provider_name",
        "billing_provider_tax_id",
        "subscriber_last_name",
        "payer_name",
        "patient_last_name",
        "patient_control_number",
        "place_of_service_code",
        "service_from_on",
    )
    for name, reading in readings.items():
        claims = reading.tables["claim_submissions"]
        unknown = {column: nulls for column in known if (nulls := claims[column].null_count())}
        assert unknown == {}, name


def test_a_file_read_in_parts_equals_the_file_read_whole(x12_samples, readings):
    for name, whole in readings.items():
        parts = list(read_x12_file(x12_samples / "837p" / name, chunk_bytes=97))
        for table, expected in whole.tables.items():
            assert pl.concat([part.tables[table] for part in parts]).equals(expected), (name, table)
