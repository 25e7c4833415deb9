"""Deciding: what is entered into the journal, what is refused, and what the pages show of it."""

import re

import pytest
from starlette.testclient import TestClient

from journal.store import Journal
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import FOREIGN, World


def send(client: TestClient, path: str = "/receipts", **data: object) -> str:
    token = re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]
    answer = client.post(f"{path}/decide", data={"form_token": token, "trial": "no", **data})
    assert answer.status_code in {200, 409, 404}
    return answer.text


def entries(world: World) -> list:
    if not world.home.journal.exists():
        return []
    with Journal.open(world.home.journal, create=False) as journal:
        return list(journal.entries())


def test_a_decision_is_an_entry_of_the_journal_and_stands_beside_its_row(world: World, act_as: SignIn):
    client = act_as("operator")
    text = send(
        client, decision="hold", hold_until="2030-01-05", reason="claim is on its way", key=["R1", "R2"]
    )
    assert "2 entered on" in text
    found = entries(world)
    assert [(one.person, one.subject_id, one.action, one.reason) for one in found] == [
        ("operator", "R1", "set_status", "claim is on its way"),
        ("operator", "R2", "set_status", "claim is on its way"),
    ]
    assert found[0].facts == {"status": "Hold", "hold_until": "2030-01-05"}
    page = client.get("/receipts?decided_since_run.none=no&sort=receipt_id").text
    assert page.count(">Hold until 2030-01-05 (operator,") == 2
    assert "Hold until 2030-01-05 (operator," in client.get("/receipt/R1").text
    entry = world.access_log.latest(2)[1]
    assert (entry.action, entry.facts["decision"], entry.facts["allowed"]) == ("decided", "hold", 2)


def test_a_trial_says_what_would_be_and_enters_nothing(world: World, act_as: SignIn):
    text = send(act_as("operator"), decision="ignore", key="R1", trial="yes")
    assert "Nothing is entered yet. 1 would be entered" in text
    assert not entries(world)


def test_what_the_rules_of_the_desk_forbid_is_refused_with_its_reason(world: World, act_as: SignIn):
    text = send(act_as("operator"), decision="reverse", key="R1")
    assert "1 entered" in text
    text = send(act_as("operator"), decision="reverse", key="R1")
    assert "Nothing was entered." in text
    assert "Not allowed" in text
    assert len(entries(world)) == 1


def test_all_that_match_are_meant_when_they_still_are_as_many(world: World, act_as: SignIn):
    client = act_as("operator-of-p1")
    stale = send(client, decision="ignore", all="yes", query="status=Error", expected="9")
    assert "The list has changed" in stale
    assert not entries(world)
    text = send(client, decision="ignore", all="yes", query="status=Error", expected="3")
    assert "3 entered" in text
    assert [one.subject_id for one in entries(world)] == ["R1", "R2", "R3"]


def test_rows_out_of_scope_are_not_decided_about(world: World, act_as: SignIn):
    text = send(act_as("operator-of-l1"), decision="ignore", key=["R1", "R3", f"{FOREIGN}-R"])
    assert [one.subject_id for one in entries(world)] == ["R1"]
    assert FOREIGN not in text


def test_failed_charges_are_reprocessed_delayed_and_released(world: World, act_as: SignIn):
    client = act_as("operator")
    assert "1 entered" in send(
        client, "/failed-charges", decision="reprocess", key="A\x1fCH1", reason="mended"
    )
    assert "Say why" in send(client, "/failed-charges", decision="delay", key="A\x1fCH2", until="2030-01-01")
    text = send(
        client, "/failed-charges", decision="delay", key="A\x1fCH2", until="2030-01-01", reason="new card"
    )
    assert "1 entered" in text
    assert [(one.subject_id, one.action) for one in entries(world)] == [
        ("A|CH1", "reprocess"),
        ("A|CH2", "delay"),
    ]
    assert "delayed until 2030-01-01" in client.get("/failed-charges?charge_record_id=CH2").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"decision": "nothing", "key": "R1"}, "Choose what to do"),
        ({"decision": "ignore"}, "Select the rows"),
        ({"decision": "hold", "hold_until": "soon", "key": "R1"}, "Write the date"),
        ({"decision": "disburse", "amount": "ten", "code": "O", "key": "R1"}, "Give the amount"),
        ({"decision": "disburse", "amount": "1.005", "code": "O", "key": "R1"}, "whole cents"),
        ({"decision": "disburse", "amount": "1.00", "code": "O", "key": ["R1", "R2"]}, "select one row"),
        ({"decision": "ignore", "key": "R1\x1fR2"}, "There is no such page"),
    ],
)
def test_a_form_that_says_too_little_or_nonsense_enters_nothing(
    world: World, act_as: SignIn, data: dict[str, object], sentence: str
):
    assert sentence in send(act_as("operator"), **data)
    assert not entries(world)


def test_more_than_is_in_escrow_is_not_disbursed(world: World, act_as: SignIn):
    client = act_as("operator")
    assert "Nothing was entered." in send(client, decision="disburse", key="R1", amount="50.01", code="O")
    assert "1 entered" in send(client, decision="disburse", key="R1", amount="50.00", code="O")
    assert "Nothing was entered." in send(client, decision="disburse", key="R1", amount="0.01", code="O")


@pytest.mark.parametrize("person", ["viewer", "reviewer", "analyst", "administrator"])
def test_only_operators_decide(world: World, act_as: SignIn, person: str):
    client = act_as(person)
    token = re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]
    answer = client.post("/receipts/decide", data={"form_token": token, "decision": "ignore", "key": "R1"})
    assert answer.status_code == 403
    assert not entries(world)
    assert 'id="decide"' not in client.get("/receipts?status=Error").text


@pytest.mark.parametrize(
    "back", ["//example.org", "https://example.org", "\\\\example.org", "/receipts?status=New"]
)
def test_the_way_back_stays_on_this_server(act_as: SignIn, back: str):
    text = send(act_as("operator"), decision="ignore", key="R1", trial="yes", back=back)
    assert "example.org" not in text


ONE, TWO, FOREIGN_ONE = (f"{number:032x}" for number in (1, 2, 3))


def test_an_exception_is_given_to_somebody_and_waived_with_what_was_accepted(world: World, act_as: SignIn):
    client = act_as("operator")
    assert "2 entered on" in send(client, "/exceptions", decision="assign", to="noor", key=[ONE, TWO])
    send(client, "/exceptions", decision="waive", until="2026-12-01", reason="settled in May", key=ONE)
    first, _, waived = entries(world)
    assert (first.subject_kind, first.subject_id, first.facts["to"]) == ("exception", ONE, "noor")
    assert waived.facts == {
        "kind": "receipt_in_error", "business_key": "key-1", "what_was_found": "NO_CLAIM_FOUND",
        "amount_at_stake": "75.25", "until": "2026-12-01",
    }  # fmt: skip
    page = client.get("/exceptions?decided_since_run.none=no").text
    assert "given to noor (operator," in page
    assert "waived until 2026-12-01 (operator," in page


def test_what_an_exception_does_not_allow_is_refused_with_the_reason(world: World, act_as: SignIn):
    client = act_as("operator")
    assert "say what was done" in send(client, "/exceptions", decision="resolve", key=ONE).lower()
    assert not entries(world)
    assert "Nothing was entered." in send(client, "/exceptions", decision="reopen", reason="x", key=ONE)
    assert not entries(world)


def test_an_exception_of_another_location_is_not_decided_about(world: World, act_as: SignIn):
    send(act_as("operator-of-p1"), "/exceptions", decision="acknowledge", key=[ONE, FOREIGN_ONE])
    assert [entry.subject_id for entry in entries(world)] == [ONE]
