"""What posting hands back: seven frames, the same from every engine, in an order that never varies.

Belongs here: the shape and the order of the results. Does not belong here: how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import polars as pl

from posting.cents import AMOUNT, PolarsType
from posting.messages import MESSAGES

#: Who is an account: the patient, and for a receipt without a patient the receipt itself.
SCHEMAS: dict[str, dict[str, PolarsType]] = {
    "applications": {
        "patient_id": pl.String,
        "receipt_id": pl.String,
        "claim_id": pl.String,
        "line_number": pl.Int64,
        "posted_on": pl.Date,
        "sequence": pl.Int64,
        "amount": AMOUNT,
        "step": pl.String,
        "order_key": pl.String,
        "open_line_count": pl.Int64,
        "open_amount": AMOUNT,
        "balance_before_amount": AMOUNT,
        "settings_version": pl.Int64,
    },
    "receipt_status_log": {
        "patient_id": pl.String,
        "receipt_id": pl.String,
        "changed_on": pl.Date,
        "sequence": pl.Int64,
        "status": pl.String,
        "code": pl.String,
        "entry_number": pl.Int64,
    },
    "claim_status_changes": {
        "patient_id": pl.String,
        "claim_id": pl.String,
        "changed_on": pl.Date,
        "sequence": pl.Int64,
        "status": pl.String,
        "previous_status": pl.String,
        "receipt_id": pl.String,
        "reason": pl.String,
    },
    "movements": {
        "patient_id": pl.String,
        "receipt_id": pl.String,
        "moved_on": pl.Date,
        "sequence": pl.Int64,
        "movement": pl.String,
        "amount": AMOUNT,
        "disbursement_code": pl.String,
        "disbursement_id": pl.String,
        "of_entry_number": pl.Int64,
        "by_entry_number": pl.Int64,
    },
    "negative_receipts": {
        "patient_id": pl.String,
        "receipt_id": pl.String,
        "reversal_of_receipt_id": pl.String,
        "received_on": pl.Date,
        "sequence": pl.Int64,
        "receipt_type": pl.String,
        "amount": AMOUNT,
        "appointment_id": pl.String,
        "location_id": pl.String,
        "entry_number": pl.Int64,
    },
    "refused_entries": {
        "entry_number": pl.Int64,
        "entered_on": pl.Date,
        "receipt_id": pl.String,
        "action": pl.String,
        "code": pl.String,
    },
    "receipts": {
        "patient_id": pl.String,
        "receipt_id": pl.String,
        "received_on": pl.Date,
        "status": pl.String,
        "code": pl.String,
        "amount": AMOUNT,
        "applied_amount": AMOUNT,
        "disbursed_amount": AMOUNT,
        "refunded_amount": AMOUNT,
        "unapplied_amount": AMOUNT,
        "hold_until_on": pl.Date,
        "deadline_on": pl.Date,
    },
}

_ORDER = {
    "applications": ["posted_on", "patient_id", "sequence", "receipt_id"],
    "receipt_status_log": ["changed_on", "patient_id", "sequence", "receipt_id"],
    "claim_status_changes": ["changed_on", "patient_id", "sequence"],
    "movements": ["moved_on", "patient_id", "sequence", "receipt_id"],
    "negative_receipts": ["received_on", "patient_id", "sequence", "receipt_id"],
    "refused_entries": ["entered_on", "entry_number"],
    "receipts": ["receipt_id"],
}

_WITH_MESSAGE = ("receipt_status_log", "refused_entries", "receipts")


@dataclass(frozen=True, slots=True)
class PostingResult:
    """The history of the accounts up to the as-of date.

    `sequence` numbers the events of one account over all frames; with the date and the patient it is the
    total order of events. It depends on nothing but the account, so neither batching nor a later as-of date
    changes it. `settings_version` counts `SettingsHistory.versions()`.

    - `applications`: one row per movement of money between a receipt and a line; negative amounts come back.
      `order_key` is the order and the values that put the line in its place, `open_line_count` and
      `open_amount` what was open when the step began (for a credit: all of the patient's open lines).
    - `receipt_status_log`: one row per new status or code of a receipt.
    - `claim_status_changes`: one row per claim status that a receipt caused.
    - `movements`: one row per disbursement, refund, and undoing of either (negative).
    - `negative_receipts`: one row per receipt made by a person's reversal.
    - `refused_entries`: one row per entry that was not carried out.
    - `receipts`: one row per receipt received by the as-of date, negative receipts of reversals included.
    """

    applications: pl.DataFrame
    receipt_status_log: pl.DataFrame
    claim_status_changes: pl.DataFrame
    movements: pl.DataFrame
    negative_receipts: pl.DataFrame
    refused_entries: pl.DataFrame
    receipts: pl.DataFrame

    @classmethod
    def of(cls, frames: dict[str, pl.DataFrame]) -> PostingResult:
        """Sorted frames with messages, from an engine's frames in any row order."""
        return cls(**{frame.name: _finished(frame.name, frames[frame.name]) for frame in fields(cls)})


def _finished(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    finished = frame.select(pl.col(column).cast(dtype) for column, dtype in SCHEMAS[name].items())
    if name in _WITH_MESSAGE:
        sentences = {code: message.sentence for code, message in MESSAGES.items()}
        message = pl.col("code").replace_strict(sentences, return_dtype=pl.String)
        finished = finished.with_columns(message.alias("message"))
    return finished.sort(_ORDER[name], nulls_last=True)
