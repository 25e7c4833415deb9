"""Every route, for everybody: who gets in and who does not. A route that is not listed here fails."""

import re

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboards.access.roles import PERMISSIONS, Permission, Role
from dashboards.routing import ROUTES
from dashboards.tables.descriptor import ScopeRule, described
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import PEOPLE, World

# Written out by hand: what the policy is meant to say, not what the code says.
MEANT: dict[Role, set[Permission]] = {
    Role.VIEWER: {Permission.SEE, Permission.EXPORT},
    Role.OPERATOR: {Permission.SEE, Permission.EXPORT, Permission.DECIDE, Permission.REVEAL},
    Role.REVIEWER: {
        Permission.SEE,
        Permission.EXPORT,
        Permission.REVIEW,
        Permission.REVEAL,
        Permission.SIGN,
    },
    Role.ANALYST: {Permission.SEE, Permission.EXPORT, Permission.ASK},
    Role.ADMINISTRATOR: {
        Permission.SEE,
        Permission.EXPORT,
        Permission.REVIEW,
        Permission.ADMINISTER,
        Permission.SIGN,
    },
}

FULL_SCOPE = {Permission.ASK, Permission.REVIEW, Permission.ADMINISTER}

WITHOUT_SIGN_IN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/provider"),
    ("GET", "/sign-in/return"),
    ("GET", "/assets/{version}/{name}"),
    ("GET", "/favicon.ico"),
}

ROUTES_MEANT = {
    ("GET", "/"): Permission.SEE,
    ("GET", "/statement"): Permission.SEE,
    ("GET", "/statement/print"): Permission.EXPORT,
    ("GET", "/close"): Permission.SEE,
    ("GET", "/close/{name}"): Permission.SEE,
    ("GET", "/close/{name}/evidence"): Permission.EXPORT,
    ("POST", "/close/{name}/prepare"): Permission.DECIDE,
    ("POST", "/close/{name}/review"): Permission.SIGN,
    ("POST", "/close/{name}/sign"): Permission.SIGN,
    ("POST", "/close/{name}/reopen"): Permission.SIGN,
    ("GET", "/deposit"): Permission.SEE,
    ("POST", "/deposit/choose"): Permission.DECIDE,
    ("POST", "/deposit/undo"): Permission.DECIDE,
    ("GET", "/receipt/{receipt_id}"): Permission.SEE,
    ("GET", "/claim/{claim_id}"): Permission.SEE,
    ("GET", "/patient/{patient_id}"): Permission.SEE,
    ("GET", "/what-if"): Permission.SEE,
    ("POST", "/what-if"): Permission.SEE,
    ("GET", "/run"): Permission.SEE,
    ("GET", "/ask"): Permission.ASK,
    ("POST", "/ask"): Permission.ASK,
    ("GET", "/people"): Permission.ADMINISTER,
    ("POST", "/people"): Permission.ADMINISTER,
    ("GET", "/access-log"): Permission.REVIEW,
    ("POST", "/receipts/decide"): Permission.DECIDE,
    ("GET", "/receipts/new"): Permission.DECIDE,
    ("POST", "/receipts/new"): Permission.DECIDE,
    ("POST", "/receipts/new/take-back"): Permission.DECIDE,
    ("GET", "/receipts/import"): Permission.DECIDE,
    ("POST", "/receipts/import"): Permission.DECIDE,
    ("POST", "/receipts/import/land"): Permission.DECIDE,
    ("POST", "/failed-charges/decide"): Permission.DECIDE,
    ("POST", "/exceptions/decide"): Permission.DECIDE,
    ("POST", "/reveal"): Permission.REVEAL,
    ("POST", "/sign-out"): Permission.SEE,
}
TABLES = (
    "balancing",
    "differences",
    "closed-months",
    "restatements",
    "exceptions",
    "kinds",
    "receipts",
    "posting-differences",
    "disbursements",
    "refunds",
    "escrow",
    "escrow-ageing",
    "bridge",
    "aged-receipts",
    "remittances",
    "era-claims",
    "balance-checks",
    "adjustments",
    "provider-adjustments",
    "legacy-clearing",
    "deposits",
    "money-trail",
    "failed-charges",
    "charge-reasons",
    "formatter-runs",
    "charge-rules",
    "claims-feed",
    "claims",
    "claim-lifecycle",
    "scrub",
    "billing-exceptions",
    "patients",
    "payment-log",
    "appointments",
    "applications",
    "receipt-messages",
    "claim-changes",
    "files",
    "expected-files",
    "repeated-deliveries",
    "deleted-rows",
    "quarantine",
    "corrections",
    "closed-periods",
    "sealed-figures",
    "close-log",
    "period-figures",
)
FULL_SCOPE_ONLY = {
    "remittances",
    "balance-checks",
    "adjustments",
    "provider-adjustments",
    "formatter-runs",
    "charge-rules",
    "patients",
    "files",
    "repeated-deliveries",
    "deleted-rows",
    "quarantine",
    "corrections",
}
for _name in TABLES:
    ROUTES_MEANT |= {
        ("GET", f"/{_name}"): Permission.SEE,
        ("GET", f"/{_name}/export.csv"): Permission.EXPORT,
        ("GET", f"/{_name}/export.xlsx"): Permission.EXPORT,
        ("GET", f"/{_name}/record"): Permission.SEE,
        ("GET", f"/{_name}/source"): Permission.SEE,
        ("POST", f"/{_name}/views"): Permission.SEE,
    }


def addressed(path: str) -> str:
    """An address of the route, for something that is not there."""
    return re.sub(r"\{\w+\}", "none", path)


def test_each_role_may_do_what_is_meant():
    assert {role: set(found) for role, found in PERMISSIONS.items()} == MEANT


def test_every_route_of_the_application_is_in_the_matrix(looked_at: World):
    served = {
        (method, route.path)
        for route in looked_at.application.routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert len(looked_at.application.routes) == len(served)
    assert served == set(ROUTES_MEANT) | WITHOUT_SIGN_IN


def test_every_route_asks_for_what_is_meant(looked_at: World):
    assert {(route.method, route.path): route.permission for route in ROUTES} == ROUTES_MEANT


def test_tables_of_several_locations_are_those_that_are_meant():
    found = {name for name, table in described().items() if table.scope is ScopeRule.FULL}
    assert found == FULL_SCOPE_ONLY


@pytest.mark.parametrize("cookie", [None, "made-up"])
def test_nobody_gets_in_without_signing_in(looked_at: World, cookie: str | None):
    client = TestClient(looked_at.application, base_url="http://127.0.0.1", follow_redirects=False)
    if cookie:
        client.cookies.set("tieout_session", cookie)
    for method, path in sorted(ROUTES_MEANT):
        answer = client.request(method, addressed(path))
        assert (answer.status_code, answer.headers.get("location")) == (303, "/sign-in"), (method, path)
        assert not answer.content


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_gets_in_where_meant_and_nowhere_else(look_as: SignIn, person: str):
    role, grant = PEOPLE[person]
    client = look_as(person)
    wrong = []
    for (method, path), permission in ROUTES_MEANT.items():
        if (method, path) == ("POST", "/sign-out"):
            continue
        # A form without its token is refused to everybody; the sentence tells the reasons apart.
        # A condition that no table has is answered with 400 to whoever is let in, and nothing is drawn.
        address = f"{addressed(path)}?nothing=1"
        answer = client.request(method, address, follow_redirects=False)
        refused = "That is not part of your role." in answer.text or "That needs full scope." in answer.text
        is_meant = permission in MEANT[role] and (permission not in FULL_SCOPE or grant.is_everything)
        if method == "POST":
            # Without the token of the form nothing is done for anybody; SQL's scope is looked at after that.
            if answer.status_code != 403 or refused is (permission in MEANT[role]):
                wrong.append((method, path, answer.status_code))
        elif refused is is_meant or (not is_meant and answer.status_code != 403) or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert not wrong


@pytest.mark.parametrize("name", sorted(FULL_SCOPE_ONLY))
@pytest.mark.parametrize("ending", ["", "/export.csv", "/export.xlsx", "/record?key=a"])
def test_tables_of_several_locations_are_not_there_for_scoped_people(look_as: SignIn, name: str, ending: str):
    answer = look_as("operator-of-p1").get(f"/{name}{ending}")
    assert answer.status_code == 404
