"""A view as a workbook, every row of it up to what a sheet holds.

The rows' XML is made in the engine. Text is written as text (an inline string), never as a formula, so that
nothing in a cell is run; amounts are numbers with the digits they have, and an amount too long for a
spreadsheet's number is text. Layout of the parts: ECMA-376, SpreadsheetML.
"""

import zipfile
from collections.abc import Sequence
from typing import IO
from xml.sax.saxutils import escape

from dashboards.tables.columns import Kind, Table
from dashboards.tables.query import TableQuery
from dashboards.tables.view import View

MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_DOC}/worksheet"'
        f' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_DOC}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    # 0 plain, 1 amount, 2 date, 3 moment, 4 heading
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}

_WIDTHS = {Kind.TEXT: 22, Kind.MONEY: 14, Kind.NUMBER: 10, Kind.DATE: 12, Kind.MOMENT: 20, Kind.YES_NO: 8}
# Characters that XML 1.0 cannot hold at all; a carriage return must be spelled to survive.
_UNWRITABLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"


def write_xlsx(query: TableQuery, table: Table, view: View, names: Sequence[str], out: IO[bytes]) -> int:
    """Write the workbook to ``out``; the number of rows. The caller keeps to `MOST_ROWS`."""
    titles = [table.columns[name].title for name in names]
    kinds = [table.columns[name].kind for name in names]
    line = (
        "'<row>' || "
        + " || ".join(_cell(kind, f"c{number}") for number, kind in enumerate(kinds))
        + " || '</row>'"
    )
    count = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for part, content in _PARTS.items():
            book.writestr(part, _HEAD + content)
        book.writestr("xl/workbook.xml", _HEAD + _workbook(table.described.title))
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_sheet_head(titles, kinds).encode())
            for lines in query.lines(view, names, line):
                sheet.write("".join(lines).encode())
                count += len(lines)
            sheet.write(b"</sheetData></worksheet>")
    return count


def _workbook(title: str) -> str:
    name = escape("".join(letter for letter in title if letter not in "[]:*?/\\'\"")[:31] or "Rows")
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )


def _sheet_head(titles: Sequence[str], kinds: Sequence[Kind]) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{_WIDTHS[kind]}" customWidth="1"/>'
        for number, kind in enumerate(kinds, start=1)
    )
    cells = "".join(f'<c s="4" t="inlineStr"><is><t>{escape(title)}</t></is></c>' for title in titles)
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData><row>{cells}</row>"
    )


def _cell(kind: Kind, name: str) -> str:
    match kind:
        case Kind.MONEY:
            number = f"'<c s=\"1\"><v>' || {name}::varchar || '</v></c>'"
            return (
                f"case when {name} is null then '<c/>' when abs({name}) < 10000000000000 then {number}"
                f" else {_text(name)} end"
            )
        case Kind.NUMBER:
            return f"coalesce('<c><v>' || {name}::varchar || '</v></c>', '<c/>')"
        case Kind.DATE:
            return (
                f"coalesce('<c s=\"2\"><v>' || ({name} - date '1899-12-30')::varchar || '</v></c>', '<c/>')"
            )
        case Kind.MOMENT:
            days = f"({name}::date - date '1899-12-30')"
            seconds = f"epoch({name} - date_trunc('day', {name}))::bigint"
            return (
                f"coalesce('<c s=\"3\"><v>' || ({days} + {seconds}::decimal(18, 9) / 86400)::decimal(18, 9)"
                "::varchar || '</v></c>', '<c/>')"
            )
        case Kind.YES_NO:
            return _inline(f"case when {name} then 'yes' else 'no' end", name)
        case Kind.TEXT:
            return f"case when {name} is null then '<c/>' else {_text(name)} end"


def _text(name: str) -> str:
    text = f"left({name}::varchar, {_LONGEST_TEXT})"
    text = f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    text = f"replace(regexp_replace({text}, '{_UNWRITABLE}', chr(65533), 'g'), chr(13), '&#13;')"
    return f"('<c t=\"inlineStr\"><is><t xml:space=\"preserve\">' || {text} || '</t></is></c>')"


def _inline(text: str, name: str) -> str:
    cell = f"'<c t=\"inlineStr\"><is><t>' || {text} || '</t></is></c>'"
    return f"case when {name} is null then '<c/>' else {cell} end"
