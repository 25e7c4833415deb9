"""Every file is taken once or set aside with a reason, and every row and cent of it is accounted for."""

import os
import random
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.intake import Progress, take_landing
from ingestion.x12 import X12Reading, read_x12
from tests.ingestion.deliveries import (
    AS_OF,
    RECEIPT_HEADER,
    all_rows,
    delimited,
    deliver,
    interchange,
    loads_by_name,
    publish,
    receipt,
    receipts,
    rows,
    store,
    take,
)

ELIGIBILITY = interchange(
    "GS*HS*S*R*20260105*1200*1*X*005010X279A1",
    "ST*270*0001",
    "BHT*0022*13*1",
    "SE*3*0001",
    "GE*1*1",
)


def remittance(number: str) -> bytes:
    """A small 835 that pays nothing, told from others by its trace number."""
    return interchange(
        "GS*HP*S*R*20260105*1200*1*X*005010X221A1",
        "ST*835*0001",
        "BPR*H*0*C*NON************20260105",
        f"TRN*1*{number}*1",
        "SE*4*0001",
        "GE*1*1",
    )


def test_a_file_is_loaded_with_where_each_row_came_from(tmp_path: Path):
    deliver(
        tmp_path,
        "2026-01-05/receipts.csv",
        receipts(receipt("0001", "$1,200.00"), receipt("0002", "(12.00)")),
    )
    report = take(tmp_path)
    assert report.files == {"loaded": 1}
    load = loads_by_name(tmp_path)["2026-01-05/receipts.csv"]
    kept = rows(tmp_path, "receipts")
    assert kept["receipt_id"].to_list() == ["0001", "0002"]
    assert kept["amount"].to_list() == [Decimal("1200.00"), Decimal("-12.00")]
    assert kept["row_number"].to_list() == [2, 3]
    assert kept["load_id"].unique().to_list() == [load["load_id"]]
    assert kept["file_hash"].unique().to_list() == [load["file_hash"]]
    assert kept["loaded_on"].unique().to_list() == [date(2026, 1, 5)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "empty_file"),
        ("a.csv", b"one,two\n1,2\n", "unknown_header"),
        ("a.csv", b"just a sentence\n", "unknown_format"),
        ("a.pdf", b"%PDF-1.7\n\x00\x01\x02", "unknown_format"),
        (
            "receipts.csv",
            delimited(RECEIPT_HEADER[1:], [receipt("1")[1:]]),
            "missing_required_column:receipt_id",
        ),
        ("a.csv", delimited([*RECEIPT_HEADER, "Paid Amt"], []), "duplicate_header:amount"),
        ("a.csv", receipts(receipt("1")) + b'2,"Patient', "unterminated_quote"),
        ("a.csv.part", receipts(receipt("1")), "still_being_written"),
        (".a.csv", receipts(receipt("1")), "hidden_name"),
        ("folder/a.csv", receipts(receipt("1")), "not_in_a_dated_folder"),
        ("a.270", ELIGIBILITY, "transaction_set_not_taken"),
        ("a.270", b"Sent by a portal\r\n" + ELIGIBILITY, "transaction_set_not_taken"),
    ],
)
def test_a_file_that_cannot_be_taken_is_set_aside_once_and_the_others_go_on(
    tmp_path: Path, name: str, content: bytes, reason: str
):
    deliver(tmp_path, name, content)
    deliver(tmp_path, "good.csv", receipts(receipt("good")))
    report = take(tmp_path)
    assert report.set_aside == {name: reason}
    assert report.files == {"loaded": 1, "set_aside": 1}
    told = rows(tmp_path, "quarantine").filter(pl.col("record_number").is_null())
    assert told.select("file_name", "rule", "problem_number").rows() == [(name, reason.partition(":")[0], 1)]
    again = take(tmp_path)
    assert (again.files, again.known, again.commit_sequence) == ({}, 2, None)


def test_a_file_that_was_half_written_is_loaded_when_it_is_finished(tmp_path: Path):
    whole = receipts(receipt("1"), receipt("2"))
    half = deliver(tmp_path, "receipts.csv.part", whole[:-10])
    take(tmp_path)
    half.unlink()
    deliver(tmp_path, "receipts.csv", whole)
    take(tmp_path)
    assert rows(tmp_path, "receipts")["receipt_id"].to_list() == ["1", "2"]


def test_a_file_beyond_the_limit_is_set_aside_unread(tmp_path: Path):
    deliver(tmp_path, "a.csv", receipts(receipt("1")))
    assert take(tmp_path, size_limit=10).set_aside == {"a.csv": "too_large"}
    assert take(tmp_path).files == {"loaded": 1}


def test_the_same_bytes_under_another_name_are_a_duplicate_with_a_pointer(tmp_path: Path):
    content = receipts(receipt("1"), receipt("2"))
    deliver(tmp_path, "2026-01-05/receipts.csv", content)
    take(tmp_path)
    before = all_rows(tmp_path)
    deliver(tmp_path, "2026-01-06/receipts again.csv", content)
    deliver(tmp_path, "2026-01-07/receipts.csv", content)
    report = take(tmp_path)
    assert report.files == {"duplicate": 2}
    loads = loads_by_name(tmp_path)
    first = loads["2026-01-05/receipts.csv"]["load_id"]
    assert {load["duplicate_of_load_id"] for load in loads.values()} == {None, first}
    assert loads["2026-01-07/receipts.csv"]["source"] == "receipts"
    assert all_rows(tmp_path) | {"loads": []} == before | {"loads": []}


def test_redelivering_everything_under_other_names_moves_no_cent(tmp_path: Path):
    for day in range(1, 6):
        deliver(
            tmp_path,
            f"2026-01-{day:02d}/receipts.csv",
            receipts(receipt(str(day), f"{day}.10"), receipt("x", "bad")),
        )
    take(tmp_path)
    before = all_rows(tmp_path)
    for day in range(1, 6):
        path = tmp_path / "landing" / f"2026-01-{day:02d}" / "receipts.csv"
        deliver(tmp_path, f"2026-01-{day + 10:02d}/{day}.txt", path.read_bytes())
        os.utime(path)
    assert take(tmp_path).files == {"duplicate": 5}
    after = all_rows(tmp_path)
    assert {table for table in after if after[table] != before[table]} == {"loads"}


def test_a_header_alone_is_loaded_with_no_rows(tmp_path: Path):
    deliver(tmp_path, "a.csv", receipts())
    assert take(tmp_path).files == {"loaded": 1}
    assert loads_by_name(tmp_path)["a.csv"]["records_read"] == 0


def test_bad_rows_are_quarantined_with_their_reasons_and_the_rest_is_kept(tmp_path: Path):
    records = [
        receipt("1"),
        receipt("2", "1.234"),
        receipt("DOE, JANE", "7.00", status="Nowhere"),
        receipt("4")[:-1],
    ]
    deliver(tmp_path, "a.csv", receipts(*records, ("",) * 8, receipt("6")))
    take(tmp_path)
    assert rows(tmp_path, "receipts")["receipt_id"].to_list() == ["1", "6"]
    told = rows(tmp_path, "quarantine").select(
        "record_number", "problem_number", "column_name", "rule", "business_key", "amount_at_stake"
    )
    assert told.rows() == [
        (3, 1, "amount", "amount_has_more_than_two_decimals", "2", None),
        (4, 1, "receipt_id", "regex", None, Decimal("7.00")),
        (4, 2, "receipt_status", "in_closed_list", None, None),
        (5, 1, None, "field_count", None, None),
    ]
    load = loads_by_name(tmp_path)["a.csv"]
    assert (load["records_read"], load["records_kept"], load["records_quarantined"]) == (6, 2, 3)
    assert (load["records_skipped"], load["skipped_reasons"]) == (1, "blank 1")
    assert (load["control_amount_read"], load["control_amount_kept"]) == (Decimal("27.00"), Decimal("20.00"))
    assert load["control_amount_quarantined"] == Decimal("7.00")
    assert load["records_without_readable_amount"] == 2


AMOUNT = st.sampled_from(["1.00", "2.50", "(3.25)", "", "x", "1.234", "1,000.00"])


@given(st.lists(st.tuples(st.sampled_from(["R1", "R2", "no id", ""]), AMOUNT, st.booleans()), max_size=30))
def test_rows_and_money_read_are_kept_or_quarantined(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str, bool]]
):
    home = tmp_path_factory.mktemp("home")
    content = [receipt(number, amount)[: 7 if is_short else 8] for number, amount, is_short in records]
    deliver(home, "a.csv", receipts(*content))
    take(home)
    load = loads_by_name(home)["a.csv"]
    kept, refused = rows(home, "receipts"), rows(home, "quarantine")
    assert load["records_read"] == len(records)
    assert load["records_kept"] == kept.height
    assert load["records_quarantined"] == refused["record_number"].n_unique()
    assert load["records_read"] == load["records_kept"] + load["records_quarantined"]
    assert load["control_amount_kept"] == (kept["amount"].sum() or 0)
    assert load["control_amount_quarantined"] == (refused["amount_at_stake"].sum() or 0)
    assert load["control_amount_read"] == load["control_amount_kept"] + load["control_amount_quarantined"]
    numbers = [*kept["row_number"], *refused["record_number"].unique()]
    assert sorted(numbers) == list(range(2, 2 + len(records)))


def test_a_long_file_read_in_stretches_gives_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    records = [receipt(f"{number:05d}", "bad" if number % 7 == 0 else "1.10") for number in range(500)]
    records[300] = records[300][:-2]
    for home in ("whole", "stretches"):
        deliver(tmp_path / home, "2026-01-05/a.csv", receipts(*records))
        deliver(tmp_path / home, "2026-01-06/b.csv", receipts(receipt("last")))
    take(tmp_path / "whole")
    monkeypatch.setattr("ingestion.readers.csv.BLOCK", 4096)
    take(tmp_path / "stretches", whole_file_limit=100)
    assert all_rows(tmp_path / "whole") == all_rows(tmp_path / "stretches")


def test_a_long_file_that_cannot_be_read_to_its_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ingestion.readers.csv.BLOCK", 4096)
    records = [receipt(f"{number:05d}", "bad" if number % 7 == 0 else "1.10") for number in range(500)]
    deliver(tmp_path, "a.csv", receipts(receipt("before")))
    deliver(tmp_path, "b.csv", receipts(*records) + b'1,"open')
    deliver(tmp_path, "c.csv", receipts(receipt("after")))
    assert take(tmp_path, whole_file_limit=100).set_aside == {"b.csv": "unterminated_quote"}
    assert rows(tmp_path, "receipts")["receipt_id"].to_list() == ["before", "after"]
    assert rows(tmp_path, "quarantine")["record_number"].to_list() == [None]


def test_a_fault_of_a_reader_sets_its_file_aside_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def failing(*_: object) -> None:
        raise ValueError("JANE DOE 1234")

    monkeypatch.setattr("ingestion.transaction_files.read_x12_files", failing)
    monkeypatch.setattr("ingestion.transaction_files.read_x12_stream", failing)
    deliver(tmp_path, "a.835", ELIGIBILITY)
    deliver(tmp_path, "b.csv", receipts(receipt("1")))
    report = take(tmp_path)
    assert report.set_aside == {"a.835": "reader_failed"}
    assert report.failures["a.835"].startswith("ValueError at test_intake.py")
    assert "JANE" not in str(report)


def test_a_fault_on_one_of_many_small_files_sets_that_one_aside_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def failing_together(_: object) -> None:
        raise ValueError("one of them")

    def failing_on_eligibility(stream: BinaryIO, _: int) -> Iterator[X12Reading]:
        data = stream.read()
        if data == ELIGIBILITY:
            raise ValueError("this one")
        yield read_x12(data)

    monkeypatch.setattr("ingestion.transaction_files.read_x12_files", failing_together)
    monkeypatch.setattr("ingestion.transaction_files.read_x12_stream", failing_on_eligibility)
    deliver(tmp_path, "a.835", remittance("1"))
    deliver(tmp_path, "b.835", ELIGIBILITY)
    deliver(tmp_path, "c.835", remittance("3"))
    report = take(tmp_path)
    assert list(report.failures) == ["b.835"], report.failures
    assert report.set_aside == {"b.835": "reader_failed"}
    assert report.files == {"loaded": 2, "set_aside": 1}
    assert set(rows(tmp_path, "era_remittances")["load_id"]) == {
        load["load_id"] for load in loads_by_name(tmp_path).values() if load["verdict"] == "loaded"
    }


def test_long_files_of_transactions_are_taken_in_stretches_or_set_aside(tmp_path: Path):
    deliver(tmp_path, "a.835", remittance("1"))
    deliver(tmp_path, "b.270", ELIGIBILITY)
    assert take(tmp_path, whole_file_limit=100).set_aside == {"b.270": "transaction_set_not_taken"}
    assert rows(tmp_path, "era_remittances")["trace_number"].to_list() == ["1"]
    assert len(rows(tmp_path, "x12_segments")) == 8


def test_of_the_same_bytes_twice_in_a_batch_the_second_is_a_duplicate(tmp_path: Path):
    deliver(tmp_path, "a.835", remittance("1"))
    deliver(tmp_path, "b.835", remittance("1"))
    deliver(tmp_path, "c.835", ELIGIBILITY)
    deliver(tmp_path, "d.835", ELIGIBILITY)
    report = take(tmp_path)
    assert report.files == {"loaded": 1, "duplicate": 1, "set_aside": 2}
    loads = loads_by_name(tmp_path)
    assert loads["b.835"]["duplicate_of_load_id"] == loads["a.835"]["load_id"]
    assert len(rows(tmp_path, "era_remittances")) == 1


def test_exports_that_differ_only_in_fields_nobody_knows_are_taken_together(tmp_path: Path):
    deliver(tmp_path, "a.csv", receipts(receipt("1")))
    wider = delimited([*RECEIPT_HEADER, "Colour", ""], [[*receipt("2"), "red", ""]])
    deliver(tmp_path, "b.csv", wider)
    deliver(tmp_path, "c.csv", receipts(receipt("3")))
    assert take(tmp_path).files == {"loaded": 3}
    assert rows(tmp_path, "receipts")["receipt_id"].to_list() == ["1", "2", "3"]


class TestDays:
    """From which business date on a file counts."""

    def test_a_dated_folder_is_the_day_and_other_files_count_as_of_the_run(self, tmp_path: Path):
        deliver(tmp_path, "2026-01-05/a.csv", receipts(receipt("1")))
        deliver(tmp_path, "b.csv", receipts(receipt("2")))
        take(tmp_path, date(2026, 1, 9))
        loads = loads_by_name(tmp_path)
        assert loads["2026-01-05/a.csv"]["loaded_on"] == date(2026, 1, 5)
        assert loads["b.csv"]["loaded_on"] == date(2026, 1, 9)

    def test_a_folder_later_than_the_run_waits(self, tmp_path: Path):
        deliver(tmp_path, "2026-01-05/a.csv", receipts(receipt("1")))
        deliver(tmp_path, "2026-01-06/a.csv", receipts(receipt("2")))
        assert take(tmp_path, date(2026, 1, 5)).waiting == 1
        assert rows(tmp_path, "receipts")["receipt_id"].to_list() == ["1"]
        assert take(tmp_path, date(2026, 1, 6)).waiting == 0
        assert rows(tmp_path, "receipts")["receipt_id"].to_list() == ["1", "2"]

    def test_a_late_file_counts_from_the_day_after_the_last_published_one(self, tmp_path: Path):
        publish(tmp_path, date(2026, 1, 7))
        deliver(tmp_path, "2026-01-05/late.csv", receipts(receipt("1")))
        deliver(tmp_path, "2026-01-09/in time.csv", receipts(receipt("2")))
        take(tmp_path, date(2026, 1, 10))
        loads = loads_by_name(tmp_path)
        assert loads["2026-01-05/late.csv"]["loaded_on"] == date(2026, 1, 8)
        assert loads["2026-01-09/in time.csv"]["loaded_on"] == date(2026, 1, 9)

    def test_a_second_run_of_the_published_day_takes_files_as_of_that_day(self, tmp_path: Path):
        publish(tmp_path, date(2026, 1, 7))
        deliver(tmp_path, "2026-01-05/late.csv", receipts(receipt("1")))
        take(tmp_path, date(2026, 1, 7))
        assert loads_by_name(tmp_path)["2026-01-05/late.csv"]["loaded_on"] == date(2026, 1, 7)

    def test_a_replay_takes_nothing(self, tmp_path: Path):
        publish(tmp_path, date(2026, 1, 7))
        deliver(tmp_path, "2026-01-05/a.csv", receipts(receipt("1")))
        report = take(tmp_path, date(2026, 1, 6))
        assert (report.is_replay, report.files) == (True, {})
        assert rows(tmp_path, "loads").is_empty()


def world(home: Path, names: list[str]) -> None:
    """Deliver a mixed set of files; ``names`` says in which order they are written."""
    content = {
        "2026-01-05/receipts.csv": receipts(receipt("1"), receipt("2", "bad")),
        "2026-01-06/receipts.csv": receipts(receipt("2"), receipt("3")[:-1]),
        "2026-01-06/again.csv": receipts(receipt("1"), receipt("2", "bad")),
        "2026-01-07/refunds.csv": delimited(
            ["Refund ID", "Receipt #", "Refunded On", "Amount"], [["F1", "1", "2026-01-06", "1.00"]]
        ),
        "2026-01-07/empty.csv": b"",
        "unknown.txt": b"a,b\n1,2\n",
    }
    assert sorted(names) == sorted(content)
    for name in names:
        deliver(home, name, content[name])


NAMES = [
    "2026-01-05/receipts.csv",
    "2026-01-06/receipts.csv",
    "2026-01-06/again.csv",
    "2026-01-07/refunds.csv",
    "2026-01-07/empty.csv",
    "unknown.txt",
]


class Listing(list):
    """A listing of a folder in any order."""

    def __init__(self, entries: Iterable[os.DirEntry], shuffling: random.Random):
        super().__init__(entries)
        shuffling.shuffle(self)

    def __enter__(self):
        return self

    def __exit__(self, *_: object):
        pass


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_files_lie_there_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
):
    world(tmp_path / "plain", NAMES)
    take(tmp_path / "plain")
    shuffling = random.Random(seed)
    listed = os.scandir
    world(tmp_path / "shuffled", shuffling.sample(NAMES, len(NAMES)))
    with monkeypatch.context() as patch:
        patch.setattr("os.scandir", lambda path: Listing(listed(path), shuffling))
        take(tmp_path / "shuffled")
    assert all_rows(tmp_path / "plain") == all_rows(tmp_path / "shuffled")


@pytest.mark.parametrize("batch_bytes", [1, 10_000])
def test_the_size_of_batches_does_not_change_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch_bytes: int
):
    world(tmp_path / "plain", NAMES)
    take(tmp_path / "plain")
    monkeypatch.setattr("ingestion.row_sources.RowSourceBatches.__init__.__defaults__", (batch_bytes,))
    world(tmp_path / "small", NAMES)
    take(tmp_path / "small")
    assert {table: sorted(each, key=str) for table, each in all_rows(tmp_path / "plain").items()} == {
        table: sorted(each, key=str) for table, each in all_rows(tmp_path / "small").items()
    }


def test_progress_ends_with_everything_done(tmp_path: Path):
    world(tmp_path, NAMES)
    told: list[Progress] = []
    take_landing(tmp_path / "landing", store(tmp_path), run_id="run", as_of=AS_OF, progress=told.append)
    assert [each.files_done for each in told] == list(range(1, len(NAMES) + 1))
    assert told[-1].bytes_done == told[-1].bytes_total > 0


def test_many_small_files_of_one_source_make_one_part(tmp_path: Path):
    for number in range(60):
        deliver(tmp_path, f"2026-01-05/{number:03d}.csv", receipts(receipt(f"{number:03d}")))
    assert take(tmp_path).files == {"loaded": 60}
    assert len(store(tmp_path).part_paths("receipts")) == 1
    assert rows(tmp_path, "receipts")["receipt_id"].to_list() == [f"{number:03d}" for number in range(60)]
