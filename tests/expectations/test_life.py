"""The life of an exception: by example, and against a plain simulation of the nights."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from expectations.life import EXCEPTION_OBSERVATIONS, RUN_OBSERVATIONS, ObservationHistory, lives

START = date(2026, 3, 1)
KIND = "over_applied"


def day(number: int) -> date:
    return START + timedelta(days=number)


def history(nights: dict[int, set[str]]) -> ObservationHistory:
    """What the runs of these days saw."""
    seen = [(day(number), found, KIND, None) for number, ids in nights.items() for found in sorted(ids)]
    runs = [(day(number), len(ids)) for number, ids in nights.items()]
    return ObservationHistory(
        pl.LazyFrame(seen, schema=EXCEPTION_OBSERVATIONS, orient="row"),
        pl.LazyFrame(runs, schema=RUN_OBSERVATIONS, orient="row"),
    )


def found(*ids: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"exception_id": list(ids), "kind": [KIND] * len(ids)},
        schema={"exception_id": pl.String, "kind": pl.String},
    )


def life_of(frame: pl.DataFrame, exception_id: str) -> dict[str, object]:
    (row,) = frame.filter(pl.col("exception_id") == exception_id).drop("exception_id", "kind").to_dicts()
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
