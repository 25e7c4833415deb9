"""A deposit that could be several payments: both sides beside each other, and a person chooses."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from journal.entry import Entry
from journal.store import Journal
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import FOREIGN, ROWS, World, make_world

D1 = "/deposit?entry=9%7CD1"


def bank(deposit_id: str, amount: str, status: str = "ambiguous", **more: Any) -> dict[str, Any]:
    return piece(deposit_id, None, amount, "0.00", status, **more)


def books(name: str, amount: str, status: str = "ambiguous", **more: Any) -> dict[str, Any]:
    return piece(None, f"remittance|{name}", "0.00", amount, status, **more)


def piece(
    deposit_id: str | None, key: str | None, at_bank: str, in_books: str, status: str, **more: Any
) -> dict[str, Any]:
    given = {
        "piece_key": f"{deposit_id}-{key}", "match_group_key": "9|D1", "status": status,
        "bank_amount": at_bank, "expected_amount": in_books, "difference_amount": "0.00",
    }  # fmt: skip
    if deposit_id:
        given |= {
            "bank_account": "9", "deposit_id": deposit_id, "deposited_on": "2026-02-04",
            "channel": "electronic",
        }  # fmt: skip
    if key:
        given |= {
            "expected_key": key, "expected_kind": "remittance", "expected_on": "2026-02-03",
            "location_id": "L1", "trace_number": key.rpartition("|")[2],
        }  # fmt: skip
    return given | more


PIECES = [
    bank("D1", "1055.00"),
    bank("D2", "1055.00"),
    books("T-E", "1055.00"),
    books("T-F", "1055.00"),
    books(FOREIGN, "1055.00", "waiting_for_deposit", location_id="L3", match_group_key="x"),
    piece("D3", "remittance|T-A", "100.00", "100.00", "matched", match_group_key="9|D3"),
    piece("D4", f"remittance|{FOREIGN}-B", "7.00", "7.00", "matched", match_group_key="9|D4",
          location_id="L3"),
]  # fmt: skip


def deposit_world(root: Path) -> World:
    return make_world(root, {**ROWS, "marts.deposit_reconciliation": PIECES})


@pytest.fixture
def world(tmp_path: Path) -> World:
    return deposit_world(tmp_path / "home")


def send(client: TestClient, action: str = "choose", **data: object) -> str:
    token = re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]
    given = {"form_token": token, "entry": "9|D1", "bank_amount": "1055.00", "reason": "the bank's advice"}
    answer = client.post(f"/deposit/{action}", data=given | data)
    assert answer.status_code in {200, 403, 404, 409}
    return answer.text


def payment(name: str, amount: str = "1055.00") -> str:
    return f"remittance|{name}\x1f{amount}"


def entries(world: World) -> list[Entry]:
    if not world.home.journal.exists():
        return []
    with Journal.open(world.home.journal, create=False) as journal:
        return list(journal.entries())


def test_both_sides_are_shown_beside_each_other(world: World, act_as: SignIn):
    text = act_as("operator").get(D1).text
    assert "At the bank" in text
    assert text.count('name="payment"') == 3
    assert [text.index(name) for name in ("T-E", "T-F", FOREIGN)] == sorted(
        text.index(name) for name in ("T-E", "T-F", FOREIGN)
    )
    assert "fits as well as any" in text
    assert "9|D2" in text


def test_a_choice_is_an_entry_of_the_journal_and_shows_at_once(world: World, act_as: SignIn):
    client = act_as("operator")
    text = send(client, payment=payment("T-F"))
    assert "as entry 1 of the journal" in text
    assert "Chosen by operator since the run" in text
    (entry,) = entries(world)
    assert (entry.subject_kind, entry.subject_id, entry.action) == ("deposit", "9|D1", "choose")
    assert entry.facts == {"bank_amount": "1055.00", "payments": [["remittance|T-F", "1055.00"]]}
    other = client.get("/deposit?entry=9%7CD2").text
    assert "T-F" not in other
    assert "T-E" in other
    assert "chosen: remittance|T-F" in client.get("/deposits?status=ambiguous").text
    logged = world.access_log.latest(3)
    assert ("decided", "9|D1") in [(one.action, one.subject_id) for one in logged]


def test_a_choice_is_taken_back_with_a_reason(world: World, act_as: SignIn):
    client = act_as("operator")
    send(client, payment=payment("T-F"))
    assert "Say why" in send(client, "undo", reason="")
    assert "taken back" in send(client, "undo", reason="it was for another day")
    assert [one.action for one in entries(world)] == ["choose", "undo_choice"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose at least one"),
        ({"payment": payment("T-E"), "reason": " "}, "Say why"),
        ({"payment": payment("T-E", "55.00")}, "look again"),
        ({"payment": payment("T-E"), "bank_amount": "1.00"}, "look again"),
        ({"payment": payment("T-A", "100.00")}, "The list has changed"),
        ({"payment": "T-E"}, "The list has changed"),
        ({"payment": payment("T-E", "much")}, "cannot be read"),
        ({"payment": payment("T-A", "100.00"), "entry": "9|D3"}, "The list has changed"),
        ({"payment": payment("T-E"), "entry": "9|D9"}, "There is no such page"),
    ],
)
def test_what_cannot_be_chosen_enters_nothing(
    world: World, act_as: SignIn, data: dict[str, object], sentence: str
):
    assert sentence in send(act_as("operator"), **data)
    assert not entries(world)


def test_two_people_do_not_choose_one_payment_twice(world: World, act_as: SignIn):
    send(act_as("operator"), payment=payment("T-F"))
    text = send(act_as("operator"), entry="9|D2", payment=payment("T-F"))
    assert "The list has changed" in text
    assert len(entries(world)) == 1


def test_money_of_nobody_yet_is_for_people_with_full_scope(world: World, act_as: SignIn):
    client = act_as("operator-of-p1")
    assert client.get(D1).status_code == 404
    assert "There is no such page" in send(client, payment=payment("T-E"))
    assert client.get("/deposit?entry=9%7CD4").status_code == 404
    text = client.get("/deposit?entry=9%7CD3").text
    assert "explained already" in text
    assert FOREIGN not in text
    assert not entries(world)


@pytest.mark.parametrize("entry", ["", "9", "9|", "|D1", "9|none"])
def test_what_is_no_entry_of_the_bank_is_not_there(world: World, act_as: SignIn, entry: str):
    assert act_as("viewer").get("/deposit", params={"entry": entry}).status_code == 404
