"""What the tables of a 999 and a 277CA hold, and what sets one aside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ingestion.x12 import X12Reading, read_x12
from tests.ingestion.x12.claims import (
    CLAIM_ACKNOWLEDGEMENT,
    acknowledgement,
    claim_acknowledgement,
    submitted,
)


def cells(reading: X12Reading, table: str, *columns: str) -> list[tuple]:
    return reading.tables[table].select(columns).rows()


class TestFunctionalAcknowledgement:
    """The 999."""

    @pytest.fixture
    def reading(self) -> X12Reading:
        reading = read_x12(submitted(acknowledgement(), acknowledgement(control="0002")))
        assert reading.findings.is_empty()
        return reading

    def test_the_group(self, reading):
        assert (
            cells(
                reading,
                "functional_acknowledgements",
                "acknowledged_group_control_number",
                "outcome_code",
                "transactions_included",
                "transactions_accepted",
                "group_error_code_1",
            )
            == [("17", "P", 2, 1, "1")] * 2
        )

    def test_its_transactions(self, reading):
        assert (
            cells(
                reading,
                "functional_acknowledgement_transactions",
                "response_position",
                "acknowledged_control_number",
                "outcome_code",
                "transaction_error_code_1",
                "transaction_error_code_2",
            )
            == [(1, "0001", "R", "5", "I4"), (2, "0002", "A", None, None)] * 2
        )

    def test_their_errors(self, reading):
        assert (
            cells(
                reading,
                "functional_acknowledgement_errors",
                "response_position",
                "faulty_segment_id",
                "faulty_segment_position",
                "segment_error_code",
                "element_position",
                "component_position",
                "element_error_code",
                "patient_control_number",
            )
            == [
                (1, "CLM", 22, "8", None, None, None, "1001"),
                (1, "CLM", 22, "8", 5, 1, "7", "1001"),
                (1, "REF", 30, "3", None, None, None, None),
            ]
            * 2
        )

    def test_a_bad_value_is_copied_into_no_table(self, reading):
        kept = {name: table for name, table in reading.tables.items() if name != "segments"}
        assert not any("BADVALUE" in str(table.rows()) for table in kept.values())

    def test_a_group_refused_whole_names_no_transaction(self):
        reading = read_x12(submitted(acknowledgement(["AK1*HC*17", "AK9*R*3*3*0*4"])))
        assert reading.findings.is_empty()
        assert cells(reading, "functional_acknowledgements", "outcome_code") == [("R",)]
        assert reading.tables["functional_acknowledgement_transactions"].is_empty()

    @pytest.mark.parametrize(
        ("body", "rule"),
        [
            (["AK1*HC*17"], "group_response_missing"),
            (["AK9*A*1*1*1"], "group_response_missing"),
            (["AK1*HC*17", "AK2*837*1", "AK9*A*1*1*1"], "transaction_response_missing"),
            (["AK1*HC*17", "AK2*837*1", "IK5*A", "IK5*R", "AK9*A*1*1*1"], "transaction_response_missing"),
            (["AK1*HC*17", "IK5*A", "AK9*A*1*1*1"], "error_without_transaction"),
            (["AK1*HC*17", "AK2*837*1", "IK4*1**7", "IK5*A", "AK9*A*1*1*1"], "error_without_transaction"),
        ],
    )
    def test_a_broken_one_is_set_aside_alone(self, body, rule):
        reading = read_x12(submitted(acknowledgement(body), acknowledgement(control="0002")))
        assert rule in reading.findings["rule"].to_list()
        assert (reading.counts.transactions_kept, reading.counts.transactions_quarantined) == (1, 1)
        assert reading.set_aside["business_key"].to_list() == (
            ["17"] if body[0].startswith("AK1") else [None]
        )

    def test_a_count_that_is_none_is_null_and_reported(self):
        reading = read_x12(submitted(acknowledgement(["AK1*HC*17", "AK9*A*one*1*1"])))
        assert reading.findings.select("rule", "element").rows() == [("count_malformed", "AK902")]
        assert cells(reading, "functional_acknowledgements", "transactions_included") == [(None,)]


class TestClaimAcknowledgement:
    """The 277CA."""

    @pytest.fixture
    def reading(self) -> X12Reading:
        reading = read_x12(submitted(claim_acknowledgement(), claim_acknowledgement(control="0002")))
        assert reading.findings.is_empty()
        return reading

    def test_the_batch(self, reading):
        assert (
            cells(
                reading,
                "claim_acknowledgement_batches",
                "source_id",
                "receiver_id",
                "batch_reference",
                "received_on",
                "processed_on",
                "accepted_count",
                "rejected_amount",
            )
            == [
                (
                    "12345",
                    "SUBMITTER1",
                    "BATCH1",
                    date(2026, 11, 2),
                    date(2026, 11, 3),
                    Decimal(1),
                    Decimal("50.50"),
                )
            ]
            * 2
        )

    def test_each_claim_of_a_patient(self, reading):
        assert (
            cells(
                reading,
                "claim_acknowledgements",
                "claim_position",
                "patient_control_number",
                "payer_claim_control_number",
                "clearinghouse_trace_number",
                "patient_id",
                "billing_provider_npi",
                "charge_amount",
                "service_from_on",
                "service_to_on",
            )
            == [
                (
                    *(1, "1001", "PAYER1", "TRACE1", "MEMBER1", "1234567893", Decimal(200)),
                    *(date(2026, 9, 30), date(2026, 10, 3)),
                ),
                (2, "1002", None, None, "MEMBER1", "1234567893", Decimal("50.50"), None, None),
            ]
            * 2
        )

    def test_each_status_with_the_loop_it_speaks_of(self, reading):
        assert (
            cells(
                reading,
                "claim_acknowledgement_statuses",
                "level",
                "claim_position",
                "line_position",
                "status_position",
                "category_code",
                "status_code",
                "entity_code",
            )
            == [
                ("receiver", None, None, 1, "A1", "19", "PR"),
                ("provider", None, None, 1, "A1", "19", "PR"),
                ("claim", 1, None, 1, "A2", "20", "PR"),
                ("claim", 2, None, 1, "A3", "187", "85"),
                ("claim", 2, None, 2, "A7", "507", None),
                ("line", 2, 1, 1, "A7", "453", None),
            ]
            * 2
        )

    def test_lines(self, reading):
        assert (
            cells(
                reading,
                "claim_acknowledgement_lines",
                "procedure_code",
                "line_control_number",
                "service_from_on",
            )
            == [("97530", "LINE9", date(2026, 10, 4))] * 2
        )

    @pytest.mark.parametrize("version", ["005010X212", "005010X213", "005010", ""])
    def test_a_277_that_is_no_acknowledgement_is_not_read(self, version):
        reading = read_x12(submitted(claim_acknowledgement(version=version)))
        assert reading.findings["rule"].to_list() == ["status_implementation_not_read"]
        assert reading.counts.transactions_kept == 0

    @pytest.mark.parametrize(
        ("segment", "rule"),
        [
            ("HL*4*3*PT", "claim_without_patient"),
            ("TRN*2*1001", "status_without_loop"),
            ("STC*A2:20:PR*20261103*WQ*200", None),
        ],
    )
    def test_what_is_missing(self, segment, rule):
        body = [each for each in CLAIM_ACKNOWLEDGEMENT if each != segment]
        if rule == "claim_without_patient":
            body = [each for each in body if not each.startswith("HL*")]
        reading = read_x12(submitted(claim_acknowledgement(body), claim_acknowledgement(control="0002")))
        assert reading.counts.transactions_kept == (1 if rule else 2)
        assert rule is None or rule in reading.findings["rule"].to_list()
