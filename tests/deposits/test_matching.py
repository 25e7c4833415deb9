"""The matching as a whole: every cent once, nothing guessed, and no order of arrival matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deposits import match_deposits
from deposits.matching import Choice, Entry, Item, Piece, match
from deposits.suggestions import suggest
from tests.deposits.worlds import AS_OF, STORIES, deposit_world, found_in

CONFIRMED = {"matched", "wrong_account", "wrong_account_corrected", "amount_differs", "returned"}
AS_OF_DAY = 120

_CHANNELS = st.sampled_from(["electronic", "check", "slip", "card", "return", "fee", "transfer"])
_NAMES = st.one_of(st.none(), st.sampled_from(["A", "B", "C"]))
_ACCOUNTS = st.sampled_from(["1", "2"])
# Few amounts, so that the same one comes again and again, and sums of some are others.
_CENTS = st.sampled_from([-300, -200, -100, 100, 200, 300, 400, 500])
_DAYS = st.integers(100, 106)
ENTRY = st.builds(Entry, st.just(""), _ACCOUNTS, _CHANNELS, _NAMES, _NAMES, _NAMES, _CENTS, _DAYS, st.just(4))
ITEM = st.builds(
    Item, st.just(""), _CHANNELS, _NAMES, _NAMES, _NAMES, st.one_of(st.none(), _ACCOUNTS), _CENTS, _DAYS,
    st.one_of(st.none(), _DAYS), st.integers(0, 3), st.integers(0, 3), st.just(4),
)  # fmt: skip


@st.composite
def two_sides(draw: st.DrawFn) -> tuple[list[Entry], list[Item]]:
    entries = draw(st.lists(ENTRY, max_size=9))
    items = draw(st.lists(ITEM, max_size=9))
    return (
        [entry._replace(key=f"E{number}") for number, entry in enumerate(entries)],
        [item._replace(key=f"I{number}") for number, item in enumerate(items)],
    )


@given(two_sides(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_order_of_arrival_is_irrelevant(sides, random):
    entries, items = sides
    expected = match(entries, items, AS_OF_DAY)
    random.shuffle(entries)
    random.shuffle(items)
    assert match(entries, items, AS_OF_DAY) == expected


@given(two_sides())
@settings(max_examples=300, deadline=None)
def test_every_cent_is_in_one_place_and_every_end_in_one_status(sides):
    entries, items = sides
    pieces = match(entries, items, AS_OF_DAY)
    for ends, key_of, cents_of in (
        (entries, lambda piece: piece.entry_key, lambda piece: piece.bank_cents),
        (items, lambda piece: piece.item_key, lambda piece: piece.item_cents),
    ):
        of_end: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces:
            if key_of(piece) is None:
                assert cents_of(piece) == 0
            else:
                of_end[key_of(piece)].append(piece)
        assert of_end.keys() == {end.key for end in ends}
        for end in ends:
            assert sum(map(cents_of, of_end[end.key])) == end.cents
            assert len({piece.status for piece in of_end[end.key]}) == 1
            assert len({piece.group_key for piece in of_end[end.key]}) == 1


@given(two_sides())
@settings(max_examples=300, deadline=None)
def test_a_confirmed_group_is_one_against_one_or_many_and_adds_up(sides):
    pieces = match(*sides, AS_OF_DAY)
    groups: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.entry_key and piece.item_key:
            assert piece.status in CONFIRMED
            groups[piece.group_key].append(piece)
        else:
            assert piece.status not in CONFIRMED - {"returned"}
    for group in groups.values():
        assert 1 in (len({piece.entry_key for piece in group}), len({piece.item_key for piece in group}))
        if group[0].status != "amount_differs":
            assert all(piece.bank_cents == piece.item_cents for piece in group)


@given(two_sides())
@settings(max_examples=300, deadline=None)
def test_by_amount_alone_only_what_has_no_other_end_is_confirmed(sides):
    """What a confirmed amount match could also have been is nowhere among the open and the ambiguous."""
    entries, items = sides
    pieces = match(entries, items, AS_OF_DAY)
    left = {piece.item_key for piece in pieces if piece.entry_key is None}
    by_key = {end.key: end for end in (*entries, *items)}
    for piece in pieces:
        if piece.evidence == "amount" and piece.status == "matched":
            entry = by_key[piece.entry_key]
            rivals = [
                item
                for item in items
                if item.key in left
                and (item.channel, item.cents) == (entry.channel, entry.cents)
                and None not in (item.payer, entry.payer)
                and item.payer == entry.payer
                and item.account in (None, entry.account)
                and item.trace is None
                and item.reference is None
                and item.day - item.days_before <= entry.day <= item.day + item.days_after
            ]
            assert rivals == []


def entry(key: str, cents: int, **changes) -> Entry:
    return Entry(key, "1", "electronic", None, "P", None, cents, 100, 4)._replace(**changes)


def item(key: str, cents: int, **changes) -> Item:
    return Item(key, "electronic", None, "P", None, "1", cents, 100, None, 3, 3, 4)._replace(**changes)


def outcome(
    entries: list[Entry], items: list[Item], day: int = AS_OF_DAY, choices: Sequence[Choice] = ()
) -> dict[str, tuple[str, str | None]]:
    found = {}
    for piece in match(entries, items, day, choices):
        for key in (piece.entry_key, piece.item_key):
            if key is not None:
                found[key] = (piece.status, piece.evidence)
    return found


@pytest.mark.parametrize(
    ("entries", "items", "expected"),
    [
        pytest.param(
            [entry("e", 100, trace="T")], [item("i", 100, trace="T")], ("matched", "trace"), id="one to one"
        ),
        pytest.param(
            [entry("e", 100, trace="T", payer=None)],
            [item("i", 100, trace="T")],
            ("matched", "trace"),
            id="the bank does not know the payer",
        ),
        pytest.param(
            [entry("e1", 30, trace="T"), entry("e2", 70, trace="T", day=101)],
            [item("i", 100, trace="T")],
            ("matched", "trace"),
            id="one remittance in two deposits",
        ),
        pytest.param(
            [entry("e", 100)],
            [item("i1", 30, trace="T1"), item("i2", 70, trace="T2")],
            ("matched", "payer_day"),
            id="two remittances in one deposit",
        ),
        pytest.param(
            [entry("e1", 100), entry("e2", 100)],
            [item("i1", 100), item("i2", 100)],
            ("ambiguous", "amount"),
            id="two equal payments of one payer on one day",
        ),
        pytest.param(
            [entry("e", 100)],
            [item("i1", 100), item("i2", 100, day=101)],
            ("ambiguous", "amount"),
            id="one deposit and two candidates",
        ),
        pytest.param(
            [entry("e", 90, trace="T")],
            [item("i", 100, trace="T")],
            ("amount_differs", "trace"),
            id="short",
        ),
        pytest.param(
            [entry("e", 100, trace="T", account="2")],
            [item("i", 100, trace="T")],
            ("wrong_account", "trace"),
            id="the other account",
        ),
        pytest.param(
            [entry("e", 100, channel="slip", payer=None, reference="S7")],
            [item("i", 100, channel="slip", payer=None, declared_day=100)],
            ("matched", "deposit_day"),
            id="the slip of a day",
        ),
        pytest.param(
            [entry("e", 95, channel="slip", payer=None)],
            [item("i", 100, channel="slip", payer=None, declared_day=100)],
            ("amount_differs", "deposit_day"),
            id="cash short",
        ),
        pytest.param(
            [entry("e", 100, channel="check", payer=None, reference="D1")],
            [
                item("i1", 60, channel="check", reference="C1", declared_day=100),
                item("i2", 40, channel="check", reference="C2", declared_day=100),
            ],
            ("matched", "deposit_day"),
            id="two checks in one deposit",
        ),
    ],
)  # fmt: skip
def test_what_counts_as_evidence(entries, items, expected):
    assert set(outcome(entries, items).values()) == {expected}


def chosen(entry_key: str, entry_cents: int, **items: int) -> Choice:
    return Choice(entry_key, entry_cents, tuple(sorted(items.items())))


TWINS = [entry("e1", 100), entry("e2", 100)], [item("i1", 100), item("i2", 100)]


def test_what_a_person_chose_wins_and_leaves_one_way_for_the_others():
    assert {status for status, _ in outcome(*TWINS).values()} == {"ambiguous"}
    assert outcome(*TWINS, choices=[chosen("e1", 100, i2=100)]) == {
        "e1": ("matched", "person"),
        "i2": ("matched", "person"),
        "e2": ("matched", "amount"),
        "i1": ("matched", "amount"),
    }


def test_a_choice_of_several_payments_whose_sum_differs_tells_the_difference():
    ends = [entry("e1", 100)], [item("i1", 60), item("i2", 30)]
    assert outcome(*ends, choices=[chosen("e1", 100, i1=60, i2=30)])["e1"] == ("amount_differs", "person")
    pieces = match(*ends, AS_OF_DAY, [chosen("e1", 100, i1=60, i2=30)])
    assert sum(piece.bank_cents - piece.item_cents for piece in pieces) == 10


@pytest.mark.parametrize(
    "choice",
    [
        chosen("e1", 101, i2=100), chosen("e1", 100, i2=101), chosen("e1", 100, gone=100),
        chosen("gone", 100, i1=100), chosen("e1", 100, i1=100, gone=50), chosen("e1", 100),
    ],
)  # fmt: skip
def test_a_choice_holds_for_the_amounts_that_were_seen_and_no_others(choice):
    assert outcome(*TWINS, choices=[choice]) == outcome(*TWINS)


def test_of_two_choices_for_one_end_the_first_counts():
    found = outcome(*TWINS, choices=[chosen("e1", 100, i1=100), chosen("e2", 100, i1=100)])
    assert found["e1"] == found["i1"] == ("matched", "person")
    assert found["e2"] == ("matched", "amount")


@given(two_sides(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_whatever_is_chosen_every_cent_stays_in_one_place(sides, random):
    entries, items = sides
    choices = [
        Choice(one.key, one.cents, tuple(sorted((other.key, other.cents) for other in some)))
        for one in entries[::2]
        for some in [random.sample(items, min(len(items), 2))]
    ]
    pieces = match(entries, items, AS_OF_DAY, choices)
    for end in entries:
        assert sum(piece.bank_cents for piece in pieces if piece.entry_key == end.key) == end.cents
    for end in items:
        assert sum(piece.item_cents for piece in pieces if piece.item_key == end.key) == end.cents


def test_a_different_name_is_a_different_payment():
    found = outcome([entry("e", 100, trace="T1")], [item("i", 100, trace="T2")])
    assert found == {"e": ("deposit_without_remittance", None), "i": ("remittance_without_deposit", None)}
    found = outcome([entry("e", 100, payer="Q", trace="T1")], [item("i", 100, trace="T1")])
    assert found["e"][0] == "deposit_without_remittance"


def test_outside_the_window_an_amount_is_no_evidence():
    assert outcome([entry("e", 100, day=104)], [item("i", 100)])["e"][0] == "deposit_without_remittance"
    assert outcome([entry("e", 100, day=103)], [item("i", 100)])["e"][0] == "matched"


def test_what_is_within_its_time_waits():
    assert outcome([entry("e", 100)], [], day=104) == {"e": ("waiting_for_remittance", None)}
    assert outcome([entry("e", 100)], [], day=105) == {"e": ("deposit_without_remittance", None)}
    assert outcome([], [item("i", 100)], day=104) == {"i": ("waiting_for_deposit", None)}
    assert outcome([], [item("i", 100)], day=105) == {"i": ("remittance_without_deposit", None)}


def test_a_payment_that_went_back_is_returned_on_both_lines():
    found = outcome(
        [entry("e1", 100, trace="T"), entry("e2", -100, trace="T", day=103)], [item("i", 100, trace="T")]
    )
    assert {key: status for key, (status, _) in found.items()} == dict.fromkeys(("e1", "e2", "i"), "returned")


def test_a_returned_check_that_the_books_reversed_is_matched():
    back = entry("e", -100, channel="return", payer=None, reference="2001")
    assert outcome([back], [item("i", -100, channel="return", payer=None, reference="2001")])["e"] == (
        "matched",
        "reference",
    )
    assert outcome([back], [])["e"] == ("returned", None)


def test_money_moved_on_from_the_wrong_account_needs_nobody():
    wrong = entry("e", 100, trace="T", account="2")
    out = entry("t1", -100, channel="transfer", payer=None, account="2", day=101)
    into = entry("t2", 100, channel="transfer", payer=None, day=102)
    found = outcome([wrong, out, into], [item("i", 100, trace="T")])
    assert {key: status for key, (status, _) in found.items()} == {
        "e": "wrong_account_corrected",
        "i": "wrong_account_corrected",
        "t1": "transfer",
        "t2": "transfer",
    }


def test_a_conflicting_trace_leaves_the_amount_that_was_not_paid():
    found = outcome([entry("e", 100, trace="T")], [item("i1", 100, trace="T"), item("i2", 125, trace="T")])
    assert [status for status, _ in found.values()] == ["matched", "matched", "remittance_without_deposit"]


def test_a_sum_is_only_a_suggestion_and_says_what_chance_finds():
    entries = [entry("e", 1_000, payer=None)]
    items = [item("i1", 333, payer="P"), item("i2", 667, payer="Q"), item("i3", 999, payer="R")]
    (piece,) = [piece for piece in match(entries, items, AS_OF_DAY) if piece.entry_key == "e"]
    assert piece.status == "deposit_without_remittance"
    # Seven sums between 333 and 1,999 cents: 7 of 1,667 would hit by accident, rounded up.
    assert (piece.suggested_keys, piece.suggestion_count, piece.coincidence_per_million) == (
        "i1+i2",
        1,
        4_200,
    )


def test_the_search_for_sums_is_bounded():
    items = [item(f"i{number:03}", 2 ** (number % 20) + number, payer="P") for number in range(300)]
    entries = [entry(f"e{number}", 10**9 + number, payer=None) for number in range(50)]
    assert suggest(entries, items) == {}


@pytest.fixture(scope="module")
def planted():
    return deposit_world(3, 6_000, faults=0.4)


@pytest.fixture(scope="module")
def found(planted) -> pl.DataFrame:
    return match_deposits(planted.entries, planted.items, AS_OF)


def test_planted_stories_end_in_their_status_with_their_partners(planted, found):
    compared = planted.truth.join(found_in(found), on=["side", "key"], how="full", coalesce=True)
    assert set(compared["story"].unique()) == set(STORIES)
    wrong = compared.filter(
        pl.col("found").ne_missing(pl.col("status")) | pl.col("found_partners").ne_missing(pl.col("partners"))
    )
    assert wrong.rows() == []


def test_nothing_is_allocated_to_a_stranger_and_what_is_ambiguous_stays_open(planted, found):
    pairs = found.drop_nulls(["entry_key", "item_key"])
    story = dict(planted.truth.select("key", "story").iter_rows())
    strangers = [
        (entry_key, item_key)
        for entry_key, item_key in pairs.select("entry_key", "item_key").iter_rows()
        if entry_key[1:9] != item_key[1:9]
    ]
    assert strangers == []
    assert [key for key in pairs["entry_key"] if story[key] == "equal_amounts"] == []


def test_the_planted_world_in_another_order_is_the_same(planted, found):
    again = planted.shuffled(9)
    assert match_deposits(again.entries, again.items, AS_OF).equals(found)


def test_holidays_of_the_bank_are_no_business_days():
    entries = pl.DataFrame(
        [("e", "1", "electronic", None, "P", None, 100, date(2026, 1, 16), 4)],
        schema=deposit_world(1, 1, faults=0).entries.schema,
        orient="row",
    )
    items = deposit_world(1, 1, faults=0).items.clear()
    # January 19 is a holiday, so four business days end on the 23rd.
    assert match_deposits(entries, items, date(2026, 1, 23))["status"].to_list() == ["waiting_for_remittance"]
    assert match_deposits(entries, items, date(2026, 1, 24))["status"].to_list() == [
        "deposit_without_remittance"
    ]
    assert match_deposits(entries, items, date(2026, 1, 26), [date(2026, 1, 20)])["status"].to_list() == [
        "waiting_for_remittance"
    ]
