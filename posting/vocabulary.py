"""The closed lists of words that the posting rules use, each with the small integer the kernel counts in.

Belongs here: names that appear in the results (statuses, steps, codes) or in people's entries (actions).
Does not belong here: what a code means to a biller (`posting.messages`) and anything a practice can change
(`posting.settings`).
"""

from enum import IntEnum


class Word(IntEnum):
    """An integer in the kernel, a word in the frames. `label` is the word."""

    @property
    def label(self) -> str:
        """The word as it stands in a frame."""
        return self.name.lower()


class ReceiptStatus(Word):
    """Where a receipt stands. The pass takes New and Hold only."""

    NEW = 0
    HOLD = 1
    COMPLETED = 2
    ERROR = 3
    REVERSED = 4
    IGNORE = 5

    @property
    def label(self) -> str:
        """The status as the receipts screen shows it."""
        return self.name.title()


class Step(Word):
    """The step of the rules that made an application."""

    COPAY_LINE = 0
    CLAIM_LINES = 1
    ACCOUNT = 2
    GENERAL = 3
    CREDIT = 4
    VOID_RETURN = 5
    REVERSAL = 6


class Code(Word):
    """Why a receipt has the status it has."""

    RECEIVED = 0
    SET_BY_PERSON = 1
    RETURNED_BY_VOID = 2
    RETURNED_BY_UNDO = 3
    COMPLETED = 4
    REVERSED = 5
    REVERSAL = 6
    PATIENT_UNKNOWN = 7
    NOT_POSTABLE = 8
    PREPAY_WAITING = 9
    PREPAY_MANUAL = 10
    SEVERAL_CLAIMS_FOR_APPOINTMENT = 11
    SEVERAL_CLAIMS_SAME_DAY = 12
    NO_CLAIM_YET = 13
    NO_CLAIM_FOUND = 14
    COPAY_EXCEEDS_PROCEDURE = 15
    COPAY_REMAINDER = 16
    CREDIT_WAITING = 17
    NO_CLAIM_FOR_CREDIT = 18

    @property
    def label(self) -> str:
        """Codes are written in capitals everywhere."""
        return self.name


class Refusal(Word):
    """Why a person's entry was not carried out."""

    ALLOWED = 0
    RECEIPT_UNKNOWN = 1
    RECEIPT_NOT_RECEIVED = 2
    ACTION_UNKNOWN = 3
    STATUS_NOT_SETTABLE = 4
    LINK_NAMES_NOTHING = 5
    LINK_NOT_OF_PATIENT = 6
    AMOUNT_NOT_POSITIVE = 7
    EXCEEDS_UNAPPLIED = 8
    EXCEEDS_CREDIT = 9
    NOTHING_TO_UNDO = 10
    RECEIPT_REVERSED = 11
    ALREADY_REVERSED = 12
    REVERSAL_IS_FINAL = 13
    NOT_NEW_OR_HOLD = 14

    @property
    def label(self) -> str:
        """Refusals are codes too and are written in capitals."""
        return self.name


class Order(Word):
    """How the candidate lines of a step were ordered. The first five are values of `receipt_disbursement`."""

    OLDEST_FIRST = 0
    NEWEST_FIRST = 1
    HIGHEST_BALANCE_FIRST = 2
    LOWEST_BALANCE_FIRST = 3
    PRO_RATA = 4
    COPAY_FLAG_FIRST = 5
    MOST_RECENT_CLAIM = 6
    AS_POSTED = 7


class Action(Word):
    """What a person may do to a receipt."""

    SET_STATUS = 0
    LINK = 1
    DISBURSE = 2
    UNDO_DISBURSEMENT = 3
    REFUND = 4
    REVERSE = 5
    FORCE_PASS = 6


class Movement(Word):
    """Money that leaves or re-enters a receipt without touching a line."""

    DISBURSEMENT = 0
    DISBURSEMENT_UNDONE = 1
    REFUND = 2
    REFUND_UNDONE = 3


class ClaimChange(Word):
    """Why the pass gave a claim another status."""

    DONE = 0
    CREDIT = 1


class ReceiptKind(Word):
    """The receipt types that have steps of their own; every other type is general."""

    COPAY = 0
    COINSURANCE_OR_DEDUCTIBLE = 1
    PAYMENT_ON_ACCOUNT = 2
    GENERAL = 3


KIND_OF_TYPE: dict[str, ReceiptKind] = {
    "Co-Pay": ReceiptKind.COPAY,
    "Patient Coinsurance": ReceiptKind.COINSURANCE_OR_DEDUCTIBLE,
    "Patient Deductible": ReceiptKind.COINSURANCE_OR_DEDUCTIBLE,
    "Payment on Account": ReceiptKind.PAYMENT_ON_ACCOUNT,
}

#: The statuses that a person may give; Completed and Reversed come from the rules alone.
SETTABLE_STATUSES = frozenset(
    {ReceiptStatus.NEW, ReceiptStatus.HOLD, ReceiptStatus.IGNORE, ReceiptStatus.ERROR}
)

#: The claim level that makes a claim collectable from the patient, whatever its status.
STATEMENT_LEVEL = "Statement"
