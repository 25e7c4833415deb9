"""Lines of a statement as records, and the fields of a record one after the other.

A record may go on in 88 lines. Fields are separated by commas, a slash ends them; the text at the end of a 16
holds commas itself and ends with its line. Numbers of records are numbers of lines, from 1; blank lines count
as lines and not as records.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from ingestion.bai2.rules import BrokenRuleError, Problem

CONTINUATION = "88"

# An amount is DECIMAL(18,2) at rest, so eighteen digits of cents at most.
_AMOUNT = re.compile(r"[0-9]{1,18}")
_SIGNED_AMOUNT = re.compile(r"[-+]?[0-9]{1,18}")
_COUNT = re.compile(r"[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{6}")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]")


@dataclass(slots=True)
class Record:
    """A record with its continuations. `parts` are the lines without their codes, `lines` how many."""

    number: int
    code: str
    parts: list[str] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines the record fills; the counts of a statement count each of them."""
        return len(self.parts)

    def broken(self, rule: str, name: str | None = None) -> BrokenRuleError:
        """The error that this record breaks `rule`, in the field called `name`."""
        return BrokenRuleError(Problem(self.number, rule, name))


def records_of(lines: Iterable[str]) -> Iterator[Record]:
    """Every record of `lines`. A continuation of nothing is a record of its own, for others to refuse."""
    waiting: Record | None = None
    for number, line in enumerate(lines, 1):
        text = line.rstrip()
        if not text:
            continue
        code, _, rest = text.partition(",")
        code = code.strip().removesuffix("/")
        if code == CONTINUATION and waiting is not None:
            waiting.parts.append(rest)
            continue
        if waiting is not None:
            yield waiting
        waiting = Record(number, code, [rest])
    if waiting is not None:
        yield waiting


class Fields:
    """Takes the fields of one record in their order, over its continuations."""

    def __init__(self, record: Record) -> None:
        self.record = record
        if any(_CONTROL_CHARACTER.search(part) for part in record.parts):
            raise record.broken("control_characters")
        self._parts = list(reversed(record.parts))
        self._rest: str | None = self._parts.pop() if self._parts else None

    @property
    def has_more(self) -> bool:
        """Whether another field is there."""
        return self._rest is not None

    def text(self, name: str) -> str:
        """The next field, blank where it is blank. Raises `BrokenRuleError` where the record has ended."""
        if self._rest is None:
            raise self.record.broken("field_missing", name)
        value, comma, rest = self._rest.partition(",")
        if comma:
            self._rest = rest
        else:
            value = value.removesuffix("/")
            self._rest = self._parts.pop() if self._parts else None
        return value.strip()

    def optional(self, name: str) -> str:
        """The next field, blank also where the record has ended."""
        return self.text(name) if self.has_more else ""

    def remaining_text(self) -> str:
        """All that is left, commas included; the lines of it are joined by a blank."""
        parts = [] if self._rest is None else [self._rest, *reversed(self._parts)]
        self._rest, self._parts = None, []
        return " ".join(text for part in parts if (text := part.removesuffix("/").strip()))

    def end(self) -> None:
        """Raise `BrokenRuleError` unless the record has ended; blank fields may follow."""
        while self.has_more:
            if self.text("end"):
                raise self.record.broken("field_surplus")

    def cents(self, name: str, *, is_signed: bool = False) -> int:
        """The next field as whole cents."""
        value = self.text(name)
        if not (_SIGNED_AMOUNT if is_signed else _AMOUNT).fullmatch(value):
            raise self.record.broken("amount_malformed", name)
        return int(value)

    def count(self, name: str) -> int:
        """The next field as a count."""
        value = self.text(name)
        if not _COUNT.fullmatch(value):
            raise self.record.broken("count_malformed", name)
        return int(value)

    def date(self, name: str) -> date:
        """The next field as a date of this century."""
        value = self.text(name)
        try:
            if not _DATE.fullmatch(value):
                raise ValueError
            return date(2000 + int(value[:2]), int(value[2:4]), int(value[4:]))
        except ValueError:
            raise self.record.broken("date_malformed", name) from None
