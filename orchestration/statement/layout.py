"""What stands on a statement and in which order, the same for text, workbook and page."""

from dataclasses import dataclass
from decimal import Decimal

from orchestration.statement.classes import TITLES
from orchestration.statement.statement import Close, Difference, Item, Statement, TieOutStatement

SIGN_OFF = ("Prepared by", "Reviewed by", "Date")
BASES = {
    "clinic": "each clinic's own date",
    "deposit": "deposit date",
    "posting": "posting date",
}
REMAINDER = "Remainder"
BESIDE = "Shown, never compared"
VIEWS = {
    "standard": "what the integration posted",
    "full_access": "what the integration and people posted",
}


@dataclass(frozen=True, slots=True)
class Part:
    """What is stated under one title; ``rows`` are those listed below it."""

    title: str
    statement: Statement
    rows: list[tuple[str, list[Difference]]]


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


def parts(whole: TieOutStatement) -> list[Part]:
    """All locations as one where there are several, then each of them with its rows."""
    single = [Part(title(place), place, rows_by_item(place)) for place in whole.locations]
    if len(single) < 2:
        return single
    together = whole.together
    return [Part(together.location_id, together, []), *single]


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
        found += [Line(f"{label}: {named(item)}", item.count, item.amount) for item in items]
        found.append(Line(f"{label} items", sum(item.count for item in items), _sum(items), is_total=True))
    found.append(Line(REMAINDER, None, statement.remainder, is_total=True))
    return found


def closes(statement: Statement) -> list[str]:
    """Which close of a month the figures go back to, and what became known after it."""
    return [text for close in statement.closes for text in _close(close)]


def _close(close: Close) -> list[str]:
    first = (
        f"{close.period_start_on:%B %Y}: closed on {close.closed_on} as version {close.close_version} with"
        f" EMR {money(close.emr_amount)}, billing {money(close.billing_amount)}."
    )
    if not close.change_count:
        return [first, "Nothing became known since; the figures here are that version's."]
    changes = "1 change" if close.change_count == 1 else f"{close.change_count:,} changes"
    return [
        first,
        f"The figures here include {changes} known since: EMR {_signed(close.emr_change)},"
        f" billing {_signed(close.billing_change)} (marts.restatement_log).",
    ]


def _signed(amount: Decimal) -> str:
    return f"{amount:+,.2f}" if amount else "0.00"


def beside(statement: Statement) -> list[Line]:
    """Figures that are shown and never compared."""
    return [
        Line("Amount due in the EMR", None, statement.due_amount),
        Line("Total charges in the EMR", None, statement.charge_amount),
        Line("Posted in billing by people", statement.staff_count, statement.staff_amount),
    ]


def rows_by_item(statement: Statement) -> list[tuple[str, list[Difference]]]:
    """The rows behind each item, under the words that the item has, in its order."""
    return [
        (
            named(item),
            [
                row
                for row in statement.differences
                if (row.difference_class, row.adjustment_payment_id is not None)
                == (item.difference_class, item.is_settled)
            ],
        )
        for item in [*statement.expected, *statement.exceptional]
    ]


def named(item: Item) -> str:
    """An item in words."""
    settled = ", settled" if item.is_settled else ""
    return f"{TITLES[item.difference_class]}{settled}"


def money(amount: Decimal | None) -> str:
    """An amount as people read it."""
    return "" if amount is None else f"{amount:,.2f}"


def _sum(items: list[Item]) -> Decimal:
    return sum((item.amount for item in items), Decimal("0.00"))
