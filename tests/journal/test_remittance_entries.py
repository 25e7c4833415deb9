"""What a person may enter for a remittance, when it is refused, and what a build reads of it."""

from datetime import date

import pytest

from journal.entry import DraftError
from journal.frames import remittance_entries_frame
from journal.remittance_entries import HoldRemittance, ReleaseRemittance, remittance_draft_of
from journal.remittance_refusals import RELEASABLE, RemittanceState, refusal, refusals, states_with
from journal.store import Journal
from tests.journal.writing import write

RELEASE = ReleaseRemittance(remittance_key="K1", reason="both are at the bank")
HOLD = HoldRemittance(remittance_key="K1", reason="it is one payment")


def held(standing: str = "trace_seen_before", *, is_released: bool = False) -> RemittanceState:
    return RemittanceState(remittance_key="K1", standing=standing, is_released=is_released)


@pytest.mark.parametrize("kind", [ReleaseRemittance, HoldRemittance])
def test_money_does_not_count_without_a_reason(kind):
    with pytest.raises(DraftError, match="Say why"):
        kind(remittance_key="K1", reason=" ")
    with pytest.raises(DraftError):
        kind(remittance_key="", reason="because")


@pytest.mark.parametrize("standing", RELEASABLE)
def test_what_is_held_for_its_trace_can_be_released_once(standing):
    assert refusal(RELEASE, held(standing)) is None
    assert "released already" in str(refusal(RELEASE, held(standing, is_released=True)))


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        ("counted", "counts already"),
        ("duplicate", "counts once"),
        ("debit", "takes money"),
        ("undated", "no date of payment"),
        ("dated_ahead", "by itself"),
    ],
)
def test_what_is_held_for_anything_else_stays_held(standing, sentence):
    assert sentence in str(refusal(RELEASE, held(standing)))


def test_only_a_release_is_taken_back():
    assert refusal(HOLD, held(is_released=True)) is None
    assert "Nobody released" in str(refusal(HOLD, held()))


def test_an_unknown_remittance():
    assert "There is no remittance K1" in str(refusal(RELEASE, None))


def test_several_actions_are_judged_one_after_the_other():
    found = refusals([RELEASE, RELEASE, HOLD, HOLD], {"K1": held()})
    assert sorted(found) == [1, 3]


def test_entries_come_back_as_they_were_entered(tmp_path):
    with Journal.open(tmp_path / "journal.sqlite") as journal:
        write(journal, [RELEASE.draft(), HOLD.draft()])
        entries = list(journal.entries())
    assert [remittance_draft_of(entry) for entry in entries] == [RELEASE, HOLD]
    assert states_with({"K1": held()}, entries[:1])["K1"].is_released
    assert not states_with({"K1": held()}, entries)["K1"].is_released
    frame = remittance_entries_frame(entries)
    assert frame.select("entry_number", "remittance_key", "action", "reason").rows() == [
        (1, "K1", "release", "both are at the bank"),
        (2, "K1", "hold", "it is one payment"),
    ]
    assert isinstance(frame["entered_on"][0], date)
