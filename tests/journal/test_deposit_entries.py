"""Choices about deposits: what a draft says, what the journal gives back, and the frame that a run reads."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from journal.deposit_entries import ChooseDeposit, UndoChoice, deposit_draft_of
from journal.deposit_refusals import OpenEnd, TwoSides, choices_with, refusal, refusals
from journal.entry import Draft, DraftError, Subject
from journal.frames import DEPOSIT_ENTRIES, deposit_entries_frame
from journal.store import Journal
from tests.journal.writing import write

PAYMENTS = (("remittance|F", Decimal("30.10")), ("remittance|E", Decimal("24.90")))


def choose(entry_key: str = "9|D1", **given) -> ChooseDeposit:
    values = {"bank_amount": Decimal("55.00"), "payments": PAYMENTS, "reason": "the bank said so"} | given
    return ChooseDeposit(entry_key=entry_key, **values)


@pytest.fixture
def journal(tmp_path: Path):
    with Journal.open(tmp_path / "journal.sqlite") as opened:
        yield opened


def test_the_journal_gives_back_what_was_entered(journal: Journal):
    write(journal, [choose().draft(), UndoChoice(entry_key="9|D1", reason="wrong").draft()])
    first, second = journal.entries()
    assert deposit_draft_of(first) == choose(payments=tuple(sorted(PAYMENTS)))
    assert deposit_draft_of(second) == UndoChoice(entry_key="9|D1", reason="wrong")
    assert choices_with({}, [first])["9|D1"].payments == ("remittance|E", "remittance|F")
    assert choices_with({}, [first, second]) == {}


@pytest.mark.parametrize(
    "given",
    [
        {"reason": " "}, {"payments": ()}, {"payments": PAYMENTS[:1] * 2}, {"entry_key": " "},
        {"payments": (("", Decimal(1)),)}, {"bank_amount": Decimal("1.005")},
        {"payments": tuple((f"remittance|{number}", Decimal(1)) for number in range(201))},
    ],
)  # fmt: skip
def test_a_draft_that_says_too_little_is_refused(given):
    with pytest.raises(DraftError):
        choose(**given)


@pytest.mark.parametrize("details", [{}, {"bank_amount": "x", "payments": []}, {"bank_amount": "1.00"}])
def test_details_of_another_version_are_refused_in_the_open(journal: Journal, details):
    write(journal, [Draft(Subject("deposit", "9|D1"), "choose", details, "why")])
    with pytest.raises(DraftError, match="this version"):
        deposit_draft_of(next(iter(journal.entries())))


def test_the_frame_has_a_row_for_each_payment(journal: Journal):
    write(journal, [choose().draft(), UndoChoice(entry_key="9|D1", reason="wrong").draft()])
    frame = deposit_entries_frame(journal.entries())
    assert dict(frame.schema) == DEPOSIT_ENTRIES
    rows = frame.select(
        "entry_number", "payment_number", "bank_entry_key", "action", "expected_key", "expected_amount"
    )
    assert rows.rows() == [
        (1, 1, "9|D1", "choose", "remittance|E", Decimal("24.90")),
        (1, 2, "9|D1", "choose", "remittance|F", Decimal("30.10")),
        (2, 1, "9|D1", "undo_choice", None, None),
    ]
    assert frame["entered_on"][0] == date(2026, 3, 2)
    assert deposit_entries_frame([]).is_empty()


SIDES = TwoSides(
    {"9|D1": OpenEnd(Decimal("55.00"), "ambiguous"), "9|D2": OpenEnd(Decimal("55.00"), "ambiguous")},
    {key: OpenEnd(amount, "ambiguous") for key, amount in PAYMENTS},
)


def test_what_is_open_on_both_sides_is_chosen_once():
    assert refusal(choose(), SIDES) is None
    assert refusals([choose(), choose("9|D2")], SIDES, "maria").keys() == {1}
    both = [choose(), UndoChoice(entry_key="9|D1", reason="wrong"), choose("9|D2")]
    assert refusals(both, SIDES, "maria") == {}


def test_an_amount_that_nobody_looked_at_is_refused():
    assert "look again" in str(refusal(choose(bank_amount=Decimal("55.01")), SIDES))
    changed = ((PAYMENTS[0][0], Decimal("30.11")), PAYMENTS[1])
    assert "look again" in str(refusal(choose(payments=changed), SIDES))
