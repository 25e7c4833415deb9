"""What every column of the 835 tables holds, on one remittance small enough to check by eye."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ingestion.x12 import PROTECTED_COLUMNS, SCHEMAS, X12Reading, read_x12
from tests.ingestion.x12.remittances import CLAIM, HEADER, PLB, interchange, one, text, transaction


@pytest.fixture(scope="module")
def reading() -> X12Reading:
    return read_x12(one())


def test_every_table_has_its_schema(reading):
    assert list(reading.tables) == list(SCHEMAS)
    assert {name: table.schema for name, table in reading.tables.items()} == SCHEMAS


def test_tables_without_rows_have_their_schema():
    nothing = read_x12(text(interchange(["ST*270*0001", "BHT*0022*13*1", "SE*3*0001"])))
    assert {name: table.schema for name, table in nothing.tables.items()} == SCHEMAS


def test_protected_columns_exist():
    for table, columns in PROTECTED_COLUMNS.items():
        assert set(columns) <= set(SCHEMAS[table].names())


def test_remittance(reading):
    assert reading.tables["remittances"].to_dicts() == [
        {
            "interchange_position": 1,
            "transaction_position": 1,
            "segment_number": 3,
            "interchange_sender_id": "PLAINPLAN",
            "interchange_receiver_id": "PLAINTHERAPY",
            "interchange_control_number": "000000001",
            "usage_indicator": "P",
            "group_sender_id": "PLAINPLAN",
            "group_receiver_id": "PLAINTHERAPY",
            "group_control_number": "7",
            "transaction_control_number": "0001",
            "version": "005010X221A1",
            "handling_code": "I",
            "payment_amount": Decimal("140.00"),
            "credit_debit_code": "C",
            "payment_method_code": "ACH",
            "originating_company_id": "1512345678",
            "receiver_account_number": "98765",
            "payment_on": date(2026, 11, 2),
            "trace_number": "TRACE1",
            "payer_identifier": "1512345678",
            "originating_company_supplement": "999",
            "production_on": date(2026, 11, 1),
            "payer_name": "PLAIN HEALTH PLAN",
            "payer_id_qualifier": "XV",
            "payer_id": "12345",
            "payee_name": "PLAIN THERAPY GROUP",
            "payee_id_qualifier": "XX",
            "payee_id": "1234567893",
            "payee_npi": "1234567893",
            "payee_tax_id": "123456789",
        }
    ]


def test_claim(reading):
    assert reading.tables["claims"].to_dicts() == [
        {
            "interchange_position": 1,
            "transaction_position": 1,
            "claim_position": 1,
            "segment_number": 13,
            "claim_identifier": "1001",
            "status_code": "1",
            "charge_amount": Decimal("200.00"),
            "paid_amount": Decimal("150.00"),
            "patient_responsibility_amount": Decimal("20.00"),
            "filing_indicator_code": "12",
            "payer_claim_control_number": "PAYER1",
            "facility_code": "11",
            "frequency_code": "1",
            "patient_status_code": None,
            "diagnosis_related_group_code": None,
            "diagnosis_related_group_weight": None,
            "discharge_fraction": None,
            "assignment_code": None,
            "patient_last_name": "DOE",
            "patient_first_name": "JANE",
            "patient_middle_name": "Q",
            "patient_id_qualifier": "MI",
            "patient_id": "MEMBER1",
            "patient_subscriber_last_name": None,
            "patient_subscriber_first_name": None,
            "patient_subscriber_id": None,
            "patient_corrected_last_name": "DOE",
            "patient_corrected_first_name": "JANET",
            "patient_corrected_id": "MEMBER2",
            "rendering_provider_id_qualifier": "XX",
            "rendering_provider_id": "1234567893",
            "rendering_provider_npi": "1234567893",
            "crossover_carrier_name": "OTHER PLAN",
            "crossover_carrier_id": "99999",
            "service_from_on": date(2026, 10, 1),
            "service_to_on": date(2026, 10, 2),
            "received_on": date(2026, 10, 5),
        }
    ]


def test_service_lines(reading):
    first, second = reading.tables["service_lines"].to_dicts()
    assert first == {
        "interchange_position": 1,
        "transaction_position": 1,
        "claim_position": 1,
        "line_position": 1,
        "segment_number": 26,
        "procedure_qualifier": "HC",
        "procedure_code": "97110",
        "modifier_1": "GP",
        "modifier_2": "59",
        "modifier_3": None,
        "modifier_4": None,
        "charge_amount": Decimal("120.00"),
        "paid_amount": Decimal("90.00"),
        "revenue_code": None,
        "paid_units": Decimal(2),
        "original_procedure_qualifier": "HC",
        "original_procedure_code": "97112",
        "original_modifier_1": "GO",
        "original_modifier_2": None,
        "original_modifier_3": None,
        "original_modifier_4": None,
        "original_units": Decimal(3),
        "service_on": date(2026, 10, 1),
        "service_from_on": None,
        "service_to_on": None,
        "line_control_number": "LINE1",
    }
    assert (second["line_position"], second["procedure_qualifier"], second["procedure_code"]) == (
        2,
        "NU",
        "0420",
    )
    assert (second["revenue_code"], second["paid_units"], second["line_control_number"]) == (
        "0420",
        None,
        None,
    )
    assert (second["service_from_on"], second["service_to_on"]) == (date(2026, 10, 1), date(2026, 10, 2))


def test_adjustments(reading):
    columns = [
        "level",
        "line_position",
        "triplet_position",
        "group_code",
        "reason_code",
        "amount",
        "quantity",
    ]
    assert reading.tables["adjustments"].select(columns).rows() == [
        ("claim", None, 1, "PR", "1", Decimal(20), None),
        ("line", 1, 1, "CO", "45", Decimal(25), None),
        ("line", 1, 2, "CO", "97", Decimal("4.50"), Decimal(1)),
        ("line", 1, 3, "CO", "16", Decimal("0.50"), None),
        ("line", 2, 1, "CO", "45", Decimal(30), None),
        ("line", 2, 1, "OA", "23", Decimal(-10), None),
    ]


def test_provider_adjustments(reading):
    columns = [
        "pair_position",
        "provider_identifier",
        "fiscal_period_on",
        "reason_code",
        "reference",
        "amount",
    ]
    assert reading.tables["provider_adjustments"].select(columns).rows() == [
        (1, "1234567893", date(2026, 12, 31), "WO", "REF9", Decimal("12.50")),
        (2, "1234567893", date(2026, 12, 31), "L6", None, Decimal("-2.50")),
    ]


def test_details(reading):
    tables = reading.tables
    assert tables["amounts"].select("level", "qualifier", "amount").rows() == [
        ("claim", "AU", Decimal(150)),
        ("line", "B6", Decimal(95)),
    ]
    assert tables["quantities"].select("level", "qualifier", "quantity").rows() == [
        ("claim", "CA", Decimal("2.5"))
    ]
    assert tables["references"].select("level", "qualifier", "reference").rows() == [
        ("payer", "2U", "PAYERREF"),
        ("payee", "TJ", "123456789"),
        ("claim", "1L", "GROUP7"),
        ("line", "6R", "LINE1"),
    ]
    assert tables["remarks"].select("level", "remark_position", "qualifier", "remark_code").rows() == [
        ("claim", 1, "MOA", "MA01"),
        ("claim", 3, "MOA", "N130"),
        ("line", 1, "HE", "N362"),
    ]
    assert tables["dates"]["qualifier"].to_list() == ["405", "232", "233", "050", "472", "150", "151"]
    assert tables["dates"]["level"].to_list() == ["remittance", *["claim"] * 3, *["line"] * 3]


def test_inpatient_remarks():
    mia = "MIA*0***5*MA1" + "*" * 15 + "MA2*MA3**MA5"
    remarks = read_x12(one([CLAIM[0], mia])).tables["remarks"]
    assert remarks.select("remark_position", "remark_code").rows() == [
        (1, "MA1"),
        (2, "MA2"),
        (3, "MA3"),
        (5, "MA5"),
    ]


def test_segments_carry_their_loops(reading):
    segments = reading.tables["segments"].select(
        "segment_id", "transaction_position", "claim_position", "line_position"
    )
    by_id = {row[0]: row[1:] for row in segments.rows()}
    assert by_id["ISA"] == (None, None, None)
    assert by_id["LX"] == (1, None, None)
    assert by_id["CLP"] == (1, 1, None)
    assert by_id["LQ"] == (1, 1, 1)
    assert by_id["PLB"] == (1, None, None)
    assert by_id["SE"] == (1, None, None)
    assert by_id["IEA"] == (None, None, None)


def test_claims_and_lines_are_counted_through_their_parent():
    reading = read_x12(
        text(interchange(transaction([*CLAIM, *CLAIM]), transaction([*CLAIM, "LX*2", *CLAIM])))
    )
    tables = reading.tables
    assert tables["claims"].select("transaction_position", "claim_position").rows() == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]
    assert tables["service_lines"]["line_position"].to_list() == [1, 2] * 4
    assert tables["service_lines"]["claim_position"].to_list() == [1, 1, 2, 2] * 2
    assert tables["claims"]["patient_last_name"].to_list() == ["DOE"] * 4


def test_a_summary_between_claims_belongs_to_no_claim():
    body = [CLAIM[0], "LX*2", "TS3*1*11*20261231*1*100", "REF*XX*BETWEEN", *CLAIM]
    references = read_x12(one(body)).tables["references"].filter(qualifier="XX")
    assert references.select("claim_position", "level").rows() == [(None, "remittance")]


def test_a_claim_with_nothing_under_it_takes_nothing_from_its_neighbours():
    claims = read_x12(one([*CLAIM, "CLP*1002*4*50*0*50", *CLAIM])).tables["claims"]
    names = ("patient_last_name", "service_from_on", "rendering_provider_npi", "crossover_carrier_name")
    assert claims.select(names).row(1) == (None, None, None, None)
    assert claims["claim_identifier"].to_list() == ["1001", "1002", "1001"]


def test_a_date_of_a_line_is_not_a_date_of_its_claim():
    body = ["CLP*1*1*5*5*0", "SVC*HC:97110*5*5", "DTM*232*20200101"]
    assert read_x12(one(body)).tables["claims"]["service_from_on"].to_list() == [None]


def test_reversal_and_correction_are_two_claims_with_one_identifier():
    body = ["CLP*1001*22*-200*-150*0", "CLP*1001*1*200*160*0"]
    claims = read_x12(one(body)).tables["claims"]
    assert claims["claim_identifier"].to_list() == ["1001", "1001"]
    assert claims["paid_amount"].to_list() == [Decimal(-150), Decimal(160)]


def test_plb_only_remittance_and_claim_after_plb():
    assert read_x12(one(PLB, payment="0")).counts.transactions_kept == 1
    late = read_x12(one([*CLAIM, *PLB, *CLAIM]))
    assert late.findings["rule"].to_list() == ["claim_after_provider_adjustment"]
    assert len(late.tables["claims"]) == 2


def test_payee_tax_id_from_the_name_segment():
    header = [each.replace("*XX*1234567893", "*FI*987654321") for each in HEADER]
    row = read_x12(one(header=header)).tables["remittances"].row(0, named=True)
    assert (row["payee_tax_id"], row["payee_npi"]) == ("987654321", None)


def test_a_missing_payment_date_is_reported():
    segments = transaction()
    segments[1] = "BPR*I*140*C*CHK"
    reading = read_x12(text(interchange(segments)))
    assert reading.findings.select("rule", "element").rows() == [("payment_date_missing", "BPR16")]
    assert reading.tables["remittances"]["payment_on"].to_list() == [None]
