"""What an export says its rows add up to: a total that they do not add up to is refused, others skipped."""

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.intake import take_landing
from ingestion.known_headers import KnownHeaders
from ingestion.profiles import read_profile
from tests.ingestion.deliveries import (
    AS_OF,
    RECEIPT_HEADER,
    delimited,
    deliver,
    loads_by_name,
    receipt,
    rows,
    store,
    take,
)

AMOUNT = RECEIPT_HEADER.index("Amount")


def total(figure: str, label: str = "Total") -> list[str]:
    """A record of totals under `RECEIPT_HEADER`."""
    cells = [label, *[""] * (len(RECEIPT_HEADER) - 1)]
    cells[AMOUNT] = figure
    return cells


def refused(home: Path, *lines: object, **options: int) -> list[tuple]:
    """What the quarantine says of a file of these lines: record, column, rule, amount at stake."""
    deliver(home, "a.csv", delimited(RECEIPT_HEADER, lines))
    take(home, **options)
    columns = ("record_number", "column_name", "rule", "amount_at_stake")
    return rows(home, "quarantine").select(columns).rows()


AGREE = {
    "all of it": [receipt("1"), receipt("2", "5.50"), total("15.50")],
    "in brackets and with a dollar": [receipt("1", "-1,200.00"), total("($1,200.00)")],
    "a total of each part and of all": [
        receipt("1"),
        total("10.00", "Total for L1"),
        receipt("2", "2.00"),
        receipt("3", "3.00"),
        total("5.00", "Total for L2"),
        total("15.00", "Grand total"),
    ],
    "days within clinics": [
        receipt("1"),
        total("10.00", "Daily total"),
        receipt("2", "2.00"),
        total("2.00", "Daily total"),
        total("12.00", "Clinic total"),
        receipt("3", "3.00"),
        total("3.00", "Daily total"),
        total("3.00", "Clinic total"),
        total("15.00", "Grand total"),
    ],
    "no figure": [receipt("1"), total("")],
    "a refused record counts": [receipt("1"), receipt("2", "4.00", status="Lost"), total("14.00")],
    "of fewer fields": [receipt("1"), ["Total", "10.00"]],
    "behind its label": [receipt("1"), ["Total: 10.00"]],
    "a count": [receipt("1"), ["Total", "3"]],
    "nothing at all": [total("0.00")],
    "above the records": [total("10.00"), receipt("1")],
    "an amount that nobody can read": [receipt("1"), receipt("2", "ten"), total("999.00")],
    "a record that nobody can read": [receipt("1"), ["2", "Patient", "10.00"], total("999.00")],
}


@pytest.mark.parametrize("lines", AGREE.values(), ids=AGREE)
def test_a_total_that_agrees_or_cannot_be_judged_is_skipped(tmp_path: Path, lines: list):
    assert "total_differs_from_the_rows_above" not in [rule for _, _, rule, _ in refused(tmp_path, *lines)]
    load = loads_by_name(tmp_path)["a.csv"]
    labelled = sum(1 for line in lines if "otal" in line[0])
    assert load["skipped_reasons"] == f"totals {labelled}"
    assert load["records_read"] == len(lines)


DIFFER = {
    "a cent": ([receipt("1"), total("10.01")], 3, "amount", "0.01"),
    "a record is missing": ([receipt("1"), total("30.00")], 3, "amount", "20.00"),
    "all records are missing": ([total("30.00")], 2, "amount", "30.00"),
    "only the second part": (
        [receipt("1"), total("10.00", "Subtotal"), receipt("2"), total("9.00", "Subtotal")],
        5,
        "amount",
        "-11.00",
    ),
    "nothing below a part is not the sum of all": (
        [receipt("1"), total("10.00", "Subtotal"), total("0.00", "Total")],
        4,
        "amount",
        "-10.00",
    ),
    "of fewer fields": ([receipt("1"), ["Total", "10.01"]], 3, None, "0.01"),
    "behind its label": ([receipt("1"), ["Total: 10.01"]], 3, None, "0.01"),
    "before an amount that nobody can read": (
        [receipt("1"), total("9.00"), receipt("2", "ten")],
        3,
        "amount",
        "-1.00",
    ),
}


@pytest.mark.parametrize(("lines", "record", "column", "amount"), DIFFER.values(), ids=DIFFER)
def test_a_total_that_differs_is_refused(tmp_path: Path, lines: list, record: int, column: str, amount: str):
    found = [each for each in refused(tmp_path, *lines) if each[2].startswith("total_")]
    assert found == [(record, column, "total_differs_from_the_rows_above", Decimal(amount))]
    load = loads_by_name(tmp_path)["a.csv"]
    assert (
        load["records_read"] == load["records_kept"] + load["records_quarantined"] + load["records_skipped"]
    )
    assert load["control_amount_read"] == load["control_amount_kept"] + load["control_amount_quarantined"]
    kept = [line[0] for line in lines if "otal" not in line[0] and "ten" not in line]
    assert rows(tmp_path, "receipts")["receipt_id"].to_list() == kept


PROFILE = """
title: Harbor receipts
source: receipts
match: {headers: [Number, Taken]}
decimal_mark: ","
columns:
  receipt_id: Number
  payer_class: {constant: Patient}
  receipt_type: {constant: General}
  location_id: {constant: L1}
  received_at: When
  amount: {header: Taken, sign: reversed}
  receipt_status: {constant: New}
skip:
  - {header: Kind, values: [Void]}
"""


@pytest.mark.parametrize(
    ("figure", "others", "is_refused"),
    [
        ("-1.012,00", "", False),
        ("-1.017,00", "", False),  # with the voided one
        ("1.012,00", "", True),
        ("1.012,00", "totals: not compared", False),
    ],
)
def test_a_total_is_read_as_the_profile_says(tmp_path: Path, figure: str, others: str, is_refused: bool):
    profile = tmp_path / "harbor.yml"
    profile.write_text(PROFILE + others)
    lines = [
        ("1", "A", "-1.000,00", "2026-01-05"),
        ("2", "Void", "-5,00", "2026-01-05"),
        ("3", "A", "-12,00", "2026-01-05"),
        ("Total", "", figure, ""),
    ]
    deliver(tmp_path, "a.csv", delimited(("Number", "Kind", "Taken", "When"), lines, ";"))
    headers = KnownHeaders([read_profile(profile)])
    take_landing(tmp_path / "landing", store(tmp_path), run_id="r", as_of=AS_OF, headers=headers)
    rules = rows(tmp_path, "quarantine")["rule"].to_list()
    assert rules == ["total_differs_from_the_rows_above"] * is_refused
    assert rows(tmp_path, "receipts")["amount"].sum() == Decimal("1012.00")


@pytest.mark.parametrize("is_quoted", [False, True])
@pytest.mark.parametrize("ends", ["short", "wide", "wide and records below"])
def test_a_file_in_stretches_is_judged_as_one_in_memory(
    tmp_path: Path, is_quoted: bool, ends: str, monkeypatch
):
    monkeypatch.setattr("ingestion.readers.csv.BLOCK", 4_096)
    note = 'a "quoted", note' if is_quoted else "L1"
    records = [receipt(f"{number:05}", "1.25", type=note) for number in range(2_000)]
    for name, figure in (("good", "2,500.00"), ("bad", "2,500.01")):
        last = ["Grand total", figure] if ends == "short" else total(figure)
        below = [receipt("last")] if ends.endswith("below") else []
        part = [total("1,250.00"), *records[1_000:], total("1,250.00")]
        lines = [*records[:1_000], *part, last, *below]
        for home, limit in ((tmp_path / "memory", 2**30), (tmp_path / "stretches", 10)):
            deliver(home, f"{name}.csv", delimited(RECEIPT_HEADER, lines))
            take(home, whole_file_limit=limit)
    columns = ("file_name", "record_number", "amount_at_stake")
    quarantines = [
        rows(tmp_path / folder, "quarantine").select(columns).rows() for folder in ("memory", "stretches")
    ]
    assert quarantines == [[("bad.csv", 2_004, Decimal("0.01"))]] * 2
    for folder in ("memory", "stretches"):
        loads = loads_by_name(tmp_path / folder)
        assert loads["good.csv"]["skipped_reasons"] == "totals 3"
        assert loads["bad.csv"]["skipped_reasons"] == "totals 2"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.integers(-500_000, 500_000), min_size=1, max_size=6), min_size=1, max_size=5),
    st.data(),
)
def test_any_parts_agree_and_any_change_of_one_total_is_found(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[int]], data: st.DataObject
):
    lines: list[list[str]] = []
    sums: list[int] = []
    for part in parts:
        lines += [
            list(receipt(f"R{len(lines)}-{place}", f"{cents / 100:.2f}")) for place, cents in enumerate(part)
        ]
        sums.append(sum(part))
        lines.append(total(f"{sums[-1] / 100:.2f}", "Subtotal"))
    lines.append(total(f"{sum(sums) / 100:.2f}", "Grand total"))
    assert refused(tmp_path_factory.mktemp("good"), *lines) == []
    off = random.Random(sum(sums)).choice([1, -1, 10**9])
    lines[-1] = total(f"{(sum(sums) + off) / 100:.2f}", "Grand total")
    explained = {sum(sums[start:]) for start in range(len(sums))}
    found = refused(tmp_path_factory.mktemp("bad"), *lines)
    assert (found == []) == (sum(sums) + off in explained)
