"""Deciding about what is selected in a table: receipts, failed charges and exceptions.

Belongs here: what a form says and how the outcome is shown. Does not belong here: what is allowed (the
office's desks judge, by the journal's rules). Ids that were sent are looked up again within the person's
scope.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.office import RefusedError
from dashboards.routing import guarded
from dashboards.tables.columns import Table
from dashboards.visit import MissingError, Visit
from journal.action import Action
from journal.charge_entries import Delay, Release, Reprocess
from journal.entry import DraftError
from journal.exception_entries import Acknowledge, Assign, Comment, Reopen, Resolve, Waive
from journal.receipt_entries import Disburse, ForcePass, Link, Refund, Reverse, SetStatus, UndoDisbursement

MOST_AT_ONCE = 10_000

Field = Literal[
    "hold_until", "until", "claim_id", "appointment_id", "amount", "code", "method", "disbursement_id", "to"
]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a person can decide about what is selected.

    ``fields`` are asked for besides; ``facts`` are columns of the row that the entry keeps.
    """

    name: str
    title: str
    make: Callable[[Sequence[str], Mapping[str, Any]], Action]
    fields: tuple[Field, ...] = ()
    facts: tuple[str, ...] = ()
    is_for_one: bool = False


def _status(status: str) -> Callable[[Sequence[str], Mapping[str, Any]], Action]:
    def make(key: Sequence[str], given: Mapping[str, Any]) -> Action:
        until = _day(given["hold_until"]) if status == "Hold" else None
        return SetStatus(receipt_id=key[0], status=status, hold_until=until, reason=given["reason"])

    return make


_NAMES = ("kind", "business_key")
_ACCEPTED = ("what_was_found", "amount_at_stake")


def _of(key: Sequence[str], given: Mapping[str, Any], *facts: str) -> dict[str, Any]:
    """What every entry about an exception keeps, and the ``facts`` that this one keeps besides."""
    return {"exception_id": key[0], "reason": given["reason"]} | {
        name: given[name] for name in (*_NAMES, *facts)
    }


DECISIONS: dict[str, tuple[Choice, ...]] = {
    # A deposit has a page of its own: both sides are looked at together.
    "deposit": (),
    "receipt": (
        Choice("hold", "Set to Hold until", _status("Hold"), ("hold_until",)),
        Choice("new", "Set to New", _status("New")),
        Choice("ignore", "Set to Ignore", _status("Ignore")),
        Choice("error", "Set to Error", _status("Error")),
        Choice(
            "force",
            "Post ahead of the others",
            lambda key, given: ForcePass(receipt_id=key[0], reason=given["reason"]),
        ),
        Choice("reverse", "Reverse", lambda key, given: Reverse(receipt_id=key[0], reason=given["reason"])),
        Choice(
            "link_claim",
            "Link to a claim",
            lambda key, given: Link(receipt_id=key[0], claim_id=given["claim_id"], reason=given["reason"]),
            ("claim_id",),
            is_for_one=True,
        ),
        Choice(
            "link_appointment",
            "Link to an appointment",
            lambda key, given: Link(
                receipt_id=key[0], appointment_id=given["appointment_id"], reason=given["reason"]
            ),
            ("appointment_id",),
            is_for_one=True,
        ),
        Choice(
            "disburse",
            "Disburse",
            lambda key, given: Disburse(
                receipt_id=key[0],
                amount=_amount(given["amount"]),
                disbursement_code=given["code"],
                reason=given["reason"],
            ),
            ("amount", "code"),
            is_for_one=True,
        ),
        Choice(
            "undo_disbursement",
            "Undo a disbursement",
            lambda key, given: UndoDisbursement(
                receipt_id=key[0], disbursement_id=given["disbursement_id"], reason=given["reason"]
            ),
            ("disbursement_id",),
            is_for_one=True,
        ),
        Choice(
            "refund",
            "Refund",
            lambda key, given: Refund(
                receipt_id=key[0],
                amount=_amount(given["amount"]),
                refund_method=given["method"],
                reason=given["reason"],
            ),
            ("amount", "method"),
            is_for_one=True,
        ),
    ),
    "charge": (
        Choice(
            "reprocess",
            "Reprocess in the next run",
            lambda key, given: Reprocess(company_id=key[0], charge_record_id=key[1], reason=given["reason"]),
        ),
        Choice(
            "delay",
            "Delay until",
            lambda key, given: Delay(
                company_id=key[0],
                charge_record_id=key[1],
                until=_needed_day(given["until"]),
                reason=given["reason"],
            ),
            ("until",),
        ),
        Choice(
            "release",
            "End the delay",
            lambda key, given: Release(company_id=key[0], charge_record_id=key[1], reason=given["reason"]),
        ),
    ),
    "exception": (
        Choice(
            "assign",
            "Give to",
            lambda key, given: Assign(to=given["to"].strip() or None, **_of(key, given)),
            ("to",),
            _NAMES,
        ),
        Choice("comment", "Comment", lambda key, given: Comment(**_of(key, given)), facts=_NAMES),
        Choice(
            "acknowledge",
            "Acknowledge",
            lambda key, given: Acknowledge(**_of(key, given, *_ACCEPTED)),
            facts=(*_NAMES, *_ACCEPTED),
        ),
        Choice(
            "waive",
            "Waive until",
            lambda key, given: Waive(until=_needed_day(given["until"]), **_of(key, given, *_ACCEPTED)),
            ("until",),
            (*_NAMES, *_ACCEPTED),
        ),
        Choice("resolve", "Resolved", lambda key, given: Resolve(**_of(key, given)), facts=_NAMES),
        Choice("reopen", "Reopen", lambda key, given: Reopen(**_of(key, given)), facts=_NAMES),
    ),
}

_FIELDS: tuple[Field, ...] = (
    "hold_until",
    "until",
    "claim_id",
    "appointment_id",
    "amount",
    "code",
    "method",
    "disbursement_id",
    "to",
)


def decide(visit: Visit, name: str) -> Response:
    """Judge what was decided about the selected rows, enter what is allowed, and say what is not and why."""
    table = visit.table(name)
    kind = table.described.decisions
    choice = next((one for one in DECISIONS[kind or ""] if one.name == visit.text("decision")), None)
    if choice is None:
        raise RefusedError("Choose what to do with the selected rows.")
    keys = _selected(visit, table)
    if choice.is_for_one and len(keys) > 1:
        raise RefusedError(f"{choice.title}: select one row for this.")
    given: dict[str, str] = {name: visit.text(name) for name in ("reason", *_FIELDS)}
    try:
        facts = visit.query(table).facts_of(keys, choice.facts) if choice.facts else {}
        drafts = [choice.make(key, given | facts.get(key, {})) for key in keys]
    except DraftError as error:
        raise RefusedError(str(error)) from None
    is_trial = visit.text("trial") == "yes"
    outcome = visit.house.office.decide(kind or "", drafts, visit.account.name, is_trial=is_trial)
    visit.log(
        "tried" if is_trial else "decided",
        "table",
        name,
        {
            "decision": choice.name,
            "asked": len(keys),
            "allowed": len(outcome.allowed),
            "entries": list(outcome.entry_numbers),
        },
        given["reason"],
    )
    back = visit.text("back")
    return visit.page(
        "outcome.html",
        outcome=outcome,
        choice=choice,
        table=table,
        kind=kind,
        back=back if back.startswith("/") and not back.startswith("//") else table.described.path,
    )


def _selected(visit: Visit, table: Table) -> list[tuple[str, ...]]:
    """The keys that are meant and are within the person's scope, in the order of the table."""
    query = visit.query(table)
    width = len(table.described.key)
    if visit.text("all") == "yes":
        view = visit.view(table, visit.text("query"))
        keys = query.keys(view, MOST_AT_ONCE)
        if len(keys) > MOST_AT_ONCE:
            raise RefusedError(f"That is more than {MOST_AT_ONCE:,} at once. Filter further.")
        if visit.text("expected") != str(len(keys)):
            raise RefusedError("The list has changed since you looked at it. Load it again.")
        return keys
    sent = [tuple(key.split("\x1f")) for key in visit.form.getlist("key") if isinstance(key, str)]
    if not sent:
        raise RefusedError("Select the rows that are meant.")
    if len(sent) > MOST_AT_ONCE or any(len(key) != width for key in sent):
        raise MissingError
    within = query.keys_within(sent)
    return [key for key in dict.fromkeys(sent) if key in within]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DraftError("Write the date as 2026-03-31.") from None


def _needed_day(text: str) -> date:
    day = _day(text)
    if day is None:
        raise DraftError("Say until which day.")
    return day


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "").removeprefix("$"))
    except InvalidOperation:
        raise DraftError("Give the amount in dollars and cents, such as 25.00.") from None


@guarded("/receipts/decide", Permission.DECIDE, method="POST")
def decide_receipts(visit: Visit) -> Response:
    """Decide about receipts."""
    return decide(visit, "receipts")


@guarded("/failed-charges/decide", Permission.DECIDE, method="POST")
def decide_charges(visit: Visit) -> Response:
    """Decide about failed charges."""
    return decide(visit, "failed-charges")


@guarded("/exceptions/decide", Permission.DECIDE, method="POST")
def decide_exceptions(visit: Visit) -> Response:
    """Decide about exceptions."""
    return decide(visit, "exceptions")
