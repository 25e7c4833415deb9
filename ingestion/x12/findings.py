"""What the reader has to say about a file: rules, their severity, and the findings table.

What belongs here: the one list of rules, and how findings are gathered. A finding names a place and a kind of
problem, never a value: X12 values are names, account numbers and amounts of patients.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.kernels import optional
from ingestion.x12.segments import SegmentFrame

QUARANTINE = "quarantine"
WARNING = "warning"

RULES: dict[str, tuple[str, str]] = {
    # The envelope: what a transaction cannot be trusted without.
    "transaction_not_closed": (QUARANTINE, "no SE closes the transaction"),
    "segment_count_differs": (QUARANTINE, "SE01 is not the number of segments from ST to SE"),
    "transaction_number_differs": (QUARANTINE, "SE02 is not the control number in ST02"),
    "transaction_set_not_read": (QUARANTINE, "no reader for this transaction set"),
    "institutional_claim_not_read": (QUARANTINE, "an institutional claim (837I), which is not read"),
    "dental_claim_not_read": (QUARANTINE, "a dental claim (837D), which is not read"),
    "predetermination_not_read": (QUARANTINE, "a predetermination of benefits, which bills nothing"),
    "claim_implementation_not_read": (QUARANTINE, "an 837 of an implementation that is not read"),
    "status_implementation_not_read": (QUARANTINE, "a 277 that is no claim acknowledgement"),
    "outside_interchange": (QUARANTINE, "no readable interchange header is in force"),
    "outside_transaction": (QUARANTINE, "segments that belong to no transaction"),
    "interchange_header_unreadable": (QUARANTINE, "the ISA header has not sixteen elements"),
    # The envelope: what is wrong around whole transactions.
    "transaction_outside_group": (WARNING, "the transaction is in no functional group"),
    "transaction_number_repeated": (WARNING, "ST02 was used before in the same functional group"),
    "group_not_closed": (WARNING, "no GE closes the functional group"),
    "group_count_differs": (WARNING, "GE01 is not the number of transactions in the group"),
    "group_number_differs": (WARNING, "GE02 is not the control number in GS06"),
    "interchange_not_closed": (WARNING, "no IEA closes the interchange"),
    "interchange_count_differs": (WARNING, "IEA01 is not the number of functional groups"),
    "interchange_number_differs": (WARNING, "IEA02 is not the control number in ISA13"),
    "interchange_repeated": (WARNING, "the same sender and control number came before in this file"),
    # Structure.
    "segment_id_malformed": (QUARANTINE, "the segment does not begin with a segment id"),
    "payment_missing": (QUARANTINE, "the remittance has no BPR"),
    "payment_repeated": (QUARANTINE, "the remittance has more than one BPR"),
    "line_without_claim": (QUARANTINE, "a service line follows no claim"),
    "adjustment_without_claim": (QUARANTINE, "an adjustment follows no claim"),
    "too_many_adjustments": (QUARANTINE, "more adjustments than the segment has room for"),
    "claim_without_subscriber": (QUARANTINE, "the claim is in no loop of a subscriber or patient"),
    "claim_without_provider": (QUARANTINE, "the subscriber of the claim is in no loop of a billing provider"),
    "adjustment_without_payer": (
        QUARANTINE,
        "an adjustment follows neither another payer nor an adjudication",
    ),
    "adjudication_without_line": (QUARANTINE, "an adjudication (SVD) follows no service line"),
    "line_without_service": (QUARANTINE, "a service line (LX) has no SV1"),
    "too_many_diagnoses": (QUARANTINE, "more codes than the segment has room for"),
    "group_response_missing": (QUARANTINE, "the acknowledgement has not exactly one AK1 and one AK9"),
    "transaction_response_missing": (QUARANTINE, "a transaction is named (AK2) with no answer (IK5)"),
    "error_without_transaction": (QUARANTINE, "an error or an answer follows no AK2"),
    "status_without_loop": (QUARANTINE, "a status (STC) is in no loop that it could speak of"),
    "claim_without_patient": (QUARANTINE, "a claim is acknowledged outside of a patient's loop"),
    "hierarchy_level_unknown": (WARNING, "HL03 is none of the levels of this transaction set"),
    "hierarchy_parent_unknown": (WARNING, "HL02 names no loop of the level above; the nearest one counts"),
    "batch_missing": (WARNING, "the transaction has no BHT"),
    "line_number_missing": (WARNING, "a service line (SV1) has no LX of its own"),
    "trace_missing": (WARNING, "the remittance has no TRN"),
    "trace_repeated": (WARNING, "the remittance has more than one TRN; the first one counts"),
    "payment_date_missing": (WARNING, "the remittance has no payment date in BPR16"),
    "claim_after_provider_adjustment": (WARNING, "a claim follows the provider adjustments"),
    "more_elements_than_defined": (WARNING, "the segment has more elements than the standard defines"),
    # Values.
    "amount_malformed": (QUARANTINE, "not a decimal number of at most 16 digits and 2 decimals"),
    "amount_missing": (QUARANTINE, "a required amount is empty"),
    "balance_amount_missing": (WARNING, "an amount of the balance is empty; the balance cannot be evaluated"),
    "quantity_malformed": (WARNING, "not a decimal number of at most 14 digits and 4 decimals"),
    "count_malformed": (WARNING, "not a whole number of at most 15 digits"),
    "date_malformed": (WARNING, "not a date of the form CCYYMMDD"),
}
"""Rule to severity and kind of problem: `quarantine` sets one transaction aside, `warning` only reports."""

NOT_READ = (
    "transaction_set_not_read",
    "institutional_claim_not_read",
    "dental_claim_not_read",
    "predetermination_not_read",
    "claim_implementation_not_read",
    "status_implementation_not_read",
)
"""The rules of transactions that are recognised, and that no table is meant for."""

FINDINGS_SCHEMA = pl.Schema(
    {
        "segment_number": pl.Int64,
        "interchange_position": pl.Int32,
        "transaction_position": pl.Int32,
        "segment_id": pl.String,
        "element": pl.String,
        "rule": pl.String,
        "severity": pl.String,
        "problem": pl.String,
    }
)
"""One row per thing found. `element` is segment id and element number (`CLP04`), null for a segment."""


@dataclass
class Findings:
    """Collects findings on the segments of one frame."""

    segments: SegmentFrame
    _tables: list[pl.DataFrame] = field(default_factory=list)
    _quarantined: set[int] = field(default_factory=set)

    def add(self, rule: str, rows: npt.NDArray[np.int64] | list[int], element: str | None = None) -> None:
        """Record that each of these rows breaks `rule`."""
        at = np.asarray(rows, dtype=np.int64)
        if not at.size:
            return
        severity, problem = RULES[rule]
        transactions = self.segments.transaction[at]
        if severity == QUARANTINE:
            self._quarantined.update(transactions[transactions > 0].tolist())
        self._tables.append(
            pl.DataFrame(
                {
                    "segment_number": pl.Series(at + self.segments.first_segment),
                    "interchange_position": optional(self.segments.interchange[at]),
                    "transaction_position": optional(transactions),
                    "segment_id": pl.Series(self.segments.ids, dtype=pl.String).gather(
                        self.segments.codes[at]
                    ),
                }
            ).with_columns(
                element=pl.lit(element, dtype=pl.String),
                rule=pl.lit(rule),
                severity=pl.lit(severity),
                problem=pl.lit(problem),
            )
        )

    @property
    def quarantined_transactions(self) -> list[int]:
        """The positions of the transactions that a finding sets aside, ascending."""
        return sorted(self._quarantined)

    def as_table(self) -> pl.DataFrame:
        """Return the findings in the order they were added."""
        if not self._tables:
            return pl.DataFrame(schema=FINDINGS_SCHEMA)
        return pl.concat(self._tables).cast(FINDINGS_SCHEMA)
