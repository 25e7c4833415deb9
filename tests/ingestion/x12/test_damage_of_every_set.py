"""Every transaction set cut and damaged: no uncaught error, no half transaction, every segment counted."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.x12 import X12Reading, X12Refused, read_x12
from tests.ingestion.x12.claims import (
    BODY,
    SECOND_CLAIM,
    acknowledgement,
    claim_acknowledgement,
    file_of,
    group,
    submission,
    submitted,
)
from tests.ingestion.x12.remittances import transaction

WHOLE = {
    "837": submitted(submission([*BODY, *SECOND_CLAIM]), submission(control="0002")),
    "999": submitted(acknowledgement(), acknowledgement(control="0002")),
    "277": submitted(claim_acknowledgement(), claim_acknowledgement(control="0002")),
    "all": file_of(
        group(submission()),
        group(acknowledgement(), number=8),
        group(claim_acknowledgement(), number=9),
        group(transaction(), number=10),
    ),
}
ONE_ROW_EACH = (
    ("835", "CLP", "claims"),
    ("837", "CLM", "claim_submissions"),
    ("837", "SV1", "claim_submission_lines"),
    ("999", "AK2", "functional_acknowledgement_transactions"),
    ("277", "SVC", "claim_acknowledgement_lines"),
)
"""Of each set, segments that are one row of one table wherever their transaction is kept."""


def read_or_refused(data: bytes) -> X12Reading | None:
    try:
        return read_x12(data)
    except X12Refused:
        return None


def assert_conserved(reading: X12Reading) -> None:
    counts, segments = reading.counts, reading.tables["segments"]
    assert counts.segments_read == len(segments) == counts.segments_kept + counts.segments_quarantined
    assert counts.transactions_read == counts.transactions_kept + counts.transactions_quarantined
    assert counts.transactions_quarantined == len(reading.set_aside)
    kept = segments.filter(pl.col("is_kept"))
    numbers = set(kept["segment_number"])
    for name, table in reading.tables.items():
        if name != "segments":
            assert set(table["segment_number"]) <= numbers, name
    for identifier, segment_id, table in ONE_ROW_EACH:
        ours = kept.filter(pl.col("segment_id") == "ST", pl.col("raw").str.contains(f"^ST.{identifier}"))
        inside = pl.col("transaction_position").is_in(ours["transaction_position"].to_list())
        expected = kept.filter(inside, pl.col("segment_id") == segment_id)["segment_number"]
        assert reading.tables[table]["segment_number"].to_list() == expected.to_list(), table
    charged = reading.tables["claim_submissions"]["charge_amount"].sum() or Decimal(0)
    paid = reading.tables["remittances"]["payment_amount"].sum() or Decimal(0)
    assert counts.kept_control_amount == charged + paid


def assert_is_beginning_of(cut: X12Reading, whole: X12Reading) -> None:
    """Every typed row of the cut file is a row of the whole one, and the transactions are its first."""
    assert_conserved(cut)
    kept = cut.counts.transactions_kept
    for name, table in cut.tables.items():
        if name != "segments":
            assert table.equals(whole.tables[name].filter(pl.col("transaction_position") <= kept)), name


def assert_safe_when_cut(data: bytes, lengths: range | list[int]) -> None:
    whole = read_x12(data)
    for length in lengths:
        cut = read_or_refused(data[:length])
        if cut is not None:
            assert_is_beginning_of(cut, whole)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes replaced, removed or repeated, delimiters above all."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[at] = chance.choice(b"~*:^\r\n\x00\x1a\xff\xc3 A0-.ISTHLX")
            case 1:
                del content[at : at + chance.randint(1, 60)]
            case 2:
                content[at:at] = content[at : at + chance.randint(1, 200)]
            case _:
                lines = bytes(content).split(b"~")
                first, second = (chance.randrange(len(lines)) for _ in range(2))
                lines[first], lines[second] = lines[second], lines[first]
                content = bytearray(b"~".join(lines))
        if not content:
            return bytes(content)
    return bytes(content)


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_around_every_segment(name):
    ends = [at for at, byte in enumerate(WHOLE[name]) if byte == ord("~")]
    assert_safe_when_cut(WHOLE[name], [end + step for end in ends[1:] for step in (0, 1, 3)])


def test_claim_samples_cut_at_random_places(x12_samples: Path):
    chance = random.Random(837)
    for path in sorted((x12_samples / "837p").iterdir()):
        data = path.read_bytes()
        assert_safe_when_cut(data, chance.sample(range(len(data)), 5))


@pytest.mark.parametrize("name", WHOLE)
@given(seed=st.integers(0, 2**32))
def test_damaged_bytes(name, seed):
    reading = read_or_refused(damaged(WHOLE[name], random.Random(seed)))
    if reading is not None:
        assert_conserved(reading)


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_segments_in_any_order(name, data):
    lines = WHOLE[name].decode().splitlines()
    drawn = data.draw(st.lists(st.sampled_from(lines), max_size=60))
    assert_conserved(read_x12("\n".join([*lines[:2], *drawn]).encode()))


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_segments_in_any_order_inside_a_whole_transaction(name, data):
    """The envelope is sound, so that whatever it holds reaches the tables or is set aside with a reason."""
    lines = WHOLE[name].decode().splitlines()
    opening = next(line for line in lines if line.startswith("ST*")).removesuffix("~")
    body = [line.removesuffix("~") for line in lines if line[:2] not in ("IS", "GS", "ST", "SE", "GE", "IE")]
    drawn = data.draw(st.lists(st.sampled_from(body), max_size=60))
    whole = [opening, *drawn, f"SE*{len(drawn) + 2}*{opening.split('*')[2]}"]
    reading = read_x12(submitted(whole))
    assert_conserved(reading)
    severe = (reading.findings["severity"] == "quarantine").any()
    assert severe == bool(reading.counts.transactions_quarantined)
