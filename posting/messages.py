"""What each code says to a biller: one short sentence, and the status it belongs to.

Belongs here: wording. Does not belong here: when a code is given (`posting.reference.rules`).
"""

from dataclasses import dataclass

from posting.vocabulary import Code, ReceiptStatus, Refusal


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for the receipts screen. `statuses` are the ones that can carry it."""

    sentence: str
    statuses: tuple[str, ...]


_NEW = (ReceiptStatus.NEW.label,)
_HOLD = (ReceiptStatus.HOLD.label,)
_ERROR = (ReceiptStatus.ERROR.label,)
_ANY = tuple(status.label for status in ReceiptStatus)

_RECEIPT_MESSAGES: dict[Code, Message] = {
    Code.RECEIVED: Message("The receipt has arrived and no pass has taken it yet.", _ANY),
    Code.SET_BY_PERSON: Message(
        "A person set this status.",
        tuple(
            status.label
            for status in (ReceiptStatus.NEW, ReceiptStatus.HOLD, ReceiptStatus.ERROR, ReceiptStatus.IGNORE)
        ),
    ),
    Code.RETURNED_BY_VOID: Message(
        "A charge that this receipt had paid was voided; its money is back and waits for the next pass.", _NEW
    ),
    Code.RETURNED_BY_UNDO: Message(
        "A disbursement was undone; its money is back and waits for the next pass.", _NEW
    ),
    Code.COMPLETED: Message("All of the money has been used.", (ReceiptStatus.COMPLETED.label,)),
    Code.REVERSED: Message(
        "The receipt was reversed; every payment made from it was taken back.",
        (ReceiptStatus.REVERSED.label,),
    ),
    Code.REVERSAL: Message(
        "This negative receipt cancels the receipt that was reversed.", (ReceiptStatus.REVERSED.label,)
    ),
    Code.PATIENT_UNKNOWN: Message("Nobody knows whose money this is; find the patient.", _ERROR),
    Code.NOT_POSTABLE: Message(
        "A receipt of zero or less is posted by a person, never automatically.", _ERROR
    ),
    Code.PREPAY_WAITING: Message("Paid in advance; waiting until the credit deadline.", _HOLD),
    Code.PREPAY_MANUAL: Message(
        "Paid in advance and the credit deadline has passed; post it by hand.", _ERROR
    ),
    Code.SEVERAL_CLAIMS_FOR_APPOINTMENT: Message(
        "The appointment has more than one claim; link the receipt to the right one.", _ERROR
    ),
    Code.SEVERAL_CLAIMS_SAME_DAY: Message(
        "The patient has more than one claim for the day of the payment; link the receipt to the right one.",
        _ERROR,
    ),
    Code.NO_CLAIM_YET: Message("No claim to pay yet; waiting until the co-pay deadline.", _HOLD),
    Code.NO_CLAIM_FOUND: Message(
        "No claim appeared by the co-pay deadline; link the receipt by hand.", _ERROR
    ),
    Code.COPAY_EXCEEDS_PROCEDURE: Message(
        "The co-pay is more than the co-pay procedures still owe; place the rest by hand.", _ERROR
    ),
    Code.COPAY_REMAINDER: Message(
        "The co-pay paid its procedure and money is left over; the rest may not go elsewhere by itself.",
        _HOLD + _ERROR,
    ),
    Code.CREDIT_WAITING: Message(
        "Nothing more can be collected from the patient now; the rest waits until the credit deadline.", _HOLD
    ),
    Code.NO_CLAIM_FOR_CREDIT: Message(
        "The credit deadline has passed and the patient has no claim that could carry the credit.", _ERROR
    ),
}

_REFUSAL_MESSAGES: dict[Refusal, str] = {
    Refusal.RECEIPT_UNKNOWN: "There is no such receipt.",
    Refusal.RECEIPT_NOT_RECEIVED: "The entry is dated before the receipt was received.",
    Refusal.ACTION_UNKNOWN: "There is no such action.",
    Refusal.STATUS_NOT_SETTABLE: "Only New, Hold, Ignore and Error can be set by a person.",
    Refusal.LINK_NAMES_NOTHING: "A link must name a claim or an appointment.",
    Refusal.LINK_NOT_OF_PATIENT: "The claim or appointment is not one of the receipt's patient.",
    Refusal.AMOUNT_NOT_POSITIVE: "The amount must be more than zero.",
    Refusal.EXCEEDS_UNAPPLIED: "The receipt has less money left than that.",
    Refusal.EXCEEDS_CREDIT: "The refund is more than the credit that this receipt made.",
    Refusal.NOTHING_TO_UNDO: "The receipt has no such disbursement, or it was undone before.",
    Refusal.RECEIPT_REVERSED: "The receipt is reversed; its money cannot be moved.",
    Refusal.ALREADY_REVERSED: "The receipt was reversed before.",
    Refusal.REVERSAL_IS_FINAL: "A reversal stays as it is; record new money as a new receipt.",
    Refusal.NOT_NEW_OR_HOLD: "A pass can be forced for New and Hold receipts only; this one was skipped.",
}

#: Every code with its sentence and the statuses that carry it (none for a refused entry).
MESSAGES: dict[str, Message] = {code.label: message for code, message in _RECEIPT_MESSAGES.items()} | {
    refusal.label: Message(sentence, ()) for refusal, sentence in _REFUSAL_MESSAGES.items()
}


def sentence(code: str) -> str:
    """The sentence of a code. Raises `KeyError` for a code that the rules do not know."""
    return MESSAGES[code].sentence
