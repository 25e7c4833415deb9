"""Bank statements on their way into bronze: recognised, accounted for, and never half."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.ingestion.bai2.sample import SAMPLE
from tests.ingestion.deliveries import deliver, rows, take

BROKEN = SAMPLE.replace("49,744128,9/", "49,744129,9/")


def load(home: Path) -> dict:
    return rows(home, "loads").row(0, named=True)


@pytest.mark.parametrize("limit", [64 * 1024 * 1024, 100], ids=["held in memory", "in stretches"])
@pytest.mark.parametrize(
    "data",
    [
        SAMPLE.encode(),
        b"\xef\xbb\xbf" + SAMPLE.encode(),
        SAMPLE.replace("\n", "\r\n").encode(),
        SAMPLE.replace("\n", "\r").encode(),
        SAMPLE.replace("\n", "   \n").encode(),
    ],
    ids=["plain", "byte order mark", "windows lines", "old lines", "padded"],
)
def test_a_statement_is_told_by_its_content_and_loaded(tmp_path: Path, data: bytes, limit: int):
    deliver(tmp_path, "no-name-that-helps", data)
    take(tmp_path, whole_file_limit=limit)
    found = load(tmp_path)
    assert (found["source"], found["record_unit"], found["verdict"]) == ("bank_deposits", "record", "loaded")
    assert (found["records_read"], found["records_kept"], found["records_quarantined"]) == (22, 22, 0)
    assert found["control_amount_kept"] == Decimal("2107.06")
    entries = rows(tmp_path, "bank_deposits")
    assert entries["amount"].sum() == Decimal("2107.06")
    assert entries["row_number"].to_list() == [5, 7, 8, 9, 13, 18, 19]
    assert rows(tmp_path, "quarantine").is_empty()


@pytest.mark.parametrize("limit", [64 * 1024 * 1024, 100], ids=["held in memory", "in stretches"])
def test_a_broken_group_is_quarantined_with_record_and_rule(tmp_path: Path, limit: int):
    deliver(tmp_path, "statement.bai", BROKEN.encode())
    take(tmp_path, whole_file_limit=limit)
    found = load(tmp_path)
    assert (found["records_read"], found["records_kept"], found["records_quarantined"]) == (22, 8, 14)
    assert found["control_amount_read"] == Decimal("2107.06")
    assert found["control_amount_quarantined"] == Decimal("1205.50")
    told = rows(tmp_path, "quarantine").row(0, named=True)
    assert (told["record_number"], told["rule"], told["column_name"]) == (
        11,
        "account_total_differs",
        "control_total",
    )
    assert told["business_key"] == "BANK|2026-01-05"
    assert told["amount_at_stake"] == Decimal("1205.50")
    assert rows(tmp_path, "bank_deposits")["row_number"].to_list() == [18, 19]


def test_the_same_statement_again_is_a_duplicate(tmp_path: Path):
    deliver(tmp_path, "one.bai", SAMPLE.encode())
    deliver(tmp_path, "two.bai", SAMPLE.encode())
    take(tmp_path)
    assert rows(tmp_path, "loads")["verdict"].to_list() == ["loaded", "duplicate"]
    assert rows(tmp_path, "bank_deposits").height == 7


def test_a_statement_of_another_version_is_set_aside(tmp_path: Path):
    deliver(tmp_path, "old.bai", SAMPLE.replace(",80,1,2/", ",80,1,1/").encode())
    take(tmp_path)
    assert (load(tmp_path)["verdict"], load(tmp_path)["reason"]) == (
        "set_aside",
        "statement_version_not_read",
    )


@pytest.mark.parametrize("limit", [64 * 1024 * 1024, 10], ids=["held in memory", "in stretches"])
def test_a_statement_without_an_end_of_line_is_set_aside(tmp_path: Path, limit: int):
    deliver(tmp_path, "endless.bai", SAMPLE.splitlines()[0].encode() + b"," + b"x" * (17 * 1024 * 1024))
    take(tmp_path, whole_file_limit=limit)
    assert load(tmp_path)["reason"] == "record_too_long"


def test_a_refused_statement_shows_none_of_its_values(tmp_path: Path):
    canary = "CANARYJANEDOE"
    text = BROKEN.replace("FIRST PLAIN", canary).replace("02,PRACTICE,BANK", f"02,PRACTICE,{canary} {canary}")
    deliver(tmp_path, "statement.bai", text.encode())
    take(tmp_path)
    assert canary not in str(rows(tmp_path, "quarantine").rows())
    assert canary not in str(rows(tmp_path, "loads").rows())


def test_every_cut_of_a_statement_is_loaded_in_whole_groups(tmp_path: Path):
    for length in range(0, len(SAMPLE), 7):
        deliver(tmp_path, f"cut{length:04}.bai", SAMPLE[:length].encode())
    take(tmp_path)
    loads = rows(tmp_path, "loads")
    assert loads.filter(
        (loads["records_read"] != loads["records_kept"] + loads["records_quarantined"])
        | (loads["control_amount_read"] != loads["control_amount_kept"] + loads["control_amount_quarantined"])
    ).is_empty()
    assert set(rows(tmp_path, "bank_deposits").group_by("load_id").len()["len"]) == {5, 7}
    assert set(loads["verdict"]) == {"loaded", "set_aside"}
