"""The process in which workbooks are parsed: bytes in, sheets of text out, within limits.

Belongs here: what runs inside of the limits, and nothing else of the project: this file is started by its
path, in an isolated interpreter. Does not belong here: choosing a sheet, or deciding about a row. It asks the
parser for text only: cached values of formulas; no macro, no link and no entity is followed.

Protocol, over its standard streams, once per workbook: eight bytes of length and the workbook come in; out go
eight bytes of length and a JSON answer ``{"reason": …}`` or ``{"sheets": [{"name", "is_visible"}…],
"is_1904"}``, and after it, for each sheet that is visible, eight bytes of length and an Arrow stream of one
table of text. Rows of a table are the rows of the sheet from its first on, blank ones included.
"""

import io
import json
import re
import resource
import struct
import sys
import zipfile
import zlib
from typing import BinaryIO

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

BROKEN_WORKBOOK = "broken_workbook"
HOSTILE_WORKBOOK = "hostile_workbook"
ENTITY_DECLARED = "entity_declared"
TOO_MANY_COLUMNS = "too_many_columns"

MOST_COLUMNS = 1_000  # as of text

_MEGABYTE = 1024 * 1024
_BLOCK = 256 * 1024
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = 10  # bytes of it that a block may lack at its end
_LONG_NUMBER = r"^-?[0-9]{16,}$"
_DETAIL_OF_ERROR = re.compile(r"Error\((\w+)\)")
_ERRORS = {
    "NA": "#N/A",
    "Div0": "#DIV/0!",
    "Ref": "#REF!",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


class RefusedWorkbookError(Exception):
    """The workbook is not taken; ``reason`` is a code and all that the exception says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_members(data: bytes) -> None:
    """Inflate every member once, block by block: it must be what the directory says and declare no entity.

    Raises `RefusedWorkbookError`, and what `zipfile` raises for bytes that are no archive.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            signature, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, member.header_offset)
            if signature != b"PK\x03\x04":
                raise RefusedWorkbookError(BROKEN_WORKBOOK)
            start = member.header_offset + _LOCAL_HEADER.size + name_length + extra_length
            stored = memoryview(data)[start : start + member.compress_size]
            if len(stored) != member.compress_size:
                raise RefusedWorkbookError(BROKEN_WORKBOOK)
            _check_member(stored, member)


def _check_member(stored: memoryview, member: zipfile.ZipInfo) -> None:
    is_deflated = member.compress_type == zipfile.ZIP_DEFLATED
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if is_deflated else None
    size = checksum = 0
    before = b""
    waiting: bytes | memoryview = stored
    while waiting:
        if inflater is None:
            block, waiting = bytes(waiting[:_BLOCK]), waiting[_BLOCK:]
        else:
            block = inflater.decompress(waiting, _BLOCK)
            waiting = inflater.unconsumed_tail
            if not block and not inflater.eof:
                break
        size += len(block)
        checksum = zlib.crc32(block, checksum)
        if size > member.file_size:
            raise RefusedWorkbookError(HOSTILE_WORKBOOK)
        if _ENTITY.search(before + block):
            raise RefusedWorkbookError(ENTITY_DECLARED)
        before = block[-_DECLARATION:]
    is_whole = inflater is None or (inflater.eof and not inflater.unused_data)
    if not is_whole or size != member.file_size or checksum != member.CRC:
        raise RefusedWorkbookError(BROKEN_WORKBOOK)


def sheet_as_text(workbook: fastexcel.ExcelReader, position: int) -> tuple[str, bool, pa.Table]:
    """Name of a sheet, whether it is visible, and its cells as text, blank ones null."""
    sheet = workbook.load_sheet(position, header_row=None, dtypes="string", skip_rows=0)
    is_visible = sheet.visible == "visible"
    if not is_visible:
        return sheet.name, False, pa.table({})
    if sheet.width > MOST_COLUMNS:
        raise RefusedWorkbookError(TOO_MANY_COLUMNS)
    cells, errors = sheet.to_arrow_with_errors()
    texts = [column.cast(pa.string()) for column in cells.columns]
    _show_errors(texts, errors)
    _show_long_numbers(texts, workbook, position)
    return sheet.name, True, pa.table(texts, names=[str(place) for place in range(len(texts))])


def _show_errors(texts: list[pa.Array], errors: fastexcel.CellErrors | None) -> None:
    """Put back what a formula that failed shows; the parser leaves it blank, and blank is another thing."""
    by_column: dict[int, dict[int, str]] = {}
    for error in errors.errors if errors is not None else ():
        row, column = error.position
        found = _DETAIL_OF_ERROR.search(error.detail)
        by_column.setdefault(column, {})[row] = _ERRORS.get(found[1] if found else "", "#ERROR!")
    for column, shown in by_column.items():
        values = texts[column].to_pylist()
        for row, text in shown.items():
            values[row] = text
        texts[column] = pa.array(values, pa.string())


def _show_long_numbers(texts: list[pa.Array], workbook: fastexcel.ExcelReader, position: int) -> None:
    """Show a number of more than 15 digits as a spreadsheet does, because it has kept no more of them.

    Only a cell that holds a number reads as a boolean; digits that were typed as text stay as they are.
    """
    long_ones = [pc.match_substring_regex(column, _LONG_NUMBER).fill_null(False) for column in texts]
    if not any(pc.any(column).as_py() for column in long_ones):
        return
    numeric = workbook.load_sheet(position, header_row=None, dtypes="boolean", skip_rows=0).to_arrow()
    for place, column in enumerate(texts):
        mangled = pc.and_(long_ones[place], pc.is_valid(numeric.columns[place]))
        if pc.any(mangled).as_py():
            shown = [
                f"{float(text):.14E}" if is_mangled else text
                for text, is_mangled in zip(column.to_pylist(), mangled.to_pylist(), strict=True)
            ]
            texts[place] = pa.array(shown, pa.string())


def _is_1904(data: bytes) -> bool:
    """Whether serial dates of the workbook count from 1904, as old ones of the Macintosh do."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        head = archive.read("xl/workbook.xml")
    return re.search(rb"<(?:\w+:)?workbookPr[^>]*\bdate1904=\"(?:1|true)\"", head) is not None


def _answer(data: bytes, out: BinaryIO) -> None:
    try:
        check_members(data)
        workbook = fastexcel.read_excel(data)
        sheets = [sheet_as_text(workbook, position) for position in range(len(workbook.sheet_names))]
        is_1904 = _is_1904(data)
    except RefusedWorkbookError as refused:
        _send(out, json.dumps({"reason": refused.reason}).encode())
        return
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # whatever the parser says may quote a cell, and the file is broken
        _send(out, json.dumps({"reason": BROKEN_WORKBOOK}).encode())
        return
    told = [{"name": name, "is_visible": is_visible} for name, is_visible, _ in sheets]
    _send(out, json.dumps({"sheets": told, "is_1904": is_1904}).encode())
    for _, is_visible, table in sheets:
        if is_visible:
            buffer = io.BytesIO()
            with pa.ipc.new_stream(buffer, table.schema) as stream:
                stream.write_table(table)
            _send(out, buffer.getvalue())
    out.flush()


def _send(out: BinaryIO, data: bytes) -> None:
    out.write(struct.pack(">Q", len(data)) + data)
    out.flush()


def _limit_memory(megabytes: int) -> None:
    """Allow so much memory beside what the interpreter and its libraries have mapped already."""
    with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123  # one line of the system's, not a file
        mapped = int(stream.read().split()[0]) * resource.getpagesize()
    limit = mapped + megabytes * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _limit_time(seconds: int) -> None:
    """Allow so much processor time from now on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, resource.RLIM_INFINITY))


def main(megabytes: int, seconds: int) -> None:
    """Answer workbook after workbook until the input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold patients' data
    _limit_memory(megabytes)
    incoming, out = sys.stdin.buffer, sys.stdout.buffer
    while length := incoming.read(8):
        _limit_time(seconds)
        _answer(incoming.read(struct.unpack(">Q", length)[0]), out)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
