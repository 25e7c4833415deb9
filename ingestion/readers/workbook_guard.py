"""What may be opened as a workbook, told from the archive's directory alone, before anything is inflated.

Belongs here: sizes, ratios, counts and names of members, and which formats are not taken. Does not belong
here: parsing (`ingestion.readers.excel`). The directory may lie; that is found out where the members are
inflated, within limits (`ingestion.readers.excel_worker`).
"""

import io
import itertools
import struct
import zipfile

ARCHIVE = "archive"
OLD_WORKBOOK = "old_or_locked_workbook"
BROKEN_WORKBOOK = "broken_workbook"
WORKBOOK_FORMAT = "workbook_format_not_taken"
EXPANDS_TOO_FAR = "expands_too_far"
HOSTILE_WORKBOOK = "hostile_workbook"

MOST_EXPANDED = 512 * 1024 * 1024  # bytes, all members together
LARGEST_RATIO = 200  # expanded to compressed; sheets of payments reach 30
RATIO_COUNTS_FROM = 4 * 1024 * 1024  # bytes, below which a ratio harms nobody
MOST_MEMBERS = 2_000
LARGEST_DIRECTORY = 1024 * 1024  # bytes

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVE_STARTS = (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 65_535
_PARTS_OF_OTHERS = {"xl/workbook.bin", "content.xml"}


def archive_reason(head: bytes) -> str | None:
    """Why a file that begins with ``head`` is an archive or an old workbook; None for anything else."""
    if head.startswith(_OLE_START):
        return OLD_WORKBOOK
    return ARCHIVE if head.startswith(_ARCHIVE_STARTS) else None


def is_zip(head: bytes) -> bool:
    """Whether a file begins as zip archives do, which workbooks are."""
    return head.startswith(_ZIP_STARTS)


def workbook_reason(data: bytes) -> str | None:
    """Why the archive ``data`` may not be opened as a workbook; None when it may."""
    reason = _end_reason(data)
    if reason is not None:
        return reason
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except Exception:  # noqa: BLE001  # the directory is whatever bytes somebody sent
        return BROKEN_WORKBOOK
    names = {member.filename for member in members}
    return _directory_reason(members, names, len(data)) or _format_reason(names)


def _end_reason(data: bytes) -> str | None:
    """Look at the record at the end, which says how large the directory is, before the directory is read."""
    place = data.rfind(_END_SIGNATURE, max(0, len(data) - _END.size - _LONGEST_COMMENT))
    if place < 0 or place + _END.size > len(data):
        return BROKEN_WORKBOOK
    _, disk, directory_disk, here, members, size, start, comment = _END.unpack_from(data, place)
    if place + _END.size + comment != len(data) or start + size > place:
        return BROKEN_WORKBOOK
    if data[place - _LOCATOR_SIZE : place].startswith(_ZIP64_LOCATOR):
        return HOSTILE_WORKBOOK  # only an archive of more than 4 GB needs one
    if disk or directory_disk or here != members or members > MOST_MEMBERS or size > LARGEST_DIRECTORY:
        return HOSTILE_WORKBOOK
    return None


def _directory_reason(members: list[zipfile.ZipInfo], names: set[str], file_size: int) -> str | None:
    if len(members) > MOST_MEMBERS or len(names) != len(members):
        return HOSTILE_WORKBOOK
    if any(_is_hostile(member) for member in members):
        return HOSTILE_WORKBOOK
    if sum(member.compress_size for member in members) > file_size or _overlap(members):
        return HOSTILE_WORKBOOK
    if sum(member.file_size for member in members) > MOST_EXPANDED:
        return EXPANDS_TOO_FAR
    if any(
        member.file_size > RATIO_COUNTS_FROM and member.file_size > LARGEST_RATIO * member.compress_size
        for member in members
    ):
        return EXPANDS_TOO_FAR
    return None


def _is_hostile(member: zipfile.ZipInfo) -> bool:
    """A name that leaves its folder, a lock, or a way of packing that spreadsheets do not write."""
    name = member.orig_filename
    parts = name.replace("\\", "/").split("/")
    return (
        ".." in parts
        or name.startswith(("/", "\\"))
        or "\\" in name
        or ":" in parts[0]
        or not name.isprintable()
        or bool(member.flag_bits & 0x1)
        or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes, which lets a small file hold any number of large ones."""
    in_order = sorted(members, key=lambda member: member.header_offset)
    return any(
        before.header_offset + before.compress_size > after.header_offset
        for before, after in itertools.pairwise(in_order)
    )


def _format_reason(names: set[str]) -> str | None:
    if "xl/workbook.xml" in names:
        return None
    return WORKBOOK_FORMAT if names & _PARTS_OF_OTHERS else ARCHIVE
