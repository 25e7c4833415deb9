"""The statement as text for a screen or a printer."""

from textwrap import wrap

from orchestration.statement import layout
from orchestration.statement.statement import Difference, TieOutStatement

_WIDTH = 84


def as_text(whole: TieOutStatement, *, with_rows: bool) -> str:
    """Every location under the heading; ``with_rows`` lists the rows behind the items."""
    parts = ["\n".join(layout.heading(whole))]
    parts += [_part(part, with_rows) for part in layout.parts(whole)]
    parts.append("\n".join(f"{label + ':':<14}{'_' * 40}" for label in layout.SIGN_OFF))
    return "\n\n".join(parts) + "\n"


def _part(part: layout.Part, with_rows: bool) -> str:
    statement = part.statement
    drawn = [part.title, "=" * _WIDTH, f"{'':<56}{'payments':>9}{'amount':>19}"]
    for line in layout.lines(statement):
        if line.is_total:
            drawn.append(f"{'':<56}{'-' * (_WIDTH - 56)}")
        drawn.append(_line(line))
    drawn += ["", f"{layout.BESIDE}:"]
    drawn += [_line(line) for line in layout.beside(statement)]
    closes = layout.closes(statement)
    if closes:
        drawn += ["", *(line for text in closes for line in wrap(text, _WIDTH))]
    if with_rows:
        for name, rows in part.rows:
            drawn += ["", f"{name}:", *(_row(row) for row in rows)]
    return "\n".join(drawn)


def _line(line: layout.Line) -> str:
    count = "" if line.count is None else f"{line.count:,}"
    return f"{line.label:<56}{count:>9}{layout.money(line.amount):>19}"


def _row(row: Difference) -> str:
    sides = [
        f"{system} {payment} ({file}, row {number})"
        for system, payment, file, number in (
            ("EMR", row.emr_payment_id, row.emr_file, row.emr_row),
            ("billing", row.billing_payment_id, row.billing_file, row.billing_row),
        )
        if payment
    ]
    if row.adjustment_payment_id:
        sides.append(f"settled by billing {row.adjustment_payment_id}")
    what = f"{row.balanced_on}  {row.charge_type}, patient {row.patient_id}"
    return f"  {what:<63}{layout.money(row.amount):>19}\n{'':<14}{'; '.join(sides)}"
