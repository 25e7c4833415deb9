"""Options of the commands on failed charges: the filters of the report."""

from collections.abc import Callable
from typing import TypeVar

import click

from orchestration.command.entering import gathered
from orchestration.desk.charge_filter import ChargeFilter

Result = TypeVar("Result")

STATUSES = ("failing", "reprocess_requested", "delayed", "released", "adjudicated", "voided")
FILING = ("due", "near", "open", "passed", "not_evaluable")

_FILTERS = (
    click.option("--company", "companies", multiple=True, help="Only this company."),
    click.option("--practice", "practices", multiple=True, help="Only this practice."),
    click.option("--location", "locations", multiple=True, help="Only this location id."),
    click.option("--run", "run_numbers", multiple=True, help="Only what this run refused last, such as F3."),
    click.option("--reason-code", "reasons", multiple=True, help="Only this reason, such as FC09."),
    click.option("--owner", "owners", multiple=True, help="Only this owner's work, such as 'front desk'."),
    click.option("--payer", "payers", multiple=True, help="Only this payer id."),
    click.option(
        "--filing", multiple=True, type=click.Choice(FILING), help="Only this state of the filing limit."
    ),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        type=click.Choice(STATUSES),
        help="Only this status; without it the three that are work.",
    ),
    click.option(
        "--older-than", type=click.IntRange(0), help="Failed for the first time more days ago than this."
    ),
)
_FILTERED = (
    "companies", "practices", "locations", "run_numbers", "reasons", "owners", "payers", "filing", "statuses",
    "older_than",
)  # fmt: skip


def filter_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Options that say which charges are meant; the command gets them as ``wanted``, a `ChargeFilter`."""
    return gathered(command, _FILTERS, _FILTERED, "wanted", ChargeFilter)
