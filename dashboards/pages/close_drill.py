"""Where a figure of the checklist leads: the rows that it is made of.

Belongs here: for each figure the table and the conditions under which that table's rows add up to it, or come
closest where no table of rows does. Does not belong here: the figures themselves.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from dashboards.visit import Visit
from journal.period import ALL_LOCATIONS, Period

PRACTICE = "practice"
"""The location of what belongs to no single one."""

_Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table, its date column that falls into the period, and further conditions.

    ``{before}`` and ``{after}`` in a condition are the days around the period, ``{first}`` and ``{last}`` its
    own. ``has_location`` is false where the table's rows are of the practice or know no location.
    """

    table: str
    dated_by: str
    conditions: _Pairs = ()
    has_location: bool = True


_DAYS: _Pairs = (("date_basis", "clinic"), ("window_kind", "day"))
_UNITS: _Pairs = (("billing_view", "standard"), ("date_basis", "clinic"))
_OPEN_AT_BANK = ("matched", "wrong_account_corrected", "bank_fee", "transfer", "waiting_for_remittance")
_OPEN_IN_BOOKS = (
    "matched", "wrong_account_corrected", "repeated", "no_money", "waiting_for_deposit",
)  # fmt: skip
_DONE = ("released", "adjudicated", "voided")
_SETTLED = ("done", "to_post", "to_disburse", "in_posting")


def _each(parameter: str, *values: str) -> _Pairs:
    return tuple((parameter, value) for value in values)


def _bank(*conditions: tuple[str, str]) -> _Rows:
    return _Rows("deposits", "deposited_on", conditions, has_location=False)


def _books(*conditions: tuple[str, str]) -> _Rows:
    return _Rows("deposits", "expected_on", conditions)


def _checks(*conditions: tuple[str, str]) -> _Rows:
    return _Rows("remittances", "payment_on", conditions, has_location=False)


def _charges(*conditions: tuple[str, str]) -> _Rows:
    return _Rows("failed-charges", "oldest_failure_on", conditions)


_HELD = "receipt_id,patient_id,location_id,payer_class,received_on,valid_from_on,closing_amount"
_MOVED = "receipt_id,patient_id,location_id,payer_class,received_on,valid_from_on,opening_amount,{}_amount,\
closing_amount"
_OF_PERIOD: _Pairs = (("received_on.min", "{first}"), ("received_on.max", "{last}"))


def _held(on: str, *conditions: tuple[str, str]) -> _Rows:
    """What each receipt had left at the end of a day."""
    stood = (("valid_from_on.max", on), ("valid_to_on.min", on), ("closing_amount.not", "0"))
    return _Rows("escrow-ageing", "", (*stood, *conditions, ("columns", _HELD)))


def _moved(what: str, *conditions: tuple[str, str], dated_by: str = "valid_from_on") -> _Rows:
    """What was applied, disbursed or refunded of each receipt, day by day."""
    shown = ("columns", _MOVED.format(what))
    return _Rows("escrow-ageing", dated_by, ((f"{what}_amount.not", "0"), *conditions, shown))


LEADS: dict[tuple[str, str], _Rows] = {
    ("balancing", "emr_payments"): _Rows("balancing", "window_start_on", _DAYS),
    ("balancing", "billing_payments"): _Rows("balancing", "window_start_on", _DAYS),
    ("balancing", "expected_difference"): _Rows(
        "differences", "balanced_on", (*_UNITS, ("is_expected", "yes"))
    ),
    ("balancing", "exceptional_difference"): _Rows(
        "differences", "balanced_on", (*_UNITS, ("is_expected", "no"))
    ),
    ("balancing", "open_items"): _Rows(
        "differences", "balanced_on", (*_UNITS, ("is_expected", "no"), ("adjustment_payment_id.none", "yes"))
    ),
    ("balancing", "pending_items"): _Rows(
        "differences", "balanced_on", (*_UNITS, ("difference_class", "feed_pending"))
    ),
    ("balancing", "remainder"): _Rows("balancing", "window_start_on", _DAYS),
    ("escrow", "opening"): _held("{before}"),
    ("escrow", "received"): _Rows("receipts", "received_on"),
    ("escrow", "applied"): _moved("applied"),
    ("escrow", "disbursed"): _Rows("disbursements", "disbursed_on"),
    ("escrow", "refunded"): _Rows("refunds", "refunded_on"),
    ("escrow", "closing"): _held("{last}"),
    ("bridge", "receipts_of_period"): _Rows("receipts", "received_on"),
    ("bridge", "paid_in_period"): _moved("applied", *_OF_PERIOD),
    ("bridge", "disbursed_in_period"): _moved("disbursed", *_OF_PERIOD),
    ("bridge", "refunded_in_period"): _moved("refunded", *_OF_PERIOD),
    ("bridge", "taken_before_period"): _moved(
        "applied", *_OF_PERIOD, ("valid_from_on.max", "{before}"), dated_by=""
    ),
    ("bridge", "left_at_period_end"): _held("{last}", *_OF_PERIOD),
    ("bridge", "payments_of_period"): _moved("applied"),
    ("bridge", "from_receipts_of_period"): _moved("applied", *_OF_PERIOD),
    ("bridge", "from_earlier_receipts"): _moved("applied", ("received_on.max", "{before}")),
    ("bridge", "from_later_receipts"): _moved("applied", ("received_on.min", "{after}")),
    ("remittances", "checks"): _checks(),
    ("remittances", "applied_to_claims"): _checks(("applied_amount.not", "0")),
    ("remittances", "disbursed_to_legacy"): _checks(("disbursed_amount.not", "0")),
    ("remittances", "unapplied"): _checks(("unapplied_amount.not", "0")),
    ("remittances", "provider_level"): _checks(("provider_level_amount.not", "0")),
    ("remittances", "out_of_balance"): _checks(("balance_outcome.not", "balanced")),
    ("remittances", "open_items"): _checks(*_each("status.not", *_SETTLED)),
    ("remittances", "remainder"): _checks(),
    ("deposits", "bank_entries"): _bank(),
    ("deposits", "bank_matched"): _bank(*_each("status", "matched", "wrong_account_corrected")),
    ("deposits", "bank_fees_and_transfers"): _bank(*_each("status", "bank_fee", "transfer")),
    ("deposits", "bank_open"): _bank(*_each("status.not", *_OPEN_AT_BANK)),
    ("deposits", "bank_pending"): _bank(("status", "waiting_for_remittance")),
    ("deposits", "bank_remainder"): _bank(),
    ("deposits", "expected_payments"): _books(("expected_key.none", "no")),
    ("deposits", "expected_matched"): _books(
        ("expected_key.none", "no"), *_each("status", "matched", "wrong_account_corrected")
    ),
    ("deposits", "expected_without_money"): _books(*_each("status", "repeated", "no_money")),
    ("deposits", "expected_open"): _books(
        ("expected_key.none", "no"), *_each("status.not", *_OPEN_IN_BOOKS)
    ),
    ("deposits", "expected_pending"): _books(("status", "waiting_for_deposit")),
    ("deposits", "books_remainder"): _books(("expected_key.none", "no")),
    ("failed_charges", "refused_by_runs"): _Rows("formatter-runs", "run_on", has_location=False),
    ("failed_charges", "first_refused"): _charges(),
    ("failed_charges", "billed_or_void"): _charges(*_each("charge_status", *_DONE)),
    ("failed_charges", "limit_passed"): _charges(
        *_each("charge_status.not", *_DONE), ("filing_status", "passed")
    ),
    ("failed_charges", "still_to_bill"): _charges(
        *_each("charge_status.not", *_DONE), ("filing_status.not", "passed")
    ),
    ("failed_charges", "remainder"): _charges(),
}  # fmt: skip

_EARLIEST = date(1900, 1, 1)


def rows_of(visit: Visit, period: Period, tie_out: str, figure: str) -> str:
    """The address of the rows of a figure; empty where this person or this file has none."""
    rows = LEADS.get((tie_out, figure))
    if rows is None or not visit.has_table(rows.table):
        return ""
    days = {
        "first": period.start_on,
        "last": period.end_on,
        "before": period.start_on - timedelta(days=1) if period.start_on > _EARLIEST else _EARLIEST,
        "after": period.end_on + timedelta(days=1),
    }
    pairs = [(name, value.format(**days)) for name, value in rows.conditions]
    if rows.dated_by:
        pairs += [
            (f"{rows.dated_by}.min", period.start_on.isoformat()),
            (f"{rows.dated_by}.max", period.end_on.isoformat()),
        ]
    if period.location_id != ALL_LOCATIONS:
        if rows.has_location and period.location_id == PRACTICE:
            pairs.append(("location_id.none", "yes"))
        elif rows.has_location:
            pairs.append(("location_id", period.location_id))
        elif period.location_id != PRACTICE:
            return ""
    return f"/{rows.table}?{urlencode(pairs)}"


def exceptions_of(visit: Visit, ids: tuple[str, ...]) -> str:
    """The address of these exceptions; empty where they are too many for one, or not for this person."""
    if not ids or not visit.has_table("exceptions"):
        return ""
    return f"/exceptions?{urlencode([('exception_id', one) for one in ids])}"
