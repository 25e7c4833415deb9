"""Options of the commands on receipts, and the types that read them."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import click

from orchestration.command.entering import IsoDate, gathered
from orchestration.desk.receipt_filter import ReceiptFilter

Result = TypeVar("Result")

STATUSES = ("New", "Hold", "Completed", "Error", "Reversed", "Ignore")


class Amount(click.ParamType[Decimal]):
    """Dollars and cents, exact."""

    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount, or a usage error."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            self.fail("that is not an amount; write it as 12.50", param, ctx)
        return amount


_FILTERS = (
    click.option(
        "--status", "statuses", multiple=True, type=click.Choice(STATUSES), help="Only this status."
    ),
    click.option("--code", "codes", multiple=True, help="Only this code, such as NO_CLAIM_FOUND."),
    click.option("--location", "locations", multiple=True, help="Only this location id."),
    click.option("--type", "receipt_types", multiple=True, help="Only this type, such as Co-Pay."),
    click.option("--patient", "patients", multiple=True, help="Only this patient account number."),
    click.option("--received-from", type=IsoDate(), help="Received on this date or later."),
    click.option("--received-to", type=IsoDate(), help="Received on this date or earlier."),
)
_FILTERED = ("statuses", "codes", "locations", "receipt_types", "patients", "received_from", "received_to")


def filter_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Options that say which receipts are meant; the command gets them as ``wanted``, a `ReceiptFilter`."""
    return gathered(command, _FILTERS, _FILTERED, "wanted", ReceiptFilter)
