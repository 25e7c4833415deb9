"""Events back to frames: numbers become ids, words, dates and amounts again. No rule lives here."""

from __future__ import annotations

from datetime import date

import polars as pl

from posting.cents import amount
from posting.kernel import layout as at
from posting.kernel.arrays import Flat, day_number
from posting.kernel.layout import Table
from posting.vocabulary import (
    Action,
    ClaimChange,
    Code,
    Movement,
    Order,
    ReceiptStatus,
    Refusal,
    Step,
    Word,
)

_BY_BALANCE = (Order.HIGHEST_BALANCE_FIRST, Order.LOWEST_BALANCE_FIRST, Order.PRO_RATA)
_COPAY_CODES = (Code.NO_CLAIM_YET, Code.COPAY_REMAINDER)
_CREDIT_CODES = (Code.CREDIT_WAITING, Code.PREPAY_WAITING)


def frames_of(flat: Flat, events: Table) -> dict[str, pl.DataFrame]:
    """The event frames of `posting.results`; the end states are `receipts_of`."""
    return {
        "applications": _applications(flat, events[events[:, at.EVENT_KIND] == at.KIND_APPLICATION]),
        "receipt_status_log": _status_log(flat, events),
        "claim_status_changes": _claim_changes(
            flat, events[events[:, at.EVENT_KIND] == at.KIND_CLAIM_STATUS]
        ),
        "movements": _movements(flat, events[events[:, at.EVENT_KIND] == at.KIND_MOVEMENT]),
        "negative_receipts": _negative_receipts(
            flat, events[events[:, at.EVENT_KIND] == at.KIND_NEGATIVE_RECEIPT]
        ),
        "refused_entries": _refused(flat, events[events[:, at.EVENT_KIND] == at.KIND_REFUSAL]),
    }


def _words(numbers: pl.Series, words: type[Word]) -> pl.Series:
    """Vocabulary numbers as words; -1 is null."""
    return pl.Series([word.label for word in words], dtype=pl.String).gather(_or_null(numbers))


def _or_null(numbers: pl.Series) -> pl.Series:
    return numbers.set(numbers < 0, None)


def _column(events: Table, place: int) -> pl.Series:
    return pl.Series(events[:, place])


def _common(flat: Flat, events: Table, on: str) -> dict[str, pl.Series]:
    receipt = _column(events, at.EVENT_RECEIPT)
    return {
        "patient_id": flat.receipts["patient_id"].gather(receipt),
        "receipt_id": flat.receipts["receipt_id"].gather(receipt),
        on: _column(events, at.EVENT_DAY).cast(pl.Int32).cast(pl.Date),
        "sequence": _column(events, at.EVENT_SEQUENCE),
    }


def _applications(flat: Flat, events: Table) -> pl.DataFrame:
    line = _column(events, at.EVENT_TARGET)
    claim = flat.lines["claim"].gather(line)
    order = _column(events, at.EVENT_WHY)
    frame = pl.DataFrame(
        _common(flat, events, "posted_on")
        | {
            "claim_id": flat.claims["claim_id"].gather(claim),
            "service_on": flat.claims["service_on"].gather(claim),
            "line_number": flat.lines["line_number"].gather(line),
            "cents": _column(events, at.EVENT_AMOUNT),
            "step": _words(_column(events, at.EVENT_WHAT), Step),
            "order": _words(order, Order),
            "is_by_balance": order.is_in([int(each) for each in _BY_BALANCE]),
            "open_line_count": _column(events, at.EVENT_OPEN_COUNT),
            "open_cents": _column(events, at.EVENT_OPEN_CENTS),
            "before_cents": _column(events, at.EVENT_BEFORE),
            "settings_version": _column(events, at.EVENT_VERSION),
        }
    )
    return frame.with_columns(
        amount=amount("cents"),
        open_amount=amount("open_cents"),
        balance_before_amount=amount("before_cents"),
    ).with_columns(order_key=_order_key())


def _order_key() -> pl.Expr:
    """The order, the balance if it counted, date of service, claim id and line number, as one text."""
    place = pl.concat_str("service_on", "claim_id", "line_number", separator="|")
    by_balance = pl.concat_str("order", "balance_before_amount", place, separator="|")
    return pl.when("is_by_balance").then(by_balance).otherwise(pl.concat_str("order", place, separator="|"))


def _status_log(flat: Flat, events: Table) -> pl.DataFrame:
    of_receipt = events[events[:, at.EVENT_KIND] == at.KIND_RECEIPT_STATUS]
    of_negative = events[events[:, at.EVENT_KIND] == at.KIND_NEGATIVE_RECEIPT_STATUS]
    log = pl.DataFrame(
        _common(flat, of_receipt, "changed_on")
        | {
            "status": _words(_column(of_receipt, at.EVENT_WHAT), ReceiptStatus),
            "code": _words(_column(of_receipt, at.EVENT_WHY), Code),
            "entry_number": _entry_number(flat, of_receipt, at.EVENT_TARGET),
        }
    )
    negatives = pl.DataFrame(
        _common(flat, of_negative, "changed_on")
        | {"entry_number": _entry_number(flat, of_negative, at.EVENT_TARGET)}
    ).with_columns(
        pl.col("receipt_id") + "-R",
        status=pl.lit(ReceiptStatus.REVERSED.label),
        code=pl.lit(Code.REVERSAL.label),
    )
    return pl.concat([log, negatives.select(log.columns)])


def _entry_number(flat: Flat, events: Table, place: int) -> pl.Series:
    return flat.entries["entry_number"].gather(_or_null(_column(events, place)))


def _claim_changes(flat: Flat, events: Table) -> pl.DataFrame:
    words = pl.Series(flat.words, dtype=pl.String)
    return pl.DataFrame(
        _common(flat, events, "changed_on")
        | {
            "claim_id": flat.claims["claim_id"].gather(_column(events, at.EVENT_TARGET)),
            "status": words.gather(_column(events, at.EVENT_WHAT)),
            "previous_status": words.gather(_column(events, at.EVENT_AMOUNT)),
            "reason": _words(_column(events, at.EVENT_WHY), ClaimChange),
        }
    )


def _movements(flat: Flat, events: Table) -> pl.DataFrame:
    entry = _column(events, at.EVENT_TARGET)
    return pl.DataFrame(
        _common(flat, events, "moved_on")
        | {
            "movement": _words(_column(events, at.EVENT_WHAT), Movement),
            "cents": _column(events, at.EVENT_AMOUNT),
            "disbursement_code": flat.entries["disbursement_code"].gather(entry),
            "disbursement_id": flat.entries["disbursement_id"].gather(entry),
            "of_entry_number": flat.entries["entry_number"].gather(entry),
            "by_entry_number": _entry_number(flat, events, at.EVENT_WHY),
        }
    ).with_columns(amount=amount("cents"))


def _negative_receipts(flat: Flat, events: Table) -> pl.DataFrame:
    original = flat.receipts[_column(events, at.EVENT_RECEIPT)]
    return pl.DataFrame(
        _common(flat, events, "received_on")
        | {
            "receipt_type": original["receipt_type"],
            "cents": -original["cents"],
            "appointment_id": original["appointment_id"],
            "location_id": original["location_id"],
            "entry_number": _entry_number(flat, events, at.EVENT_TARGET),
        }
    ).with_columns(
        amount=amount("cents"),
        reversal_of_receipt_id=pl.col("receipt_id"),
        receipt_id=pl.col("receipt_id") + "-R",
    )


def _refused(flat: Flat, events: Table) -> pl.DataFrame:
    entry = flat.entries[_column(events, at.EVENT_TARGET)]
    return pl.DataFrame(
        {
            "entry_number": entry["entry_number"],
            "entered_on": entry["entered_on"],
            "receipt_id": entry["receipt_id"],
            "action": _known_action(entry["action"]),
            "code": _words(_column(events, at.EVENT_WHY), Refusal),
        }
    )


def _known_action(actions: pl.Series) -> pl.Series:
    """A word that is no action is not repeated: nobody checked what it says."""
    return actions.set(~actions.is_in([action.label for action in Action]), None)


def unknown_entries_of(flat: Flat, as_of: date) -> pl.DataFrame:
    """The refusals of entries that name no receipt."""
    unknown = flat.unknown_entries.filter(pl.col("entered_on") <= as_of)
    return unknown.select(
        "entry_number", "entered_on", "receipt_id", action=_known_action(unknown["action"]), code="refusal"
    )


def receipts_of(
    flat: Flat, receipts: Table, deadlines: Table, negatives: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """The end state of every receipt received by the as-of date, and of the negative receipts of
    reversals.
    """
    code = _column(receipts, at.RECEIPT_CODE)
    on_hold = _column(receipts, at.RECEIPT_STATUS) == int(ReceiptStatus.HOLD)
    frame = pl.DataFrame(
        {
            "patient_id": flat.receipts["patient_id"],
            "receipt_id": flat.receipts["receipt_id"],
            "received_on": flat.receipts["received_on"],
            "received": flat.receipts["received"],
            "status": _words(_column(receipts, at.RECEIPT_STATUS), ReceiptStatus),
            "code": _words(code, Code),
            "amount_cents": flat.receipts["cents"],
            "applied_cents": _column(receipts, at.RECEIPT_APPLIED),
            "disbursed_cents": _column(receipts, at.RECEIPT_DISBURSED),
            "refunded_cents": _column(receipts, at.RECEIPT_REFUNDED),
            "hold": _or_never(_column(receipts, at.RECEIPT_HOLD)),
            "appointment": _or_never(_column(receipts, at.RECEIPT_APPOINTMENT_ON)),
            "waits_for_claim": on_hold & code.is_in([int(each) for each in _COPAY_CODES]),
            "waits_for_credit": on_hold & code.is_in([int(each) for each in _CREDIT_CODES]),
            "copay_deadline": deadlines[:, 0],
            "credit_deadline": deadlines[:, 1],
        }
    ).filter(pl.col("received") <= day_number(as_of))
    future = pl.when(pl.col("appointment") > pl.col("received")).then("appointment")
    deadline = (
        pl.when("waits_for_claim").then("copay_deadline").when("waits_for_credit").then("credit_deadline")
    )
    unapplied = (
        pl.col("amount_cents")
        - pl.col("applied_cents")
        - pl.col("disbursed_cents")
        - pl.col("refunded_cents")
    )
    ends = frame.with_columns(unapplied_cents=unapplied).with_columns(
        amount=amount("amount_cents"),
        applied_amount=amount("applied_cents"),
        disbursed_amount=amount("disbursed_cents"),
        refunded_amount=amount("refunded_cents"),
        unapplied_amount=amount("unapplied_cents"),
        hold_until_on=pl.max_horizontal("hold", future).cast(pl.Int32).cast(pl.Date),
        deadline_on=deadline.cast(pl.Int32).cast(pl.Date),
    )
    reversals = negatives.select("patient_id", "receipt_id", "received_on", "amount").with_columns(
        status=pl.lit(ReceiptStatus.REVERSED.label),
        code=pl.lit(Code.REVERSAL.label),
        applied_cents=pl.lit(0, pl.Int64),
        unapplied_amount=pl.col("amount"),
        hold_until_on=pl.lit(None, pl.Date),
        deadline_on=pl.lit(None, pl.Date),
    ).with_columns(
        applied_amount=amount("applied_cents"),
        disbursed_amount=amount("applied_cents"),
        refunded_amount=amount("applied_cents"),
    )  # fmt: skip
    columns = [
        "patient_id", "receipt_id", "received_on", "status", "code", "amount", "applied_amount",
        "disbursed_amount", "refunded_amount", "unapplied_amount", "hold_until_on", "deadline_on",
    ]  # fmt: skip
    return pl.concat([ends.select(columns), reversals.select(columns)])


def _or_never(days: pl.Series) -> pl.Series:
    return days.set(days == at.NEVER, None)
