"""One test for each reason to refuse an action on a charge, with the case beside it that is allowed."""

from datetime import date, timedelta

import pytest

from journal.charge_refusals import refusal, refusals
from journal.charge_state import OPEN_STATUSES, after_draft, on_day, states_with
from journal.store import Journal
from tests.journal.charges import LATER, TODAY, a_charge, delay, release, reprocess
from tests.journal.writing import drafts, write

EVERY_ACTION = [reprocess(), delay(), release()]


def refused(draft, charge, on=TODAY) -> str:
    sentence = refusal(draft, charge, on)
    assert sentence is not None, "it was allowed"
    return sentence


def allowed(draft, charge, on=TODAY) -> bool:
    return refusal(draft, charge, on) is None


def delayed(until=LATER):
    return a_charge(status="delayed", delayed_until=until)


@pytest.mark.parametrize("draft", EVERY_ACTION)
def test_unknown_charge(draft):
    assert "There is no failed charge CH1" in refused(draft, None)
    assert "There is no failed charge CH1" in refused(draft, a_charge(company_id="B"))


@pytest.mark.parametrize("draft", EVERY_ACTION)
@pytest.mark.parametrize(
    ("status", "sentence"),
    [("released", "so it is billed"), ("adjudicated", "payer has answered"), ("voided", "is void")],
)
def test_a_charge_that_is_no_longer_work(draft, status, sentence):
    assert sentence in refused(draft, a_charge(status=status))


def test_reprocessing_twice_for_one_run():
    assert "next run already" in refused(reprocess(), a_charge(status="reprocess_requested"))
    assert allowed(reprocess(), a_charge())


def test_reprocessing_what_somebody_delayed():
    assert "delayed until 2026-03-20; release it first" in refused(reprocess(), delayed())
    assert allowed(reprocess(), delayed(TODAY)), "the delay ends today"


def test_a_delay_that_would_be_over():
    assert "over already on 2026-03-02" in refused(delay(TODAY), a_charge())
    assert "over already on 2026-03-02" in refused(delay(TODAY - timedelta(days=1)), a_charge())
    assert allowed(delay(TODAY + timedelta(days=1)), a_charge())


def test_a_delay_beyond_the_last_day_of_filing():
    charge = a_charge(filing_due_on=LATER)
    assert "takes the claim until 2026-03-20" in refused(delay(LATER + timedelta(days=1)), charge)
    assert allowed(delay(LATER), charge)
    assert allowed(delay(LATER), a_charge(filing_due_on=TODAY - timedelta(days=1))), "it is too late anyway"
    assert allowed(delay(LATER), a_charge(filing_due_on=None))


@pytest.mark.parametrize("charge", [delayed(), a_charge(status="reprocess_requested")])
def test_a_delay_may_be_given_another_day_and_takes_a_request_back(charge):
    assert allowed(delay(date(2026, 4, 1)), charge)
    after = after_draft(charge, delay(date(2026, 4, 1)), TODAY)
    assert (after.status, after.delayed_until) == ("delayed", date(2026, 4, 1))
    assert after.reprocess_requested_on is None


def test_nothing_to_release():
    assert "nothing to release" in refused(release(), a_charge())
    assert "nothing to release" in refused(release(), delayed(TODAY)), "it is back by itself"
    assert allowed(release(), delayed(TODAY + timedelta(days=1)))


def test_a_delay_is_over_on_its_day():
    assert on_day(delayed(), LATER - timedelta(days=1)).status == "delayed"
    assert on_day(delayed(), LATER).status == "failing"


def test_drafts_are_judged_one_after_the_other():
    several = [delay(), reprocess(), release(), reprocess(), reprocess("CH9")]
    refused_at = refusals(several, {"A|CH1": a_charge()}, TODAY)
    assert set(refused_at) == {1, 4}


def test_entries_since_the_run_are_folded_in(path):
    with Journal.open(path) as journal:
        write(journal, [*drafts(1), delay().draft(), release().draft(), reprocess().draft()])
        entries = list(journal.entries())
    found = states_with({"A|CH1": a_charge(), "A|CH2": a_charge(charge_record_id="CH2")}, entries)
    assert (found["A|CH1"].status, found["A|CH1"].reprocess_requested_on) == ("reprocess_requested", TODAY)
    assert found["A|CH2"].status == "failing"
    assert found["A|CH1"].status in OPEN_STATUSES
