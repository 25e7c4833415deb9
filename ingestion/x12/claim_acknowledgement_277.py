"""The 277CA, claim acknowledgement: what a payer or clearinghouse said of each claim before adjudication.

What belongs here: the tables of a 277CA and which element is which column. The hierarchy goes from the source
of the answer (HL 20) over its receiver (21) and the billing provider (19) to the patient (PT); there each TRN
opens one claim, and SVC a line of it. What does not belong here: what a status means for the money.

Not every 277 is an acknowledgement: answers to status requests and the like are recognised and not read.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from ingestion.kernels import positions_at
from ingestion.x12.amounts import AMOUNT, QUANTITY
from ingestion.x12.elements import Elements
from ingestion.x12.envelope import Transaction
from ingestion.x12.hierarchy import find_hierarchy
from ingestion.x12.periods import periods
from ingestion.x12.segments import Mask, Rows, SegmentFrame
from ingestion.x12.table_building import (
    Builders,
    Columns,
    TableBuilder,
    first_of_each,
    gathered,
    in_file_order,
    last_of,
    spread,
)
from ingestion.x12.table_schemas import CLAIM, ENVELOPE, LINE, NUMBER, TRANSACTION, dates, texts

LEVELS = ("source", "receiver", "provider", "patient", "claim", "line")
"""The loop a status is given for."""

_MODIFIERS = tuple(f"modifier_{position}" for position in range(1, 5))

SCHEMAS: dict[str, pl.Schema] = {
    # One row per ST: the answer to a batch as a whole.
    "claim_acknowledgement_batches": pl.Schema(
        TRANSACTION
        | NUMBER
        | ENVELOPE
        | texts("acknowledgement_reference")
        | dates("created_on")
        | texts("source_name", "source_id", "receiver_name", "receiver_id", "batch_reference")
        | dates("received_on", "processed_on")
        | {"accepted_count": QUANTITY, "rejected_count": QUANTITY}
        | {"accepted_amount": AMOUNT, "rejected_amount": AMOUNT}
    ),
    # One row per TRN of a patient. The charge is that of its first status.
    "claim_acknowledgements": pl.Schema(
        CLAIM
        | NUMBER
        | texts("billing_provider_name", "billing_provider_id_qualifier", "billing_provider_id")
        | texts("billing_provider_npi")
        | texts("patient_last_name", "patient_first_name", "patient_id_qualifier", "patient_id")
        | texts("patient_control_number", "payer_claim_control_number", "clearinghouse_trace_number")
        | {"charge_amount": AMOUNT}
        | dates("service_from_on", "service_to_on")
    ),
    # One row per SVC.
    "claim_acknowledgement_lines": pl.Schema(
        LINE
        | NUMBER
        | texts("procedure_qualifier", "procedure_code", *_MODIFIERS)
        | {"charge_amount": AMOUNT, "units": QUANTITY}
        | texts("line_control_number")
        | dates("service_from_on", "service_to_on")
    ),
    # One row per status of a STC (STC01, STC10, STC11): unique by segment_number and status_position.
    "claim_acknowledgement_statuses": pl.Schema(
        LINE
        | NUMBER
        | texts("level")
        | {"status_position": pl.Int32}
        | texts("category_code", "status_code", "entity_code")
        | dates("effective_on")
        | texts("action_code")
        | {"charge_amount": AMOUNT}
    ),
}

PROTECTED_COLUMNS: dict[str, tuple[str, ...]] = {
    "claim_acknowledgements": (
        "patient_last_name",
        "patient_first_name",
        "patient_id",
        "patient_control_number",
        "payer_claim_control_number",
        "clearinghouse_trace_number",
        "billing_provider_id",
    ),
    "claim_acknowledgement_lines": ("line_control_number",),
}
"""Columns that can name a person or an account: never in a log, an error or a finding."""

_HIERARCHY = ("20", "21", "19", "PT")
_SOURCE, _RECEIVER, _PROVIDER, _PATIENT, _CLAIM, _LINE = range(len(LEVELS))
_STATUS_ELEMENTS = (1, 10, 11)
_ACKNOWLEDGEMENT = re.compile(r"[0-9]{6}X(214|167)")
_IMPLEMENTATION = re.compile(r"[0-9]{6}X[0-9]{3}")


def why_not_read(segments: SegmentFrame, transactions: list[Transaction]) -> list[str | None]:
    """Return for each 277 the rule that keeps it from being read, None for a claim acknowledgement.

    The implementation decides (GS08, or ST03 where that is silent).
    """
    rules: list[str | None] = []
    for transaction in transactions:
        told = (transaction.version, segments.raw[transaction.start])
        named = next((text for text in told if _IMPLEMENTATION.search(text)), "")
        rules.append(None if _ACKNOWLEDGEMENT.search(named) else "status_implementation_not_read")
    return rules


class _Tables(TableBuilder):
    """Builds the tables of one run."""

    schemas = SCHEMAS

    def prepare(self) -> None:
        """Take out of the segments what several tables need."""
        self.loops = self.elements("HL", 4)
        self.hierarchy = find_hierarchy(
            self.loops, self.transaction_index(self.loops.rows), _HIERARCHY, self.findings
        )
        self.traces = self.elements("TRN", 2)
        self._find_loops()
        self.names = self.elements("NM1", 9)
        self.references = self.elements("REF", 2)
        self.dates = self.elements("DTP", 3)
        self.first_days, self.last_days = periods(self.dates, self.findings)
        self.statuses = self.complete("STC", 12)
        self.charges = self.statuses.amount(4)
        self.services = self.complete("SVC", 7)

    def _find_loops(self) -> None:
        """Find the level, HL, claim and line of every segment, and set claims and lines in the frame."""
        marks = self.rows("ST", "SE", "HL", "TRN", "SVC")
        is_hl, is_svc = self.segments.has_id(marks, "HL"), self.segments.has_id(marks, "SVC")
        border = last_of(self.segments.has_id(marks, "ST", "SE"))
        hl, svc = last_of(is_hl), last_of(is_svc)
        loop = np.where(hl > border, np.cumsum(is_hl) - 1, -1)
        depth = np.append(self.hierarchy.depth, -1)[loop]
        is_claim = self.segments.has_id(marks, "TRN") & (depth == _PATIENT)
        claim = last_of(is_claim)
        in_claim = claim > np.maximum(hl, border)
        in_line = in_claim & (svc > claim)
        lengths = np.diff(np.concatenate(([0], marks, [len(self.segments)])))
        claims, lines = np.cumsum(is_claim), np.cumsum(is_svc)
        at_border, at_claim = np.maximum(border, 0), np.maximum(claim, 0)
        if not len(marks):
            at_border = at_claim = marks
        claim_positions = spread(np.where(in_claim, claims - claims[at_border], 0), 0, lengths)
        line_positions = spread(np.where(in_line, lines - lines[at_claim], 0), 0, lengths)
        self.segments.claim = np.where(self.within, claim_positions, self.segments.claim)
        self.segments.line = np.where(self.within, line_positions, self.segments.line)
        self.claim_rows = marks[is_claim]
        self.loop = spread(loop, -1, lengths)
        self.claim = spread(np.where(in_claim, claims - 1, -1), -1, lengths)
        self.line = spread(np.where(in_line, lines - 1, -1), -1, lengths)
        level = np.where(in_line, _LINE, np.where(in_claim, _CLAIM, depth))
        self.level = spread(level, -1, lengths)

    def builders(self) -> Builders:
        """Return what builds each table."""
        return {
            "claim_acknowledgement_batches": (self._batches, self.rows("ST")),
            "claim_acknowledgements": (self._claims, self.claim_rows),
            "claim_acknowledgement_lines": (self._lines, self.services.rows),
            "claim_acknowledgement_statuses": (self._statuses, self.statuses.rows),
        }

    def check_structure(self) -> None:
        """Report segments that stand where they cannot."""
        starts = self.rows("ST")
        batches = np.bincount(self.transaction_index(self.rows("BHT")), minlength=len(starts))
        self.findings.add("batch_missing", starts[batches == 0])
        services, statuses = self.services.rows, self.statuses.rows
        self.findings.add("line_without_claim", services[self.claim[services] < 0])
        is_lost = (self.level[statuses] < 0) | (self.level[statuses] == _PATIENT)
        self.findings.add("status_without_loop", statuses[is_lost])
        unknown = self.traces.rows
        self.findings.add("claim_without_patient", unknown[self.level[unknown] < 0])

    def _of_transaction(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each transaction."""
        index = np.where(where, self.transaction_index(elements.rows), -1)
        return first_of_each(len(self.transactions), index, columns)

    def _of_claim(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each claim, outside its lines."""
        is_own = where & (self.level[elements.rows] == _CLAIM)
        return first_of_each(len(self.claim_rows), np.where(is_own, self.claim[elements.rows], -1), columns)

    def _of_line(self, elements: Elements, columns: Columns, where: Mask) -> Columns:
        """Return `columns` of the first of these segments in each line."""
        return first_of_each(len(self.services), np.where(where, self.line[elements.rows], -1), columns)

    def _above(self, elements: Elements, columns: Columns, where: Mask, depth: int) -> Columns:
        """Return for each claim `columns` of the first of these segments in its loop of this depth."""
        is_there = where & (self.level[elements.rows] == depth)
        by_loop = first_of_each(len(self.loops), np.where(is_there, self.loop[elements.rows], -1), columns)
        return gathered(by_loop, self.hierarchy.at_depth(self.loop[self.claim_rows], depth))

    def _batches(self) -> pl.DataFrame:
        """One row per ST: who answers whom on which batch, and the totals of what was taken and refused."""
        names, days, bht = self.names, self.dates, self.elements("BHT", 4)
        columns = self.transaction_keys(self.rows("ST")) | self.envelope_columns()
        columns |= self._of_transaction(
            bht,
            {"acknowledgement_reference": bht.text(3), "created_on": bht.date(4)},
            np.ones(len(bht), np.bool_),
        )
        for role, depth in (("source", _SOURCE), ("receiver", _RECEIVER)):
            named = {f"{role}_name": names.text(3), f"{role}_id": names.text(9)}
            columns |= self._of_transaction(names, named, self.level[names.rows] == depth)
        is_batch = self.level[self.traces.rows] == _RECEIVER
        columns |= self._of_transaction(self.traces, {"batch_reference": self.traces.text(2)}, is_batch)
        for name, code in (("received_on", "050"), ("processed_on", "009")):
            is_ours = days.has(1, code) & (self.level[days.rows] == _SOURCE)
            columns |= self._of_transaction(days, {name: self.first_days}, is_ours)
        quantities, money = self.elements("QTY", 2), self.elements("AMT", 2)
        counts, amounts = quantities.quantity(2), money.amount(2)
        for name, quantity_code, amount_code in (("accepted", "90", "YU"), ("rejected", "AA", "YY")):
            is_ours = quantities.has(1, quantity_code) & (self.level[quantities.rows] == _RECEIVER)
            columns |= self._of_transaction(quantities, {f"{name}_count": counts}, is_ours)
            is_ours = money.has(1, amount_code) & (self.level[money.rows] == _RECEIVER)
            columns |= self._of_transaction(money, {f"{name}_amount": amounts}, is_ours)
        return pl.DataFrame(columns)

    def _claims(self) -> pl.DataFrame:
        """One row per claim: its numbers on both sides, its patient and its provider."""
        rows, names, references = self.claim_rows, self.names, self.references
        is_trace = np.ones(len(self.traces), np.bool_)
        columns = self.transaction_keys(rows) | {"claim_position": positions_at(self.segments.claim, rows)}
        columns |= self._of_claim(self.traces, {"patient_control_number": self.traces.text(2)}, is_trace)
        provider = {
            "billing_provider_name": names.text(3),
            "billing_provider_id_qualifier": names.text(8),
            "billing_provider_id": names.text(9),
        }
        columns |= self._above(names, provider, names.has(1, "85"), _PROVIDER)
        patient = {
            "patient_last_name": names.text(3),
            "patient_first_name": names.text(4),
            "patient_id_qualifier": names.text(8),
            "patient_id": names.text(9),
        }
        columns |= self._above(names, patient, names.has(1, "QC"), _PATIENT)
        for name, code in (("payer_claim_control_number", "1K"), ("clearinghouse_trace_number", "D9")):
            columns |= self._of_claim(references, {name: references.text(2)}, references.has(1, code))
        is_status = np.ones(len(self.statuses), np.bool_)
        columns |= self._of_claim(self.statuses, {"charge_amount": self.charges}, is_status)
        service = {"service_from_on": self.first_days, "service_to_on": self.last_days}
        columns |= self._of_claim(self.dates, service, self.dates.has(1, "472"))
        is_npi = pl.col("billing_provider_id_qualifier") == "XX"
        return pl.DataFrame(columns).with_columns(
            billing_provider_npi=pl.when(is_npi).then("billing_provider_id")
        )

    def _lines(self) -> pl.DataFrame:
        """One row per SVC: the service as it was submitted."""
        svc, references = self.services, self.references
        columns = self.transaction_keys(svc.rows) | {
            "claim_position": positions_at(self.segments.claim, svc.rows),
            "line_position": positions_at(self.segments.line, svc.rows),
            "charge_amount": svc.amount(2),
            "units": svc.quantity(7),
        }
        names = ("procedure_qualifier", "procedure_code", *_MODIFIERS)
        columns |= dict(zip(names, svc.components(1, len(names)), strict=True))
        number = {"line_control_number": references.text(2)}
        columns |= self._of_line(references, number, references.has(1, "FJ"))
        service = {"service_from_on": self.first_days, "service_to_on": self.last_days}
        return pl.DataFrame(columns | self._of_line(self.dates, service, self.dates.has(1, "472")))

    def _statuses(self) -> pl.DataFrame:
        """One row per status that says anything: what was decided, and of whom it speaks."""
        stc = self.statuses
        effective = stc.date(2)
        groups: list[tuple[int, Rows, Columns]] = []
        for position, number in enumerate(_STATUS_ELEMENTS, start=1):
            category, status, entity = stc.components(number, 3)
            codes = {"category_code": category, "status_code": status, "entity_code": entity}
            said = {"effective_on": effective, "action_code": stc.text(3), "charge_amount": self.charges}
            has_status = stc.text(number).is_not_null()
            columns = {name: column.filter(has_status) for name, column in (codes | said).items()}
            groups.append((position, stc.rows[has_status.to_numpy()], columns))
        rows, columns = in_file_order(groups, "status_position")
        keys = self.transaction_keys(rows) | {
            "claim_position": positions_at(self.segments.claim, rows),
            "line_position": positions_at(self.segments.line, rows),
            "level": gathered({"level": pl.Series(LEVELS, dtype=pl.String)}, self.level[rows])["level"],
        }
        return pl.DataFrame(keys | columns)


read_tables = _Tables.read_tables
