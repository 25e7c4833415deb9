"""Options of the commands on receipts, and the types that read them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import TypeVar

import click

from orchestration.desk.receipt_filter import ReceiptFilter

Result = TypeVar("Result")

STATUSES = ("New", "Hold", "Completed", "Error", "Reversed", "Ignore")


class IsoDate(click.ParamType[date]):
    """A date written as 2026-03-31."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a date; write it as 2026-03-31", param, ctx)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """Who enters something, why, for which business date, and whether it is a trial."""

    person: str
    reason: str
    on: date | None
    dry_run: bool
    yes: bool
    as_json: bool


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

_ENTERING = (
    click.option(
        "--by",
        "person",
        required=True,
        envvar="TIEOUT_PERSON",
        show_envvar=True,
        help="Who decides; it stays with the entry.",
    ),
    click.option("--reason", default="", help="What is to be remembered about the decision."),
    click.option(
        "--on", type=IsoDate(), help="Business date of the entry; today, after the last published day."
    ),
    click.option("--dry-run", is_flag=True, help="Only say what would be entered."),
    click.option("--yes", is_flag=True, help="Enter it for more than 100 receipts as well."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
)
_ENTERED = ("person", "reason", "on", "dry_run", "yes", "as_json")


def filter_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Options that say which receipts are meant; the command gets them as ``wanted``, a `ReceiptFilter`."""
    return _gathered(command, _FILTERS, _FILTERED, "wanted", ReceiptFilter)


def entry_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Options of a command that enters something; it gets them as ``entering``, an `Entering`."""
    return _gathered(command, _ENTERING, _ENTERED, "entering", Entering)


def _gathered(
    command: Callable[..., Result],
    options: Sequence[Callable[[Callable[..., Result]], Callable[..., Result]]],
    names: Sequence[str],
    as_name: str,
    made: Callable[..., object],
) -> Callable[..., Result]:
    """The command with ``options``, which it gets as one object."""

    @wraps(command)
    def gathering(**given: object) -> Result:
        whole = made(**{name: given.pop(name) for name in names})
        return command(**given, **{as_name: whole})

    wrapped: Callable[..., Result] = gathering
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped
