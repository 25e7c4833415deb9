"""Titles, totals and blank rows are left out and counted; a record never is."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.content import CsvContent, recognize
from ingestion.known_headers import KnownHeaders
from ingestion.readers.csv import UnreadableCsvError, read_records
from ingestion.readers.encodings import survey
from ingestion.readers.totals import is_label, totals_record
from tests.ingestion.deliveries import (
    RECEIPT_HEADER,
    delimited,
    deliver,
    loads_by_name,
    receipt,
    receipts,
    rows,
    take,
)

TOTALS = (
    "Total",
    "TOTALS:",
    "Grand Total",
    "Sub-total",
    "Report Totals",
    "Total for 01/05/2026",
    "Total: 12.00",
)
NO_TOTALS = ("Totally fine", "Total knee replacement", "Subtotalled", "A total", "Co-Pay", "")


@pytest.mark.parametrize("label", TOTALS)
def test_a_total_is_known_by_its_label(label: str):
    assert is_label(label)
    assert totals_record(7, f'"{label}",12.00', ",", 8) is not None


@pytest.mark.parametrize("text", NO_TOTALS)
def test_a_text_that_mentions_a_total_labels_none(text: str):
    assert not is_label(text)


def test_titles_and_totals_of_text_are_skipped_and_counted(tmp_path: Path):
    lines = [
        ["Receipts of January"],
        ["Clinic", "L1"],
        [],
        RECEIPT_HEADER,
        receipt("1"),
        ["", "", "", "", "Total for L1", "10.00", "", ""],
        receipt("2"),
        ["Grand total", "20.00"],
        [],
        ["Printed by somebody"],
    ]
    deliver(tmp_path, "a.csv", delimited(lines[0], lines[1:]))
    take(tmp_path)
    assert rows(tmp_path, "receipts").select("receipt_id", "row_number").rows() == [("1", 5), ("2", 7)]
    load = loads_by_name(tmp_path)["a.csv"]
    assert load["skipped_reasons"] == "above_header 3, blank 1, totals 2"
    assert (load["records_read"], load["records_kept"], load["records_quarantined"]) == (9, 2, 1)
    refused = rows(tmp_path, "quarantine").select("record_number", "rule").rows()
    assert refused == [(10, "field_count")]


def test_rows_as_wide_as_a_header_above_it_are_no_titles(tmp_path: Path):
    wide = ["Receipt", "Class", "Kind", "Place", "When"]
    deliver(tmp_path, "a.csv", delimited(wide, [RECEIPT_HEADER, receipt("1")]))
    take(tmp_path)
    assert loads_by_name(tmp_path)["a.csv"]["reason"] == "unknown_header"
    assert rows(tmp_path, "receipts").is_empty()


CELLS = st.sampled_from([*TOTALS, *NO_TOTALS, "L1", "10.00", "2026-01-05", " "])
ANY_ROW = st.lists(CELLS, min_size=0, max_size=10)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_ROW, max_size=12), st.integers(0, 2**32))
def test_whatever_stands_between_records_every_record_is_kept_and_every_row_counted(
    tmp_path_factory: pytest.TempPathFactory, others: list[list[str]], seed: int
):
    home = tmp_path_factory.mktemp("home")
    records = [list(receipt(str(number))) for number in range(5)]
    lines = [*records, *others]
    random.Random(seed).shuffle(lines)
    deliver(home, "a.csv", delimited(RECEIPT_HEADER, lines))
    take(home)
    load = loads_by_name(home)["a.csv"]
    assert set("01234") <= set(rows(home, "receipts")["receipt_id"])
    assert load["records_read"] == len(lines)
    assert load["records_read"] == (
        load["records_kept"] + load["records_quarantined"] + load["records_skipped"]
    )
    assert load["control_amount_read"] == load["control_amount_kept"] + load["control_amount_quarantined"]


def test_a_record_that_says_total_in_a_text_stays_a_record(tmp_path: Path):
    deliver(tmp_path, "a.csv", receipts(receipt("1", type="Total"), receipt("", type="Total")))
    take(tmp_path)
    assert rows(tmp_path, "receipts")["receipt_type"].to_list() == ["Total"]
    assert loads_by_name(tmp_path)["a.csv"]["records_quarantined"] == 1


def test_every_cut_of_a_text_file_is_survived_and_keeps_whole_records_only(tmp_path: Path):
    """The last field of a cut file may be short, and no reader can know; nothing else may differ."""
    whole = delimited(
        ("Note", *RECEIPT_HEADER), [("x", *receipt(str(number), f"{number}.25")) for number in (1001, 1002)]
    )
    deliver(tmp_path / "whole", "a.csv", whole)
    take(tmp_path / "whole")
    complete = set(
        rows(tmp_path / "whole", "receipts").drop("file_hash", "load_id", "last_modified_at").rows()
    )
    for cut in range(len(whole)):
        deliver(tmp_path / "cut", f"{cut:04}.csv", whole[:cut])
    take(tmp_path / "cut")
    loads = loads_by_name(tmp_path / "cut")
    assert len(loads) == len(whole)
    kept = rows(tmp_path / "cut", "receipts").drop("file_hash", "load_id", "last_modified_at")
    assert set(kept.rows()) <= complete
    for load in loads.values():
        assert load["verdict"] in ("loaded", "set_aside")
        assert load["records_read"] == (
            load["records_kept"] + load["records_quarantined"] + load["records_skipped"]
        )


def fuzz(headers: KnownHeaders, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(receipts(*(receipt(str(number)) for number in range(5))))
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(data))
        damage = chance.choice([b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b";", b"\xef\xbb\xbf", b""])
        data[place : place + chance.randrange(3)] = damage
    content = recognize(bytes(data), survey([bytes(data)]).encoding(), "a.csv", headers)
    if isinstance(content, CsvContent):
        try:
            read_records(bytes(data), content.encoding, content.header)
        except UnreadableCsvError:
            return


def test_damaged_text_is_survived():
    headers = KnownHeaders()
    for seed in range(400):
        fuzz(headers, seed)


@pytest.mark.soak
def test_damaged_text_is_survived_for_a_minute():
    headers = KnownHeaders()
    end = time.monotonic() + 60
    seed = 10_000
    while time.monotonic() < end:
        fuzz(headers, seed)
        seed += 1
