"""The 999, implementation acknowledgement: what a receiver's syntax check said of a group we sent.

What belongs here: the tables of a 999 and which element is which column. AK1 names the group, AK2 to IK5 each
transaction of it, IK3 and IK4 what is wrong in one, AK9 the outcome for the group. Copies of bad values
(IK404) are nobody's business and stay in the segments.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.x12.elements import Elements
from ingestion.x12.segments import Rows
from ingestion.x12.table_building import (
    Builders,
    Columns,
    Indexes,
    TableBuilder,
    first_of_each,
    gathered,
    last_of,
)
from ingestion.x12.table_schemas import ENVELOPE, NUMBER, TRANSACTION, texts

_GROUP_ERRORS = tuple(f"group_error_code_{position}" for position in range(1, 6))
_TRANSACTION_ERRORS = tuple(f"transaction_error_code_{position}" for position in range(1, 6))

SCHEMAS: dict[str, pl.Schema] = {
    # One row per ST.
    "functional_acknowledgements": pl.Schema(
        TRANSACTION
        | NUMBER
        | ENVELOPE
        | texts("acknowledged_functional_code", "acknowledged_group_control_number", "acknowledged_version")
        | texts("outcome_code")
        | {"transactions_included": pl.Int64, "transactions_received": pl.Int64}
        | {"transactions_accepted": pl.Int64}
        | texts(*_GROUP_ERRORS)
    ),
    # One row per AK2: unique by transaction and response_position.
    "functional_acknowledgement_transactions": pl.Schema(
        TRANSACTION
        | {"response_position": pl.Int32}
        | NUMBER
        | texts("acknowledged_set_identifier", "acknowledged_control_number", "acknowledged_version")
        | texts("outcome_code", *_TRANSACTION_ERRORS)
    ),
    # One row per IK3 and per IK4: unique by segment_number. An IK4 repeats the segment of its IK3.
    "functional_acknowledgement_errors": pl.Schema(
        TRANSACTION
        | {"response_position": pl.Int32}
        | NUMBER
        | texts("faulty_segment_id")
        | {"faulty_segment_position": pl.Int64}
        | texts("faulty_loop", "segment_error_code")
        | {"element_position": pl.Int64, "component_position": pl.Int64, "repetition_position": pl.Int64}
        | texts("data_element", "element_error_code", "patient_control_number")
    ),
}

PROTECTED_COLUMNS: dict[str, tuple[str, ...]] = {
    "functional_acknowledgement_errors": ("patient_control_number",)
}
"""Columns that can name a person or an account: never in a log, an error or a finding."""

_CLAIM_CONTEXT = "CLM01"


class _Tables(TableBuilder):
    """Builds the tables of one run."""

    schemas = SCHEMAS

    def prepare(self) -> None:
        """Take out of the segments what several tables need."""
        self.responses = self.complete("AK2", 3)
        self.marks = self.rows("ST", "AK2", "IK3", "IK4", "IK5", "AK9", "SE")

    def builders(self) -> Builders:
        """Return what builds each table."""
        return {
            "functional_acknowledgements": (self._acknowledgements, self.rows("ST")),
            "functional_acknowledgement_transactions": (self._transactions, self.rows("AK2")),
            "functional_acknowledgement_errors": (self._errors, self.rows("IK3", "IK4")),
        }

    def _open(self, rows: Rows, segment_id: str, *ends: str) -> Indexes:
        """Return for each row the index of the segment of this id that is open there, -1 for none."""
        marks = self.rows("ST", segment_id, *ends)
        is_opening = self.segments.has_id(marks, segment_id)
        index = np.where(last_of(is_opening) > last_of(~is_opening), np.cumsum(is_opening) - 1, -1)
        return index[np.searchsorted(marks, rows, side="right") - 1].astype(np.int32)

    def _response(self, rows: Rows) -> Indexes:
        return self._open(rows, "AK2", "AK9", "SE")

    def check_structure(self) -> None:
        """Report segments that stand where they cannot."""
        starts = self.rows("ST")
        for segment_id in ("AK1", "AK9"):
            index = self.transaction_index(self.rows(segment_id))
            is_one = np.bincount(index, minlength=len(starts)) == 1
            self.findings.add("group_response_missing", starts[~is_one])
        answers = self.rows("IK5")
        answered = self._response(answers)
        is_answered = np.bincount(answered[answered >= 0], minlength=len(self.responses)) == 1
        self.findings.add("transaction_response_missing", self.responses.rows[~is_answered])
        errors = self.rows("IK3", "IK4", "IK5")
        self.findings.add("error_without_transaction", errors[self._response(errors) < 0])
        elements = self.rows("IK4")
        is_lost = self._open(elements, "IK3", "AK2", "IK5", "AK9", "SE") < 0
        self.findings.add("error_without_transaction", elements[is_lost & (self._response(elements) >= 0)])

    def _positions(self, response: Indexes) -> pl.Series:
        """Return the position of each response in its transaction."""
        transactions = self.transaction_index(self.responses.rows)
        positions = np.arange(len(transactions)) - np.searchsorted(transactions, transactions) + 1
        return gathered({"position": pl.Series(positions.astype(np.int32))}, response)["position"]

    def _of_transaction(self, elements: Elements, columns: Columns) -> Columns:
        return first_of_each(len(self.transactions), self.transaction_index(elements.rows), columns)

    def _acknowledgements(self) -> pl.DataFrame:
        """One row per ST: the group spoken of, and the outcome for it."""
        ak1, ak9 = self.complete("AK1", 3), self.complete("AK9", 9)
        group = {
            "acknowledged_functional_code": ak1.text(1),
            "acknowledged_group_control_number": ak1.text(2),
            "acknowledged_version": ak1.text(3),
        }
        outcome = {
            "outcome_code": ak9.text(1),
            "transactions_included": ak9.count(2),
            "transactions_received": ak9.count(3),
            "transactions_accepted": ak9.count(4),
        } | {name: ak9.text(number) for number, name in enumerate(_GROUP_ERRORS, start=5)}
        columns = self.transaction_keys(self.rows("ST")) | self.envelope_columns()
        return pl.DataFrame(columns | self._of_transaction(ak1, group) | self._of_transaction(ak9, outcome))

    def _transactions(self) -> pl.DataFrame:
        """One row per AK2: the transaction spoken of, and the outcome for it."""
        ak2, ik5 = self.responses, self.complete("IK5", 6)
        outcome = {"outcome_code": ik5.text(1)} | {
            name: ik5.text(number) for number, name in enumerate(_TRANSACTION_ERRORS, start=2)
        }
        columns = self.transaction_keys(ak2.rows) | {
            "response_position": self._positions(np.arange(len(ak2), dtype=np.int32)),
            "acknowledged_set_identifier": ak2.text(1),
            "acknowledged_control_number": ak2.text(2),
            "acknowledged_version": ak2.text(3),
        }
        return pl.DataFrame(columns | first_of_each(len(ak2), self._response(ik5.rows), outcome))

    def _errors(self) -> pl.DataFrame:
        """One row per IK3 and IK4: which segment or element is wrong, and the claim that it is part of."""
        ik3, ik4 = self.complete("IK3", 4), self.elements("IK4", 3)
        faulty = {
            "faulty_segment_id": ik3.text(1),
            "faulty_segment_position": ik3.count(2),
            "faulty_loop": ik3.text(3),
            "segment_error_code": ik3.text(4),
        }
        faulty |= first_of_each(len(ik3), *self._claim_contexts())
        place = dict(
            zip(
                ("element_position", "component_position", "repetition_position"),
                ik4.component_counts(1, 3),
                strict=True,
            )
        )
        element = place | {"data_element": ik4.text(2), "element_error_code": ik4.text(3)}
        parent = self._open(ik4.rows, "IK3", "AK2", "IK5", "AK9", "SE")
        tables = []
        for rows, columns in ((ik3.rows, faulty), (ik4.rows, gathered(faulty, parent) | element)):
            keys = self.transaction_keys(rows) | {"response_position": self._positions(self._response(rows))}
            tables.append(pl.DataFrame(keys | columns))
        empty = pl.DataFrame(schema=SCHEMAS["functional_acknowledgement_errors"])
        return pl.concat([empty, *tables], how="diagonal").sort("segment_number")

    def _claim_contexts(self) -> tuple[Indexes, Columns]:
        """Return for each CTX that names a claim its IK3, and the patient control number it gives."""
        ctx = self.elements("CTX", 1)
        name, value = ctx.components(1, 2)
        is_claim = (name == _CLAIM_CONTEXT).fill_null(False).to_numpy()
        index = np.where(is_claim, self._open(ctx.rows, "IK3", "AK2", "IK5", "AK9", "SE"), -1)
        return index.astype(np.int32), {"patient_control_number": value}


read_tables = _Tables.read_tables
