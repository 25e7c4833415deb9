"""The calendar of the kernel: accounts one after the other, and in each only the days on which something can
change.

The twin of `posting.reference.replay`, which lives every day. Between two days of this calendar a pass
would find what the last one found: nothing arrived, no deadline was reached, no setting changed, and the
last pass changed no balance and no claim. Belongs here: days. Does not belong here: steps (`steps`) and
entries (`desk`).
"""

import numpy as np

from posting.kernel import layout as at
from posting.kernel.books import events_kept, first_event, set_status, stands, take_back
from posting.kernel.compiled import compiled, compiled_entry
from posting.kernel.desk import carry_out, take_everything_back
from posting.kernel.layout import Book, Moment, Table, number
from posting.kernel.steps import copay_deadline, credit_deadline, run_pass
from posting.vocabulary import Code, ReceiptStatus, Step

_NEW, _REVERSED = number(ReceiptStatus.NEW), number(ReceiptStatus.REVERSED)
_RECEIVED, _RETURNED_BY_VOID = number(Code.RECEIVED), number(Code.RETURNED_BY_VOID)
_CODE_REVERSED, _CODE_REVERSAL = number(Code.REVERSED), number(Code.REVERSAL)
_VOID_RETURN = number(Step.VOID_RETURN)


@compiled_entry
def replay(book: Book, first: int, end: int, as_of: int) -> Table:
    """Replay the accounts from `first` to before `end` up to and with the as-of day; returns their events."""
    for account in range(first, end):
        book.counts[at.COUNT_FIRST_EVENT] = book.counts[at.COUNT_EVENTS]
        _replay_account(book, account, as_of)
        while book.counts[at.COUNT_EVENTS] > len(book.events) - 1:
            # The events did not fit: take a larger table and replay this account from its beginning.
            book = _with_room(book)
            _replay_account(book, account, as_of)
    return book.events[: book.counts[at.COUNT_EVENTS]]


@compiled
def _with_room(book: Book) -> Book:
    """The book with a larger table of events, as it was before the account at work began."""
    kept = book.counts[at.COUNT_FIRST_EVENT]
    events = np.empty((2 * book.counts[at.COUNT_EVENTS] + 1, at.EVENT_WIDTH), np.int64)
    for row in range(kept):
        for column in range(at.EVENT_WIDTH):
            events[row, column] = book.events[row, column]
    book.counts[at.COUNT_EVENTS] = kept
    return Book(
        book.accounts, book.receipts, book.claims, book.lines, book.facts, book.money, book.entries,
        book.settings, book.marks, book.candidates, events, book.counts,
    )  # fmt: skip


@compiled
def _replay_account(book: Book, account: int, as_of: int) -> None:
    _open_account(book, account)
    day = min(_next_money_day(book, account), _next_entry_day(book, account))
    while day <= as_of:
        moment = Moment(account, day, _version_on(book, day))
        _live(book, moment)
        day = _next_day(book, moment)


@compiled
def _open_account(book: Book, account: int) -> None:
    """Bring the account's rows and the counters to the state before its first day."""
    start, end = book.accounts[account], book.accounts[account + 1]
    for receipt in range(start[at.ACCOUNT_RECEIPT], end[at.ACCOUNT_RECEIPT]):
        row = book.receipts[receipt]
        row[at.RECEIPT_STATUS] = at.NONE
        row[at.RECEIPT_CODE] = at.NONE
        row[at.RECEIPT_APPLIED] = 0
        row[at.RECEIPT_DISBURSED] = 0
        row[at.RECEIPT_REFUNDED] = 0
        row[at.RECEIPT_HOLD] = at.NEVER
        row[at.RECEIPT_CLAIM] = at.NONE
        row[at.RECEIPT_APPOINTMENT] = row[at.RECEIPT_FIRST_APPOINTMENT]
        row[at.RECEIPT_APPOINTMENT_ON] = row[at.RECEIPT_FIRST_APPOINTMENT_ON]
        row[at.RECEIPT_WAS_REVERSED] = 0
        row[at.RECEIPT_IS_REVERSAL] = 0
        row[at.RECEIPT_IS_WAITING] = 0
    for claim in range(start[at.ACCOUNT_CLAIM], end[at.ACCOUNT_CLAIM]):
        book.claims[claim, at.CLAIM_STATUS] = 0
        book.claims[claim, at.CLAIM_AT_STATEMENT_LEVEL] = 0
        book.claims[claim, at.CLAIM_IS_INVOICED] = 0
    for line in range(
        book.claims[start[at.ACCOUNT_CLAIM], at.CLAIM_LINE], book.claims[end[at.ACCOUNT_CLAIM], at.CLAIM_LINE]
    ):
        book.lines[line, at.LINE_BALANCE] = book.lines[line, at.LINE_CENTS]
        book.lines[line, at.LINE_COUNTED] = 0
    for entry in range(start[at.ACCOUNT_ENTRY], end[at.ACCOUNT_ENTRY]):
        book.entries[entry, at.ENTRY_STANDING] = 0
    book.counts[at.COUNT_NEXT_FACT] = start[at.ACCOUNT_FACT]
    book.counts[at.COUNT_NEXT_MONEY] = start[at.ACCOUNT_MONEY]
    book.counts[at.COUNT_NEXT_ENTRY] = start[at.ACCOUNT_ENTRY]
    book.counts[at.COUNT_SEQUENCE] = 0
    book.counts[at.COUNT_WAITING] = 0


# Which day comes next


@compiled
def _version_on(book: Book, day: int) -> int:
    version = len(book.settings) - 1
    while book.settings[version, at.DAY] > day:
        version -= 1
    return version


@compiled
def _day_of(table: Table, row: int, end: int) -> int:
    return table[row, at.DAY] if row < end else at.FAR_FUTURE


@compiled
def _next_fact_day(book: Book, account: int) -> int:
    end = book.accounts[account + 1, at.ACCOUNT_FACT]
    return _day_of(book.facts, book.counts[at.COUNT_NEXT_FACT], end)


@compiled
def _next_money_day(book: Book, account: int) -> int:
    end = book.accounts[account + 1, at.ACCOUNT_MONEY]
    return _day_of(book.money, book.counts[at.COUNT_NEXT_MONEY], end)


@compiled
def _next_entry_day(book: Book, account: int) -> int:
    end = book.accounts[account + 1, at.ACCOUNT_ENTRY]
    return _day_of(book.entries, book.counts[at.COUNT_NEXT_ENTRY], end)


@compiled
def _next_day(book: Book, moment: Moment) -> int:
    """The next day on which something can change. While no receipt waits, only money and people make a
    day.
    """
    day = min(_next_money_day(book, moment.account), _next_entry_day(book, moment.account))
    if book.counts[at.COUNT_WAITING] == 0:
        return day
    if book.counts[at.COUNT_CHANGES] > 0:
        # What this pass changed, the next one may build on.
        return moment.day + 1
    day = min(day, _next_fact_day(book, moment.account))
    day = min(day, _day_of(book.settings, moment.version + 1, len(book.settings)))
    first = book.accounts[moment.account, at.ACCOUNT_RECEIPT]
    for place in range(first, first + book.counts[at.COUNT_WAITING]):
        receipt = book.receipts[place, at.RECEIPT_WAITING]
        for deadline in (
            copay_deadline(book, moment.version, receipt),
            credit_deadline(book, moment.version, receipt),
        ):
            if moment.day < deadline < day:
                day = deadline
    return day


# One day


@compiled
def _live(book: Book, moment: Moment) -> None:
    """What the day brings, then voids and reversals, then people's entries, then the pass."""
    while _next_fact_day(book, moment.account) <= moment.day:
        _take_fact(book, book.counts[at.COUNT_NEXT_FACT])
        book.counts[at.COUNT_NEXT_FACT] += 1
    while _next_money_day(book, moment.account) <= moment.day:
        _take_money(book, moment, book.counts[at.COUNT_NEXT_MONEY])
        book.counts[at.COUNT_NEXT_MONEY] += 1
    while _next_entry_day(book, moment.account) <= moment.day:
        carry_out(book, moment, book.counts[at.COUNT_NEXT_ENTRY])
        book.counts[at.COUNT_NEXT_ENTRY] += 1
    book.counts[at.COUNT_CHANGES] = 0
    run_pass(book, moment)


@compiled
def _take_fact(book: Book, row: int) -> None:
    """Reductions and claim statuses; that a claim was created or voided is read off the claim itself."""
    fact = book.facts[row]
    if fact[at.FACT_KIND] == at.FACT_REDUCTION:
        book.lines[fact[at.FACT_TARGET], at.LINE_BALANCE] -= fact[at.FACT_VALUE]
    elif fact[at.FACT_KIND] == at.FACT_CHANGE:
        claim = book.claims[fact[at.FACT_TARGET]]
        claim[at.CLAIM_STATUS] = fact[at.FACT_VALUE]
        claim[at.CLAIM_AT_STATEMENT_LEVEL] = fact[at.FACT_AT_STATEMENT_LEVEL]
        claim[at.CLAIM_IS_INVOICED] = fact[at.FACT_IS_INVOICED]


@compiled
def _take_money(book: Book, moment: Moment, row: int) -> None:
    receipt, kind = book.money[row, at.MONEY_RECEIPT], book.money[row, at.MONEY_KIND]
    if kind == at.MONEY_ARRIVAL:
        status = book.receipts[receipt, at.RECEIPT_FIRST_STATUS]
        set_status(book, moment, receipt, status, _RECEIVED, at.NONE)
    elif kind == at.MONEY_VOID:
        _return_money_of_voided_lines(book, moment)
    else:
        _reverse_by_feed(book, moment, receipt, book.receipts[receipt, at.RECEIPT_REVERSES])


@compiled
def _return_money_of_voided_lines(book: Book, moment: Moment) -> None:
    """Money on a line that is voided today goes back to its receipt, which is New again."""
    last = events_kept(book)
    for event in range(first_event(book), last):
        made = book.events[event]
        if stands(book, event) and book.lines[made[at.EVENT_TARGET], at.LINE_VOIDED] == moment.day:
            total = _collect(book, event, last)
            take_back(book, moment, event, total, _VOID_RETURN)
    for event in range(last, events_kept(book)):
        set_status(book, moment, book.events[event, at.EVENT_RECEIPT], _NEW, _RETURNED_BY_VOID, at.NONE)


@compiled
def _collect(book: Book, event: int, last: int) -> int:
    """Bring all that the event's receipt has on the event's line together on this event."""
    made = book.events[event]
    for other in range(event + 1, last):
        more = book.events[other]
        same = (
            more[at.EVENT_RECEIPT] == made[at.EVENT_RECEIPT]
            and more[at.EVENT_TARGET] == made[at.EVENT_TARGET]
        )
        if same and stands(book, other):
            made[at.EVENT_STANDING] += more[at.EVENT_STANDING]
            more[at.EVENT_STANDING] = 0
    return made[at.EVENT_STANDING]


@compiled
def _reverse_by_feed(book: Book, moment: Moment, receipt: int, original: int) -> None:
    """The billing system's own negative receipt reverses the original once both have arrived."""
    if book.receipts[original, at.RECEIPT_WAS_REVERSED]:
        # A person was quicker: this receipt cancels nothing any more and is a negative receipt like any.
        return
    take_everything_back(book, moment, original, at.NONE)
    set_status(book, moment, original, _REVERSED, _CODE_REVERSED, at.NONE)
    book.receipts[receipt, at.RECEIPT_IS_REVERSAL] = 1
    set_status(book, moment, receipt, _REVERSED, _CODE_REVERSAL, at.NONE)


@compiled_entry
def deadlines(book: Book, version: int) -> Table:
    """The co-pay and the credit deadline of every receipt as it stands."""
    found = np.empty((len(book.receipts), 2), np.int64)
    for receipt in range(len(book.receipts)):
        found[receipt, 0] = copay_deadline(book, version, receipt)
        found[receipt, 1] = credit_deadline(book, version, receipt)
    return found
