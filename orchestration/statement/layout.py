"""What stands on a statement and in which order, the same for text, workbook and page."""

from dataclasses import dataclass
from decimal import Decimal

from orchestration.statement.classes import TITLES
from orchestration.statement.statement import Item, Statement, TieOutStatement

SIGN_OFF = ("Prepared by", "Reviewed by", "Date")
BASES = {
    "clinic": "each clinic's own date",
    "deposit": "deposit date",
    "posting": "posting date",
}
VIEWS = {
    "standard": "what the integration posted",
    "full_access": "what the integration and people posted",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is, how many payments, the amount. One that `is_total` is drawn under a rule."""

    label: str
    count: int | None = None
    amount: Decimal | None = None
    is_total: bool = False


def heading(whole: TieOutStatement) -> list[str]:
    """What was asked and what it was read from."""
    return [
        f"{whole.practice_name}: EMR against billing",
        f"{whole.start} to {whole.end}, billing by {BASES[whole.basis]}, {VIEWS[whole.view]}",
        f"as of {whole.as_of}, run {whole.run_id}",
    ]


def title(statement: Statement) -> str:
    """The location and how it balances."""
    name = f" {statement.location_name}" if statement.location_name else ""
    return f"{statement.location_id}{name} (balances by {statement.clinic_date_basis})"


def lines(statement: Statement) -> list[Line]:
    """The statement from the EMR's figure to the remainder."""
    found = [
        Line("EMR: payments marked Paid", statement.emr_count, statement.emr_amount),
        Line("Billing", statement.billing_count, statement.billing_amount),
        Line("Difference", None, statement.difference, is_total=True),
    ]
    for label, items in (("Expected", statement.expected), ("Exceptional", statement.exceptional)):
        found += [Line(f"{label}: {_named(item)}", item.count, item.amount) for item in items]
        found.append(Line(f"{label} items", sum(item.count for item in items), _sum(items), is_total=True))
    found.append(Line("Remainder", None, statement.remainder, is_total=True))
    return found


def beside(statement: Statement) -> list[Line]:
    """Figures that are shown and never compared."""
    return [
        Line("Amount due in the EMR", None, statement.due_amount),
        Line("Total charges in the EMR", None, statement.charge_amount),
        Line("Posted in billing by people", statement.staff_count, statement.staff_amount),
    ]


def _named(item: Item) -> str:
    settled = ", settled" if item.is_settled else ""
    return f"{TITLES[item.difference_class]}{settled}"


def money(amount: Decimal | None) -> str:
    """An amount as people read it."""
    return "" if amount is None else f"{amount:,.2f}"


def _sum(items: list[Item]) -> Decimal:
    return sum((item.amount for item in items), Decimal("0.00"))
