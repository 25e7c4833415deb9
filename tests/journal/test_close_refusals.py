"""One test for each reason to refuse a step in closing a period, with the case beside it that is allowed."""

from datetime import UTC, date, datetime

import pytest

from journal.close_entries import Prepare, Reopen, close_draft_of, figures_sha256
from journal.close_refusals import refusal, refusals
from journal.close_state import PeriodState, Taken, after_draft, is_same_person, states_with
from journal.entry import DraftError
from journal.store import Journal
from tests.journal.periods import (
    LATE,
    MARCH,
    MOVED,
    bound,
    prepare,
    published,
    reopen,
    review,
    sign,
)
from tests.journal.writing import drafts, write

TODAY = date(2026, 4, 5)
OPEN = PeriodState(period=MARCH)


def after(*steps) -> PeriodState:
    state = OPEN
    for step in steps:
        state = after_draft(state, step, Taken(person=step.by, on=TODAY, reason=step.reason))
    return state


PREPARED = after(prepare())
REVIEWED = after(prepare(), review())
SIGNED = after(prepare(), review(), sign())


def refused(draft, state, **given) -> str:
    sentence = refusal(draft, state, published(**given))
    assert sentence is not None, "it was allowed"
    return sentence


def allowed(draft, state, **given) -> bool:
    return refusal(draft, state, published(**given)) is None


def test_one_person_prepares_another_reviews_and_signs():
    assert allowed(prepare(), OPEN)
    assert allowed(review(), PREPARED)
    assert allowed(sign(), REVIEWED)
    assert allowed(sign(by="a third one"), REVIEWED)
    assert allowed(reopen(), SIGNED)


@pytest.mark.parametrize("name", ["maria", "Maria", " MARIA  ", "maria\u00a0"])
def test_the_same_person_neither_reviews_nor_signs(name):
    assert "prepared by the same person" in refused(review(by=name), PREPARED)
    assert "prepared by the same person" in refused(sign(by=name), REVIEWED)


def test_another_spelling_is_the_same_person_and_another_name_is_not():
    assert is_same_person("Maria  Lopez", " maria lopez")
    assert is_same_person("STRASSE", "straße")
    assert not is_same_person("maria", "marie")


def test_whoever_prepares_anew_is_the_preparer():
    anew = after(prepare(), review(), prepare(by="noor"))
    assert anew.reviewed is None
    assert "same person" in refused(review(by="noor"), anew)
    assert allowed(review(by="maria"), anew)


def test_steps_are_taken_in_their_order():
    assert "is not prepared" in refused(review(), OPEN)
    assert "is not prepared" in refused(sign(), OPEN)
    assert "is not reviewed" in refused(sign(), PREPARED)
    assert "nothing to reopen" in refused(reopen(), REVIEWED)


@pytest.mark.parametrize("step", [prepare(), review(), sign(), prepare(by="noor")])
def test_a_signed_period_is_reopened_first(step):
    assert "reopen it first" in refused(step, SIGNED)
    assert allowed(prepare(), after(prepare(), review(), sign(), reopen()))


def test_after_a_reopening_every_step_is_taken_anew():
    reopened = after(prepare(), review(), sign(), reopen())
    assert reopened.status == "open"
    assert reopened.reopened is not None
    assert reopened.reopened.reason == "a check came late"
    assert "is not prepared" in refused(sign(), reopened)


@pytest.mark.parametrize(("state", "step"), [(PREPARED, review), (REVIEWED, sign)])
def test_a_figure_that_moved_between_two_steps(state, step):
    assert "prepare it again" in refused(step(lines=MOVED), state, lines=MOVED)
    assert "prepare it again" in refused(step(late=LATE), state, late=LATE)


def test_figures_that_somebody_did_not_look_at():
    assert "look again" in refused(prepare(), OPEN, lines=MOVED)


def test_a_period_that_still_runs():
    assert "ends on 2026-03-31" in refused(prepare(), OPEN, as_of=date(2026, 3, 30))
    assert allowed(prepare(), OPEN, as_of=date(2026, 3, 31))


def test_a_location_without_figures():
    assert "check the location" in refused(prepare(), OPEN, has_figures=False)


def test_an_incomplete_period_can_be_prepared_by_nobody():
    assert "missing files" in refused(prepare(), OPEN, verdict="incomplete")
    assert "missing files" in refused(sign(reason="never mind"), REVIEWED, verdict="incomplete")


@pytest.mark.parametrize("verdict", ["breaks", "warnings", "pending"])
def test_what_does_not_tie_is_signed_with_a_reason_only(verdict):
    assert "say why" in refused(sign(), REVIEWED, verdict=verdict)
    assert "say why" in refused(sign(reason="  "), REVIEWED, verdict=verdict)
    assert allowed(sign(reason="two deposits on their way"), REVIEWED, verdict=verdict)
    assert allowed(prepare(), OPEN, verdict=verdict)


def test_a_reopening_without_a_reason_cannot_be_written():
    with pytest.raises(DraftError, match="Say why"):
        Reopen(period=MARCH, by="maria", reason="  ")
    with pytest.raises(DraftError):
        Prepare(period=MARCH, by=" ", bound=bound())


def test_several_drafts_are_judged_one_after_the_other():
    steps = [prepare(), review(by="maria"), review(), sign()]
    assert list(refusals(steps, {}, {MARCH: published()}, TODAY)) == [1]


def test_the_journal_gives_back_what_was_entered(tmp_path):
    steps = [prepare(), review(), sign(reason="as agreed", verdict="pending"), reopen()]
    with Journal.open(tmp_path / "journal.sqlite") as journal:
        write(journal, drafts(2))
        for step in steps:
            journal.append(
                [step.draft()], person=step.by, entered_at=datetime(2026, 4, 5, tzinfo=UTC), entered_on=TODAY
            )
        entries = list(journal.entries(subject_kind="period"))
        everything = list(journal.entries())
    assert [close_draft_of(entry) for entry in entries] == steps
    (state,) = states_with({}, everything).values()
    assert state == PeriodState(period=MARCH, reopened=state.reopened)
    signed = states_with({}, everything[:-1])[MARCH]
    assert signed.signed is not None
    assert (signed.signed.entry_number, signed.signed.entry_hash) == (5, entries[2].entry_hash)
    with pytest.raises(DraftError):
        close_draft_of(everything[0])


def test_the_hash_of_figures_knows_every_cent_and_no_order():
    lines = bound().lines
    assert figures_sha256(lines) == figures_sha256(lines[::-1])
    assert figures_sha256(lines) != figures_sha256(MOVED)
    assert figures_sha256(lines) != figures_sha256(lines[:1])
    assert bound().sha256 != bound(late=LATE).sha256
