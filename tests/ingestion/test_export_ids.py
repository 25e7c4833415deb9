"""The number that a system gave its export is read where the profile says, and nothing else is one."""

from pathlib import Path

import pytest

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
    receipts,
    store,
    take,
)
from tests.ingestion.workbooks import workbook

TITLES = {
    "in the next cell": ([["Receipts"], ["Export ID", "4711"]], "4711"),
    "further on": ([["Clinic", "L1", "", "export id:", "", "R-4711/2"]], "R-4711/2"),
    "in the same cell": ([["Receipts of January"], ["Export ID: 4711"]], "4711"),
    "with a number sign": ([["Export-ID 00471"]], "00471"),
    "told twice": ([["Export ID", "4711"], ["Export ID: 4711"]], "4711"),
    "two of them": ([["Export ID", "4711"], ["Export ID", "4712"]], None),
    "nothing beside it": ([["Export ID"], ["4711"]], None),
    "no id": ([["Export ID", "of Jane Doe"]], None),
    "mangled by a spreadsheet": ([["Export ID", "4.71E+11"]], None),
    "another label": ([["Report", "4711"]], None),
}


@pytest.mark.parametrize(("titles", "expected"), TITLES.values(), ids=TITLES)
def test_it_stands_beside_its_label_above_the_header(tmp_path: Path, titles: list, expected: str | None):
    deliver(tmp_path, "a.csv", delimited(titles[0], [*titles[1:], RECEIPT_HEADER, receipt("1")]))
    take(tmp_path)
    load = loads_by_name(tmp_path)["a.csv"]
    assert (load["export_id"], load["records_kept"]) == (expected, 1)


@pytest.mark.parametrize("limit", [10, 2**30])
def test_a_long_file_has_one_as_well(tmp_path: Path, limit: int):
    deliver(tmp_path, "a.csv", delimited(["Export ID", "4711"], [RECEIPT_HEADER, receipt("1")]))
    take(tmp_path, whole_file_limit=limit)
    assert loads_by_name(tmp_path)["a.csv"]["export_id"] == "4711"


def test_a_workbook_has_one_and_a_file_without_titles_has_none(tmp_path: Path):
    deliver(tmp_path, "a.xlsx", workbook({"R": [["Export ID", 4711], [], RECEIPT_HEADER, receipt("1")]}))
    deliver(tmp_path, "b.csv", receipts(receipt("2")))
    take(tmp_path)
    loads = loads_by_name(tmp_path)
    assert [loads[name]["export_id"] for name in ("a.xlsx", "b.csv")] == ["4711", None]


def test_a_profile_says_what_labels_it(tmp_path: Path):
    profile = tmp_path / "harbor.yml"
    profile.write_text(
        "title: Harbor\nsource: receipts\nmatch: {headers: [Number]}\nexport_id: [Report No, 'Batch #']\n"
        "columns:\n  receipt_id: Number\n  received_at: When\n  amount: Taken\n"
        "  payer_class: {constant: Patient}\n  receipt_type: {constant: General}\n"
        "  location_id: {constant: L1}\n  receipt_status: {constant: New}\n"
    )
    header, record = ("Number", "Taken", "When"), ("1", "2.00", "2026-01-05")
    for name, title in (("a", "Batch # 12"), ("b", "Report no.: 13"), ("c", "Export ID: 14")):
        deliver(tmp_path, f"{name}.csv", delimited([title], [header, record]))
    headers = KnownHeaders([read_profile(profile)])
    take_landing(tmp_path / "landing", store(tmp_path), run_id="r", as_of=AS_OF, headers=headers)
    assert [load["export_id"] for load in loads_by_name(tmp_path).values()] == ["12", "13", None]
