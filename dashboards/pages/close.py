"""Closing periods: where each stands, its checklist, and the steps that people take.

Belongs here: what the address and the form say, and the scope of the location. Does not belong here: who may
take which step and when a signature lapses (the office asks the journal).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from dashboards.access.roles import Permission
from dashboards.closing import STEP_NAMES, ListedPeriod, ShownPeriod, ShownTieOut, StepName
from dashboards.office import RefusedError
from dashboards.pages.close_drill import PRACTICE, exceptions_of, rows_of
from dashboards.routing import guarded
from dashboards.tables.view import ViewError
from dashboards.visit import MissingError, Visit
from journal.close_figures import LateItem, late_item
from journal.close_standing import LAPSED
from journal.close_state import OPEN, PREPARED, REVIEWED, SIGNED
from journal.entry import DraftError
from journal.period import ALL_LOCATIONS, KINDS, Period, PeriodKind, period_named

PERIODS_SHOWN = 26
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9.-]")
KIND_TITLES = {"month": "Months", "week": "Weeks", "day": "Days"}

#: Word for how far something ties, or where it stands -> tone. Green is for what needs nobody.
TONES = {
    "reconciled": "good", "pending": "", "warnings": "warn", "breaks": "bad", "incomplete": "bad",
    OPEN: "", PREPARED: "", REVIEWED: "", SIGNED: "good", LAPSED: "bad",
}  # fmt: skip

STEP_TITLES: dict[StepName, str] = {
    "prepare": "Prepare",
    "review": "Review",
    "sign": "Sign",
    "reopen": "Open again",
}
STEP_MEANINGS: dict[StepName, str] = {
    "prepare": "The figures are complete and every open item is known. Somebody else reviews them.",
    "review": "I went through the checklist that somebody else prepared, and agree.",
    "sign": "The period is closed with these figures.",
    "reopen": "The signature is taken back, so that the period can be closed with other figures.",
}
PERMISSIONS: dict[StepName, Permission] = {
    "prepare": Permission.DECIDE,
    "review": Permission.SIGN,
    "sign": Permission.SIGN,
    "reopen": Permission.SIGN,
}


#: Where the period stands -> what comes next, for people whose role does not have that step.
WAITS_FOR = {
    OPEN: "It waits for somebody who prepares periods: an operator.",
    PREPARED: "It waits for somebody else who reviews it: a reviewer or an administrator.",
    REVIEWED: "It waits for a signature: of a reviewer or an administrator.",
    SIGNED: "",
}
WAITS_FOR_ITS_END = "The period is still running. It can be prepared after a run that has its last day."


@dataclass(frozen=True, slots=True)
class Offered:
    """A step as the page offers it. ``refusal`` says why it cannot be taken now."""

    name: StepName
    title: str
    meaning: str
    refusal: str | None
    needs_reason: bool


@guarded("/close", Permission.SEE)
def periods(visit: Visit) -> Response:
    """Every period of a kind and location, newest first, with where it stands and how far it ties."""
    given = visit.request.query_params
    kind = _kind(given.get("kind") or "month")
    places = _places(visit)
    location_id = given.get("location") or (places[0] if places else "")
    if location_id not in (places or [""]):
        raise MissingError
    office = visit.house.office.close
    every = visit.cached(
        ("close", kind, location_id), lambda: office.listed(kind, location_id) if places else []
    )
    before = given.get("before", "")
    older = [period for period in every if not before or period.start_on.isoformat() < before]
    shown = older[:PERIODS_SHOWN]
    listed: Sequence[ListedPeriod] = visit.cached(
        ("close", kind, location_id, before), lambda: office.standings(shown)
    )
    return visit.page(
        "close.html",
        title="Close",
        kind=kind,
        kinds=KIND_TITLES,
        location_id=location_id,
        places=places,
        listed=listed,
        older=shown[-1].start_on.isoformat() if len(older) > len(shown) else "",
        is_newest=not before,
        tones=TONES,
        late_count=lambda one: len(one.standing.late),
        address=address_of,
        place_name=place_name,
    )


@guarded("/close/{name}", Permission.SEE)
def period_page(visit: Visit) -> Response:
    """The checklist of a period, who took which step, and what this person can do."""
    period = _period(visit, visit.request.query_params.get("location", ALL_LOCATIONS))
    return _page(visit, period)


@guarded("/close/{name}/evidence", Permission.EXPORT)
def evidence(visit: Visit) -> Response:
    """The pack of a period, which proves itself."""
    period = _period(visit, visit.request.query_params.get("location", ALL_LOCATIONS))
    pack = visit.house.office.close.evidence(period)
    visit.log("exported", "evidence", period.key, {"sums_sha256": pack.sums_sha256})
    # A location may be called anything; the header takes plain letters only.
    plain = _NOT_PLAIN.sub("_", f"evidence-{period.name}-{period.location_id}.zip")
    return Response(
        pack.content,
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{plain}"'},
    )


def _take(visit: Visit, step: StepName) -> Response:
    period = _period(visit, visit.text("location"))
    reason = visit.text("reason")
    seen_entry = visit.text("seen_entry")
    if not seen_entry.isdecimal():
        raise ViewError("what was seen")
    outcome = visit.house.office.close.take(
        step, period, visit.account.name, reason, visit.text("seen_sha256"), int(seen_entry)
    )
    visit.log(
        "decided",
        "period",
        period.key,
        {"decision": step, "allowed": len(outcome.allowed), "entries": list(outcome.entry_numbers)},
        reason,
    )
    if outcome.refused:
        return _page(visit, period, refused=outcome.refused[0][1])
    return visit.to(f"{address_of(period)}&entered={outcome.entry_numbers[0]}")


@guarded("/close/{name}/prepare", PERMISSIONS["prepare"], method="POST")
def prepare(visit: Visit) -> Response:
    """Say that the figures are complete."""
    return _take(visit, "prepare")


@guarded("/close/{name}/review", PERMISSIONS["review"], method="POST")
def review(visit: Visit) -> Response:
    """Agree with what somebody else prepared."""
    return _take(visit, "review")


@guarded("/close/{name}/sign", PERMISSIONS["sign"], method="POST")
def sign(visit: Visit) -> Response:
    """Close the period with its figures."""
    return _take(visit, "sign")


@guarded("/close/{name}/reopen", PERMISSIONS["reopen"], method="POST")
def reopen(visit: Visit) -> Response:
    """Take the signature back."""
    return _take(visit, "reopen")


def address_of(period: Period) -> str:
    """The page of a period."""
    return f"/close/{period.name}?{urlencode({'location': period.location_id})}"


def place_name(location_id: str) -> str:
    """A location as people call it."""
    return {ALL_LOCATIONS: "all locations", PRACTICE: "no single location"}.get(location_id, location_id)


def words(name: str) -> str:
    """A figure or a tie-out as people read it."""
    told = name.replace("_", " ").replace("emr", "EMR")
    return told[:1].upper() + told[1:]


def _page(visit: Visit, period: Period, refused: str = "") -> Response:
    # It is read anew each time: a step may have been taken a moment ago.
    shown = visit.house.office.close.shown(period, visit.account.name)
    if shown is None:
        raise MissingError
    standing = shown.listed.standing
    entered = visit.request.query_params.get("entered", "")
    return visit.page(
        "close_period.html",
        title=f"{period.name} of {place_name(period.location_id)}",
        period=period,
        shown=shown,
        standing=standing,
        place=place_name(period.location_id),
        tones=TONES,
        offered=_offered(visit, shown),
        refused=refused,
        entered=next((one for one in shown.entries if str(one.entry_number) == entered), None),
        late=_late(standing.late),
        rows=_rows(visit, period, shown.tie_outs),
        exceptions={one.name: exceptions_of(visit, one.exception_ids) for one in shown.tie_outs},
        siblings=_siblings(visit, period),
        address=address_of,
        place_name=place_name,
        statement=_statement(visit, period),
        waits_for=WAITS_FOR[standing.state.status] if shown.listed.is_over else WAITS_FOR_ITS_END,
        words=words,
    )


def _offered(visit: Visit, shown: ShownPeriod) -> list[Offered]:
    """The steps that come next, as far as this person's role has them."""
    status = shown.listed.standing.state.status
    nexts: dict[str, tuple[StepName, ...]] = {
        OPEN: ("prepare",), PREPARED: ("review", "prepare"), REVIEWED: ("sign", "prepare"),
        SIGNED: ("reopen",),
    }  # fmt: skip
    is_reconciled = shown.listed.how_far.word == "reconciled"
    return [
        Offered(
            name,
            f"{STEP_TITLES[name]}{' anew' if name == 'prepare' and status != OPEN else ''}",
            STEP_MEANINGS[name],
            shown.refusals[name],
            name == "reopen" or (name == "sign" and not is_reconciled),
        )
        for name in nexts[status]
        if visit.may(PERMISSIONS[name])
    ]


def _rows(visit: Visit, period: Period, tie_outs: tuple[ShownTieOut, ...]) -> Mapping[tuple[str, str], str]:
    return {
        (one.name, figure.name): rows_of(visit, period, one.name, figure.name)
        for one in tie_outs
        for figure in one.figures
    }


def _late(lines: tuple[str, ...]) -> list[tuple[LateItem, str]]:
    """Each late item with the name of the period that it is of."""
    return [(item, item.signed) for item in map(late_item, lines)]


def _siblings(visit: Visit, period: Period) -> Sequence[ListedPeriod]:
    """The same period of each location, beside the one of all."""
    if period.location_id != ALL_LOCATIONS:
        return []
    places = [place for place in _places(visit) if place != ALL_LOCATIONS]
    same = [Period(period.kind, period.start_on, place) for place in places]
    found: Sequence[ListedPeriod] = visit.cached(
        ("close siblings", period.key), lambda: visit.house.office.close.standings(same)
    )
    return found


def _statement(visit: Visit, period: Period) -> str:
    if period.location_id == PRACTICE or not visit.may(Permission.EXPORT):
        return ""
    asked: dict[str, object] = {
        "from": period.start_on,
        "to": period.end_on,
        "basis": "clinic",
        "view": "standard",
    }
    if period.location_id != ALL_LOCATIONS:
        asked["location"] = period.location_id
    return f"/statement/print?{urlencode(asked)}"


def _places(visit: Visit) -> list[str]:
    """The locations that this person may see, all of them together first where that is allowed."""
    known = visit.cached(("close places",), visit.house.office.close.locations)
    if visit.scope.is_full:
        return [ALL_LOCATIONS, *(place for place in known if place != PRACTICE), *_practice(known)]
    return [place for place in known if place != PRACTICE and visit.scope.has(place)]


def _practice(known: Sequence[str]) -> list[str]:
    return [PRACTICE] if PRACTICE in known else []


def _period(visit: Visit, location_id: str) -> Period:
    """The period of the address, within this person's scope."""
    if location_id not in _places(visit):
        raise MissingError
    try:
        return period_named(visit.request.path_params["name"], location_id)
    except DraftError as error:
        raise RefusedError(str(error)) from None


def _kind(text: str) -> PeriodKind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise ViewError("the kind of period")


assert set(STEP_TITLES) == set(STEP_NAMES)
