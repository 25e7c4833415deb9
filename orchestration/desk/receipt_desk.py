"""Receipts as a person finds them: the last published run, with what was entered since folded in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from ingestion.money import cents_of
from journal.entry import DraftError, Entry, Subject
from journal.receipt_entries import (
    RECEIPT,
    Disburse,
    NewReceipt,
    ReceiptDraft,
    Refund,
    Reverse,
    UndoDisbursement,
    disbursement_id_of,
    new_receipt_id_of,
    receipt_draft_of,
)
from journal.receipt_refusals import Circumstances, refusals
from journal.receipt_state import ReceiptState, state_of_new, states_with
from journal.store import Journal
from orchestration.desk.decision import Decision, judged
from orchestration.desk.desk import Desk
from orchestration.desk.journal_access import Contained
from orchestration.desk.receipt_filter import ReceiptFilter
from orchestration.desk.receipt_query import PublishedReceipt, ReceiptQuery
from orchestration.settings import Settings

SET_SINCE = "SET_BY_PERSON"
"""The code of a receipt whose status an entry changed since the last run."""

ENTERED_SINCE = "RECEIVED"
"""The code of a receipt that was entered since the last run."""

_TYPES_OF_THE_RULES = frozenset(
    {"Co-Pay", "Patient Coinsurance", "Patient Deductible", "Payment on Account", "General"}
)
_PREPAID = frozenset({"Pre-Pay"})
_METHODS = frozenset({"Cash", "Check"})


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
        published = [*self._query.receipts(wanted, self._touched), *self._entered_since(wanted)]
        found = [
            receipt
            for receipt in self._with_entries(published)
            if not (wanted.statuses and receipt.state.status not in wanted.statuses)
            and not (wanted.codes and receipt.code not in wanted.codes)
        ]
        return sorted(found, key=lambda receipt: receipt.state.receipt_id)

    def entries_since(self, receipt_id: str) -> list[Entry]:
        """What people entered for a receipt that the last run does not contain."""
        return [entry for entry in self._since if entry.subject_id == receipt_id]

    # New receipts ------------------------------------------------------------------------------------------

    def new_receipt_id(self) -> str:
        """The id of the next receipt that is entered. Two people who look at once get the same, and the
        second is told of the first.
        """
        return new_receipt_id_of(self._head.entry_number + 1)

    def new_receipt(self, *, is_another: bool, **given: Any) -> NewReceipt:  # noqa: ANN401 (the draft checks them)
        """A draft of a new receipt with the parts ``given``, numbered.

        ``is_another`` says that it is another payment than the equal ones that are there. Raises DraftError
        when there are some and nobody said so, and for parts that cannot be.
        """
        draft = NewReceipt(receipt_id=self.new_receipt_id(), **given)
        equal = self.equal_receipts(draft.patient_id, draft.received_on, draft.amount)
        if equal and not is_another:
            raise DraftError(
                "An equal receipt of this patient and day is there already."
                " If this is another payment, say so."
            )
        return replace(draft, besides=tuple(sorted(equal)))

    def equal_receipts(self, patient_id: str, received_on: date, amount: Decimal) -> dict[str, str]:
        """The receipts of that patient, day and amount that are there, by id, with their location.

        A receipt that was entered here and reversed was a mistake and counts no more; one of billing counts
        whatever became of it.
        """
        reversed_ids = {entry.subject_id for entry in self._entries if entry.action == Reverse.action}
        entered_ids = {entry.subject_id for entry in self._entries if entry.action == NewReceipt.action}
        found = self._query.equal_receipts(patient_id, received_on, amount)
        for draft, _ in self._new_since():
            if (draft.patient_id, draft.received_on, draft.amount) == (patient_id, received_on, amount):
                found[draft.receipt_id] = draft.location_id
        return {
            receipt_id: location_id
            for receipt_id, location_id in found.items()
            if receipt_id not in entered_ids & reversed_ids
        }

    def entered_since(self) -> list[tuple[NewReceipt, Entry, str]]:
        """The receipts entered since the last run, each with its entry and the status that it has now."""
        states = {
            receipt.state.receipt_id: receipt.state.status
            for receipt in self._with_entries(self._entered_since(ReceiptFilter()))
        }
        return [(draft, entry, states[draft.receipt_id]) for draft, entry in self._new_since()]

    def receipt_types(self) -> frozenset[str]:
        """What a new receipt may be: the types of the rules, of the settings, and those in use."""
        prepaid = {value for name, _, _, value in self._settings.rows() if name == "prepay_types" and value}
        return _TYPES_OF_THE_RULES | (prepaid or _PREPAID) | self._query.used("receipt_type")

    def payment_methods(self) -> frozenset[str]:
        """How a new receipt may have been paid: in cash, by check, and by every method in use."""
        return _METHODS | self._query.used("payment_method")

    def locations(self) -> frozenset[str]:
        """Where a new receipt may have come in."""
        return self._query.locations()

    def _new_since(self) -> list[tuple[NewReceipt, Entry]]:
        """The receipts entered since the last run that it does not show, with their entries."""
        found = [(receipt_draft_of(entry), entry) for entry in self._since]
        return [(draft, entry) for draft, entry in found if isinstance(draft, NewReceipt)]

    def _entered_since(self, wanted: ReceiptFilter) -> list[PublishedReceipt]:
        """The same as receipts, as far as they fit; what entries can change is not asked yet."""
        return [
            PublishedReceipt(
                state=state_of_new(draft, entry.entry_number),
                code=ENTERED_SINCE,
                message=None,
                receipt_type=draft.receipt_type,
                location_id=draft.location_id,
                payment_method=draft.payment_method,
            )
            for draft, entry in self._new_since()
            if _fits(draft, wanted)
        ]

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
        named = ReceiptFilter(receipt_ids=by_id)
        found = [*self._query.receipts(named), *self._entered_since(named)] if by_id else []
        credited = {draft.receipt_id for draft in drafts if isinstance(draft, Refund | Reverse)}
        patients = {receipt.state.patient_id for receipt in found if receipt.state.receipt_id in credited} - {
            None
        }
        if patients:
            others = ReceiptFilter(patients=tuple(sorted(filter(None, patients))))
            found = [*found, *self._query.receipts(others)]
        return {receipt.state.receipt_id: receipt.state for receipt in self._with_entries(found)}

    def _circumstances(self, drafts: Iterable[ReceiptDraft], on: date) -> Circumstances:
        drafts = list(drafts)
        named = [draft.details() for draft in drafts]
        has_new = any(isinstance(draft, NewReceipt) for draft in drafts)
        claims = {str(details["claim_id"]) for details in named if details.get("claim_id")}
        appointments = {str(details["appointment_id"]) for details in named if details.get("appointment_id")}
        return Circumstances(
            entered_on=on,
            disbursement_codes=frozenset(self._settings.disbursement_codes_on(on)),
            patient_of_claim=self._query.patients_of("claim_id", claims) if claims else {},
            patient_of_appointment=(
                self._query.patients_of("appointment_id", appointments) if appointments else {}
            ),
            receipt_types=self.receipt_types() if has_new else frozenset(),
            payment_methods=self.payment_methods() if has_new else frozenset(),
            locations=self.locations() if has_new else frozenset(),
        )


def _looked_at(allowed: Iterable[ReceiptDraft], seen: Mapping[str, ReceiptState]) -> list[Subject]:
    """Whose entries would have changed the judgement: the receipts, all of them where a refund is made."""
    receipt_ids = {draft.receipt_id for draft in allowed}
    patients = {seen[draft.receipt_id].patient_id for draft in allowed if isinstance(draft, Refund)} - {None}
    receipt_ids |= {state.receipt_id for state in seen.values() if state.patient_id in patients}
    return [Subject(RECEIPT, receipt_id) for receipt_id in sorted(receipt_ids)]


def _fits(draft: NewReceipt, wanted: ReceiptFilter) -> bool:
    return (
        (not wanted.receipt_ids or draft.receipt_id in wanted.receipt_ids)
        and (not wanted.locations or draft.location_id in wanted.locations)
        and (not wanted.receipt_types or draft.receipt_type in wanted.receipt_types)
        and (not wanted.patients or draft.patient_id in wanted.patients)
        and (wanted.received_from is None or draft.received_on >= wanted.received_from)
        and (wanted.received_to is None or draft.received_on <= wanted.received_to)
    )


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
