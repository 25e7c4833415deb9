"""People with a part of the practices see nothing of the rest: no row, count, total, choice or export."""

import io
import re
from decimal import Decimal

import openpyxl
import pytest

from dashboards.tables.descriptor import ScopeRule, described
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import FOREIGN, World

SCOPED = [name for name, table in described().items() if table.scope is not ScopeRule.FULL]
LEAKS = re.compile(rf"{FOREIGN}|31,?337\.31|\bL3\b")


def leaks(text: str) -> list[str]:
    return LEAKS.findall(text)


@pytest.mark.parametrize("name", SCOPED)
def test_no_page_shows_what_is_not_in_scope(look_as: SignIn, name: str):
    client = look_as("operator-of-p1")
    table = described()[name]
    queries = [
        f"sort={table.sort}",
        *table.views.values(),
        *(f"group={','.join(one)}" for one in table.groups),
    ]
    for query in queries:
        answer = client.get(f"/{name}?{query}")
        assert answer.status_code == 200, query
        assert not leaks(answer.text), query
        nested = client.get(f"/{name}?{query}&part=nested&level=1")
        assert not leaks(nested.text), query


@pytest.mark.parametrize("name", SCOPED)
def test_no_export_holds_what_is_not_in_scope(look_as: SignIn, name: str):
    client = look_as("operator-of-p1")
    assert not leaks(client.get(f"/{name}/export.csv").text)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/{name}/export.xlsx").content))
    assert not leaks(" ".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row))


def test_everybody_with_full_scope_does_see_it(look_as: SignIn):
    """Or the tests above would prove nothing."""
    for name in (
        "receipts?sort=amount",
        "exceptions?sort=kind",
        "failed-charges?sort=amount",
        "claims?sort=claim_id",
    ):
        assert leaks(look_as("viewer").get(f"/{name}").text), name


def test_the_first_page_is_held_to_the_scope(look_as: SignIn):
    assert leaks(look_as("viewer").get("/").text)
    answer = look_as("operator-of-p1").get("/")
    assert not leaks(answer.text)
    assert "<b>1</b> critical exception<" in answer.text
    assert "<b>1</b> other exception<" in answer.text


def test_totals_count_only_what_is_in_scope(look_as: SignIn):
    whole = look_as("viewer").get("/receipts?sort=amount").text
    part = look_as("operator-of-p1").get("/receipts?sort=amount").text
    location = look_as("operator-of-l1").get("/receipts?sort=amount").text
    assert "5 rows" in whole
    assert "31,487.36" in whole
    assert "4 rows" in part
    assert f"{Decimal('50.00') + Decimal('20.05') + Decimal('30.00') + Decimal('50.00'):,.2f}" in part
    assert "3 rows" in location


@pytest.mark.parametrize(
    "path",
    [
        f"/receipt/{FOREIGN}-R",
        f"/claim/{FOREIGN}-C",
        f"/patient/{FOREIGN}",
        "/exceptions/record?key=" + f"{3:032x}",
        f"/receipts/record?key={FOREIGN}-R",
        f"/failed-charges/record?key=A&key={FOREIGN}-CH",
        "/statement/print?location=L3&from=2026-02-01&to=2026-03-01",
        "/run",
    ],
)
def test_what_is_not_in_scope_is_not_there(look_as: SignIn, path: str):
    answer = look_as("operator-of-p1").get(path)
    assert answer.status_code == 404
    assert not leaks(answer.text)
    if "statement" not in path:
        assert look_as("viewer").get(path).status_code == 200


def test_asking_for_it_by_name_finds_nothing(look_as: SignIn):
    client = look_as("operator-of-p1")
    for query in (
        "location_id=L3",
        "amount=31337.31",
        f"q={FOREIGN}",
        f"receipt_id={FOREIGN}-R",
        "amount.min=31000",
    ):
        answer = client.get(f"/receipts?{query}")
        assert "0 rows" in answer.text, query


def test_all_locations_together_need_full_scope(look_as: SignIn):
    answer = look_as("operator-of-p1").get("/statement/print?from=2026-02-01&to=2026-03-01")
    assert answer.status_code == 409


def test_a_practice_of_which_nothing_is_published_shows_nothing(world: World, act_as: SignIn):
    from dashboards.access.scope import Grant

    world.accounts.set_grant("viewer", Grant(practices=frozenset({"P9"})))
    client = act_as("viewer")
    assert "0 rows" in client.get("/receipts?sort=amount").text
