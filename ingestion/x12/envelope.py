"""The envelope walk: which transactions a file holds, and which of them arrived whole.

What belongs here: ISA, GS, ST and their ends, their control numbers and counts. What does not: the content of
any transaction set.

What sets one transaction aside (rule severity `quarantine`): no SE, a segment count or a control number in SE
that is not the one of the transaction, no readable interchange header in force, a set that no reader takes.
Its neighbours load. What is only reported (severity `warning`), because the transactions inside are whole: a
GE or IEA that is missing or carries a wrong count or number, a transaction in no group, a control number used
twice. Money is never dropped for an envelope's arithmetic. Segments outside every transaction are set aside
themselves, with one finding where each stretch of them begins.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ingestion.x12.delimiters import HEADER_ELEMENTS
from ingestion.x12.segments import SegmentFrame

_CONTROLS = ("ISA", "GS", "ST", "SE", "GE", "IEA")
_CLOSING = ("SE", "GE", "IEA")


@dataclass(slots=True)
class Interchange:
    """One ISA and what its elements say. `is_readable` is false when the header is broken."""

    position: int
    segment_number: int
    sender_id: str
    receiver_id: str
    control_number: str
    usage_indicator: str
    is_readable: bool
    groups: int = 0


@dataclass(slots=True)
class Group:
    """One functional group."""

    position: int
    segment_number: int
    sender_id: str
    receiver_id: str
    control_number: str
    version: str
    transactions: int = 0
    numbers: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Transaction:
    """One ST with its rows `start` to `end` (exclusive) in the segment frame."""

    position: int
    start: int
    end: int
    set_identifier: str
    control_number: str
    version: str
    interchange: Interchange | None
    group: Group | None
    is_whole: bool = True


@dataclass(slots=True)
class EnvelopeFinding:
    """A rule broken by a control segment, which may stand in an earlier part of the file."""

    segment_number: int
    segment_id: str | None
    rule: str
    interchange_position: int
    transaction_position: int = 0
    element: str | None = None


@dataclass
class Walk:
    """What one run holds: its transactions, its findings, and which rows are outside every transaction."""

    transactions: list[Transaction]
    findings: list[EnvelopeFinding]
    is_stray: npt.NDArray[np.bool_]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


class Envelope:
    """Walks the control segments of one file, run after run, and keeps what is open between them."""

    def __init__(self) -> None:
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._open: Transaction | None = None
        self._counts = {"ISA": 0, "GS": 0, "ST": 0}
        self._seen_interchanges: set[tuple[str, str]] = set()
        self._findings: list[EnvelopeFinding] = []
        self._transactions: list[Transaction] = []
        self._first_segment = 1
        self._strays: list[tuple[int, int]] = []

    def walk(self, segments: SegmentFrame, file_starts: frozenset[int] = frozenset()) -> Walk:
        """Set the envelope positions of `segments` and return its transactions, which end with the run.

        At the rows `file_starts`, each an ISA, another file begins; positions count on through all of them.
        """
        self._first_segment = segments.first_segment
        self._findings, self._transactions, self._strays = [], [], []
        rows = segments.rows(*_CONTROLS).tolist()
        texts = segments.texts(np.asarray(rows, np.int64)).to_list()
        marks, states = [0], [self._state()]
        self._note_strays(segments, 0, rows[0] if rows else len(segments))
        for row, next_row, text in zip(rows, [*rows[1:], len(segments)], texts, strict=True):
            elements = text.split(segments.delimiters.element)
            interchange, group, transaction = self._state()
            if row in file_starts:
                self._seen_interchanges.clear()
            self._control(row, elements)
            if elements[0] in _CLOSING:
                # A closing segment still belongs to what it closes.
                marks.append(row)
                states.append((interchange, group, transaction if elements[0] == "SE" else 0))
            marks.append(row + 1 if elements[0] in _CLOSING else row)
            states.append(self._state())
            self._note_strays(segments, row + 1, next_row)
        self._close_transaction(len(segments), is_whole=False)
        self._set_positions(segments, marks, states)
        is_stray = np.zeros(len(segments), np.bool_)
        for start, end in self._strays:
            is_stray[start:end] = True
        return Walk(self._transactions, self._findings, is_stray)

    def finish(self) -> list[EnvelopeFinding]:
        """Return what is still open at the end of the file."""
        self._findings = []
        self._close_interchange(is_closed=False)
        return self._findings

    def _state(self) -> tuple[int, int, int]:
        return (
            self._interchange.position if self._interchange else 0,
            self._group.position if self._group else 0,
            self._open.position if self._open else 0,
        )

    @staticmethod
    def _set_positions(segments: SegmentFrame, marks: list[int], states: list[tuple[int, int, int]]) -> None:
        lengths = np.diff(np.asarray([*marks, len(segments)]))
        by_row = np.repeat(np.asarray(states, np.int32), lengths, axis=0)
        segments.interchange, segments.group, segments.transaction = (
            np.ascontiguousarray(column) for column in by_row.T
        )

    def _note_strays(self, segments: SegmentFrame, start: int, end: int) -> None:
        """Set rows aside that follow no open ST; an interchange acknowledgement (TA1) is at home there."""
        if self._open or start >= end:
            return
        ids = [segments.ids[code] for code in segments.codes[start:end]]
        start += next((number for number, name in enumerate(ids) if name != "TA1"), len(ids))
        if start < end:
            self._stray(start, end, segments.ids[segments.codes[start]])

    def _stray(self, start: int, end: int, segment_id: str | None) -> None:
        self._strays.append((start, end))
        self._find("outside_transaction", self._first_segment + start, segment_id)

    def _find(
        self, rule: str, segment_number: int, segment_id: str | None, element: str | None = None
    ) -> None:
        interchange, _, transaction = self._state()
        self._findings.append(
            EnvelopeFinding(segment_number, segment_id, rule, interchange, transaction, element)
        )

    def _control(self, row: int, elements: list[str]) -> None:
        number = self._first_segment + row
        padded = [text.strip(" ") for text in elements] + [""] * HEADER_ELEMENTS
        match elements[0]:
            case "ISA":
                self._close_transaction(row, is_whole=False)
                self._open_interchange(row, number, padded, is_readable=len(elements) > HEADER_ELEMENTS)
            case "GS":
                self._close_transaction(row, is_whole=False)
                self._open_group(number, padded)
            case "ST":
                self._close_transaction(row, is_whole=False)
                self._open_transaction(row, number, padded)
            case "SE":
                self._end_transaction(row, number, padded)
            case "GE":
                self._close_transaction(row, is_whole=False)
                self._end_group(row, number, padded)
            case "IEA":
                self._close_transaction(row, is_whole=False)
                self._end_interchange(row, number, padded)

    def _open_interchange(self, row: int, number: int, isa: list[str], *, is_readable: bool) -> None:
        self._close_interchange(is_closed=False)
        self._counts["ISA"] += 1
        self._interchange = Interchange(
            self._counts["ISA"], number, isa[6], isa[8], isa[13], isa[15], is_readable=is_readable
        )
        identity = (isa[6], isa[13])
        if not is_readable:
            self._strays.append((row, row + 1))
            self._find("interchange_header_unreadable", number, "ISA")
        elif identity in self._seen_interchanges:
            self._find("interchange_repeated", number, "ISA", "ISA13")
        self._seen_interchanges.add(identity)

    def _open_group(self, number: int, gs: list[str]) -> None:
        self._close_group(is_closed=False)
        self._counts["GS"] += 1
        if self._interchange:
            self._interchange.groups += 1
        self._group = Group(self._counts["GS"], number, gs[2], gs[3], gs[6], gs[8])

    def _open_transaction(self, row: int, number: int, st: list[str]) -> None:
        self._counts["ST"] += 1
        interchange, group = self._interchange, self._group
        version = group.version if group and group.version else st[3]
        self._open = Transaction(self._counts["ST"], row, row, st[1], st[2], version, interchange, group)
        if interchange is None or not interchange.is_readable:
            self._fault("outside_interchange", number, "ST")
        if group is None:
            self._find("transaction_outside_group", number, "ST")
            return
        group.transactions += 1
        if st[2] in group.numbers:
            self._find("transaction_number_repeated", number, "ST", "ST02")
        group.numbers.add(st[2])

    def _fault(self, rule: str, number: int, segment_id: str, element: str | None = None) -> None:
        """Report what sets the open transaction aside."""
        if self._open:
            self._open.is_whole = False
        self._find(rule, number, segment_id, element)

    def _end_transaction(self, row: int, number: int, se: list[str]) -> None:
        if self._open is None:
            self._stray(row, row + 1, "SE")
            return
        if _number(se[1]) != row - self._open.start + 1:
            self._fault("segment_count_differs", number, "SE", "SE01")
        if se[2] != self._open.control_number:
            self._fault("transaction_number_differs", number, "SE", "SE02")
        self._close_transaction(row + 1, is_whole=True)

    def _close_transaction(self, end: int, *, is_whole: bool) -> None:
        if self._open is None:
            return
        if not is_whole:
            self._fault("transaction_not_closed", self._first_segment + self._open.start, "ST")
        self._open.end = end
        self._transactions.append(self._open)
        self._open = None

    def _end_group(self, row: int, number: int, ge: list[str]) -> None:
        if self._group is None:
            self._stray(row, row + 1, "GE")
            return
        if _number(ge[1]) != self._group.transactions:
            self._find("group_count_differs", number, "GE", "GE01")
        if ge[2] != self._group.control_number:
            self._find("group_number_differs", number, "GE", "GE02")
        self._close_group(is_closed=True)

    def _close_group(self, *, is_closed: bool) -> None:
        if self._group and not is_closed:
            self._find("group_not_closed", self._group.segment_number, "GS")
        self._group = None

    def _end_interchange(self, row: int, number: int, iea: list[str]) -> None:
        if self._interchange is None:
            self._stray(row, row + 1, "IEA")
            return
        self._close_group(is_closed=False)
        if _number(iea[1]) != self._interchange.groups:
            self._find("interchange_count_differs", number, "IEA", "IEA01")
        if iea[2] != self._interchange.control_number:
            self._find("interchange_number_differs", number, "IEA", "IEA02")
        self._close_interchange(is_closed=True)

    def _close_interchange(self, *, is_closed: bool) -> None:
        self._close_group(is_closed=False)
        if self._interchange and not is_closed:
            self._find("interchange_not_closed", self._interchange.segment_number, "ISA")
        self._interchange = None
