"""A new receipt on its page: what is entered, what is asked first, and what is refused."""

import re

import pytest
from starlette.testclient import TestClient

from tests.dashboards.conftest import SignIn
from tests.dashboards.test_decisions import entries
from tests.dashboards.world import World

USUAL = {
    "patient_id": "R1-patient",
    "received_on": "2026-02-20",
    "amount": "1,025.50",
    "receipt_type": "Co-Pay",
    "payment_method": "Check",
    "check_number": "1234",
    "location_id": "L1",
    "reason": "came by mail",
}
EQUAL = {"received_on": "2026-02-10", "amount": "50.00"}


def send(client: TestClient, path: str = "/receipts/new", **changes: str) -> tuple[int, str]:
    """The status of the answer to the form, and the page that the person then sees."""
    token = re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)[1]
    answer = client.post(path, data={"form_token": token, **USUAL, **changes}, follow_redirects=False)
    return answer.status_code, (client.get(answer.headers["location"]) if answer.is_redirect else answer).text


def test_a_receipt_is_an_entry_of_the_journal_and_waits_for_the_run(world: World, act_as: SignIn):
    client = act_as("operator")
    status, text = send(client)
    assert status == 303
    assert "Entered as <b>J-1</b>: 1,025.50 of patient R1-patient" in text
    (entry,) = entries(world)
    assert (entry.person, entry.subject_id, entry.action, entry.reason) == (
        "operator",
        "J-1",
        "new_receipt",
        "came by mail",
    )
    assert entry.facts == {
        "patient_id": "R1-patient",
        "received_on": "2026-02-20",
        "amount": "1025.50",
        "receipt_type": "Co-Pay",
        "payment_method": "Check",
        "check_number": "1234",
        "location_id": "L1",
    }
    logged = next(one for one in world.access_log.latest(3) if one.action == "decided")
    assert (logged.subject_kind, logged.subject_id) == ("patient", "R1-patient")
    assert "1025.50" not in logged.details
    assert "came by mail" not in logged.details


def test_an_equal_receipt_is_asked_about_and_entered_when_it_is_another(world: World, act_as: SignIn):
    client = act_as("operator")
    status, text = send(client, **EQUAL)
    assert status == 409
    assert "This payment may be there already" in text
    assert '<a href="/receipt/R1">R1</a>' in text
    assert not entries(world)
    assert send(client, **EQUAL, seen="R1")[0] == 303
    assert entries(world)[0].facts["besides"] == ["R1"]
    # The one that was just entered is asked about as well.
    status, text = send(client, **EQUAL, seen="R1")
    assert status == 409
    assert "J-1" in text
    assert send(client, **EQUAL, seen="J-1|R1")[0] == 303
    assert entries(world)[1].facts["besides"] == ["J-1", "R1"]


def test_a_patient_of_whom_nothing_is_known_is_asked_about(world: World, act_as: SignIn):
    status, text = send(act_as("operator"), patient_id="R1-patiant")
    assert (status, "Nothing is known of this patient" in text) == (409, True)
    assert not entries(world)


def test_equal_receipts_of_other_locations_are_counted_but_not_told(world: World, act_as: SignIn):
    equal = {"patient_id": "FOREIGN-R-patient", "received_on": "2026-02-10", "amount": "31337.31"}
    client = act_as("operator-of-l1")
    status, text = send(client, **equal)
    assert status == 409
    assert "Nothing is known of this patient" in text
    assert "FOREIGN-R<" not in text
    assert "may be there already" not in text
    assert send(client, **equal, seen="unknown patient")[0] == 303
    assert entries(world)[0].facts["besides"] == ["FOREIGN-R"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "25.005"}, "dollars and cents"),
        ({"amount": "2e3"}, "dollars and cents"),
        ({"amount": "NaN"}, "dollars and cents"),
        ({"amount": "1,0"}, "dollars and cents"),
        ({"amount": "-5"}, "dollars and cents"),
        ({"amount": "0.00"}, "more than zero"),
        ({"amount": ""}, "Give the amount"),
        ({"received_on": "02/10/2026"}, "2026-03-31"),
        ({"received_on": "2199-01-01"}, "dated after today"),
        ({"receipt_type": "Copay"}, "choose one of"),
        ({"payment_method": "Shells"}, "choose one of"),
        ({"check_number": "=1+1"}, "letters, digits"),
        ({"location_id": "L2"}, "Choose one of your locations"),
        ({"patient_id": ""}, "Give the patient"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_entered(
    world: World, act_as: SignIn, changes: dict[str, str], sentence: str
):
    status, text = send(act_as("operator-of-l1"), **changes)
    assert status in {400, 409}
    assert sentence in text
    assert not entries(world)


def test_a_receipt_entered_by_mistake_is_taken_back(world: World, act_as: SignIn):
    client = act_as("operator")
    send(client)
    _, text = send(client, "/receipts/new/take-back", receipt_id="J-1", reason="")
    assert "Reversed" in text
    assert [(one.action, one.subject_id) for one in entries(world)] == [
        ("new_receipt", "J-1"),
        ("reverse", "J-1"),
    ]
    # It is no payment any more, so the same may be entered without a question.
    assert send(client)[0] == 303
    assert "besides" not in entries(world)[2].facts


def test_nobody_takes_back_what_is_of_another_location(world: World, act_as: SignIn):
    send(act_as("operator"), location_id="L2")
    assert "J-1" not in act_as("operator-of-l1").get("/receipts/new").text
    assert send(act_as("operator-of-l1"), "/receipts/new/take-back", receipt_id="J-1")[0] == 404
    assert send(act_as("operator"), "/receipts/new/take-back", receipt_id="R1")[0] == 404
