"""Files cut, shuffled and damaged: no uncaught error, no half transaction, every segment accounted for."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.x12 import X12Reading, X12Refused, read_x12, read_x12_file, sniff
from tests.ingestion.x12.remittances import CLAIM, PLB, interchange, one, text, transaction

WHOLE = text(
    [
        *interchange(transaction(), transaction(CLAIM[:14], payment="1", control="0002")),
        *interchange(transaction(PLB, payment="0"), control="000000002"),
    ]
)


def read_or_refused(data: bytes) -> X12Reading | None:
    try:
        return read_x12(data)
    except X12Refused:
        return None


def assert_conserved(reading: X12Reading) -> None:
    counts, segments = reading.counts, reading.tables["segments"]
    assert counts.segments_read == len(segments) == counts.segments_kept + counts.segments_quarantined
    assert counts.segments_kept == segments["is_kept"].sum()
    assert counts.transactions_read == counts.transactions_kept + counts.transactions_quarantined
    assert counts.transactions_kept == len(reading.tables["remittances"])
    kept = set(segments.filter(pl.col("is_kept"))["segment_number"])
    for name, table in reading.tables.items():
        if name != "segments":
            assert set(table["segment_number"]) <= kept, name
    claims = segments.filter(pl.col("is_kept"), pl.col("segment_id") == "CLP")
    assert len(claims) == len(reading.tables["claims"])


def assert_is_beginning_of(cut: X12Reading, whole: X12Reading) -> None:
    """Every typed row of the cut file is a row of the whole one, and the transactions are its first."""
    assert_conserved(cut)
    kept = cut.counts.transactions_kept
    for name, table in cut.tables.items():
        if name != "segments":
            assert table.equals(whole.tables[name].filter(pl.col("transaction_position") <= kept)), name


@pytest.mark.parametrize("terminator", ["~", "\n", "\x1e"])
def test_a_small_file_cut_at_every_byte(terminator):
    data = text(interchange(transaction(CLAIM[:1], header=["TRN*1*T*1"])), terminator, "")
    whole = read_x12(data)
    for length in range(len(data)):
        cut = read_or_refused(data[:length])
        if cut is None:
            # Only a header that has not yet come to its end is refused.
            assert length < data.index(terminator.encode()) + 1
        else:
            assert_is_beginning_of(cut, whole)


def test_a_file_of_several_transactions_cut_around_every_segment():
    whole = read_x12(WHOLE)
    assert whole.findings.is_empty()
    ends = [at for at, byte in enumerate(WHOLE) if byte == ord("~")]
    for length in (end + step for end in ends[1:] for step in (0, 1, 3)):
        assert_is_beginning_of(read_x12(WHOLE[:length]), whole)


def test_samples_cut_at_random_places(x12_samples: Path):
    rng = random.Random(835)
    for path in sorted((x12_samples / "835").iterdir()):
        data = path.read_bytes()
        whole = read_x12(data)
        for length in rng.sample(range(len(data)), 5):
            cut = read_or_refused(data[:length])
            if cut is not None:
                assert_conserved(cut)
                assert cut.counts.transactions_kept <= whole.counts.transactions_kept, path.name


@given(st.data())
def test_damaged_bytes(data):
    """Bytes replaced, removed and repeated anywhere, delimiters above all."""
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        action = data.draw(st.sampled_from(["replace", "remove", "repeat"]))
        if action == "replace":
            damaged[at] = data.draw(
                st.sampled_from(b"~*:^\r\n\x00\x1a\xff\xc3 A0-.IST") | st.integers(0, 255)
            )
        elif action == "remove":
            del damaged[at : at + data.draw(st.integers(1, 60))]
        else:
            damaged[at:at] = damaged[at : at + data.draw(st.integers(1, 200))]
        if not damaged:
            return
    reading = read_or_refused(bytes(damaged))
    if reading is not None:
        assert_conserved(reading)
    sniff(bytes(damaged))


@given(
    st.lists(
        st.sampled_from(
            [*text(interchange(transaction())).decode().splitlines(), "ISA*", "ST", "SE*x", "*", "~"]
        )
    )
)
def test_segments_in_any_order(lines):
    header = interchange()[0] + "~"
    reading = read_x12("\n".join([header, *lines]).encode())
    assert_conserved(reading)


@given(st.binary(max_size=400))
def test_arbitrary_bytes(junk):
    assert read_or_refused(junk) is None
    reading = read_or_refused(interchange()[0].encode() + b"~" + junk)
    if reading is not None:
        assert_conserved(reading)


@settings(max_examples=15)
@given(st.integers(1, 3000), st.integers(1, 3))
def test_parts_are_the_whole(tmp_path_factory, chunk_bytes, workers):
    path = tmp_path_factory.mktemp("parts") / "remittance.835"
    broken = [
        *interchange(transaction(count=3), transaction(control="0002")[:-1], control="000000009")[:-1],
        "NM1*LOST",
    ]
    other = text(interchange(transaction(), control="000000010", element="|", component=">"), "'", "\r\n")
    data = b"\xef\xbb\xbfnoise " + WHOLE + text(broken) + other + one()
    path.write_bytes(data)
    whole, parts = read_x12(data), list(read_x12_file(path, chunk_bytes, workers))
    for name, table in whole.tables.items():
        assert pl.concat([part.tables[name] for part in parts]).equals(table), name
    order = ["segment_number", "rule", "element"]
    assert pl.concat([part.findings for part in parts]).sort(order).equals(whole.findings.sort(order))
    counts = parts[0].counts
    for part in parts[1:]:
        counts += part.counts
    assert counts == whole.counts


def test_a_refused_file_yields_no_part(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n" * 999)
    with pytest.raises(X12Refused):
        next(read_x12_file(path, 64))
