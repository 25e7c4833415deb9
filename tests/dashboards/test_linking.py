"""Linking a receipt from the lists of its patient's appointments and claims."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.dashboards.conftest import signed_in
from tests.dashboards.test_decisions import entries
from tests.dashboards.world import ROWS, World, make_world


@pytest.fixture
def lists(tmp_path: Path) -> World:
    """R1's patient has an appointment that made claim C1, one to come, and one at another location."""

    def appointment(appointment_id: str, day: str, location_id: str = "L1") -> dict[str, str]:
        return {
            "appointment_id": appointment_id, "patient_id": "R1-patient", "location_id": location_id,
            "appointment_on": day, "appointment_status": "Completed", "resource_id": "PT1",
        }  # fmt: skip

    rows = dict(ROWS)
    rows["marts.appointments"] = [
        appointment("A1", "2026-02-10"),
        appointment("A2", "2199-01-05"),
        appointment("A3-FOREIGN", "2026-02-11", "L3"),
    ]
    (claim, foreign) = ROWS["marts.claims"]
    rows["marts.claims"] = [
        dict(claim) | {"appointment_id": "A1"},
        dict(claim) | {"claim_id": "C2", "voided_on": "2026-02-20"},
        foreign,
    ]
    return make_world(tmp_path / "home", rows)


def test_a_receipt_is_linked_by_choosing_and_held_until_a_visit(lists: World):
    with ExitStack() as stack:
        client = signed_in(lists, "operator-of-l1", stack)
        text = client.get("/receipt/R1").text
        assert "Past and future appointments" in text
        assert "FOREIGN" not in text
        assert "C2" not in text
        assert '<a href="/claim/C1">C1</a>' in text
        assert "to come" in text
        for told in ("Link to appointment A2", "Hold until appointment A2 on 2199-01-05", "Link to claim C1"):
            (form,) = re.findall(rf'<form(?:(?!</form>).)*aria-label="{told}"', text, re.DOTALL)
            sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
            assert sent["trial"] == "no"
            answer = client.post("/receipts/decide", data=sent)
            assert "1 entered on" in answer.text
        assert "Hold until appointment A1" not in text
    assert [(one.action, one.facts) for one in entries(lists)] == [
        ("link", {"appointment_id": "A2"}),
        ("set_status", {"status": "Hold", "hold_until": "2199-01-05"}),
        ("link", {"claim_id": "C1"}),
    ]


def test_who_may_not_decide_sees_the_lists_without_buttons(lists: World):
    with ExitStack() as stack:
        text = signed_in(lists, "viewer", stack).get("/receipt/R1").text
    assert "Claims of the patient" in text
    assert "Link to claim" not in text
