"""One entry of the bank: the payments that it could be, side by side, and the choice between them.

Belongs here: what the form says, and the scope. Does not belong here: what can be chosen (the office's desk
asks the journal's rules).
"""

from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.depositing import ShownDeposit
from dashboards.office import RefusedError
from dashboards.routing import guarded
from dashboards.visit import MissingError, Visit
from journal.action import Action
from journal.deposit_entries import ChooseDeposit, UndoChoice
from journal.deposit_refusals import OPEN_AT_BANK
from journal.entry import DraftError

PERSON = "person"
_BETWEEN = "\x1f"

NEARNESS = {
    "chosen": "chosen",
    "fits": "fits as well as any",
    "suggested": "adds up, a hint only",
    "same_amount": "the same amount",
}


@guarded("/deposit", Permission.SEE)
def deposit_page(visit: Visit) -> Response:
    """An entry of the bank with the payments that it could be."""
    return _page(visit, _shown(visit, visit.request.query_params.get("entry", "")))


@guarded("/deposit/choose", Permission.DECIDE, method="POST")
def choose(visit: Visit) -> Response:
    """Say that the entry is the selected payments."""
    shown = _shown(visit, visit.text("entry"))
    sent = [one.split(_BETWEEN) for one in visit.form.getlist("payment") if isinstance(one, str)]
    within = {one["expected_key"] for one in shown.candidates}
    if any(len(one) != 2 or one[0] not in within for one in sent):
        raise RefusedError("The list has changed since you looked at it. Load it again.")
    try:
        draft = ChooseDeposit(
            entry_key=shown.entry_key,
            bank_amount=Decimal(visit.text("bank_amount")),
            payments=tuple((key, Decimal(amount)) for key, amount in sent),
            reason=visit.text("reason"),
        )
    except InvalidOperation:
        raise RefusedError("The amounts that were looked at cannot be read. Load the page again.") from None
    except DraftError as error:
        raise RefusedError(str(error)) from None
    return _entered(visit, shown, draft)


@guarded("/deposit/undo", Permission.DECIDE, method="POST")
def undo(visit: Visit) -> Response:
    """Take a choice back."""
    shown = _shown(visit, visit.text("entry"))
    try:
        draft = UndoChoice(entry_key=shown.entry_key, reason=visit.text("reason"))
    except DraftError as error:
        raise RefusedError(str(error)) from None
    return _entered(visit, shown, draft)


def _entered(visit: Visit, shown: ShownDeposit, draft: Action) -> Response:
    outcome = visit.house.office.decide("deposit", [draft], visit.account.name, is_trial=False)
    visit.log(
        "decided",
        "deposit",
        shown.entry_key,
        {
            "decision": draft.action,
            "allowed": len(outcome.allowed),
            "entries": list(outcome.entry_numbers),
        },
        draft.reason,
    )
    if outcome.refused:
        return _page(visit, shown, refused=outcome.refused[0][1])
    return visit.to(f"{address_of(shown.entry_key)}&entered={outcome.entry_numbers[0]}")


def address_of(entry_key: str) -> str:
    """The page of an entry of the bank."""
    return f"/deposit?{urlencode({'entry': entry_key})}"


def _page(visit: Visit, shown: ShownDeposit, refused: str = "") -> Response:
    entered = visit.request.query_params.get("entered", "")
    account, _, deposit_id = shown.entry_key.rpartition("|")
    chosen = set(shown.choice.payments) if shown.choice else set()
    return visit.page(
        "deposit.html",
        title=f"Deposit {deposit_id}",
        shown=shown,
        account=account,
        deposit_id=deposit_id,
        nearness=NEARNESS,
        chosen=[one for one in shown.candidates if one["expected_key"] in chosen],
        open_candidates=[one for one in shown.candidates if one["expected_key"] not in chosen],
        is_open=shown.facts["status"] in OPEN_AT_BANK or shown.facts["chosen_by"] is not None,
        is_kept=shown.facts["chosen_by"] is not None,
        refused=refused,
        entered=next((one for one in shown.entries if str(one.entry_number) == entered), None),
        address=address_of,
        rows=f"/deposits?{urlencode({'bank_account': account, 'deposit_id': deposit_id})}",
        between=_BETWEEN,
        leads=_leads,
    )


def _leads(candidate: dict[str, object]) -> str:
    """Where an expected payment is told in full."""
    if candidate["receipt_id"]:
        return f"/receipt/{candidate['receipt_id']}"
    if candidate["remittance_key"]:
        return f"/era-claims?{urlencode({'remittance_key': str(candidate['remittance_key'])})}"
    return f"/deposits?{urlencode({'expected_key': str(candidate['expected_key'])})}"


def _shown(visit: Visit, entry_key: str) -> ShownDeposit:
    """The entry, when all of its money is within this person's scope; payments out of scope are left out."""
    table = visit.table("deposits")
    account, bar, deposit_id = entry_key.rpartition("|")
    if not bar or not deposit_id:
        raise MissingError
    view = visit.view(table, urlencode({"bank_account": account, "deposit_id": deposit_id}))
    within = visit.query(table).totals(view, ("bank_amount",))
    shown = visit.house.office.deposits.shown(entry_key) if within.count else None
    if shown is None or within.sums["bank_amount"] != shown.facts["amount"]:
        raise MissingError
    if visit.scope.is_full:
        return shown
    seen = [one for one in shown.candidates if visit.scope.has(one["location_id"])]
    return ShownDeposit(shown.entry_key, shown.facts, seen, (), shown.choice, shown.is_lapsed, shown.entries)
