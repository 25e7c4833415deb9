"""The statement as a page to print: complete in itself, without scripts and without anything from outside."""

from html import escape

from orchestration.statement import layout
from orchestration.statement.statement import Difference, TieOutStatement

_STYLE = """
@page { size: letter; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " of " counter(pages);
font: 8pt Georgia, serif; } }
body { font: 11pt/1.35 Georgia, serif; margin: 2rem auto; max-width: 60rem; color: #111; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
th.beside { padding-top: 1rem; } tr.remainder td { border-bottom: 3px double #111; }
td, th { padding: .15rem .5rem; vertical-align: top; } td.n, th.n { text-align: right; white-space: nowrap;
font-variant-numeric: tabular-nums; } tr.total td { border-top: 1px solid #111; font-weight: 600; }
table.rows { font-size: 8.5pt; margin-top: .8rem; } th.item { padding-top: .7rem; }
table.rows td, table.rows th { border-bottom: 1px solid #ccc; } td.day { white-space: nowrap; }
td.origin { overflow-wrap: anywhere; } td.origin span { display: block; color: #555; font-size: 7pt; }
table.rows td, table.rows th { padding: .15rem .3rem; }
.close { margin: .5rem .5rem 0; font-size: 9.5pt; }
.sign { margin-top: 3rem; break-inside: avoid; } .sign p { margin: 1.6rem 0 0; display: flex; }
.sign b { width: 7rem; font-weight: normal; } .sign span { width: 18rem; border-bottom: 1px solid #111; }
@media print { body { margin: 0; max-width: none; } section + section { break-before: page; }
section h2 { margin-top: 1rem; } thead { display: table-header-group; }
tr, table.lines { break-inside: avoid; }
tr:has(th.item), h2 { break-after: avoid; } }
"""
_ROW_HEADS = ("Day", "Charge type", "Patient", "EMR", "Billing", "Settled by")


def as_page(whole: TieOutStatement) -> str:
    """The statement as HTML."""
    first, *rest = layout.heading(whole)
    signatures = "".join(f"<p><b>{escape(label)}:</b><span></span></p>" for label in layout.SIGN_OFF)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(first)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(first)}</h1>"
        + "".join(f"<div>{escape(text)}</div>" for text in rest)
        + "".join(_section(part) for part in layout.parts(whole))
        + f'<div class="sign">{signatures}</div></body></html>\n'
    )


def _section(part: layout.Part) -> str:
    statement = part.statement
    lines = "".join(_line(line) for line in layout.lines(statement))
    beside = "".join(_line(line) for line in layout.beside(statement))
    closes = "".join(f'<p class="close">{escape(text)}</p>' for text in layout.closes(statement))
    return (
        f'<section><h2>{escape(part.title)}</h2><table class="lines">'
        '<thead><tr><th></th><th class="n">payments</th><th class="n">amount</th></tr></thead>'
        f'<tbody>{lines}<tr><th class="beside" colspan="3">{layout.BESIDE}</th></tr>{beside}</tbody></table>'
        f"{closes}"
        f"{_rows(part)}</section>"
    )


def _line(line: layout.Line) -> str:
    count = "" if line.count is None else f"{line.count:,}"
    kind = ' class="total remainder"' if line.label == layout.REMAINDER else ""
    if line.is_total and not kind:
        kind = ' class="total"'
    return (
        f'<tr{kind}><td>{escape(line.label)}</td><td class="n">{count}</td>'
        f'<td class="n">{layout.money(line.amount)}</td></tr>'
    )


def _rows(part: layout.Part) -> str:
    if not part.rows:
        return ""
    heads = "".join(f"<th>{head}</th>" for head in _ROW_HEADS)
    bodies = "".join(
        f'<tbody><tr><th class="item" colspan="{len(_ROW_HEADS) + 1}">{escape(name)}</th></tr>'
        + "".join(_row(row) for row in rows)
        + "</tbody>"
        for name, rows in part.rows
    )
    return f'<table class="rows"><thead><tr>{heads}<th class="n">Amount</th></tr></thead>{bodies}</table>'


def _row(row: Difference) -> str:
    return (
        f'<tr><td class="day">{row.balanced_on}</td><td>{escape(row.charge_type)}</td>'
        f"<td>{escape(row.patient_id)}</td>"
        + _origin(row.emr_payment_id, row.emr_file, row.emr_row)
        + _origin(row.billing_payment_id, row.billing_file, row.billing_row)
        + f"<td>{escape(row.adjustment_payment_id or '')}</td>"
        f'<td class="n">{layout.money(row.amount)}</td></tr>'
    )


def _origin(payment_id: str | None, file_name: str | None, row_number: int | None) -> str:
    place = f"<span>{escape(file_name)} row {row_number}</span>" if file_name else ""
    return f'<td class="origin">{escape(payment_id or "")}{place if payment_id else ""}</td>'
