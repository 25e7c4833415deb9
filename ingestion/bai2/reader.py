"""The walk over a statement: groups that hold, groups that do not, and what is wrong around them.

Belongs here: records 01, 02, 98 and 99. Does not belong here: the accounts (`ingestion.bai2.entries`). Like
the envelopes of X12, a file's own trailer never costs money that its groups vouch for: it is told, and the
groups that hold are loaded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingestion.bai2.entries import DOLLARS, Entries, Entry, readable_cents
from ingestion.bai2.records import Fields, Record, records_of
from ingestion.bai2.rules import BrokenRuleError, Problem

HEADER_UNREADABLE = "statement_header_unreadable"
VERSION_NOT_READ = "statement_version_not_read"

_VERSION = "2"
_UPDATE = "1"
_HEADER_FIELDS = ("sender", "receiver", "date", "time", "file_id", "record_length", "block_size", "version")


class Bai2Refused(Exception):  # noqa: N818  # named like X12Refused
    """The file is not read at all. ``reason`` is a code, and all that the exception says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class StatementPart:
    """A group, or a record outside of groups.

    rows         entries of a group that holds; empty for one that is set aside
    records      lines that the part fills
    problem      why it is set aside, or None
    cents        what its readable entries move, signed
    unreadable   entries whose amount cannot be read
    key          originator and date of a group, where they can be read
    """

    rows: list[Entry] = field(default_factory=list)
    records: int = 0
    problem: Problem | None = None
    cents: int = 0
    unreadable: int = 0
    key: str | None = None


@dataclass(slots=True)
class _File:
    """What the trailer of a file must agree with."""

    groups: int = 0
    cents: int = 0
    records: int = 0
    is_open: bool = False
    last_record: int = 1


def read_statement(lines: Iterable[str]) -> Iterator[StatementPart]:
    """Every part of a BAI2 file, in order. Parts are independent: one that is broken changes no other.

    Raises `Bai2Refused` for a file whose header cannot be read or is of another version.
    """
    file = _File()
    group: list[Record] = []
    for record in records_of(lines):
        if group and record.code in ("01", "02", "99"):
            yield _read_group(group, file)
            group = []
        file.records += record.lines
        file.last_record = record.number + record.lines - 1
        if group or record.code == "02":
            group.append(record)
            if record.code == "98":
                yield _read_group(group, file)
                group = []
        elif record.code == "01":
            if file.is_open:
                yield StatementPart(problem=Problem(record.number, "file_not_closed"))
            _check_header(record)
            file = _File(records=record.lines, is_open=True, last_record=record.number)
            yield StatementPart(records=record.lines)
        elif record.code == "99" and file.is_open:
            yield _read_trailer(record, file)
            file.is_open = False
        else:
            yield StatementPart(records=record.lines, problem=Problem(record.number, "outside_group"))
    if group:
        yield _read_group(group, file)
    if file.is_open:
        yield StatementPart(problem=Problem(file.last_record, "file_not_closed"))


def _check_header(record: Record) -> None:
    try:
        fields = Fields(record)
        values = {name: fields.optional(name) for name in _HEADER_FIELDS}
        fields.end()
    except BrokenRuleError:
        raise Bai2Refused(HEADER_UNREADABLE) from None
    if values["version"] not in ("", _VERSION):
        raise Bai2Refused(VERSION_NOT_READ)


def _read_group(records: list[Record], file: _File) -> StatementPart:
    """All of a group, or why none of it is taken."""
    part = StatementPart(records=sum(record.lines for record in records))
    file.groups += 1
    file.cents += _stated_total(records[-1])
    header = records[0]
    try:
        entries = _check_group_header(header, part)
        for record in records[1:-1]:
            _read_record(record, entries)
        _check_group_trailer(records, entries, part.records)
    except BrokenRuleError as broken:
        part.problem = broken.problem
        amounts = [readable_cents(record) for record in records if record.code == "16"]
        part.cents = sum(amount for amount in amounts if amount is not None)
        part.unreadable = sum(1 for amount in amounts if amount is None)
        return part
    part.rows = entries.rows
    part.cents = sum(row[4] for row in entries.rows)
    return part


def _check_group_header(header: Record, part: StatementPart) -> Entries:
    fields = Fields(header)
    fields.text("receiver")
    originator, status = fields.text("originator"), fields.text("status")
    as_of = fields.date("as_of_date")
    part.key = f"{originator}|{as_of.isoformat()}"
    fields.optional("as_of_time")
    currency = fields.optional("currency")
    fields.optional("as_of_modifier")
    fields.end()
    if status != _UPDATE:
        raise header.broken("group_status_not_taken", "status")
    if currency.upper() not in DOLLARS:
        raise header.broken("currency_not_dollars", "currency")
    return Entries(as_of)


def _read_record(record: Record, entries: Entries) -> None:
    match record.code:
        case "03":
            entries.open(record)
        case "16":
            entries.add(record)
        case "49":
            entries.close(record)
        case _:
            raise record.broken("record_unknown")


def _check_group_trailer(records: list[Record], entries: Entries, lines: int) -> None:
    trailer = records[-1]
    if len(records) < 2 or trailer.code != "98":
        raise records[0].broken("group_not_closed")
    if entries.open_account is not None:
        raise entries.open_account.header.broken("account_not_closed")
    fields = Fields(trailer)
    total = fields.cents("control_total", is_signed=True)
    accounts, count = fields.count("account_count"), fields.count("record_count")
    fields.end()
    if accounts != entries.accounts:
        raise trailer.broken("group_account_count_differs", "account_count")
    if count != lines:
        raise trailer.broken("group_record_count_differs", "record_count")
    if total != entries.total_cents:
        raise trailer.broken("group_total_differs", "control_total")


def _stated_total(trailer: Record) -> int:
    """The total that a group's 98 states, right or wrong; the file's own total adds up what is stated."""
    if trailer.code != "98":
        return 0
    try:
        return Fields(trailer).cents("control_total", is_signed=True)
    except BrokenRuleError:
        return 0


def _read_trailer(record: Record, file: _File) -> StatementPart:
    part = StatementPart(records=record.lines)
    try:
        fields = Fields(record)
        total = fields.cents("control_total", is_signed=True)
        groups, count = fields.count("group_count"), fields.count("record_count")
        fields.end()
        if groups != file.groups:
            raise record.broken("file_group_count_differs", "group_count")
        if count != file.records:
            raise record.broken("file_record_count_differs", "record_count")
        if total != file.cents:
            raise record.broken("file_total_differs", "control_total")
    except BrokenRuleError as broken:
        part.problem = broken.problem
    return part
