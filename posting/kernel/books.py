"""Recording: every change that the kernel makes goes through here and leaves an event.

The twin of `posting.reference.ledger`. Belongs here: events and the arithmetic they imply. Does not belong
here: decisions.
"""

from posting.kernel import layout as at
from posting.kernel.compiled import compiled
from posting.kernel.layout import Book, Moment, number
from posting.vocabulary import ClaimChange, Movement, Order, ReceiptStatus, Step

_CREDIT = number(Step.CREDIT)
_AS_POSTED = number(Order.AS_POSTED)
_DONE = number(ClaimChange.DONE)
_NEW, _HOLD = number(ReceiptStatus.NEW), number(ReceiptStatus.HOLD)
_DISBURSEMENT, _DISBURSEMENT_UNDONE = number(Movement.DISBURSEMENT), number(Movement.DISBURSEMENT_UNDONE)


@compiled
def unapplied(book: Book, receipt: int) -> int:
    """Amount - applied - disbursed - refunded, in cents."""
    row = book.receipts[receipt]
    return (
        row[at.RECEIPT_CENTS] - row[at.RECEIPT_APPLIED] - row[at.RECEIPT_DISBURSED] - row[at.RECEIPT_REFUNDED]
    )


@compiled
def claim_counts(book: Book, claim: int, day: int) -> bool:
    """Whether the claim exists and is not void as of a day."""
    return book.claims[claim, at.CLAIM_CREATED] <= day < book.claims[claim, at.CLAIM_VOIDED]


@compiled
def line_counts(book: Book, line: int, day: int) -> bool:
    """Whether the line counts as of a day; its void day is the claim's when that is earlier."""
    return (
        book.claims[book.lines[line, at.LINE_CLAIM], at.CLAIM_CREATED]
        <= day
        < book.lines[line, at.LINE_VOIDED]
    )


@compiled
def events_kept(book: Book) -> int:
    """Where the written events end. When the table is full the count runs on and the account is replayed."""
    return min(book.counts[at.COUNT_EVENTS], len(book.events) - 1)


@compiled
def record(
    book: Book, moment: Moment, kind: int, receipt: int, target: int, amount: int, what: int, why: int
) -> int:
    """Write one event and return its row. The last row of the table is scrap for what does not fit."""
    row = events_kept(book)
    event = book.events[row]
    if kind != at.KIND_REFUSAL:
        book.counts[at.COUNT_SEQUENCE] += 1
    event[at.EVENT_KIND] = kind
    event[at.EVENT_ACCOUNT] = moment.account
    event[at.EVENT_DAY] = moment.day
    event[at.EVENT_SEQUENCE] = book.counts[at.COUNT_SEQUENCE]
    event[at.EVENT_RECEIPT] = receipt
    event[at.EVENT_TARGET] = target
    event[at.EVENT_AMOUNT] = amount
    event[at.EVENT_WHAT] = what
    event[at.EVENT_WHY] = why
    event[at.EVENT_OPEN_COUNT] = 0
    event[at.EVENT_OPEN_CENTS] = 0
    event[at.EVENT_BEFORE] = 0
    event[at.EVENT_VERSION] = moment.version
    event[at.EVENT_STANDING] = 0
    book.counts[at.COUNT_EVENTS] += 1
    return row


@compiled
def apply(book: Book, moment: Moment, receipt: int, line: int, amount: int, step: int, order: int) -> None:
    """Move money from the receipt to the line, and note what was open; a negative amount moves it back."""
    row = record(book, moment, at.KIND_APPLICATION, receipt, line, amount, step, order)
    if amount > 0:
        book.events[row, at.EVENT_OPEN_COUNT] = book.counts[at.COUNT_CANDIDATES]
        book.events[row, at.EVENT_OPEN_CENTS] = book.counts[at.COUNT_OPEN_CENTS]
    book.events[row, at.EVENT_BEFORE] = book.lines[line, at.LINE_BALANCE]
    book.events[row, at.EVENT_STANDING] = max(amount, 0)
    book.lines[line, at.LINE_BALANCE] -= amount
    book.receipts[receipt, at.RECEIPT_APPLIED] += amount
    book.counts[at.COUNT_CHANGES] += 1
    if amount > 0 and step != _CREDIT:
        _finish_claim(book, moment, book.lines[line, at.LINE_CLAIM], receipt)


@compiled
def take_back(book: Book, moment: Moment, event: int, amount: int, step: int) -> None:
    """Return part or all of an application's money to its receipt."""
    made = book.events[event]
    made[at.EVENT_STANDING] -= amount
    apply(book, moment, made[at.EVENT_RECEIPT], made[at.EVENT_TARGET], -amount, step, _AS_POSTED)


@compiled
def stands(book: Book, event: int) -> bool:
    """Whether an event is an application that still holds money."""
    made = book.events[event]
    return made[at.EVENT_KIND] == at.KIND_APPLICATION and made[at.EVENT_STANDING] > 0


@compiled
def first_event(book: Book) -> int:
    """The first event of the account at work."""
    return book.counts[at.COUNT_FIRST_EVENT]


@compiled
def _finish_claim(book: Book, moment: Moment, claim: int, receipt: int) -> None:
    for line in range(book.claims[claim, at.CLAIM_LINE], book.claims[claim + 1, at.CLAIM_LINE]):
        if line_counts(book, line, moment.day) and book.lines[line, at.LINE_BALANCE] != 0:
            return
    set_claim_status(
        book, moment, claim, book.settings[moment.version, at.SETTING_CLAIM_DONE_STATUS], receipt, _DONE
    )


@compiled
def set_claim_status(book: Book, moment: Moment, claim: int, status: int, receipt: int, reason: int) -> None:
    """Give a claim another status. No status leaves it as it is."""
    previous = book.claims[claim, at.CLAIM_STATUS]
    if status not in (at.NONE, previous):
        record(book, moment, at.KIND_CLAIM_STATUS, receipt, claim, previous, status, reason)
        book.claims[claim, at.CLAIM_STATUS] = status
        book.counts[at.COUNT_CHANGES] += 1


@compiled
def set_status(book: Book, moment: Moment, receipt: int, status: int, code: int, entry: int) -> None:
    """Give a receipt a status. What the rules only repeat leaves no event; what a person does always does."""
    row = book.receipts[receipt]
    if entry != at.NONE or row[at.RECEIPT_STATUS] != status or row[at.RECEIPT_CODE] != code:
        record(book, moment, at.KIND_RECEIPT_STATUS, receipt, entry, at.ZERO, status, code)
    row[at.RECEIPT_STATUS] = status
    row[at.RECEIPT_CODE] = code
    if status in (_NEW, _HOLD) and row[at.RECEIPT_IS_WAITING] == 0:
        _let_wait(book, moment, receipt)


@compiled
def _let_wait(book: Book, moment: Moment, receipt: int) -> None:
    """Put a receipt into its place among those that wait for the pass."""
    first = book.accounts[moment.account, at.ACCOUNT_RECEIPT]
    place = first + book.counts[at.COUNT_WAITING]
    while place > first and book.receipts[place - 1, at.RECEIPT_WAITING] > receipt:
        book.receipts[place, at.RECEIPT_WAITING] = book.receipts[place - 1, at.RECEIPT_WAITING]
        place -= 1
    book.receipts[place, at.RECEIPT_WAITING] = receipt
    book.counts[at.COUNT_WAITING] += 1
    book.receipts[receipt, at.RECEIPT_IS_WAITING] = 1


@compiled
def move(
    book: Book, moment: Moment, receipt: int, movement: int, amount: int, of_entry: int, by_entry: int
) -> None:
    """Disburse or refund money, or undo that (a negative amount)."""
    column = (
        at.RECEIPT_DISBURSED if movement in (_DISBURSEMENT, _DISBURSEMENT_UNDONE) else at.RECEIPT_REFUNDED
    )
    book.receipts[receipt, column] += amount
    record(book, moment, at.KIND_MOVEMENT, receipt, of_entry, amount, movement, by_entry)


@compiled
def add_negative_receipt(book: Book, moment: Moment, original: int, entry: int) -> None:
    """Record the negative receipt that a person's reversal makes."""
    record(book, moment, at.KIND_NEGATIVE_RECEIPT, original, entry, at.ZERO, at.ZERO, at.ZERO)
    record(book, moment, at.KIND_NEGATIVE_RECEIPT_STATUS, original, entry, at.ZERO, at.ZERO, at.ZERO)


@compiled
def refuse(book: Book, moment: Moment, entry: int, receipt: int, refusal: int) -> None:
    """Record that an entry was not carried out."""
    record(book, moment, at.KIND_REFUSAL, receipt, entry, at.ZERO, at.ZERO, refusal)
