"""What a landed file is, told from its first bytes: X12, BAI2, a workbook, delimited text of a source, or
nothing that is taken.

Belongs here: sniffing. Does not belong here: reading records. Nothing but the content and the header decides;
a file's name or extension never does.
"""

import codecs
import re
from dataclasses import dataclass
from typing import NamedTuple

from ingestion.export_ids import export_id_of
from ingestion.headers import UNKNOWN_HEADER, HeaderMatch
from ingestion.known_headers import ROWS_SEARCHED, FoundHeader, KnownHeaders
from ingestion.readers.csv import CsvHeader, UnreadableCsvError, first_records, read_header
from ingestion.readers.encodings import CP1252, LATIN1
from ingestion.readers.workbook_guard import archive_reason, is_zip
from ingestion.x12 import refusal_reason

EMPTY_FILE = "empty_file"
UNKNOWN_FORMAT = "unknown_format"

_X12_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*ISA[^A-Za-z0-9\s]")
# File header of a bank statement: sender, receiver, date and time of its making.
_BAI2_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*01,[^,\r\n]{0,40},[^,\r\n]{0,40},[0-9]{6},[0-9]{0,4},")
_BINARY = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FIRST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Refused:
    """A file to set aside: why, and where known the source it was meant for and the column at fault."""

    reason: str
    source: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class X12Content:
    """A file that holds an interchange header."""


@dataclass(frozen=True, slots=True)
class Bai2Content:
    """A bank statement."""


@dataclass(frozen=True, slots=True)
class WorkbookContent:
    """An archive that may be a workbook."""


class CsvContent(NamedTuple):
    """Delimited text whose header fits one source."""

    encoding: str
    header: CsvHeader
    match: HeaderMatch
    export_id: str | None = None


def recognize(
    head: bytes, encoding: str, name: str, headers: KnownHeaders
) -> X12Content | Bai2Content | CsvContent | WorkbookContent | Refused:
    """Say what a file is.

    ``head`` is its beginning, long enough for a header; ``encoding`` that of the whole.
    """
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        return Refused(EMPTY_FILE)
    if _X12_START.match(head):
        return X12Content()
    if _BAI2_START.match(head):
        return Bai2Content()
    if is_zip(head):
        return WorkbookContent()
    if (reason := archive_reason(head)) is not None:
        return Refused(reason)
    content = _recognize_delimited(head, encoding, name, headers)
    if isinstance(content, Refused) and content.source is None and refusal_reason(head) is None:
        return X12Content()  # an interchange with something in front of it
    return content


def _recognize_delimited(
    head: bytes, encoding: str, name: str, headers: KnownHeaders
) -> CsvContent | Refused:
    is_wide = head.startswith(_UTF16_MARKS)
    first = head[:_FIRST_BYTES]
    if not is_wide and len(first.translate(None, _BINARY)) < len(first):
        return Refused(UNKNOWN_FORMAT)
    try:
        header = read_header(head, encoding)
    except UnreadableCsvError as unreadable:
        return Refused(unreadable.reason)
    match = headers.match(header.names, name) if len(header.names) > 1 else None
    if isinstance(match, HeaderMatch):
        return CsvContent(_charset(encoding, match), header, match)
    for records in first_records(head, encoding, ROWS_SEARCHED):
        found = headers.find([record.names for record in records], name)
        if isinstance(found, FoundHeader):
            titles = [record.names for record in records[: found.place]]
            return CsvContent(
                _charset(encoding, found.match),
                records[found.place],
                found.match,
                export_id_of(titles, found.match),
            )
        if match is None or match.reason == UNKNOWN_HEADER:
            match = found if any(len(record.names) > 1 for record in records) else match
    return Refused(UNKNOWN_FORMAT) if match is None else Refused(match.reason, match.source, match.column)


def _charset(encoding: str, match: HeaderMatch) -> str:
    """The profile's encoding where the bytes leave open which of the one-byte encodings it is."""
    is_open = encoding in (CP1252, LATIN1)
    return (is_open and match.profile is not None and match.profile.charset) or encoding
