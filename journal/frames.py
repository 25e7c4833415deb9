"""Entries as frames, one for each kind of thing that they are about: what a run reads.

Belongs here: the columns and their types. Does not belong here: which entries are carried out (for receipts
`posting` decides, and says why when it refuses one). An action or a detail that this version does not know
stays in the frame, so that it can be refused in the open.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import polars as pl

from ingestion.money import MONEY, parsed_amount
from journal.charge_entries import CHARGE, charge_of_key
from journal.close_entries import PERIOD, REFUSAL
from journal.close_frames import PERIOD_ENTRIES, period_entries_frame
from journal.deposit_entries import DEPOSIT
from journal.entry import Entry
from journal.exception_entries import EXCEPTION
from journal.receipt_entries import RECEIPT, Disburse, disbursement_id_of
from journal.remittance_entries import REMITTANCE

Columns = dict[str, pl.DataType | type[pl.DataType]]

#: Dates are business dates, ``entered_at`` is UTC. ``disbursement_id`` is the one made (disburse) or undone.
#: From ``patient_id`` on: what a new receipt says; ``besides`` are ids between bars.
RECEIPT_ENTRIES: Columns = {
    "entry_number": pl.Int64,
    "entered_on": pl.Date,
    "entered_at": pl.Datetime("us", "UTC"),
    "person": pl.String,
    "receipt_id": pl.String,
    "action": pl.String,
    "status": pl.String,
    "hold_until": pl.Date,
    "claim_id": pl.String,
    "appointment_id": pl.String,
    "amount": MONEY,
    "disbursement_code": pl.String,
    "disbursement_id": pl.String,
    "undoes_entry_number": pl.Int64,
    "refund_method": pl.String,
    "patient_id": pl.String,
    "location_id": pl.String,
    "received_on": pl.Date,
    "receipt_type": pl.String,
    "payment_method": pl.String,
    "check_number": pl.String,
    "statement_id": pl.String,
    "besides": pl.String,
}

#: ``delayed_until`` is the first day on which a delayed charge is back in the runs.
CHARGE_ENTRIES: Columns = {
    "entry_number": pl.Int64,
    "entered_on": pl.Date,
    "entered_at": pl.Datetime("us", "UTC"),
    "person": pl.String,
    "company_id": pl.String,
    "charge_record_id": pl.String,
    "action": pl.String,
    "delayed_until": pl.Date,
    "reason": pl.String,
}

#: One row for each payment that is chosen; a choice that is taken back has one row without a payment.
DEPOSIT_ENTRIES: Columns = {
    "entry_number": pl.Int64,
    "payment_number": pl.Int32,
    "entered_on": pl.Date,
    "entered_at": pl.Datetime("us", "UTC"),
    "person": pl.String,
    "bank_entry_key": pl.String,
    "action": pl.String,
    "bank_amount": MONEY,
    "expected_key": pl.String,
    "expected_amount": MONEY,
    "reason": pl.String,
}

REMITTANCE_ENTRIES: Columns = {
    "entry_number": pl.Int64,
    "entered_on": pl.Date,
    "entered_at": pl.Datetime("us", "UTC"),
    "person": pl.String,
    "remittance_key": pl.String,
    "action": pl.String,
    "reason": pl.String,
}

#: ``waived_until`` is the first day on which a waived exception is back; ``accepted_finding`` and
#: ``accepted_amount`` are what was acknowledged or waived.
EXCEPTION_ENTRIES: Columns = {
    "entry_number": pl.Int64,
    "entered_on": pl.Date,
    "entered_at": pl.Datetime("us", "UTC"),
    "person": pl.String,
    "exception_id": pl.String,
    "kind": pl.String,
    "business_key": pl.String,
    "action": pl.String,
    "assigned_to": pl.String,
    "waived_until": pl.Date,
    "accepted_finding": pl.String,
    "accepted_amount": MONEY,
    "reason": pl.String,
}

_READ_AS = RECEIPT_ENTRIES | {"hold_until": pl.String, "amount": pl.String, "received_on": pl.String}


def receipt_entries_frame(entries: Iterable[Entry]) -> pl.DataFrame:
    """The entries about receipts, by number, with the columns of `RECEIPT_ENTRIES`; others are left out."""
    rows = [_row(entry) for entry in entries if entry.subject_kind == RECEIPT]
    frame = pl.DataFrame(rows, schema=_READ_AS, orient="row")
    return frame.with_columns(
        hold_until=pl.col("hold_until").str.to_date("%Y-%m-%d", strict=True),
        amount=parsed_amount(pl.col("amount")),
        received_on=pl.col("received_on").str.to_date("%Y-%m-%d", strict=True),
    ).sort("entry_number")


def charge_entries_frame(entries: Iterable[Entry]) -> pl.DataFrame:
    """The entries about charges, by number, with the columns of `CHARGE_ENTRIES`; others are left out."""
    rows = [
        (
            entry.entry_number,
            entry.entered_on,
            entry.entered_at,
            entry.person,
            *charge_of_key(entry.subject_id),
            entry.action,
            entry.facts.get("until"),
            entry.reason,
        )
        for entry in entries
        if entry.subject_kind == CHARGE
    ]
    frame = pl.DataFrame(rows, schema=CHARGE_ENTRIES | {"delayed_until": pl.String}, orient="row")
    return frame.with_columns(
        delayed_until=pl.col("delayed_until").str.to_date("%Y-%m-%d", strict=True)
    ).sort("entry_number")


def exception_entries_frame(entries: Iterable[Entry]) -> pl.DataFrame:
    """The entries about exceptions, by number, with the columns of `EXCEPTION_ENTRIES`; others are left
    out.
    """
    rows = [
        (
            entry.entry_number,
            entry.entered_on,
            entry.entered_at,
            entry.person,
            entry.subject_id,
            facts.get("kind"),
            facts.get("business_key"),
            entry.action,
            facts.get("to"),
            facts.get("until"),
            facts.get("what_was_found"),
            facts.get("amount_at_stake"),
            entry.reason,
        )
        for entry in entries
        if entry.subject_kind == EXCEPTION
        for facts in (entry.facts,)
    ]
    read_as = EXCEPTION_ENTRIES | {"waived_until": pl.String, "accepted_amount": pl.String}
    return (
        pl.DataFrame(rows, schema=read_as, orient="row")
        .with_columns(
            waived_until=pl.col("waived_until").str.to_date("%Y-%m-%d", strict=True),
            accepted_amount=parsed_amount(pl.col("accepted_amount")),
        )
        .sort("entry_number")
    )


def remittance_entries_frame(entries: Iterable[Entry]) -> pl.DataFrame:
    """The entries about remittances, by number, with the columns of `REMITTANCE_ENTRIES`."""
    rows = [
        (
            entry.entry_number,
            entry.entered_on,
            entry.entered_at,
            entry.person,
            entry.subject_id,
            entry.action,
            entry.reason,
        )
        for entry in entries
        if entry.subject_kind == REMITTANCE
    ]
    return pl.DataFrame(rows, schema=REMITTANCE_ENTRIES, orient="row").sort("entry_number")


def deposit_entries_frame(entries: Iterable[Entry]) -> pl.DataFrame:
    """The entries about deposits, by number and payment, with the columns of `DEPOSIT_ENTRIES`."""
    rows = [
        (
            entry.entry_number,
            number,
            entry.entered_on,
            entry.entered_at,
            entry.person,
            entry.subject_id,
            entry.action,
            facts.get("bank_amount"),
            key,
            amount,
            entry.reason,
        )
        for entry in entries
        if entry.subject_kind == DEPOSIT
        for facts in (entry.facts,)
        for number, (key, amount) in enumerate(facts.get("payments") or [(None, None)], start=1)
    ]
    read_as = DEPOSIT_ENTRIES | {"bank_amount": pl.String, "expected_amount": pl.String}
    return (
        pl.DataFrame(rows, schema=read_as, orient="row")
        .with_columns(
            bank_amount=parsed_amount(pl.col("bank_amount")),
            expected_amount=parsed_amount(pl.col("expected_amount")),
        )
        .sort("entry_number", "payment_number")
    )


class EntryTable(NamedTuple):
    """A table that entries about some kinds of things become."""

    subject_kinds: tuple[str, ...]
    columns: Columns
    frame: Callable[[Iterable[Entry]], pl.DataFrame]


#: Name of the table of bronze -> what it holds.
ENTRY_TABLES = {
    "journal_entries": EntryTable((RECEIPT,), RECEIPT_ENTRIES, receipt_entries_frame),
    "journal_charge_entries": EntryTable((CHARGE,), CHARGE_ENTRIES, charge_entries_frame),
    "journal_deposit_entries": EntryTable((DEPOSIT,), DEPOSIT_ENTRIES, deposit_entries_frame),
    "journal_period_entries": EntryTable((PERIOD, REFUSAL), PERIOD_ENTRIES, period_entries_frame),
    "journal_remittance_entries": EntryTable((REMITTANCE,), REMITTANCE_ENTRIES, remittance_entries_frame),
}

#: What is entered about exceptions is read by the evaluation; no model does, because there are no exceptions
#: yet when the models are built.
EXCEPTION_TABLE = "journal_exception_entries"
EXPORTED_TABLES = ENTRY_TABLES | {
    EXCEPTION_TABLE: EntryTable((EXCEPTION,), EXCEPTION_ENTRIES, exception_entries_frame)
}


def _row(entry: Entry) -> tuple[Any, ...]:
    facts = entry.facts
    disbursement_id = facts.get("disbursement_id")
    if entry.action == Disburse.action:
        disbursement_id = disbursement_id_of(entry.entry_number)
    return (
        entry.entry_number,
        entry.entered_on,
        entry.entered_at,
        entry.person,
        entry.subject_id,
        entry.action,
        facts.get("status"),
        facts.get("hold_until"),
        facts.get("claim_id"),
        facts.get("appointment_id"),
        facts.get("amount"),
        facts.get("disbursement_code"),
        disbursement_id,
        _undone_entry(entry.action, disbursement_id),
        facts.get("refund_method"),
        facts.get("patient_id"),
        facts.get("location_id"),
        facts.get("received_on"),
        facts.get("receipt_type"),
        facts.get("payment_method"),
        facts.get("check_number"),
        facts.get("statement_id"),
        "|".join(facts.get("besides") or ()) or None,
    )


def _undone_entry(action: str, disbursement_id: str | None) -> int | None:
    """The entry that made the disbursement to undo; None for one that the billing system made."""
    prefix, number = disbursement_id_of(0)[:-1], (disbursement_id or "")
    if action != "undo_disbursement" or not number.startswith(prefix):
        return None
    digits = number.removeprefix(prefix)
    return int(digits) if digits.isascii() and digits.isdigit() else None
