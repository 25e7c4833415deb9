"""Receipts as a person finds them: the last published run, with what was entered since folded in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import duckdb

from ingestion.money import cents_of
from journal.entry import Entry, Subject
from journal.receipt_entries import (
    RECEIPT,
    Disburse,
    ReceiptDraft,
    Refund,
    Reverse,
    UndoDisbursement,
    disbursement_id_of,
    receipt_draft_of,
)
from journal.receipt_refusals import Circumstances, refusals
from journal.receipt_state import ReceiptState, states_with
from journal.store import Journal
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.desk.journal_access import Contained
from orchestration.desk.receipt_filter import ReceiptFilter
from orchestration.desk.receipt_query import PublishedReceipt, ReceiptQuery
from orchestration.settings import Settings

SET_SINCE = "SET_BY_PERSON"
"""The code of a receipt whose status an entry changed since the last run."""


class ReceiptDesk(Desk[ReceiptDraft]):
    """The desk of those who decide about receipts."""

    subject_kind = RECEIPT

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        contained: Contained,
        journal: Journal | None,
        settings: Settings,
    ) -> None:
        super().__init__(connection, contained, journal, settings)
        self._query = ReceiptQuery(self._connection)
        self._standing = _standing_disbursements(entry for entry in self._entries if contained.has(entry))
        self._touched = {entry.subject_id for entry in self._since}

    def receipts(self, wanted: ReceiptFilter) -> list[PublishedReceipt]:
        """The receipts that fit as they stand now, by id."""
        found = [
            receipt
            for receipt in self._with_entries(self._query.receipts(wanted, self._touched))
            if not (wanted.statuses and receipt.state.status not in wanted.statuses)
            and not (wanted.codes and receipt.code not in wanted.codes)
        ]
        return sorted(found, key=lambda receipt: receipt.state.receipt_id)

    def entries_since(self, receipt_id: str) -> list[Entry]:
        """What people entered for a receipt that the last run does not contain."""
        return [entry for entry in self._since if entry.subject_id == receipt_id]

    def _judged(
        self, drafts: Sequence[ReceiptDraft], on: date
    ) -> tuple[Decision[ReceiptDraft], Iterable[Subject]]:
        states = self._states_for(drafts)
        decision = judged(drafts, refusals(drafts, states, self._circumstances(drafts, on)))
        return decision, _looked_at(decision.allowed, states)

    def _with_entries(self, receipts: Iterable[PublishedReceipt]) -> list[PublishedReceipt]:
        published = {receipt.state.receipt_id: receipt for receipt in receipts}
        states = {
            receipt_id: replace(
                receipt.state,
                disbursements={**receipt.state.disbursements, **self._standing.get(receipt_id, {})},
            )
            for receipt_id, receipt in published.items()
        }
        folded = states_with(states, self._since)
        return [
            replace(
                receipt,
                state=folded[receipt_id],
                code=receipt.code if folded[receipt_id].status == receipt.state.status else SET_SINCE,
            )
            for receipt_id, receipt in published.items()
        ]

    def _states_for(self, drafts: Iterable[ReceiptDraft]) -> dict[str, ReceiptState]:
        """The receipts of the drafts and, where credit is at stake, all others of their patients."""
        by_id = tuple(sorted({draft.receipt_id for draft in drafts}))
        found = self._query.receipts(ReceiptFilter(receipt_ids=by_id)) if by_id else []
        credited = {draft.receipt_id for draft in drafts if isinstance(draft, Refund | Reverse)}
        patients = {receipt.state.patient_id for receipt in found if receipt.state.receipt_id in credited} - {
            None
        }
        if patients:
            others = ReceiptFilter(patients=tuple(sorted(filter(None, patients))))
            found = [*found, *self._query.receipts(others)]
        return {receipt.state.receipt_id: receipt.state for receipt in self._with_entries(found)}

    def _circumstances(self, drafts: Iterable[ReceiptDraft], on: date) -> Circumstances:
        named = [draft.details() for draft in drafts]
        claims = {str(details["claim_id"]) for details in named if details.get("claim_id")}
        appointments = {str(details["appointment_id"]) for details in named if details.get("appointment_id")}
        return Circumstances(
            entered_on=on,
            disbursement_codes=frozenset(self._settings.disbursement_codes_on(on)),
            patient_of_claim=self._query.patients_of("claim_id", claims) if claims else {},
            patient_of_appointment=(
                self._query.patients_of("appointment_id", appointments) if appointments else {}
            ),
        )


def _looked_at(allowed: Iterable[ReceiptDraft], seen: Mapping[str, ReceiptState]) -> list[Subject]:
    """Whose entries would have changed the judgement: the receipts, all of them where a refund is made."""
    receipt_ids = {draft.receipt_id for draft in allowed}
    patients = {seen[draft.receipt_id].patient_id for draft in allowed if isinstance(draft, Refund)} - {None}
    receipt_ids |= {state.receipt_id for state in seen.values() if state.patient_id in patients}
    return [Subject(RECEIPT, receipt_id) for receipt_id in sorted(receipt_ids)]


def _standing_disbursements(contained: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """By receipt, people's disbursements that the published figures count and nobody undid: id -> cents."""
    standing: dict[str, dict[str, int]] = {}
    for entry in contained:
        draft = receipt_draft_of(entry)
        of_receipt = standing.setdefault(entry.subject_id, {})
        match draft:
            case Disburse(amount=amount):
                of_receipt[disbursement_id_of(entry.entry_number)] = cents_of(amount)
            case UndoDisbursement(disbursement_id=undone):
                of_receipt.pop(undone, None)
            case Reverse():
                of_receipt.clear()
    return standing
