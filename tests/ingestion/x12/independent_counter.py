"""A second reading of an 835 that shares no line with the reader it checks.

Plain Python, one segment after another, with no notion of a loop: it counts, adds with Decimal, and says of
each transaction whether its envelope and its amounts are sound. Slow, and short enough to be checked by eye.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

AMOUNT = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)
CAS_AMOUNTS = range(3, 20, 3)
PLB_AMOUNTS = range(4, 15, 2)


@dataclass
class TransactionCount:
    """What one ST holds."""

    control_number: str
    segments: int = 0
    claims: int = 0
    lines: int = 0
    triplets: int = 0
    pairs: int = 0
    payment: Decimal = Decimal(0)
    claim_paid: Decimal = Decimal(0)
    payments: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class FileCount:
    """What one file holds."""

    segments: int
    transactions: list[TransactionCount]

    def total(self, name: str, *, sound_only: bool = False):
        """Add up one field over the transactions."""
        counted = [each for each in self.transactions if not (sound_only and each.problems)]
        return sum(getattr(each, name) for each in counted)


def _amount(count: TransactionCount, text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        count.problems.append("amount")
        return Decimal(0)
    value = Decimal(text)
    if -value.as_tuple().exponent > 2 or abs(value) >= 10**16:
        count.problems.append("amount")
        return Decimal(0)
    return value


def _take(count: TransactionCount, elements: list[str]) -> None:
    def element(number: int) -> str:
        return elements[number] if number < len(elements) else ""

    count.segments += 1
    match elements[0]:
        case "BPR":
            count.payments += 1
            count.payment += _amount(count, element(2))
        case "CLP":
            count.claims += 1
            _amount(count, element(3))
            count.claim_paid += _amount(count, element(4))
            if element(5):
                _amount(count, element(5))
        case "SVC":
            count.lines += 1
            for number in (2, 3):
                if element(number):
                    _amount(count, element(number))
        case "AMT":
            if element(2):
                _amount(count, element(2))
        case "CAS":
            for number in CAS_AMOUNTS:
                if element(number):
                    _amount(count, element(number))
                count.triplets += bool(element(number - 1) or element(number) or element(number + 1))
        case "PLB":
            for number in PLB_AMOUNTS:
                if element(number):
                    _amount(count, element(number))
                count.pairs += bool(element(number - 1) or element(number))
        case "SE":
            if element(1) != str(count.segments):
                count.problems.append("segment count")
            if element(2) != count.control_number:
                count.problems.append("control number")


def count_835(data: bytes) -> FileCount:
    """Count a file whose interchanges all have the delimiters of the first."""
    text = data.decode("latin-1").lstrip("\xef\xbb\xbf \r\n\t")
    element = text[3]
    position = -1
    for _ in range(16):
        position = text.index(element, position + 1)
    terminator = text[position + 2]
    text = "".join(letter for letter in text if letter == terminator or letter not in "\r\n")
    segments = [part.strip(" \t\x00\x1a") for part in text.split(terminator)]
    segments = [part for part in segments if part]
    transactions: list[TransactionCount] = []
    is_open = False
    for segment in segments:
        elements = segment.split(element)
        if elements[0] == "ST":
            transactions.append(TransactionCount(elements[2].strip()))
            is_open = True
        if is_open:
            _take(transactions[-1], elements)
        if elements[0] == "SE":
            is_open = False
    for each in transactions:
        if each.payments != 1:
            each.problems.append("payment")
    return FileCount(len(segments), transactions)
