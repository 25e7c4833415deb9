"""What the tables of an 837P hold, who belongs to whom in it, and what sets a transaction aside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.x12 import PROTECTED_COLUMNS, SCHEMAS, X12Reading, read_x12
from tests.ingestion.deliveries import deliver, loads_by_name, rows, take
from tests.ingestion.x12.claims import (
    BODY,
    CLAIM,
    DEPENDENT,
    PROVIDER,
    SECOND_CLAIM,
    SUBSCRIBER,
    acknowledgement,
    claim_acknowledgement,
    file_of,
    group,
    submission,
    submitted,
)
from tests.ingestion.x12.remittances import transaction


@pytest.fixture(scope="module")
def reading() -> X12Reading:
    return read_x12(submitted(submission([*BODY, *SECOND_CLAIM])))


def cells(reading: X12Reading, table: str, *columns: str) -> list[tuple]:
    return reading.tables[table].select(columns).rows()


def test_the_file_has_no_finding_and_every_table_its_schema(reading):
    assert reading.findings.is_empty()
    assert {name: table.schema for name, table in reading.tables.items()} == SCHEMAS
    assert reading.sources == ("claim_submission",)
    assert reading.counts.kept_control_amount == Decimal("250.50")


def test_a_claim_with_everything(reading):
    claim = reading.tables["claim_submissions"].row(0, named=True)
    expected = {
        "batch_reference": "BATCH1",
        "batch_created_on": date(2026, 11, 1),
        "submitter_id": "SUBMITTER1",
        "billing_provider_npi": "1234567893",
        "billing_provider_tax_id": "123456789",
        "billing_provider_taxonomy_code": "225100000X",
        "billing_provider_postal_code": "627010001",
        "payer_responsibility_code": "P",
        "filing_indicator_code": "CI",
        "subscriber_id": "MEMBER1",
        "subscriber_born_on": date(1980, 1, 2),
        "payer_id": "12345",
        "is_patient_the_subscriber": False,
        "patient_relationship_code": "19",
        "patient_first_name": "JOHN",
        "patient_born_on": date(2010, 3, 4),
        "patient_control_number": "1001",
        "charge_amount": Decimal("200.00"),
        "place_of_service_code": "11",
        "frequency_code": "7",
        "related_cause_code_2": "EM",
        "accident_state": "CA",
        "delay_reason_code": "9",
        "accident_on": date(2026, 9, 1),
        "service_from_on": date(2026, 9, 30),
        "service_to_on": date(2026, 10, 3),
        "diagnosis_count": 3,
        "principal_diagnosis_code": "M5450",
        "authorization_number": "AUTH1",
        "predetermination_number": None,
        "original_reference": "ORIGINAL1",
        "patient_paid_amount": Decimal("20.00"),
        "referring_provider_npi": "1111111112",
        "rendering_provider_npi": "2222222223",
        "rendering_provider_taxonomy_code": "2251X0800X",
        "service_facility_npi": "3333333334",
    }
    assert {name: claim[name] for name in expected} == expected


def test_diagnoses_are_numbered_through_the_claim_as_pointers_count_them(reading):
    assert cells(
        reading, "claim_submission_diagnoses", "claim_position", "diagnosis_position", "diagnosis_code"
    ) == [(1, 1, "M5450"), (1, 2, "M25561"), (1, 3, "R262"), (2, 1, "4779")]


def test_lines(reading):
    line = reading.tables["claim_submission_lines"].row(0, named=True)
    assert [line[f"modifier_{position}"] for position in range(1, 5)] == ["GP", "59", "KX", "CQ"]
    assert [line[f"diagnosis_pointer_{position}"] for position in range(1, 5)] == ["1", "2", "3", "4"]
    assert (line["charge_amount"], line["units"], line["unit_code"]) == (Decimal(120), Decimal("2.5"), "UN")
    assert (line["service_from_on"], line["service_to_on"]) == (date(2026, 10, 1), date(2026, 10, 3))
    assert (line["line_control_number"], line["authorization_number"]) == ("LINE1", "LINEAUTH")
    assert (line["rendering_provider_npi"], line["ordering_provider_npi"]) == ("4444444445", "5555555556")
    assert (line["national_drug_code"], line["place_of_service_code"]) == ("01234567891", "12")
    assert cells(reading, "claim_submission_lines", "claim_position", "line_position", "line_number") == [
        (1, 1, "1"),
        (1, 2, "2"),
        (2, 1, "1"),
    ]


def test_another_payer_and_what_it_decided(reading):
    assert cells(
        reading, "claim_submission_other_payers", "payer_id", "subscriber_id", "paid_amount", "adjudicated_on"
    ) == [("99999", "MEMBER2", Decimal("39.15"), date(2026, 10, 1))]
    assert cells(reading, "claim_submission_adjudications", "line_position", "paid_amount", "paid_units") == [
        (1, Decimal(40), Decimal(2))
    ]
    assert cells(
        reading, "claim_submission_adjustments", "level", "line_position", "reason_code", "amount"
    ) == [
        ("other_payer", None, "1", Decimal("21.89")),
        ("other_payer", None, "2", Decimal("15.00")),
        ("adjudication", 1, "45", Decimal("3.00")),
        ("adjudication", 1, "97", Decimal("1.50")),
    ]


def test_names_and_numbers_of_people_are_protected():
    for table, columns in PROTECTED_COLUMNS.items():
        assert set(columns) <= set(SCHEMAS[table].names()), table
    known = {name for name in SCHEMAS["claim_submissions"].names() if name.startswith("subscriber_")}
    known |= {f"patient_{part}" for part in ("last_name", "born_on", "street", "control_number")}
    assert known <= set(PROTECTED_COLUMNS["claim_submissions"])


def person(number: int, parent: int, level: str, name: str) -> list[str]:
    opening = [f"HL*{number}*{parent}*{level}*1"]
    if level == "22":
        named = ["SBR*P********CI", f"NM1*IL*1*{name}", f"NM1*PR*2*PLAN OF {name}*****PI*{name}"]
    else:
        named = ["PAT*19", f"NM1*QC*1*{name}"]
    return opening + named


def claim(number: str) -> list[str]:
    return [f"CLM*{number}*1***11:B:1", f"NM1*82*1*DOCTOR OF {number}", "LX*1", "SV1*HC:97110*1*UN*1***1"]


def test_the_hierarchy_tells_provider_subscriber_and_patient_of_every_claim():
    second_provider = ["HL*6**20*1", "NM1*85*2*SECOND GROUP"]
    body = [
        *PROVIDER,
        *person(2, 1, "22", "ANN"),
        *claim("ANN1"),
        *claim("ANN2"),
        *person(3, 2, "23", "BEN"),
        *claim("BEN1"),
        *claim("BEN2"),
        *person(4, 2, "23", "CAT"),
        *claim("CAT1"),
        *person(5, 1, "22", "DAN"),
        *claim("DAN1"),
        *second_provider,
        *person(7, 6, "22", "EVE"),
        *person(8, 7, "23", "FAY"),
        *claim("FAY1"),
    ]
    reading = read_x12(submitted(submission(body), submission(body, control="0002")))
    assert reading.findings.is_empty()
    told = cells(
        reading,
        "claim_submissions",
        "claim_position",
        "patient_control_number",
        "patient_last_name",
        "subscriber_last_name",
        "payer_id",
        "billing_provider_name",
        "is_patient_the_subscriber",
        "rendering_provider_name",
    )
    first, second = "PLAIN THERAPY GROUP", "SECOND GROUP"
    expected = [
        ("ANN1", "ANN", "ANN", first),
        ("ANN2", "ANN", "ANN", first),
        ("BEN1", "BEN", "ANN", first),
        ("BEN2", "BEN", "ANN", first),
        ("CAT1", "CAT", "ANN", first),
        ("DAN1", "DAN", "DAN", first),
        ("FAY1", "FAY", "EVE", second),
    ]
    assert (
        told
        == [
            (
                place,
                number,
                patient,
                subscriber,
                subscriber,
                provider,
                patient == subscriber,
                f"DOCTOR OF {number}",
            )
            for place, (number, patient, subscriber, provider) in enumerate(expected, start=1)
        ]
        * 2
    )


def test_the_pointer_decides_and_the_nearest_loop_where_it_leads_nowhere():
    siblings = [*PROVIDER, *person(2, 1, "22", "ANN"), *person(3, 1, "22", "BEN")]
    pointed = read_x12(submitted(submission([*siblings, *person(4, 2, "23", "CAT"), *claim("1")])))
    assert cells(pointed, "claim_submissions", "subscriber_last_name") == [("ANN",)]
    lost = read_x12(submitted(submission([*siblings, *person(4, 9, "23", "CAT"), *claim("1")])))
    assert cells(lost, "claim_submissions", "subscriber_last_name") == [("BEN",)]
    assert lost.findings.select("rule", "element").rows() == [("hierarchy_parent_unknown", "HL02")]


def without(segment: str) -> list[str]:
    assert segment in BODY
    return [each for each in BODY if each != segment]


def replaced(old: str, new: str) -> list[str]:
    assert old in BODY
    return [new if each == old else each for each in BODY]


CLM = CLAIM[0]
SET_ASIDE = {
    "claim under no subscriber": ([*PROVIDER, *CLAIM], "claim_without_subscriber"),
    "subscriber under no provider": ([*SUBSCRIBER, *CLAIM], "claim_without_provider"),
    "line under no claim": (without(CLM), "line_without_claim"),
    "adjudication of no line": ([*PROVIDER, *SUBSCRIBER, CLM, "SVD*1*1"], "adjudication_without_line"),
    "adjustment of the claim itself": ([*BODY, *SECOND_CLAIM[:2], "CAS*CO*45*1"], "adjustment_without_payer"),
    "line without service": (without("SV1*HC:97140*80*MJ*15***1"), "line_without_service"),
    "charge missing": (replaced(CLM, "CLM*1001"), "amount_missing"),
    "charge of a claim malformed": (replaced(CLM, "CLM*1001*1E3"), "amount_malformed"),
    "charge of a line malformed": (
        replaced("SV1*HC:97140*80*MJ*15***1", "SV1*HC:97140*8,0*MJ"),
        "amount_malformed",
    ),
    "thirteen diagnoses": (
        replaced("HI*BP:33414*ABF:R262", "HI" + "*ABF:R262" * 13),
        "too_many_diagnoses",
    ),
    "an institutional line": ([*BODY, "SV2*0420*HC:97110*1*UN*1"], "institutional_claim_not_read"),
    "a dental line": ([*BODY, "SV3*AD:D0120*1"], "dental_claim_not_read"),
}


@pytest.mark.parametrize("case", SET_ASIDE)
def test_a_broken_transaction_is_set_aside_alone(case):
    body, rule = SET_ASIDE[case]
    broken = submission(body, control="0002")
    reading = read_x12(submitted(submission(), broken, submission(control="0003")))
    assert rule in reading.findings["rule"].to_list()
    counts = reading.counts
    assert (counts.transactions_kept, counts.transactions_quarantined) == (2, 1)
    assert counts.segments_quarantined == len(broken)
    assert counts.kept_control_amount == Decimal(400)
    for name, table in reading.tables.items():
        if name != "segments":
            assert 2 not in table["transaction_position"].to_list(), name


NOT_READ = {
    "005010X223A2": "institutional_claim_not_read",
    "004010X096A1": "institutional_claim_not_read",
    "005010X224A2": "dental_claim_not_read",
    "005010X291": "predetermination_not_read",
    "005010X298": "claim_implementation_not_read",
}


@pytest.mark.parametrize("version", NOT_READ)
def test_other_837_are_recognised_by_their_implementation(version, tmp_path: Path):
    data = submitted(submission(version=version))
    reading = read_x12(data)
    assert reading.findings["rule"].to_list() == [NOT_READ[version]]
    assert reading.counts.quarantined_control_amount == Decimal(200)
    assert reading.sources == ()
    deliver(tmp_path, "a.837", data)
    assert take(tmp_path).set_aside == {"a.837": NOT_READ[version]}


@pytest.mark.parametrize("version", ["005010X222", "005010X222A1", "005010X222A2", "004010X098A1"])
def test_every_professional_implementation_is_read(version):
    assert read_x12(submitted(submission(version=version))).counts.transactions_kept == 1


@pytest.mark.parametrize("version", ["", "005010", "00501"])
def test_where_the_group_is_silent_the_transaction_tells(version):
    dental = submission(version="005010X224A2")
    reading = read_x12(file_of(group(submission(), version=version), group(dental, version=version)))
    assert reading.counts.transactions_kept == 1
    assert reading.findings["rule"].to_list() == ["dental_claim_not_read"]


def test_odd_details_are_reported_and_null():
    odd = replaced("DTP*472*D8*20260930", "DTP*472*RD8*20260930")
    reading = read_x12(submitted(submission(odd)))
    assert reading.findings.select("rule", "element").rows() == [("date_malformed", "DTP03")]
    assert cells(reading, "claim_submission_lines", "service_from_on")[1] == (None,)
    without_number = read_x12(submitted(submission(without("LX*2"))))
    assert without_number.findings["rule"].to_list() == ["line_number_missing"]
    assert cells(without_number, "claim_submission_lines", "line_number") == [("1",), (None,)]


def test_findings_carry_no_value():
    secret = "SECRET123456789"
    body = [*replaced(CLM, f"CLM*{secret}*{secret}"), f"HL*{secret}*{secret}*{secret}", f"CAS*{secret}"]
    assert secret not in str(read_x12(submitted(submission(body))).findings.to_dicts())


def test_a_file_of_several_sets_loads_each_into_its_own_tables(tmp_path: Path):
    data = file_of(
        group(submission(), submission(control="0002", count=3)),
        group(acknowledgement(), number=8),
        group(claim_acknowledgement(), number=9),
        group(transaction(), number=10),
    )
    deliver(tmp_path, "mixed.x12", data)
    assert take(tmp_path).files == {"loaded": 1}
    load = loads_by_name(tmp_path)["mixed.x12"]
    assert (load["source"], load["record_unit"]) == ("claim_submission", "segment")
    assert load["records_read"] == load["records_kept"] + load["records_quarantined"]
    assert load["records_quarantined"] == len(submission())
    assert load["control_amount_kept"] == Decimal("340.00")
    assert load["control_amount_quarantined"] == Decimal("200.00")
    for table in ("claim_submissions", "functional_acknowledgements", "claim_acknowledgement_batches"):
        assert len(rows(tmp_path, table)) == 1, table
    assert len(rows(tmp_path, "era_remittances")) == 1
    told = rows(tmp_path, "quarantine").select("rule", "business_key", "amount_at_stake", "source")
    assert told.rows() == [("segment_count_differs", "BATCH1", Decimal("200.00"), "claim_submission")]


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (submitted(submission()), "claim_submission"),
        (submitted(acknowledgement()), "functional_acknowledgement"),
        (submitted(claim_acknowledgement()), "claim_acknowledgement"),
    ],
)
def test_each_set_is_a_source_of_its_own(tmp_path: Path, data: bytes, source: str):
    deliver(tmp_path, "a.x12", data)
    take(tmp_path)
    load = loads_by_name(tmp_path)["a.x12"]
    assert (load["verdict"], load["source"]) == ("loaded", source)
    kept = rows(tmp_path, "x12_segments").filter(pl.col("is_kept"))
    assert len(kept) == load["records_kept"] == load["records_read"]


def test_dependents_alone_in_a_transaction_have_no_subscriber():
    reading = read_x12(submitted(submission([*PROVIDER, *DEPENDENT, *CLAIM])))
    assert "claim_without_subscriber" in reading.findings["rule"].to_list()
    assert reading.counts.transactions_kept == 0
