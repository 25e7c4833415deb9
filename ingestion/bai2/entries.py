"""The accounts of a group: their entries, typed, and whether their totals hold.

Belongs here: records 03, 16 and 49. Does not belong here: groups and files (`ingestion.bai2.reader`). Money
that leaves an account is negative. BAI2 gives an entry no id, so one is made of what does not change when the
bank reports the entry again: its day, type, amount and references, and its number among equal ones of the
group. Two equal entries are two; an entry that a later statement repeats is the same one.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from ingestion.bai2.records import Fields, Record
from ingestion.bai2.rules import BrokenRuleError
from ingestion.contracts.columns import IDENTIFIER_PATTERN

# bank_account, deposit_id, deposited_on, value_on, cents, type_code, trace_number, payer_identifier,
# bank_reference, customer_reference, bank_text, record number
Entry = tuple[
    str, str, date, date | None, int, str, str | None, str | None, str | None, str | None, str | None, int
]

DOLLARS = ("", "USD")

_ACCOUNT = re.compile(IDENTIFIER_PATTERN)
_TYPE_CODE = re.compile(r"[0-9]{1,3}")
_WITHOUT_MONEY = "890"
_CREDITS = (range(100, 400), range(920, 960))
_DEBITS = (range(400, 700), range(960, 1000))
# The remittance trace that a payer's bank sends along: TRN*1*trace*payer.
_TRACE = re.compile(r"TRN\*1\*([A-Za-z0-9][A-Za-z0-9._:#-]{0,49})(?:\*([A-Za-z0-9]{1,30}))?(?=[*~\\/\s]|$)")


@dataclass(slots=True)
class Account:
    """An account while it is read."""

    number: str
    header: Record
    cents: int
    lines: int


@dataclass(slots=True)
class Entries:
    """The entries of one group, and the totals of its closed accounts."""

    as_of: date
    rows: list[Entry] = field(default_factory=list)
    total_cents: int = 0
    accounts: int = 0
    _open: Account | None = None
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def open_account(self) -> Account | None:
        """The account that no 49 has closed yet."""
        return self._open

    def open(self, record: Record) -> None:
        """Read a 03: the account and its summary amounts."""
        if self._open is not None:
            raise self._open.header.broken("account_not_closed")
        fields = Fields(record)
        number = fields.text("account")
        if not _ACCOUNT.fullmatch(number):
            raise record.broken("account_malformed", "account")
        if fields.optional("currency").upper() not in DOLLARS:
            raise record.broken("currency_not_dollars", "currency")
        self._open = Account(number, record, _summary_cents(fields), record.lines)
        self.accounts += 1

    def add(self, record: Record) -> None:
        """Read a 16: one entry of the open account."""
        account = self._account(record)
        account.lines += record.lines
        fields = Fields(record)
        code = _type_code(fields)
        if code == _WITHOUT_MONEY:
            return
        direction = _direction(record, code)
        cents = fields.cents("amount")
        account.cents += cents
        value_on = _funds(fields)
        bank_reference = fields.optional("bank_reference")
        customer_reference = fields.optional("customer_reference")
        text = fields.remaining_text()
        trace, payer = _trace(text)
        signed = direction * cents
        made = self._deposit_id(account.number, code, signed, bank_reference, customer_reference)
        self.rows.append(
            (
                account.number,
                made,
                self.as_of,
                value_on,
                signed,
                code,
                trace,
                payer,
                bank_reference or None,
                customer_reference or None,
                text or None,
                record.number,
            )
        )

    def close(self, record: Record) -> None:
        """Read a 49 and compare its total and count with the account."""
        account = self._account(record)
        fields = Fields(record)
        total, count = fields.cents("control_total", is_signed=True), fields.count("record_count")
        fields.end()
        if count != account.lines + record.lines:
            raise record.broken("account_record_count_differs", "record_count")
        if total != account.cents:
            raise record.broken("account_total_differs", "control_total")
        self.total_cents += total
        self._open = None

    def _account(self, record: Record) -> Account:
        if self._open is None:
            raise record.broken("record_unknown")
        return self._open

    def _deposit_id(self, account: str, code: str, cents: int, *references: str) -> str:
        described = "|".join((code, str(cents), *references))
        digest = hashlib.sha256(described.encode()).hexdigest()[:12]
        self._seen[account, digest] += 1
        return f"{self.as_of:%Y%m%d}-{code}-{digest}-{self._seen[account, digest]}"


def readable_cents(record: Record) -> int | None:
    """What a 16 moves, signed, out of a group that is broken somewhere; None where it cannot be told."""
    try:
        fields = Fields(record)
        code = _type_code(fields)
        return 0 if code == _WITHOUT_MONEY else _direction(record, code) * fields.cents("amount")
    except BrokenRuleError:
        return None


def _summary_cents(fields: Fields) -> int:
    """The sum of the amounts of a 03, after its account and currency."""
    total = 0
    while fields.has_more:
        code = fields.text("type_code")
        amount, count = fields.optional("amount"), fields.optional("item_count")
        if code and not _TYPE_CODE.fullmatch(code):
            raise fields.record.broken("type_code_malformed", "type_code")
        if not code and (amount or count):
            raise fields.record.broken("field_missing", "type_code")
        if amount:
            if not re.fullmatch(r"[-+]?[0-9]{1,18}", amount):
                raise fields.record.broken("amount_malformed", "amount")
            total += int(amount)
        if count and not re.fullmatch(r"[0-9]{1,9}", count):
            raise fields.record.broken("count_malformed", "item_count")
        _funds(fields)
    return total


def _type_code(fields: Fields) -> str:
    code = fields.text("type_code")
    if not _TYPE_CODE.fullmatch(code):
        raise fields.record.broken("type_code_malformed", "type_code")
    return code.zfill(3)


def _direction(record: Record, code: str) -> int:
    if any(int(code) in codes for codes in _CREDITS):
        return 1
    if any(int(code) in codes for codes in _DEBITS):
        return -1
    raise record.broken("type_code_without_direction", "type_code")


def _funds(fields: Fields) -> date | None:
    """Pass over when the money can be used; returns the value date where one is given."""
    kind = fields.optional("funds_type").upper()
    match kind:
        case "" | "0" | "1" | "2" | "Z":
            return None
        case "V":
            value_on = fields.date("value_date")
            fields.optional("value_time")
            return value_on
        case "S":
            for name in ("immediate_amount", "one_day_amount", "later_amount"):
                fields.cents(name, is_signed=True)
            return None
        case "D":
            for _ in range(fields.count("distributions")):
                fields.count("days")
                fields.cents("amount", is_signed=True)
            return None
        case _:
            raise fields.record.broken("funds_type_malformed", "funds_type")


def _trace(text: str) -> tuple[str | None, str | None]:
    found = _TRACE.search(text)
    return (found.group(1), found.group(2)) if found else (None, None)
