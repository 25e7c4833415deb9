"""Frames to flat arrays: rows sorted and grouped by account, ids and words replaced by numbers.

Nothing here decides anything but what can be known before the first day: which receipt reverses which, and
which links name another patient's claim or appointment. Rows that belong to no receipt's account are left
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from posting.cents import cents
from posting.kernel import layout as at
from posting.kernel.layout import Table
from posting.settings import SettingsHistory
from posting.tables import AccountTables
from posting.vocabulary import (
    KIND_OF_TYPE,
    STATEMENT_LEVEL,
    Action,
    ReceiptKind,
    ReceiptStatus,
    Refusal,
)

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Flat:
    """The arrays of all accounts, and the frames whose row numbers the arrays use."""

    tables: dict[str, Table]
    #: Receipts, claims, lines and entries in array order, and the words (claim statuses, receipt types) by
    #: number.
    receipts: pl.DataFrame
    claims: pl.DataFrame
    lines: pl.DataFrame
    entries: pl.DataFrame
    words: list[str]
    #: Entries that name no receipt, with the refusal.
    unknown_entries: pl.DataFrame


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - _EPOCH).days


def flatten(tables: AccountTables, settings: SettingsHistory) -> Flat:
    """Everything the kernel needs, as int64 arrays."""
    receipts = _receipts(tables)
    claims = _claims(tables, receipts)
    lines = _lines(tables, claims)
    entries, unknown_entries = _entries(tables, receipts, claims)
    words = _words(tables, settings)
    facts = _facts(tables, claims, lines, words)
    money = _money(receipts, claims, lines)
    appointments = _appointments(tables, receipts, claims, entries)
    starts = {
        at.ACCOUNT_RECEIPT: receipts,
        at.ACCOUNT_CLAIM: claims,
        at.ACCOUNT_FACT: facts,
        at.ACCOUNT_MONEY: money,
        at.ACCOUNT_ENTRY: entries,
    }
    arrays = {
        "accounts": _account_array(receipts, starts),
        "receipts": _receipt_array(receipts, words, appointments),
        "claims": _claim_array(claims, lines, appointments),
        "lines": _line_array(lines),
        "facts": _array(
            facts,
            at.FACT_WIDTH,
            {
                at.DAY: "day",
                at.FACT_KIND: "kind",
                at.FACT_TARGET: "target",
                at.FACT_VALUE: "value",
                at.FACT_AT_STATEMENT_LEVEL: "at_statement_level",
                at.FACT_IS_INVOICED: "is_invoiced",
            },
        ),
        "money": _array(
            money, at.MONEY_WIDTH, {at.DAY: "day", at.MONEY_KIND: "kind", at.MONEY_RECEIPT: "receipt"}
        ),
        "entries": _entry_array(entries, appointments),
        "settings": _setting_array(settings, words),
        "marks": _mark_array(settings, words),
    }
    return Flat(arrays, receipts, claims, lines, entries, words, unknown_entries)


def _account_array(receipts: pl.DataFrame, starts: dict[int, pl.DataFrame]) -> Table:
    """Where the rows of each account begin in frames that are sorted by account; one more row closes the
    last.
    """
    count = receipts["account"].n_unique()
    accounts = np.zeros((count + 1, at.ACCOUNT_WIDTH), np.int64)
    for column, frame in starts.items():
        accounts[:, column] = np.searchsorted(frame["account"].to_numpy(), np.arange(count + 1))
    is_known = receipts["patient_id"].is_not_null().to_numpy()
    accounts[receipts["account"].to_numpy(), at.ACCOUNT_IS_KNOWN] = is_known
    return accounts


def _day(column: str, missing: int) -> pl.Expr:
    return pl.col(column).to_physical().cast(pl.Int64).fill_null(missing)


def _array(frame: pl.DataFrame, width: int, columns: dict[int, str]) -> Table:
    """The named columns of a frame in their places of a new array; the other places are 0."""
    array = np.zeros((frame.height, width), np.int64)
    for place, name in columns.items():
        array[:, place] = frame[name].cast(pl.Int64).to_numpy()
    return array


# Receipts


def _receipts(tables: AccountTables) -> pl.DataFrame:
    """Receipts by account and order of receipt. A receipt without a patient is an account of its own."""
    unknown = pl.when(pl.col("patient_id").is_null()).then("receipt_id")
    receipts = (
        tables.receipts.with_columns(unknown=unknown)
        .sort("patient_id", "unknown", "received_at", "receipt_id", nulls_last=True)
        .with_row_index("receipt")
        .with_columns(
            pl.col("receipt").cast(pl.Int64),
            account=pl.struct("patient_id", "unknown").rle_id().cast(pl.Int64),
            received=_day("received_on", 0),
            cents=cents("amount"),
        )
    )
    named = receipts.select(
        reversal_of_receipt_id="receipt_id", original="receipt", original_account="account",
        original_received="received", original_cents="cents",
    )  # fmt: skip
    reverses = (
        receipts.join(named, on="reversal_of_receipt_id", how="inner")
        .filter(
            pl.col("patient_id").is_not_null(),
            pl.col("account") == pl.col("original_account"),
            pl.col("original_cents") > 0,
            pl.col("cents") == -pl.col("original_cents"),
        )
        .sort("receipt")
        .unique("original", keep="first", maintain_order=True)
        .select(
            "receipt",
            reverses="original",
            reversal_day=pl.max_horizontal("received", "original_received"),
        )
    )
    return receipts.join(reverses, on="receipt", how="left", maintain_order="left").with_columns(
        pl.col("reverses").fill_null(at.NONE), pl.col("reversal_day").fill_null(at.NEVER)
    )


def _receipt_array(receipts: pl.DataFrame, words: list[str], appointments: pl.DataFrame) -> Table:
    kinds = {name: int(kind) for name, kind in KIND_OF_TYPE.items()}
    statuses = {status.label: int(status) for status in ReceiptStatus}
    numbered = _with_appointment(receipts, appointments).with_columns(
        type=_number("receipt_type", words),
        kind=pl.col("receipt_type").replace_strict(
            kinds, default=int(ReceiptKind.GENERAL), return_dtype=pl.Int64
        ),
        first_status=pl.col("initial_status").replace_strict(
            statuses, default=int(ReceiptStatus.NEW), return_dtype=pl.Int64
        ),
    )
    return _array(
        numbered,
        at.RECEIPT_WIDTH,
        {
            at.RECEIPT_TYPE: "type",
            at.RECEIPT_KIND: "kind",
            at.RECEIPT_RECEIVED: "received",
            at.RECEIPT_CENTS: "cents",
            at.RECEIPT_FIRST_APPOINTMENT: "appointment",
            at.RECEIPT_FIRST_APPOINTMENT_ON: "appointment_on",
            at.RECEIPT_FIRST_STATUS: "first_status",
            at.RECEIPT_REVERSES: "reverses",
        },
    )


# Claims and their lines


def _claims(tables: AccountTables, receipts: pl.DataFrame) -> pl.DataFrame:
    """Claims of patients with receipts, by account, service date and claim id."""
    accounts = receipts.filter(pl.col("patient_id").is_not_null()).select("patient_id", "account").unique()
    return (
        tables.claims.join(accounts, on="patient_id", how="inner")
        .sort("account", "service_on", "claim_id")
        .with_row_index("claim")
        .with_columns(
            pl.col("claim").cast(pl.Int64),
            service=_day("service_on", 0),
            created=_day("created_on", 0),
            voided=_day("voided_on", at.FAR_FUTURE),
        )
    )


def _lines(tables: AccountTables, claims: pl.DataFrame) -> pl.DataFrame:
    """Lines in the order of claims and line numbers; a line is voided with its claim at the latest."""
    of_claim = claims.select("claim_id", "claim", "account", claim_voided="voided")
    return (
        tables.claim_lines.join(of_claim, on="claim_id", how="inner")
        .sort("claim", "line_number")
        .with_row_index("line")
        .with_columns(
            pl.col("line").cast(pl.Int64),
            cents=cents("charge_amount"),
            voided=pl.min_horizontal(_day("voided_on", at.FAR_FUTURE), "claim_voided"),
        )
    )


def _claim_array(claims: pl.DataFrame, lines: pl.DataFrame, appointments: pl.DataFrame) -> Table:
    closed = np.zeros((claims.height + 1, at.CLAIM_WIDTH), np.int64)
    closed[:-1] = _array(
        _with_appointment(claims, appointments),
        at.CLAIM_WIDTH,
        {
            at.CLAIM_SERVICE: "service",
            at.CLAIM_CREATED: "created",
            at.CLAIM_VOIDED: "voided",
            at.CLAIM_APPOINTMENT: "appointment",
        },
    )
    closed[:, at.CLAIM_LINE] = np.searchsorted(lines["claim"].to_numpy(), np.arange(claims.height + 1))
    return closed


def _line_array(lines: pl.DataFrame) -> Table:
    return _array(
        lines,
        at.LINE_WIDTH,
        {
            at.LINE_CLAIM: "claim",
            at.LINE_NUMBER: "line_number",
            at.LINE_CENTS: "cents",
            at.LINE_IS_COPAY: "is_copay",
            at.LINE_VOIDED: "voided",
        },
    )


# What happens on days


def _words(tables: AccountTables, settings: SettingsHistory) -> list[str]:
    """Every claim status and receipt type there can be; number 0 is no word."""
    named = set(tables.claim_status_history["status"].drop_nulls().unique())
    named |= set(tables.receipts["receipt_type"].unique())
    for _, values in settings.versions():
        named |= {values.credit_claim_status, values.claim_done_status}
    return ["", *sorted(named - {""})]


def _number(column: str, words: list[str]) -> pl.Expr:
    return pl.col(column).fill_null("").replace_strict(words, range(len(words)), return_dtype=pl.Int64)


def _facts(
    tables: AccountTables, claims: pl.DataFrame, lines: pl.DataFrame, words: list[str]
) -> pl.DataFrame:
    """Claims created, lines reduced, claim statuses changed: by account and day, statuses of a day in
    sequence.
    """
    creations = claims.select("account", day="created", kind=pl.lit(at.FACT_CREATION), target="claim")
    of_line = lines.select("claim_id", "line_number", "line", "account")
    reductions = tables.reductions.join(of_line, on=["claim_id", "line_number"]).select(
        "account",
        day=_day("effective_on", 0),
        kind=pl.lit(at.FACT_REDUCTION),
        target="line",
        value=cents("amount"),
    )
    of_claim = claims.select("claim_id", "claim", "account")
    changes = tables.claim_status_history.join(of_claim, on="claim_id").select(
        "account",
        "sequence",
        day=_day("changed_on", 0),
        kind=pl.lit(at.FACT_CHANGE),
        target="claim",
        value=_number("status", words),
        at_statement_level=(pl.col("level") == STATEMENT_LEVEL).fill_null(False).cast(pl.Int64),
        is_invoiced=pl.col("invoice_on").is_not_null().cast(pl.Int64),
    )
    facts = pl.concat([creations, reductions, changes], how="diagonal").fill_null(0)
    return facts.sort("account", "day", "sequence", maintain_order=True)


def _money(receipts: pl.DataFrame, claims: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Receipts received, lines and claims voided, receipts reversed by the feed: in the order of the day."""
    arrivals = receipts.select("account", day="received", kind=pl.lit(at.MONEY_ARRIVAL), receipt="receipt")
    voids = (
        pl.concat([lines.select("account", "voided"), claims.select("account", "voided")])
        .filter(pl.col("voided") < at.FAR_FUTURE)
        .unique()
        .select("account", day="voided", kind=pl.lit(at.MONEY_VOID), receipt=pl.lit(at.NONE))
    )
    reversals = receipts.filter(pl.col("reverses") >= 0).select(
        "account", day="reversal_day", kind=pl.lit(at.MONEY_REVERSAL), receipt="receipt"
    )
    return pl.concat([arrivals, voids, reversals]).sort("account", "day", "kind", "receipt")


# People's entries


def _entries(
    tables: AccountTables, receipts: pl.DataFrame, claims: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries by account, day and number, and apart from them the ones that name no receipt."""
    named = receipts.select("receipt_id", "receipt", "account", "patient_id")
    entries = tables.entries.join(named, on="receipt_id", how="left")
    original = pl.col("receipt_id").str.strip_suffix("-R")
    unknown = entries.filter(pl.col("receipt").is_null()).with_columns(
        refusal=pl.when(original.is_in(receipts["receipt_id"].implode()))
        .then(pl.lit(Refusal.REVERSAL_IS_FINAL.label))
        .otherwise(pl.lit(Refusal.RECEIPT_UNKNOWN.label))
    )
    of_claim = claims.select("claim_id", "claim", claim_account="account")
    of_appointment = tables.appointments.select("appointment_id", appointment_patient="patient_id")
    foreign_claim = pl.col("claim_id").is_not_null() & pl.col("claim_account").ne_missing(pl.col("account"))
    foreign_appointment = pl.col("appointment_patient").is_not_null() & pl.col(
        "appointment_patient"
    ).ne_missing(pl.col("patient_id"))
    known = (
        entries.filter(pl.col("receipt").is_not_null())
        .join(of_claim, on="claim_id", how="left")
        .join(of_appointment, on="appointment_id", how="left")
        .with_columns(
            day=_day("entered_on", 0),
            refusal=pl.when(foreign_claim | foreign_appointment)
            .then(int(Refusal.LINK_NOT_OF_PATIENT))
            .otherwise(int(Refusal.ALLOWED)),
        )
        .sort("account", "day", "entry_number")
        .with_row_index("entry")
    )
    is_disbursement = (pl.col("action") == Action.DISBURSE.label) & pl.col("disbursement_id").is_not_null()
    previous = (
        pl.when(is_disbursement).then(pl.col("entry").cast(pl.Int64)).forward_fill().shift(1)
        .over("receipt", "disbursement_id")
    )  # fmt: skip
    has_id = pl.col("disbursement_id").is_not_null()
    return known.with_columns(previous=pl.when(has_id).then(previous).fill_null(at.NONE)), unknown


def _entry_array(entries: pl.DataFrame, appointments: pl.DataFrame) -> Table:
    actions = {action.label: int(action) for action in Action}
    statuses = {status.label: int(status) for status in ReceiptStatus}
    numbered = _with_appointment(entries, appointments).with_columns(
        pl.col("claim").fill_null(at.NONE),
        action_number=pl.col("action").replace_strict(actions, default=at.NONE, return_dtype=pl.Int64),
        status_number=pl.col("status").replace_strict(statuses, default=at.NONE, return_dtype=pl.Int64),
        hold=_day("hold_until", at.NEVER),
        cents=cents("amount").fill_null(0),
    )
    return _array(
        numbered,
        at.ENTRY_WIDTH,
        {
            at.DAY: "day",
            at.ENTRY_RECEIPT: "receipt",
            at.ENTRY_ACTION: "action_number",
            at.ENTRY_STATUS: "status_number",
            at.ENTRY_HOLD: "hold",
            at.ENTRY_CLAIM: "claim",
            at.ENTRY_APPOINTMENT: "appointment",
            at.ENTRY_APPOINTMENT_ON: "appointment_on",
            at.ENTRY_CENTS: "cents",
            at.ENTRY_REFUSAL: "refusal",
            at.ENTRY_PREVIOUS: "previous",
        },
    )


# Appointments


def _appointments(tables: AccountTables, *frames: pl.DataFrame) -> pl.DataFrame:
    """A number for every appointment that anything names, and its day where that is known."""
    ids = [frame.select("appointment_id") for frame in (tables.appointments, *frames)]
    return (
        pl.concat(ids)
        .drop_nulls()
        .unique()
        .sort("appointment_id")
        .with_row_index("appointment")
        .with_columns(pl.col("appointment").cast(pl.Int64))
        .join(tables.appointments.select("appointment_id", "starts_on"), on="appointment_id", how="left")
        .select("appointment_id", "appointment", appointment_on=_day("starts_on", at.NEVER))
    )


def _with_appointment(frame: pl.DataFrame, appointments: pl.DataFrame) -> pl.DataFrame:
    return frame.join(appointments, on="appointment_id", how="left", maintain_order="left").with_columns(
        pl.col("appointment").fill_null(at.NONE), pl.col("appointment_on").fill_null(at.NEVER)
    )


# Settings


def _setting_array(settings: SettingsHistory, words: list[str]) -> Table:
    """One row per version. An empty claim status is none."""
    numbers = {word: number for number, word in enumerate(words)} | {"": int(at.NONE)}
    table = np.zeros((len(settings.versions()), at.SETTING_WIDTH), np.int64)
    for version, (effective_on, values) in enumerate(settings.versions()):
        row = table[version]
        row[at.DAY] = day_number(effective_on)
        row[at.SETTING_COPAY_HOLD_DAYS] = values.copay_hold_days
        row[at.SETTING_CREDIT_HOLD_DAYS] = values.credit_hold_days
        row[at.SETTING_COPAY_PROCEDURES_ONLY] = values.copay_procedures_only
        row[at.SETTING_COPAY_MULTIPLE_PROCEDURES] = values.copay_multiple_procedures
        row[at.SETTING_COPAY_OVERFLOW_IS_GENERAL] = values.copay_overflow_is_general
        row[at.SETTING_ORDER] = values.order
        row[at.SETTING_CREDIT_CLAIM_STATUS] = numbers[values.credit_claim_status]
        row[at.SETTING_CLAIM_DONE_STATUS] = numbers[values.claim_done_status]
    return table


def _mark_array(settings: SettingsHistory, words: list[str]) -> Table:
    """What each version of the settings says of each word."""
    marks = np.zeros((len(settings.versions()), len(words)), np.int64)
    for version, (_, values) in enumerate(settings.versions()):
        for number, word in enumerate(words):
            marks[version, number] = (
                at.MARK_PREPAY * (word in values.prepay_types)
                + at.MARK_STATEMENT * values.is_statement_status(word)
                + at.MARK_SKIP * values.is_skip_status(word)
            )
    return marks
