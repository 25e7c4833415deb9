"""What people do to receipts, compiled. The twin of `posting.reference.entries`."""

from posting.kernel import layout as at
from posting.kernel.books import (
    add_negative_receipt,
    events_kept,
    first_event,
    line_counts,
    move,
    refuse,
    set_status,
    stands,
    take_back,
    unapplied,
)
from posting.kernel.compiled import compiled
from posting.kernel.layout import Book, Moment, number
from posting.kernel.steps import take
from posting.vocabulary import Action, Code, Movement, ReceiptStatus, Refusal, Step

_SET_STATUS, _LINK, _DISBURSE = number(Action.SET_STATUS), number(Action.LINK), number(Action.DISBURSE)
_UNDO_DISBURSEMENT, _REFUND = number(Action.UNDO_DISBURSEMENT), number(Action.REFUND)
_REVERSE, _FORCE_PASS = number(Action.REVERSE), number(Action.FORCE_PASS)

_NEW, _HOLD = number(ReceiptStatus.NEW), number(ReceiptStatus.HOLD)
_COMPLETED, _ERROR = number(ReceiptStatus.COMPLETED), number(ReceiptStatus.ERROR)
_REVERSED, _IGNORE = number(ReceiptStatus.REVERSED), number(ReceiptStatus.IGNORE)

_CODE_SET_BY_PERSON, _CODE_COMPLETED = number(Code.SET_BY_PERSON), number(Code.COMPLETED)
_CODE_RETURNED_BY_UNDO, _CODE_REVERSED = number(Code.RETURNED_BY_UNDO), number(Code.REVERSED)

_DISBURSED, _DISBURSEMENT_UNDONE = number(Movement.DISBURSEMENT), number(Movement.DISBURSEMENT_UNDONE)
_REFUNDED, _REFUND_UNDONE = number(Movement.REFUND), number(Movement.REFUND_UNDONE)
_CREDIT_STEP, _REVERSAL_STEP = number(Step.CREDIT), number(Step.REVERSAL)

_ALLOWED = number(Refusal.ALLOWED)
_RECEIPT_NOT_RECEIVED, _ACTION_UNKNOWN = number(Refusal.RECEIPT_NOT_RECEIVED), number(Refusal.ACTION_UNKNOWN)
_STATUS_NOT_SETTABLE = number(Refusal.STATUS_NOT_SETTABLE)
_LINK_NAMES_NOTHING = number(Refusal.LINK_NAMES_NOTHING)
_AMOUNT_NOT_POSITIVE, _EXCEEDS_UNAPPLIED = (
    number(Refusal.AMOUNT_NOT_POSITIVE),
    number(Refusal.EXCEEDS_UNAPPLIED),
)
_EXCEEDS_CREDIT, _NOTHING_TO_UNDO = number(Refusal.EXCEEDS_CREDIT), number(Refusal.NOTHING_TO_UNDO)
_RECEIPT_REVERSED, _ALREADY_REVERSED = number(Refusal.RECEIPT_REVERSED), number(Refusal.ALREADY_REVERSED)
_REVERSAL_IS_FINAL, _NOT_NEW_OR_HOLD = number(Refusal.REVERSAL_IS_FINAL), number(Refusal.NOT_NEW_OR_HOLD)


@compiled
def carry_out(book: Book, moment: Moment, entry: int) -> None:
    """Carry out one entry, or record why not."""
    receipt = book.entries[entry, at.ENTRY_RECEIPT]
    refusal = _try(book, moment, entry, receipt)
    if refusal != _ALLOWED:
        refuse(book, moment, entry, receipt, refusal)


@compiled
def _try(book: Book, moment: Moment, entry: int, receipt: int) -> int:
    action = book.entries[entry, at.ENTRY_ACTION]
    if action == at.NONE:
        return _ACTION_UNKNOWN
    if moment.day < book.receipts[receipt, at.RECEIPT_RECEIVED]:
        return _RECEIPT_NOT_RECEIVED
    if action == _SET_STATUS:
        return _set_status(book, moment, entry, receipt)
    if action == _LINK:
        return _link(book, entry, receipt)
    if action == _DISBURSE:
        return _disburse(book, moment, entry, receipt)
    if action == _UNDO_DISBURSEMENT:
        return _undo_disbursement(book, moment, entry, receipt)
    if action == _REFUND:
        return _refund(book, moment, entry, receipt)
    if action == _REVERSE:
        return _reverse(book, moment, entry, receipt)
    return _force_pass(book, moment, receipt)


@compiled
def _set_status(book: Book, moment: Moment, entry: int, receipt: int) -> int:
    status = book.entries[entry, at.ENTRY_STATUS]
    if status not in (_NEW, _HOLD, _IGNORE, _ERROR):
        return _STATUS_NOT_SETTABLE
    if book.entries[entry, at.ENTRY_HOLD] != at.NEVER:
        book.receipts[receipt, at.RECEIPT_HOLD] = book.entries[entry, at.ENTRY_HOLD]
    set_status(book, moment, receipt, status, _CODE_SET_BY_PERSON, entry)
    return _ALLOWED


@compiled
def _link(book: Book, entry: int, receipt: int) -> int:
    claim, appointment = book.entries[entry, at.ENTRY_CLAIM], book.entries[entry, at.ENTRY_APPOINTMENT]
    if book.entries[entry, at.ENTRY_REFUSAL] != _ALLOWED:
        return book.entries[entry, at.ENTRY_REFUSAL]
    if claim == at.NONE and appointment == at.NONE:
        return _LINK_NAMES_NOTHING
    if claim != at.NONE:
        book.receipts[receipt, at.RECEIPT_CLAIM] = claim
    if appointment != at.NONE:
        book.receipts[receipt, at.RECEIPT_APPOINTMENT] = appointment
        book.receipts[receipt, at.RECEIPT_APPOINTMENT_ON] = book.entries[entry, at.ENTRY_APPOINTMENT_ON]
    return _ALLOWED


@compiled
def _disburse(book: Book, moment: Moment, entry: int, receipt: int) -> int:
    amount = book.entries[entry, at.ENTRY_CENTS]
    if amount <= 0:
        return _AMOUNT_NOT_POSITIVE
    if book.receipts[receipt, at.RECEIPT_STATUS] == _REVERSED:
        return _RECEIPT_REVERSED
    if amount > unapplied(book, receipt):
        return _EXCEEDS_UNAPPLIED
    book.entries[entry, at.ENTRY_STANDING] = amount
    move(book, moment, receipt, _DISBURSED, amount, entry, entry)
    _complete_if_used_up(book, moment, receipt, entry)
    return _ALLOWED


@compiled
def _undo_disbursement(book: Book, moment: Moment, entry: int, receipt: int) -> int:
    made = book.entries[entry, at.ENTRY_PREVIOUS]
    while made != at.NONE and book.entries[made, at.ENTRY_STANDING] == 0:
        made = book.entries[made, at.ENTRY_PREVIOUS]
    if made == at.NONE:
        return _NOTHING_TO_UNDO
    move(book, moment, receipt, _DISBURSEMENT_UNDONE, -book.entries[made, at.ENTRY_STANDING], made, entry)
    book.entries[made, at.ENTRY_STANDING] = 0
    if book.receipts[receipt, at.RECEIPT_STATUS] == _COMPLETED:
        set_status(book, moment, receipt, _NEW, _CODE_RETURNED_BY_UNDO, entry)
    return _ALLOWED


@compiled
def _refund(book: Book, moment: Moment, entry: int, receipt: int) -> int:
    amount = book.entries[entry, at.ENTRY_CENTS]
    left = unapplied(book, receipt)
    if amount <= 0:
        return _AMOUNT_NOT_POSITIVE
    if book.receipts[receipt, at.RECEIPT_STATUS] == _REVERSED:
        return _RECEIPT_REVERSED
    if amount > left:
        if left > 0:
            return _EXCEEDS_UNAPPLIED
        if amount > _credit_made_by(book, moment, receipt):
            return _EXCEEDS_CREDIT
        _take_out_of_credit(book, moment, receipt, amount)
    book.entries[entry, at.ENTRY_STANDING] = amount
    move(book, moment, receipt, _REFUNDED, amount, entry, entry)
    _complete_if_used_up(book, moment, receipt, entry)
    return _ALLOWED


@compiled
def _credit_left(book: Book, moment: Moment, line: int) -> int:
    """The credit on a line that counts, less what the counting below has taken into account."""
    if not line_counts(book, line, moment.day):
        return 0
    return -book.lines[line, at.LINE_BALANCE] - book.lines[line, at.LINE_COUNTED]


@compiled
def _credit_made_by(book: Book, moment: Moment, receipt: int) -> int:
    """The credit on lines that count, as far as it is this receipt's money."""
    first, end = first_event(book), events_kept(book)
    total = 0
    for event in range(first, end):
        made = book.events[event]
        if made[at.EVENT_RECEIPT] == receipt and stands(book, event):
            line = made[at.EVENT_TARGET]
            part = max(0, min(made[at.EVENT_STANDING], _credit_left(book, moment, line)))
            book.lines[line, at.LINE_COUNTED] += part
            total += part
    for event in range(first, end):
        if book.events[event, at.EVENT_RECEIPT] == receipt and stands(book, event):
            book.lines[book.events[event, at.EVENT_TARGET], at.LINE_COUNTED] = 0
    return total


@compiled
def _take_out_of_credit(book: Book, moment: Moment, receipt: int, amount: int) -> None:
    """Take the latest money first."""
    for event in range(events_kept(book) - 1, first_event(book) - 1, -1):
        made = book.events[event]
        if amount > 0 and made[at.EVENT_RECEIPT] == receipt and stands(book, event):
            credit = _credit_left(book, moment, made[at.EVENT_TARGET])
            part = min(amount, made[at.EVENT_STANDING], credit)
            if part > 0:
                take_back(book, moment, event, part, _CREDIT_STEP)
                amount -= part


@compiled
def _reverse(book: Book, moment: Moment, entry: int, receipt: int) -> int:
    if book.receipts[receipt, at.RECEIPT_IS_REVERSAL]:
        return _REVERSAL_IS_FINAL
    if book.receipts[receipt, at.RECEIPT_WAS_REVERSED]:
        return _ALREADY_REVERSED
    take_everything_back(book, moment, receipt, entry)
    add_negative_receipt(book, moment, receipt, entry)
    set_status(book, moment, receipt, _REVERSED, _CODE_REVERSED, entry)
    return _ALLOWED


@compiled
def take_everything_back(book: Book, moment: Moment, receipt: int, entry: int) -> None:
    """The exact negatives of all that the receipt did: its applications, disbursements and refunds."""
    book.receipts[receipt, at.RECEIPT_WAS_REVERSED] = 1
    last = events_kept(book)
    for event in range(first_event(book), last):
        if book.events[event, at.EVENT_RECEIPT] == receipt and stands(book, event):
            take_back(book, moment, event, book.events[event, at.EVENT_STANDING], _REVERSAL_STEP)
    _undo_all(book, moment, receipt, entry, _DISBURSE, _DISBURSEMENT_UNDONE)
    _undo_all(book, moment, receipt, entry, _REFUND, _REFUND_UNDONE)


@compiled
def _undo_all(book: Book, moment: Moment, receipt: int, entry: int, action: int, movement: int) -> None:
    for made in range(
        book.accounts[moment.account, at.ACCOUNT_ENTRY], book.accounts[moment.account + 1, at.ACCOUNT_ENTRY]
    ):
        row = book.entries[made]
        standing = row[at.ENTRY_STANDING]
        if standing > 0 and row[at.ENTRY_RECEIPT] == receipt and row[at.ENTRY_ACTION] == action:
            move(book, moment, receipt, movement, -standing, made, entry)
            row[at.ENTRY_STANDING] = 0


@compiled
def _force_pass(book: Book, moment: Moment, receipt: int) -> int:
    if book.receipts[receipt, at.RECEIPT_STATUS] not in (_NEW, _HOLD):
        return _NOT_NEW_OR_HOLD
    take(book, moment, receipt)
    return _ALLOWED


@compiled
def _complete_if_used_up(book: Book, moment: Moment, receipt: int, entry: int) -> None:
    """A receipt whose last money a person took is complete, unless the person had set it aside."""
    if unapplied(book, receipt) == 0 and book.receipts[receipt, at.RECEIPT_STATUS] in (_NEW, _HOLD, _ERROR):
        set_status(book, moment, receipt, _COMPLETED, _CODE_COMPLETED, entry)
