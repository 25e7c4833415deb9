"""The pass over one account and the steps of one receipt, compiled. The twin of `posting.reference.rules`.

A step answers with the code of a receipt whose money is not all used; the code settles the status
(`_status_of`).
"""

from posting.kernel import layout as at
from posting.kernel.books import (
    apply,
    claim_counts,
    line_counts,
    set_claim_status,
    set_status,
    unapplied,
)
from posting.kernel.compiled import compiled
from posting.kernel.layout import Book, Moment, number
from posting.kernel.ordering import put_in_order, share, sort_by_rank
from posting.vocabulary import ClaimChange, Code, Order, ReceiptKind, ReceiptStatus, Step

_NEW, _HOLD = number(ReceiptStatus.NEW), number(ReceiptStatus.HOLD)
_COMPLETED, _ERROR = number(ReceiptStatus.COMPLETED), number(ReceiptStatus.ERROR)
_COPAY, _LINKED = number(ReceiptKind.COPAY), number(ReceiptKind.COINSURANCE_OR_DEDUCTIBLE)
_ON_ACCOUNT = number(ReceiptKind.PAYMENT_ON_ACCOUNT)
_OLDEST_FIRST, _HIGHEST_BALANCE_FIRST = number(Order.OLDEST_FIRST), number(Order.HIGHEST_BALANCE_FIRST)
_COPAY_FLAG_FIRST, _MOST_RECENT_CLAIM = number(Order.COPAY_FLAG_FIRST), number(Order.MOST_RECENT_CLAIM)
_COPAY_LINE, _CLAIM_LINES = number(Step.COPAY_LINE), number(Step.CLAIM_LINES)
_ACCOUNT, _GENERAL, _CREDIT = number(Step.ACCOUNT), number(Step.GENERAL), number(Step.CREDIT)
_CREDIT_CHANGE = number(ClaimChange.CREDIT)

_CODE_COMPLETED = number(Code.COMPLETED)
_PATIENT_UNKNOWN, _NOT_POSTABLE = number(Code.PATIENT_UNKNOWN), number(Code.NOT_POSTABLE)
_PREPAY_WAITING, _PREPAY_MANUAL = number(Code.PREPAY_WAITING), number(Code.PREPAY_MANUAL)
_SEVERAL_CLAIMS_FOR_APPOINTMENT = number(Code.SEVERAL_CLAIMS_FOR_APPOINTMENT)
_SEVERAL_CLAIMS_SAME_DAY = number(Code.SEVERAL_CLAIMS_SAME_DAY)
_NO_CLAIM_YET, _NO_CLAIM_FOUND = number(Code.NO_CLAIM_YET), number(Code.NO_CLAIM_FOUND)
_COPAY_EXCEEDS_PROCEDURE, _COPAY_REMAINDER = (
    number(Code.COPAY_EXCEEDS_PROCEDURE),
    number(Code.COPAY_REMAINDER),
)
_CREDIT_WAITING, _NO_CLAIM_FOR_CREDIT = number(Code.CREDIT_WAITING), number(Code.NO_CLAIM_FOR_CREDIT)

# Which claims a gathering of candidates looks at.
_ALL_CLAIMS, _COLLECTABLE_CLAIMS = number(0), number(1)


@compiled
def run_pass(book: Book, moment: Moment) -> None:
    """Take every receipt that waits, in the order of receipt; the ones that wait no more leave the list."""
    first = book.accounts[moment.account, at.ACCOUNT_RECEIPT]
    kept = 0
    for place in range(first, first + book.counts[at.COUNT_WAITING]):
        receipt = book.receipts[place, at.RECEIPT_WAITING]
        take(book, moment, receipt)
        if book.receipts[receipt, at.RECEIPT_STATUS] in (_NEW, _HOLD):
            book.receipts[first + kept, at.RECEIPT_WAITING] = receipt
            kept += 1
        else:
            book.receipts[receipt, at.RECEIPT_IS_WAITING] = 0
    book.counts[at.COUNT_WAITING] = kept


@compiled
def take(book: Book, moment: Moment, receipt: int) -> None:
    """One receipt: New or Hold, and money left (or no money to begin with)."""
    if book.receipts[receipt, at.RECEIPT_STATUS] not in (_NEW, _HOLD):
        return
    has_amount = book.receipts[receipt, at.RECEIPT_CENTS] > 0
    if has_amount and unapplied(book, receipt) <= 0:
        return
    code = _post(book, moment, receipt)
    if has_amount and unapplied(book, receipt) == 0:
        code = _CODE_COMPLETED
    set_status(book, moment, receipt, _status_of(book, moment, receipt, code), code, at.NONE)


@compiled
def _status_of(book: Book, moment: Moment, receipt: int, code: int) -> int:
    if code == _CODE_COMPLETED:
        return _COMPLETED
    if code in (_PREPAY_WAITING, _NO_CLAIM_YET, _CREDIT_WAITING):
        return _HOLD
    if code == _COPAY_REMAINDER and not copay_deadline_passed(book, moment, receipt):
        return _HOLD
    return _ERROR


@compiled
def _post(book: Book, moment: Moment, receipt: int) -> int:
    if book.accounts[moment.account, at.ACCOUNT_IS_KNOWN] == 0:
        return _PATIENT_UNKNOWN
    if book.receipts[receipt, at.RECEIPT_CENTS] <= 0:
        return _NOT_POSTABLE
    if book.marks[moment.version, book.receipts[receipt, at.RECEIPT_TYPE]] & at.MARK_PREPAY:
        return _PREPAY_MANUAL if credit_deadline_passed(book, moment, receipt) else _PREPAY_WAITING
    kind = book.receipts[receipt, at.RECEIPT_KIND]
    if kind in (_COPAY, _LINKED):
        return _post_linked(book, moment, receipt, kind)
    if kind == _ON_ACCOUNT:
        return _post_on_account(book, moment, receipt)
    return _post_general(book, moment, receipt)


# Step 2


@compiled
def _post_linked(book: Book, moment: Moment, receipt: int, kind: int) -> int:
    claim, code = _claim_of(book, moment, receipt)
    if claim == at.NONE:
        return code
    if kind == _COPAY:
        return _post_copay(book, moment, receipt, claim)
    _gather_one(book, moment, claim)
    _fill(book, moment, receipt, book.settings[moment.version, at.SETTING_ORDER], _CLAIM_LINES)
    return _post_general(book, moment, receipt)


@compiled
def _claim_of(book: Book, moment: Moment, receipt: int) -> tuple[int, int]:
    """The one claim that a linked receipt belongs to, or none and the code that says why."""
    row = book.receipts[receipt]
    linked = row[at.RECEIPT_CLAIM]
    if linked != at.NONE and claim_counts(book, linked, moment.day):
        return linked, at.NONE
    of_appointment, same_day = 0, 0
    found_by_appointment, found_by_day = at.NONE, at.NONE
    appointment, received = row[at.RECEIPT_APPOINTMENT], row[at.RECEIPT_RECEIVED]
    for claim in range(
        book.accounts[moment.account, at.ACCOUNT_CLAIM], book.accounts[moment.account + 1, at.ACCOUNT_CLAIM]
    ):
        if claim_counts(book, claim, moment.day):
            if appointment != at.NONE and book.claims[claim, at.CLAIM_APPOINTMENT] == appointment:
                of_appointment += 1
                found_by_appointment = claim
            if book.claims[claim, at.CLAIM_SERVICE] == received:
                same_day += 1
                found_by_day = claim
    if of_appointment == 1:
        return found_by_appointment, at.NONE
    if of_appointment > 1:
        return at.NONE, _SEVERAL_CLAIMS_FOR_APPOINTMENT
    if same_day == 1:
        return found_by_day, at.NONE
    if same_day > 1:
        return at.NONE, _SEVERAL_CLAIMS_SAME_DAY
    return at.NONE, _NO_CLAIM_FOUND if copay_deadline_passed(book, moment, receipt) else _NO_CLAIM_YET


@compiled
def _post_copay(book: Book, moment: Moment, receipt: int, claim: int) -> int:
    settings = book.settings[moment.version]
    _gather_one(book, moment, claim)
    flagged = _put_flagged_first(book)
    end = flagged if settings[at.SETTING_COPAY_PROCEDURES_ONLY] else book.counts[at.COUNT_CANDIDATES]
    if not settings[at.SETTING_COPAY_MULTIPLE_PROCEDURES]:
        end = min(end, 1)
    for position in range(end):
        line = book.candidates[position, at.CANDIDATE_LINE]
        amount = min(unapplied(book, receipt), book.candidates[position, at.CANDIDATE_BALANCE])
        order = _COPAY_FLAG_FIRST if position < flagged else _HIGHEST_BALANCE_FIRST
        if amount > 0:
            apply(book, moment, receipt, line, amount, _COPAY_LINE, order)

    if settings[at.SETTING_COPAY_PROCEDURES_ONLY]:
        return _COPAY_EXCEEDS_PROCEDURE
    if settings[at.SETTING_COPAY_OVERFLOW_IS_GENERAL]:
        return _post_general(book, moment, receipt)
    return _COPAY_REMAINDER


@compiled
def _put_flagged_first(book: Book) -> int:
    """Co-pay-flagged candidates by line number, then the others, highest balance first; how many are
    flagged.
    """
    flagged = 0
    for position in range(book.counts[at.COUNT_CANDIDATES]):
        line = book.candidates[position, at.CANDIDATE_LINE]
        book.candidates[position, at.CANDIDATE_RANK] = -book.candidates[position, at.CANDIDATE_BALANCE]
        if book.lines[line, at.LINE_IS_COPAY]:
            book.candidates[position, at.CANDIDATE_RANK] = at.NEVER
            flagged += 1
    sort_by_rank(book.candidates, book.counts[at.COUNT_CANDIDATES])
    return flagged


# Step 3


@compiled
def _post_on_account(book: Book, moment: Moment, receipt: int) -> int:
    _gather(book, moment, _ALL_CLAIMS)
    _fill(book, moment, receipt, _OLDEST_FIRST, _ACCOUNT)
    return _credit(book, moment, receipt)


# Step 4


@compiled
def _post_general(book: Book, moment: Moment, receipt: int) -> int:
    if unapplied(book, receipt) > 0:
        _gather(book, moment, _COLLECTABLE_CLAIMS)
        _fill(book, moment, receipt, book.settings[moment.version, at.SETTING_ORDER], _GENERAL)
    return _credit(book, moment, receipt)


@compiled
def _is_collectable(book: Book, moment: Moment, claim: int) -> bool:
    row = book.claims[claim]
    mark = book.marks[moment.version, row[at.CLAIM_STATUS]]
    if mark & at.MARK_SKIP:
        return False
    return bool(row[at.CLAIM_AT_STATEMENT_LEVEL] or row[at.CLAIM_IS_INVOICED] or mark & at.MARK_STATEMENT)


# Step 5


@compiled
def _credit(book: Book, moment: Moment, receipt: int) -> int:
    if not credit_deadline_passed(book, moment, receipt):
        return _CREDIT_WAITING
    left = unapplied(book, receipt)
    if left > 0:
        line = _line_for_credit(book, moment)
        if line == at.NONE:
            return _NO_CLAIM_FOR_CREDIT
        _gather(book, moment, _ALL_CLAIMS)
        apply(book, moment, receipt, line, left, _CREDIT, _MOST_RECENT_CLAIM)
        status = book.settings[moment.version, at.SETTING_CREDIT_CLAIM_STATUS]
        set_claim_status(book, moment, book.lines[line, at.LINE_CLAIM], status, receipt, _CREDIT_CHANGE)
    return _CODE_COMPLETED


@compiled
def _line_for_credit(book: Book, moment: Moment) -> int:
    """The lowest line of the most recent claim that has one: service date, then created date, then claim
    id.
    """
    best_line, best_service, best_created = at.NONE, at.NEVER, at.NEVER
    for claim in range(
        book.accounts[moment.account, at.ACCOUNT_CLAIM], book.accounts[moment.account + 1, at.ACCOUNT_CLAIM]
    ):
        service, created = book.claims[claim, at.CLAIM_SERVICE], book.claims[claim, at.CLAIM_CREATED]
        # Claims come by service date and claim id, so of equal ones the later in the table is the more
        # recent.
        if service < best_service or (service == best_service and created < best_created):
            continue
        for line in range(book.claims[claim, at.CLAIM_LINE], book.claims[claim + 1, at.CLAIM_LINE]):
            if line_counts(book, line, moment.day):
                best_line, best_service, best_created = line, service, created
                break
    return best_line


# What the steps ask


@compiled
def copay_deadline(book: Book, version: int, receipt: int) -> int:
    """The day on which a linked receipt stops waiting for a claim."""
    return _deadline(book, receipt, book.settings[version, at.SETTING_COPAY_HOLD_DAYS])


@compiled
def credit_deadline(book: Book, version: int, receipt: int) -> int:
    """The day on which left-over money becomes a credit."""
    return _deadline(book, receipt, book.settings[version, at.SETTING_CREDIT_HOLD_DAYS])


@compiled
def _deadline(book: Book, receipt: int, hold_days: int) -> int:
    row = book.receipts[receipt]
    return max(row[at.RECEIPT_RECEIVED] + hold_days, row[at.RECEIPT_HOLD], row[at.RECEIPT_APPOINTMENT_ON])


@compiled
def copay_deadline_passed(book: Book, moment: Moment, receipt: int) -> bool:
    """Whether the co-pay deadline has been reached."""
    return moment.day >= copay_deadline(book, moment.version, receipt)


@compiled
def credit_deadline_passed(book: Book, moment: Moment, receipt: int) -> bool:
    """Whether the credit deadline has been reached."""
    return moment.day >= credit_deadline(book, moment.version, receipt)


@compiled
def _gather(book: Book, moment: Moment, which: int) -> None:
    """Make the open lines of the account's claims the candidates, oldest first."""
    book.counts[at.COUNT_CANDIDATES] = 0
    book.counts[at.COUNT_OPEN_CENTS] = 0
    for claim in range(
        book.accounts[moment.account, at.ACCOUNT_CLAIM], book.accounts[moment.account + 1, at.ACCOUNT_CLAIM]
    ):
        if claim_counts(book, claim, moment.day) and (
            which == _ALL_CLAIMS or _is_collectable(book, moment, claim)
        ):
            _gather_lines(book, moment, claim)


@compiled
def _gather_one(book: Book, moment: Moment, claim: int) -> None:
    """Make the open lines of one claim the candidates, by line number."""
    book.counts[at.COUNT_CANDIDATES] = 0
    book.counts[at.COUNT_OPEN_CENTS] = 0
    _gather_lines(book, moment, claim)


@compiled
def _gather_lines(book: Book, moment: Moment, claim: int) -> None:
    for line in range(book.claims[claim, at.CLAIM_LINE], book.claims[claim + 1, at.CLAIM_LINE]):
        balance = book.lines[line, at.LINE_BALANCE]
        if balance > 0 and line_counts(book, line, moment.day):
            candidate = book.counts[at.COUNT_CANDIDATES]
            book.candidates[candidate, at.CANDIDATE_LINE] = line
            book.candidates[candidate, at.CANDIDATE_BALANCE] = balance
            book.counts[at.COUNT_CANDIDATES] += 1
            book.counts[at.COUNT_OPEN_CENTS] += balance


@compiled
def _fill(book: Book, moment: Moment, receipt: int, order: int, step: int) -> None:
    put_in_order(book, order)
    share(book, unapplied(book, receipt), order)
    for position in range(book.counts[at.COUNT_CANDIDATES]):
        amount = book.candidates[position, at.CANDIDATE_SHARE]
        if amount > 0:
            apply(book, moment, receipt, book.candidates[position, at.CANDIDATE_LINE], amount, step, order)
