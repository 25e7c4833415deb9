"""The life of an exception that nobody touched: by example, and against a plain simulation of the nights."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from expectations.changes import CHANGES
from expectations.life import LIVES
from expectations.observations import ObservationHistory
from expectations.worked import walk
from tests.expectations.lives import KIND, USUAL, day, found, history, told


def lives(
    seen: ObservationHistory, current: pl.DataFrame, as_of: date, *, undecided: list[str] | None = None
):
    return told(seen, current, as_of, undecided=undecided or [])[0]


def life_of(frame: pl.DataFrame, exception_id: str) -> dict[str, object]:
    (row,) = (
        frame.filter(pl.col("exception_id") == exception_id).select(list(life(0, 0, 1, 0, "open"))).to_dicts()
    )
    return row


def life(first: int, last: int, seen: int, reopened: int, status: str) -> dict[str, object]:
    return {
        "first_seen_on": day(first),
        "last_seen_on": day(last),
        "times_seen": seen,
        "times_reopened": reopened,
        "status": status,
    }


def test_a_new_exception_is_open_since_today():
    assert life_of(lives(ObservationHistory.empty(), found("a"), day(0)), "a") == life(0, 0, 1, 0, "open")


def test_a_persisting_one_keeps_the_day_it_was_first_seen():
    result = lives(history({0: {"a"}, 1: {"a"}}), found("a"), day(5))
    assert life_of(result, "a") == life(0, 5, 3, 0, "open")


def test_days_without_a_run_do_not_reopen():
    assert life_of(lives(history({0: {"a"}}), found("a"), day(9)), "a")["status"] == "open"


def test_one_that_a_run_did_not_see_and_the_next_saw_is_reopened():
    result = lives(history({0: {"a"}, 1: set()}), found("a"), day(2))
    assert life_of(result, "a") == life(0, 2, 2, 1, "reopened")


def test_reopened_stays_reopened_while_it_persists():
    result = lives(history({0: {"a"}, 1: set(), 2: {"a"}}), found("a"), day(3))
    assert life_of(result, "a") == life(0, 3, 3, 1, "reopened")


def test_one_that_is_gone_is_cleared_and_stays_in_the_history():
    result = lives(history({0: {"a"}, 1: {"a"}, 2: set()}), found(), day(3))
    assert life_of(result, "a") == life(0, 1, 2, 0, "cleared")


def test_a_rerun_of_a_day_neither_duplicates_nor_ages():
    before = history({0: {"a"}, 1: set()})
    first = lives(before, found("a", "b"), day(2))
    again = lives(history({0: {"a"}, 1: set(), 2: {"a", "b"}}), found("a", "b"), day(2))
    assert again.equals(first)


def test_a_replay_sees_only_what_was_seen_before_it():
    full = history({0: {"a"}, 1: set(), 2: {"a", "b"}, 3: {"c"}})
    assert lives(full, found("a", "b"), day(2)).equals(
        lives(history({0: {"a"}, 1: set()}), found("a", "b"), day(2))
    )


def test_not_looking_is_not_clearing():
    result = lives(history({0: {"a"}}), found(), day(1), undecided=[KIND])
    assert result.is_empty()


ids = st.sampled_from("abcd")
nights_strategy = st.dictionaries(st.integers(0, 12), st.sets(ids), min_size=1, max_size=8)


def simulate(nights: dict[int, set[str]]) -> dict[str, dict[str, object]]:
    """The same by going from night to night."""
    known: dict[str, dict[str, object]] = {}
    for number in sorted(nights):
        for exception_id in nights[number]:
            one = known.setdefault(exception_id, life(number, number, 0, 0, "open"))
            if one["status"] == "cleared":
                one |= {"status": "reopened", "times_reopened": int(str(one["times_reopened"])) + 1}
            one |= {"last_seen_on": day(number), "times_seen": int(str(one["times_seen"])) + 1}
        for exception_id in set(known) - nights[number]:
            known[exception_id]["status"] = "cleared"
    return known


@given(nights=nights_strategy)
def test_every_night_agrees_with_going_from_night_to_night(nights):
    full = history(nights)
    for number in nights:
        result = lives(full, found(*sorted(nights[number])), day(number))
        expected = simulate({n: seen for n, seen in nights.items() if n <= number})
        assert {i: life_of(result, i) for i in result["exception_id"]} == expected
        assert result["exception_id"].is_sorted()


@given(nights=nights_strategy, seed=st.integers(0, 9))
def test_order_and_repeats_of_observations_do_not_matter(nights, seed):
    full = history(nights)
    shuffled = ObservationHistory(
        pl.concat([full.exceptions, full.exceptions])
        .collect()
        .sample(fraction=1.0, shuffle=True, seed=seed)
        .lazy(),
        pl.concat([full.runs, full.runs]).collect().sample(fraction=1.0, shuffle=True, seed=seed).lazy(),
    )
    last = max(nights)
    current = found(*sorted(nights[last]))
    assert lives(shuffled, current, day(last)).equals(lives(full, current, day(last)))


def test_the_columns_are_those_of_the_schemas():
    both = told(history({0: {"a"}, 1: set()}), found("a"), day(2))
    assert [frame.schema for frame in both] == [LIVES, CHANGES]
    assert [frame.schema for frame in told(ObservationHistory.empty(), found(), day(2))] == [LIVES, CHANGES]


def test_the_last_run_of_a_day_says_what_was_there():
    first, again = history({0: {"a", "b"}}), history({0: {"a"}})
    both = ObservationHistory(
        *(
            pl.concat([one.with_columns(run_number=pl.lit(1)), two.with_columns(run_number=pl.lit(2))])
            for one, two in ((again.exceptions, first.exceptions), (again.runs, first.runs))
        )
    )
    assert lives(both, found("a"), day(1))["exception_id"].to_list() == ["a", "b"]
    turned = ObservationHistory(
        *(frame.with_columns(run_number=3 - pl.col("run_number")) for frame in (both.exceptions, both.runs))
    )
    assert lives(turned, found("a"), day(1))["exception_id"].to_list() == ["a"]


@given(nights=nights_strategy)
def test_all_at_once_is_the_same_as_walking_through_each(nights):
    *_, last = sorted(nights)
    _, changes = told(history(nights), found(*sorted(nights[last])), day(last))
    walked = [
        (one, number, KIND, *change)
        for one in sorted(set().union(*nights.values()))
        for number, change in enumerate(
            walk(
                [day(n) for n in sorted(nights)],
                {day(n): USUAL for n, ids in nights.items() if one in ids},
                [],
            ),
            start=1,
        )
    ]
    columns = list(CHANGES)
    order = ["exception_id", "change_number", "kind", *(c for c in columns[3:])]
    assert changes.select(order).rows() == walked
