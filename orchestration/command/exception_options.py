"""Options of the commands on exceptions: the filters of the queue."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import click

from orchestration.command.entering import gathered
from orchestration.desk.exception_filter import ExceptionFilter

Result = TypeVar("Result")

STATUSES = ("open", "reopened", "acknowledged", "waived", "resolved")
SEVERITIES = ("critical", "warning", "info")


class Amount(click.ParamType[Decimal]):
    """An exact amount written as 12.50."""

    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount, or a usage error."""
        if isinstance(value, Decimal):
            return value
        try:
            amount = Decimal(str(value).replace(",", ""))
        except InvalidOperation:
            self.fail(f"{value} is not an amount; write it as 12.50", param, ctx)
        if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")) or abs(amount) >= 10**16:
            self.fail(f"{value} is not an amount of dollars and cents; write it as 12.50", param, ctx)
        return amount


_FILTERS = (
    click.option("--kind", "kinds", multiple=True, help="Only this kind, such as missing_in_billing."),
    click.option("--owner", "owners", multiple=True, help="Only this owner's work, such as 'front desk'."),
    click.option(
        "--severity", "severities", multiple=True, type=click.Choice(SEVERITIES), help="Only this severity."
    ),
    click.option("--location", "locations", multiple=True, help="Only this location id."),
    click.option("--patient", "patients", multiple=True, help="Only this patient account number."),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        type=click.Choice(STATUSES),
        help="Only this status; without it the two that are work, open and reopened.",
    ),
    click.option("--assigned-to", "assignees", multiple=True, help="Only what this person works."),
    click.option("--unassigned", "is_unassigned", is_flag=True, help="Only what nobody works."),
    click.option(
        "--root", "root_ids", multiple=True, help="Only what is there because of this exception (whole id)."
    ),
    click.option("--older-than", type=click.IntRange(0), help="First seen more days ago than this."),
    click.option("--amount-from", type=Amount(), help="At stake is this much or more."),
    click.option("--amount-to", type=Amount(), help="At stake is this much or less."),
    click.option("--text", help="This text is in the finding, a key or the file name."),
)
_FILTERED = (
    "kinds", "owners", "severities", "locations", "patients", "statuses", "assignees", "is_unassigned",
    "root_ids", "older_than", "amount_from", "amount_to", "text",
)  # fmt: skip


def filter_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Options that say which exceptions are meant; the command gets them as ``wanted``."""
    return gathered(command, _FILTERS, _FILTERED, "wanted", ExceptionFilter)
