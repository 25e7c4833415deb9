"""A new receipt: money that came in and that billing has not delivered.

Belongs here: the form, and asking once more before a payment is entered that may be there already. Does not
belong here: what is allowed, which the journal's rules decide for the command line as well.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.office import EnteredReceipt, RefusedError
from dashboards.routing import guarded
from dashboards.visit import MissingError, Visit
from journal.receipt_entries import Reverse

_AMOUNT = re.compile(r"\$?(?:[0-9]{1,16}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.[0-9]{1,2})?")
_FIELDS = (
    "patient_id",
    "statement_id",
    "received_on",
    "amount",
    "receipt_type",
    "payment_method",
    "check_number",
    "location_id",
    "reason",
)
_OPTIONAL = ("statement_id", "check_number")
_NAMES = {
    "patient_id": "patient",
    "received_on": "date",
    "amount": "amount",
    "receipt_type": "type",
    "payment_method": "method",
    "location_id": "location",
}


@dataclass(frozen=True, slots=True)
class _Doubts:
    """Why a payment may be there already or be another patient's. ``equal`` are receipts within scope."""

    equal: tuple[str, ...] = ()
    is_unknown_patient: bool = False

    @property
    def as_text(self) -> str:
        """What the form sends back, so that exactly these doubts were seen."""
        return "|".join([*self.equal, *(["unknown patient"] if self.is_unknown_patient else [])])


@dataclass(slots=True)
class _UnreadableError(Exception):
    """A field that cannot be read."""

    sentence: str
    name: str = field(default="")


@guarded("/receipts/new", Permission.DECIDE)
def ask(visit: Visit) -> Response:
    """The form, empty but for what the address says, and what waits for the next run."""
    given = {name: visit.request.query_params.get(name, "") for name in _FIELDS}
    given["received_on"] = given["received_on"] or visit.house.office.today().isoformat()
    return _page(visit, given, entered=visit.request.query_params.get("entered", ""))


@guarded("/receipts/new", Permission.DECIDE, method="POST")
def enter(visit: Visit) -> Response:
    """Enter the receipt, or ask first where there are doubts that the person has not seen."""
    given = {name: visit.text(name) for name in _FIELDS}
    try:
        parts = _read(visit, given)
    except _UnreadableError as error:
        return _page(visit, given, problem=error.sentence, wrong=error.name)
    doubts = _doubts(visit, parts)
    if doubts.as_text and visit.text("seen") != doubts.as_text:
        return _page(visit, given, doubts=doubts)
    # Equal receipts of locations that the person may not see are no news to give; they are counted all the
    # same, so that billing's rows find the right one.
    try:
        outcome = visit.house.office.receipts.enter(parts, visit.account.name, is_another=True)
    except RefusedError as error:
        return _page(visit, given, problem=str(error))
    if outcome.refused:
        return _page(visit, given, problem=outcome.refused[0][1])
    receipt_id = outcome.allowed[0]
    visit.log(
        "decided",
        "patient",
        parts["patient_id"],
        {"decision": "new_receipt", "receipt": receipt_id, "entries": list(outcome.entry_numbers)},
        given["reason"],
    )
    return visit.to(f"/receipts/new?{urlencode({'entered': receipt_id})}")


@guarded("/receipts/new/take-back", Permission.DECIDE, method="POST")
def take_back(visit: Visit) -> Response:
    """Reverse a receipt that was entered by mistake, before the run shows it."""
    receipt_id = visit.text("receipt_id")
    if not any(one.receipt_id == receipt_id for one in _entered(visit)):
        raise MissingError
    draft = Reverse(receipt_id=receipt_id, reason=visit.text("reason") or "entered by mistake")
    outcome = visit.house.office.decide("receipt", [draft], visit.account.name, is_trial=False)
    visit.log(
        "decided",
        "receipt",
        receipt_id,
        {"decision": "reverse", "entries": list(outcome.entry_numbers)},
        draft.reason,
    )
    if outcome.refused:
        raise RefusedError(outcome.refused[0][1])
    return visit.to("/receipts/new")


def _read(visit: Visit, given: dict[str, str]) -> dict[str, Any]:
    """The fields as their types. Raises `_UnreadableError`."""
    for name, words in _NAMES.items():
        if not given[name]:
            raise _UnreadableError(f"Give the {words}.", name)
    try:
        received_on = date.fromisoformat(given["received_on"])
    except ValueError:
        raise _UnreadableError("Write the date as 2026-03-31.", "received_on") from None
    if not _AMOUNT.fullmatch(given["amount"]):
        raise _UnreadableError("Give the amount in dollars and cents, such as 25.00.", "amount")
    if not visit.scope.has(given["location_id"]):
        raise _UnreadableError("Choose one of your locations.", "location_id")
    return {
        **{name: given[name] for name in (*_NAMES, "reason")},
        **{name: given[name] or None for name in _OPTIONAL},
        "received_on": received_on,
        "amount": Decimal(given["amount"].removeprefix("$").replace(",", "")),
    }


def _doubts(visit: Visit, parts: dict[str, Any]) -> _Doubts:
    equal = visit.house.office.receipts.equal(parts["patient_id"], parts["received_on"], parts["amount"])
    within = sorted(receipt_id for receipt_id, location in equal.items() if visit.scope.has(location))
    of_patient = urlencode({"patient_id": parts["patient_id"]})
    is_known = any(
        visit.query(visit.table(name)).totals(visit.view(visit.table(name), of_patient), ()).count
        for name in ("receipts", "claims", "appointments")
        if visit.has_table(name)
    ) or any(one.patient_id == parts["patient_id"] for one in _entered(visit))
    return _Doubts(tuple(within), is_unknown_patient=not is_known)


def _entered(visit: Visit) -> list[EnteredReceipt]:
    return [one for one in visit.house.office.receipts.entered() if visit.scope.has(one.location_id)]


def _page(
    visit: Visit,
    given: dict[str, str],
    *,
    problem: str = "",
    wrong: str = "",
    doubts: _Doubts | None = None,
    entered: str = "",
) -> Response:
    form = visit.house.office.receipts.form()
    waiting = _entered(visit)
    return visit.page(
        "new_receipt.html",
        409 if doubts else 400 if problem else 200,
        title="New receipt",
        given=given,
        types=form.types,
        methods=form.methods,
        locations=[one for one in form.locations if visit.scope.has(one)],
        waiting=waiting,
        entered=next((one for one in waiting if one.receipt_id == entered), None),
        problem=problem,
        wrong=wrong,
        doubts=doubts,
        today=visit.house.office.today(),
    )
