"""A profile says how a vendor writes an export; one that is wrong is refused with file, field and advice."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingestion.headers import HeaderMatch, HeaderRefusal, match_header
from ingestion.intake import IntakeReport, take_landing
from ingestion.known_headers import FoundHeader, KnownHeaders
from ingestion.profiles import Profile, ProfileError, read_profile, read_profiles, shipped_profiles
from tests.ingestion.deliveries import (
    AS_OF,
    delimited,
    deliver,
    loads_by_name,
    receipt,
    receipts,
    rows,
    store,
)
from tests.ingestion.workbooks import workbook

ACME: dict[str, Any] = {
    "title": "Acme receipts",
    "source": "receipts",
    "match": {"headers": ["Beleg", "Kunde"]},
    "decimal_mark": ",",
    "dates": ["%d.%m.%Y", "%d.%m.%Y %H:%M"],
    "columns": {
        "receipt_id": {"header": "Beleg", "width": 6},
        "patient_id": "Kunde",
        "payer_class": {"header": "Art", "values": {"P": "Patient", "V": "Insurance"}},
        "receipt_type": {"constant": "Co-Pay"},
        "location_id": {"constant": "L1"},
        "received_at": "Datum",
        "amount": {"header": "Betrag", "sign": "reversed"},
        "receipt_status": {"constant": "New"},
    },
    "skip": [{"header": "Art", "values": ["Zwischensumme"]}],
}
HEADER = ("Beleg", "Kunde", "Art", "Datum", "Betrag")


def written(folder: Path, stem: str = "acme", **changes: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.yml"
    path.write_text(yaml.safe_dump({**ACME, **changes}, sort_keys=False), encoding="utf-8")
    return path


def taken(home: Path, day: date = AS_OF) -> IntakeReport:
    headers = KnownHeaders(read_profiles(home / "profiles"))
    return take_landing(home / "landing", store(home), run_id=f"run-{day}", as_of=day, headers=headers)


def test_a_profile_reads_what_the_vendor_writes_and_refuses_what_it_does_not(tmp_path: Path):
    written(tmp_path / "profiles")
    records = [
        ("000123", "7", "p", "02.03.2026", "-1.234,56"),
        ("000124", "7", "V", "2.3.2026 14:05", "12,5"),
        ("", "", "Zwischensumme", "", "1.247,06"),
        ("125", "7", "P", "02.03.2026", "1,00"),
        ("000126", "7", "P", "03/02/2026", "1,00"),
        ("000127", "7", "P", "2026-03-02", "1234.56"),
        ("000128", "7", "X", "2026-03-02 10:00:00", "(1,00)"),
    ]
    deliver(tmp_path, "a.csv", delimited(HEADER, records, ";"))
    taken(tmp_path)
    kept = rows(tmp_path, "receipts").select("receipt_id", "payer_class", "received_at", "amount").rows()
    assert kept == [
        ("000123", "Patient", datetime(2026, 3, 2), Decimal("1234.56")),
        ("000124", "Insurance", datetime(2026, 3, 2, 14, 5), Decimal("-12.50")),
    ]
    refused = rows(tmp_path, "quarantine").select("record_number", "column_name", "rule").rows()
    assert refused == [
        (5, "receipt_id", "not_as_long_as_the_profile_says"),
        (6, "received_at", "date_is_not_written_as_the_profile_says"),
        (7, "amount", "amount_is_grouped_wrongly"),
        (8, "payer_class", "in_closed_list"),
    ]
    load = loads_by_name(tmp_path)["a.csv"]
    assert (load["profile"], load["skipped_reasons"]) == ("acme", "by_profile 1")
    assert load["records_read"] == load["records_kept"] + load["records_quarantined"] + 1


def test_files_of_two_vendors_by_turns_keep_their_order_and_every_refusal_its_row(tmp_path: Path):
    """Files of one header are checked together, whoever's files stand between them."""
    written(tmp_path / "profiles")
    for number, day in enumerate(("soon", "02.03.2026", "later")):
        acme = [(f"00012{number}", "7", "P", "02.03.2026", "1,00"), (f"00013{number}", "7", "P", day, "1,00")]
        deliver(tmp_path, f"{number}-acme.csv", delimited(HEADER, acme, ";"))
        deliver(
            tmp_path, f"{number}-other.csv", receipts(receipt(f"R{number}"), receipt(f"S{number}", "a lot"))
        )
    taken(tmp_path)
    names = {load["load_id"]: name for name, load in loads_by_name(tmp_path).items()}
    kept = [(names[load], number) for load, number in in_order(tmp_path, "receipts", "row_number")]
    assert kept == [
        ("0-acme.csv", 2), ("0-other.csv", 2), ("1-acme.csv", 2), ("1-acme.csv", 3), ("1-other.csv", 2),
        ("2-acme.csv", 2), ("2-other.csv", 2),
    ]  # fmt: skip
    assert rows(tmp_path, "receipts")["receipt_id"].to_list() == [
        "000120", "R0", "000121", "000131", "R1", "000122", "R2",
    ]  # fmt: skip
    refused = [(names[load], number) for load, number in in_order(tmp_path, "quarantine", "record_number")]
    assert refused == [
        ("0-acme.csv", 3),
        ("0-other.csv", 3),
        ("1-other.csv", 3),
        ("2-acme.csv", 3),
        ("2-other.csv", 3),
    ]
    assert rows(tmp_path, "quarantine")["column_name"].to_list() == [
        "received_at", "amount", "amount", "received_at", "amount",
    ]  # fmt: skip


def in_order(home: Path, table: str, number: str) -> list[tuple[str, int]]:
    """Load and number of each row of a table, as they stand in bronze."""
    return rows(home, table).select("load_id", number).rows()


def test_leading_zeros_that_a_workbook_lost_are_refused_and_not_put_back(tmp_path: Path):
    written(tmp_path / "profiles", sheet="Journal")
    book = workbook(
        {"Journal": [HEADER, [123, "7", "P", 46083, "1,00"], ["000124", "7", "P", 46083, "1,00"]]}
    )
    deliver(tmp_path, "a.xlsx", book)
    taken(tmp_path)
    assert rows(tmp_path, "receipts").select("receipt_id", "received_at").rows() == [
        ("000124", datetime(2026, 3, 2))
    ]
    assert rows(tmp_path, "quarantine")["rule"].to_list() == ["not_as_long_as_the_profile_says"]


def test_the_sheet_that_a_profile_names_is_taken_and_no_other(tmp_path: Path):
    row = ["000124", "7", "P", 46083, "1,00"]
    book = workbook({"Copy": [HEADER, row], "Journal": [HEADER, row]})
    written(tmp_path / "profiles", sheet="Journal")
    deliver(tmp_path, "a.xlsx", book)
    deliver(tmp_path, "b.xlsx", workbook({"Copy": [HEADER, row]}))
    taken(tmp_path)
    loads = loads_by_name(tmp_path)
    assert [loads[name]["reason"] for name in ("a.xlsx", "b.xlsx")] == [None, "unknown_header"]


def test_a_file_set_aside_is_loaded_when_a_profile_has_come(tmp_path: Path):
    deliver(tmp_path, "a.csv", delimited(HEADER, [("000123", "7", "P", "02.03.2026", "1,00")]))
    assert taken(tmp_path).set_aside == {"a.csv": "unknown_header"}
    assert taken(tmp_path, date(2026, 2, 1)).known == 1
    written(tmp_path / "profiles")
    assert taken(tmp_path, date(2026, 2, 2)).files == {"loaded": 1}
    assert taken(tmp_path, date(2026, 2, 3)).known == 1
    assert rows(tmp_path, "loads").select("verdict", "profile").rows() == [
        ("set_aside", None),
        ("loaded", "acme"),
    ]
    assert rows(tmp_path, "receipts").height == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sauce": "receipts"}, "acme.yml, sauce: is no word of a profile"),
        ({"source": "receits"}, "acme.yml, source: is not one of "),
        ({"decimal_mark": ";"}, "acme.yml, decimal_mark: Input should be '.' or ','"),
        ({"dates": ["%d.%m"]}, "acme.yml, dates.0: needs a day, a month and a year"),
        ({"dates": ["%d.%m.%Q"]}, "acme.yml, dates.0: %Q is not known; use "),
        ({"name": "acme"}, "acme.yml, name: leave it out"),
        ({"charset": "cp9999"}, "acme.yml, charset: is not a known encoding"),
        ({"columns": {"receipt_id": "Beleg"}}, "acme.yml, columns.payer_class: is required by receipts"),
        (
            {"columns": {**ACME["columns"], "receipt_no": "Nr"}},
            "acme.yml, columns.receipt_no: is no column of receipts",
        ),
        (
            {"columns": {**ACME["columns"], "amount": {"header": "Betrag", "width": 9}}},
            "acme.yml, columns.amount.width: is only for identifier columns",
        ),
        (
            {"columns": {**ACME["columns"], "payer_class": {"constant": "Guarantor"}}},
            "acme.yml, columns.payer_class: 'Guarantor' is not one of Patient, Insurance, Invoice",
        ),
        (
            {"columns": {**ACME["columns"], "amount": {"header": "Betrag", "constant": "1"}}},
            "acme.yml, columns.amount: give either the header of the export or a constant",
        ),
    ],
)
def test_a_profile_that_is_wrong_is_refused_with_file_field_and_advice(tmp_path: Path, changes, told: str):
    with pytest.raises(ProfileError) as refused:
        read_profile(written(tmp_path, **changes))
    assert str(refused.value).startswith(told)


def test_files_that_hold_no_profile_are_refused(tmp_path: Path):
    (tmp_path / "a.yml").write_text("title: [unclosed")
    (tmp_path / "b.yml").write_text("- a list")
    (tmp_path / "c.yml").write_bytes(b"\xff\xfe\xff")
    for name, told in (("a", "not YAML"), ("b", "it must hold"), ("c", "UTF-8")):
        with pytest.raises(ProfileError, match=f"{name}.yml.*{told}"):
            read_profile(tmp_path / f"{name}.yml")
    with pytest.raises(ProfileError, match="choose another name"):
        read_profile(written(tmp_path, "generic"))
    (tmp_path / "d.yaml").write_text("")
    with pytest.raises(ProfileError, match=r"d\.yaml: rename it"):
        read_profiles(tmp_path)
    assert read_profiles(tmp_path / "nowhere") == ()


def header_of(profile: Profile, which: int = 0) -> list[str]:
    spelled = [
        column.header[which % len(column.header)] for column in profile.columns.values() if column.header
    ]
    return [*spelled, *(name for name in profile.match.headers if name not in spelled)]


@pytest.mark.parametrize("profile", shipped_profiles(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_shipped_profile_knows_its_own_header(profile: Profile, which: int):
    match = KnownHeaders().match(header_of(profile, which), "export.xlsx")
    assert isinstance(match, HeaderMatch)
    assert match.profile_name == profile.name
    assert set(match.fields) == {name for name, column in profile.columns.items() if column.header}


def test_the_shipped_profiles_are_those_that_the_handbook_names():
    assert [profile.name for profile in shipped_profiles()] == [
        "officeemr-receipt-import",
        "officeemr-receipts",
        "openpm-receipt-report",
        "webpt-claims-feed",
        "webpt-payment-balancing",
        "webpt-soap1-payment-log",
        "webpt-soap2-payment-log",
    ]


def test_a_practices_own_profile_wins_and_two_that_fit_alike_are_refused(tmp_path: Path):
    shipped = (read_profile(written(tmp_path / "shipped", "shipped")),)
    own = read_profile(written(tmp_path / "own"))
    assert KnownHeaders((), shipped).match(HEADER, "x.csv").profile.name == "shipped"
    assert KnownHeaders((own,), shipped).match(HEADER, "x.csv").profile.name == "acme"
    twin = read_profile(written(tmp_path / "own", "twin"))
    assert KnownHeaders((own, twin)).match(HEADER, "x.csv") == HeaderRefusal("ambiguous_profile", "receipts")
    named = read_profile(
        written(tmp_path / "own", "named", match={"headers": ["Beleg"], "file_name": "JOURNAL*"})
    )
    assert KnownHeaders((own, named)).match(HEADER, "2026-01-05/journal.csv").profile.name == "named"
    assert KnownHeaders((own, named)).match(HEADER, "x.csv").profile.name == "acme"


def test_a_header_with_a_gap_is_refused_by_the_profile_that_claims_it(tmp_path: Path):
    own = read_profile(written(tmp_path))
    assert KnownHeaders((own,)).match(HEADER[:4], "x") == HeaderRefusal(
        "missing_required_column", "receipts", "amount"
    )
    assert KnownHeaders((own,)).match((*HEADER, "betrag"), "x") == HeaderRefusal(
        "duplicate_header", "receipts", "amount"
    )
    no_skip = read_profile(written(tmp_path, skip=[{"header": "Zeile", "values": ["x"]}]))
    assert KnownHeaders((no_skip,)).match(HEADER, "x") == HeaderRefusal(
        "missing_required_column", "receipts", "Zeile"
    )


TITLES = st.lists(st.lists(st.sampled_from(["", "Receipts", "From", "01/05/2026"]), max_size=2), max_size=30)


@given(TITLES, st.integers(0, 5))
def test_a_header_is_found_below_titles_among_the_first_twenty_rows_and_nowhere_else(titles, data_rows):
    header = ["Receipt #", "Payer Class", "Type", "Location", "Received", "Amount", "Status"]
    found = KnownHeaders(()).find([*titles, header, *[["1"] * 7] * data_rows], "x.csv")
    if len(titles) < 20:
        assert isinstance(found, FoundHeader)
        assert found.place == len(titles)
        assert found.match == match_header(header, "x.csv")
    else:
        assert found == HeaderRefusal("unknown_header")
