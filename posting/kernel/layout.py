"""The flat arrays that the kernel reads and writes: which table has which columns.

Every table is a two-dimensional int64 array, one row per thing, grouped by account. Days are counted from
1970-01-01, money is cents, words are their vocabulary numbers, and -1 is "none". Columns after a `|` in the
comments are the kernel's own and are filled while it replays.

Belongs here: the layout. Does not belong here: how the arrays are filled (`arrays`) or used (`steps`,
`replay`).
"""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from posting.vocabulary import Word

Table = NDArray[np.int64]


def number(word: Word | int) -> int:
    """A constant of the kernel; the type checker may take it for an int.

    It is none because the compiler makes a copy of a function for every plain integer it is called with.
    """
    return cast(int, np.int64(word))


def columns(count: int) -> tuple[int, ...]:
    """The places of a table's columns, and last the table's width."""
    return tuple(number(place) for place in range(count + 1))


#: A day later than any as-of date, and one earlier than any receipt.
FAR_FUTURE = number(2**40)
NEVER = number(-(2**40))
NONE = number(-1)
ZERO = number(0)

# One row per account and one more that closes the last account: where its rows begin in the other tables.
(
    ACCOUNT_RECEIPT, ACCOUNT_CLAIM, ACCOUNT_FACT, ACCOUNT_MONEY, ACCOUNT_ENTRY, ACCOUNT_IS_KNOWN,
    ACCOUNT_WIDTH,
) = columns(6)  # fmt: skip

# In the order of receipt: received_at, then id. | The state of the receipt, and in the last column a list
# of its own: the receipts of the account that may wait for a pass, `COUNT_WAITING` of them.
(
    RECEIPT_TYPE, RECEIPT_KIND, RECEIPT_RECEIVED, RECEIPT_CENTS, RECEIPT_FIRST_APPOINTMENT,
    RECEIPT_FIRST_APPOINTMENT_ON, RECEIPT_FIRST_STATUS, RECEIPT_REVERSES,
    RECEIPT_STATUS, RECEIPT_CODE, RECEIPT_APPLIED, RECEIPT_DISBURSED, RECEIPT_REFUNDED, RECEIPT_HOLD,
    RECEIPT_CLAIM, RECEIPT_APPOINTMENT, RECEIPT_APPOINTMENT_ON, RECEIPT_WAS_REVERSED, RECEIPT_IS_REVERSAL,
    RECEIPT_IS_WAITING, RECEIPT_WAITING,
    RECEIPT_WIDTH,
) = columns(21)  # fmt: skip

# In the order of service date and claim id; one more row closes the last claim. | The status of the day.
(
    CLAIM_SERVICE, CLAIM_CREATED, CLAIM_VOIDED, CLAIM_APPOINTMENT, CLAIM_LINE,
    CLAIM_STATUS, CLAIM_AT_STATEMENT_LEVEL, CLAIM_IS_INVOICED, CLAIM_WIDTH,
) = columns(8)  # fmt: skip

# In the order of claims and line numbers, which is oldest first. Voided with its claim or alone. | The
# balance, and a tally that is 0 outside of the function that counts with it.
(
    LINE_CLAIM, LINE_NUMBER, LINE_CENTS, LINE_IS_COPAY, LINE_VOIDED, LINE_BALANCE, LINE_COUNTED, LINE_WIDTH,
) = columns(7)  # fmt: skip

# What happens on days, each table by account and day: its first column is the day.
DAY = number(0)

# What only a pass can make something of: a claim is created, a line reduced, a claim's status changed.
(
    _, FACT_KIND, FACT_TARGET, FACT_VALUE, FACT_AT_STATEMENT_LEVEL, FACT_IS_INVOICED, FACT_WIDTH,
) = columns(6)  # fmt: skip
FACT_CREATION, FACT_REDUCTION, FACT_CHANGE, _ = columns(3)

# What moves money or lets it move: in this order a receipt arrives, lines are voided, the feed reverses a
# receipt.
_, MONEY_KIND, MONEY_RECEIPT, MONEY_WIDTH = columns(3)
MONEY_ARRIVAL, MONEY_VOID, MONEY_REVERSAL, _ = columns(3)

# By day and entry number. `REFUSAL` is what is known before the replay; `PREVIOUS` the disbursement entry
# of the same id before this one. | What a disbursement or refund still holds.
(
    _, ENTRY_RECEIPT, ENTRY_ACTION, ENTRY_STATUS, ENTRY_HOLD, ENTRY_CLAIM, ENTRY_APPOINTMENT,
    ENTRY_APPOINTMENT_ON, ENTRY_CENTS, ENTRY_REFUSAL, ENTRY_PREVIOUS, ENTRY_STANDING, ENTRY_WIDTH,
) = columns(12)  # fmt: skip

# One row per settings version, by its first day.
(
    _, SETTING_COPAY_HOLD_DAYS, SETTING_CREDIT_HOLD_DAYS, SETTING_COPAY_PROCEDURES_ONLY,
    SETTING_COPAY_MULTIPLE_PROCEDURES, SETTING_COPAY_OVERFLOW_IS_GENERAL, SETTING_ORDER,
    SETTING_CREDIT_CLAIM_STATUS, SETTING_CLAIM_DONE_STATUS, SETTING_WIDTH,
) = columns(9)  # fmt: skip

# Settings version by word (receipt types and claim statuses share one numbering): what the settings say of
# the word.
MARK_PREPAY, MARK_STATEMENT, MARK_SKIP = number(1), number(2), number(4)

# Candidate lines of the step at work.
CANDIDATE_LINE, CANDIDATE_BALANCE, CANDIDATE_SHARE, CANDIDATE_RANK, CANDIDATE_WIDTH = columns(4)

# Events. What `TARGET`, `WHAT` and `WHY` mean depends on the kind:
#   application     line,  step,     order;  AMOUNT moved
#   receipt status  entry, status,   code
#   claim status    claim, status,   reason; AMOUNT is the previous status
#   movement        entry that made it, movement, entry that undid it; AMOUNT moved
#   refusal         entry, -,        refusal
#   negative receipt and its status: entry
(
    EVENT_KIND, EVENT_ACCOUNT, EVENT_DAY, EVENT_SEQUENCE, EVENT_RECEIPT, EVENT_TARGET, EVENT_AMOUNT,
    EVENT_WHAT, EVENT_WHY, EVENT_OPEN_COUNT, EVENT_OPEN_CENTS, EVENT_BEFORE, EVENT_VERSION, EVENT_STANDING,
    EVENT_WIDTH,
) = columns(14)  # fmt: skip

(
    KIND_APPLICATION, KIND_RECEIPT_STATUS, KIND_CLAIM_STATUS, KIND_MOVEMENT, KIND_REFUSAL,
    KIND_NEGATIVE_RECEIPT, KIND_NEGATIVE_RECEIPT_STATUS, _,
) = columns(7)  # fmt: skip

# Counters of the replay: events written, sequence in the account, first event of the account, receipts
# waiting, changes of balances and claims made by the pass, candidates gathered with what they owe, and how
# far the replay of the account has come in each table of days.
(
    COUNT_EVENTS, COUNT_SEQUENCE, COUNT_FIRST_EVENT, COUNT_WAITING, COUNT_CHANGES, COUNT_CANDIDATES,
    COUNT_OPEN_CENTS, COUNT_NEXT_FACT, COUNT_NEXT_MONEY, COUNT_NEXT_ENTRY, COUNT_WIDTH,
) = columns(10)  # fmt: skip


class Book(NamedTuple):
    """Everything a compiled function may touch. The kernel writes its own columns into the tables."""

    accounts: Table
    receipts: Table
    claims: Table
    lines: Table
    facts: Table
    money: Table
    entries: Table
    settings: Table
    marks: Table
    candidates: Table
    events: Table
    counts: Table


class Moment(NamedTuple):
    """The account at work, the day, and the settings version in force on it."""

    account: int
    day: int
    version: int
