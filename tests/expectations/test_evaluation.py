"""The evaluation of a warehouse: three-valued results, every row inserted, no person in any message."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations import runner
from expectations.catalogue import Catalogue, Kind, Suite
from expectations.exceptions import AGE_BUCKET, observe
from expectations.observations import EXCEPTION_OBSERVATIONS, RUN_OBSERVATIONS, ObservationHistory
from expectations.report import EvaluationReport, KindOutcome
from expectations.validation import Verdict
from tests.expectations.world import AS_OF, build, row

NAME = "JANE ROE"
ANSWER = """
    with receipts as (select * from {{batch}})
    select {key} as business_key, {amount} as amount_at_stake, location_id, null as patient_id,
        null as left_key, null as right_key, 'found' as what_was_found, file_hash, row_number
    from receipts {rest}
"""


def kind(name: str, sql: str, *, blocks: bool = False) -> Kind:
    return Kind(
        kind=name,
        title="Tried out",
        severity="critical" if blocks else "warning",
        blocks_publish=blocks,
        owner="data",
        meaning="Tried out in a test.",
        what_to_do="Nothing at all.",
        how_it_clears="It does not.",
        sql=sql,
    )


def answer(key: str = "receipt_id", amount: str = "amount", rest: str = "") -> str:
    return ANSWER.format(key=key, amount=amount, rest=rest)


def catalogue(*kinds: Kind, mart: str = "receipts") -> Catalogue:
    return Catalogue(suites=(Suite(mart=mart, kinds=kinds),))


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Three receipts; the check number of one is a name, as no one should ever enter it."""
    return build(
        tmp_path / "tieout-20260331 a'b#1 é.duckdb",
        [
            row("marts.receipts", receipt_id="R-1", amount=5, check_number=NAME),
            row("marts.receipts", receipt_id="R-2", amount=6, check_number="2"),
            row("marts.receipts", receipt_id="R-3", amount=7, check_number="3"),
        ],
    )


@pytest.fixture
def judge(warehouse: Path) -> Callable[..., KindOutcome]:
    """The outcome of one kind with this SQL."""

    def judge_one(sql: str) -> KindOutcome:
        report = runner.evaluate(
            warehouse, ObservationHistory.empty(), AS_OF, catalogue=catalogue(kind("tried", sql))
        )
        return report.outcomes[0]

    return judge_one


def test_passed_and_failed(judge):
    assert judge(answer(rest="where amount > 100")).result == "passed"
    failed = judge(answer(rest="where amount > 5"))
    assert (failed.result, failed.exception_count, failed.reason) == ("failed", 2, None)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (answer(rest="where no_such_column = 1"), "BinderException"),
        (answer(rest="where check_number::integer = 1"), "ConversionException while its rows were read"),
        (answer(key="'same'"), "3 rows share 1 business keys"),
        (answer(key="nullif(receipt_id, 'R-2')"), "1 of its 3 rows have no business key"),
        (answer(key="''", rest="where receipt_id = 'R-2'"), "1 of its 1 rows have no business key"),
        (answer(amount="cast(amount as double)"), "amount_at_stake as DOUBLE instead of DECIMAL"),
        ("with receipts as (select * from {batch}) select receipt_id from receipts", "returns the columns"),
    ],
)
def test_an_unsound_kind_is_errored_and_adds_no_exception(judge, query, warehouse, sql, reason):
    outcome = judge(sql)
    assert (outcome.result, outcome.exception_count) == ("errored", 0)
    assert reason in (outcome.reason or "")
    assert query(warehouse, "select count(*) from exceptions.exceptions") == [(0,)]


def test_a_missing_mart_is_errored_not_bad_data(warehouse):
    missing = Suite(
        mart="nowhere",
        kinds=(kind("tried", "with nowhere as (select * from {batch}) select * from nowhere"),),
    )
    report = runner.evaluate(
        warehouse, ObservationHistory.empty(), AS_OF, catalogue=Catalogue(suites=(missing,))
    )
    assert report.errored == ["tried"]
    assert report.failed == report.blocking == []
    assert not report.is_publishable


def test_an_errored_kind_leaves_the_others_alone(warehouse, query):
    kinds = (kind("sound", answer(), blocks=True), kind("unsound", answer(rest="where no_such_column")))
    report = runner.evaluate(warehouse, ObservationHistory.empty(), AS_OF, catalogue=catalogue(*kinds))
    assert (report.failed, report.errored, report.blocking) == (["sound"], ["unsound"], ["sound"])
    assert query(warehouse, "select kind, count(*) from exceptions.exceptions group by all") == [("sound", 3)]


def test_a_count_that_differs_from_the_expectation_is_an_error(warehouse, monkeypatch):
    monkeypatch.setattr(runner, "validate", lambda *_: {"tried": Verdict("failed", 2)})
    report = runner.evaluate(
        warehouse, ObservationHistory.empty(), AS_OF, catalogue=catalogue(kind("tried", answer()))
    )
    assert report.outcomes[0].reason == "3 rows where the expectation counted 2"
    assert report.errored == ["tried"]


def test_a_path_that_would_be_changed_on_the_way_is_refused(tmp_path):
    with pytest.raises(ValueError, match="dollar sign"):
        runner.evaluate(tmp_path / "$HOME.duckdb", ObservationHistory.empty(), AS_OF)


def test_two_thousand_failing_rows_are_two_thousand_exceptions(tmp_path, query):
    path = build(tmp_path / "many.duckdb", [])
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into marts.receipts (receipt_id, amount) select 'R-' || i, i from range(2000) as t (i)"
        )
    report = runner.evaluate(
        path, ObservationHistory.empty(), AS_OF, catalogue=catalogue(kind("tried", answer()))
    )
    assert report.exception_count == 2000
    assert query(path, "select count(*), count(distinct exception_id) from exceptions.exceptions") == [
        (2000, 2000)
    ]
    assert query(path, "select cast(sum(amount_at_stake) as varchar) from exceptions.exceptions") == [
        ("1999000.00",)
    ]


def after(*seen: ObservationHistory) -> ObservationHistory:
    return ObservationHistory(
        pl.concat([one.exceptions for one in seen]), pl.concat([one.runs for one in seen])
    )


def content(query, path: Path) -> list[object]:
    return [
        query(path, f"select * from exceptions.{table} order by all")
        for table in ("exceptions", "history", "kinds", "lives", "metrics", "root_causes")
    ]


def test_a_rerun_gives_the_same_tables_whether_or_not_the_first_was_published(warehouse, query):
    tried = catalogue(kind("tried", answer()))
    runner.evaluate(warehouse, ObservationHistory.empty(), AS_OF, catalogue=tried)
    first = content(query, warehouse)
    runner.evaluate(warehouse, ObservationHistory.empty(), AS_OF, catalogue=tried)
    assert content(query, warehouse) == first
    runner.evaluate(warehouse, observe(warehouse, AS_OF), AS_OF, catalogue=tried)
    assert content(query, warehouse) == first


def test_age_and_status_come_from_the_nights_before(warehouse, query):
    nights = [AS_OF - timedelta(days=days) for days in (31, 20, 3)]
    all_three, without_first = (
        kind("tried", answer()),
        kind("tried", answer(rest="where receipt_id <> 'R-1'")),
    )
    seen: list[ObservationHistory] = []
    for night, tried in zip(nights, (all_three, without_first, all_three), strict=True):
        history = after(*seen) if seen else ObservationHistory.empty()
        runner.evaluate(warehouse, history, night, catalogue=catalogue(tried))
        seen.append(observe(warehouse, night))
    last = kind("tried", answer(rest="where receipt_id <> 'R-3'"))
    report = runner.evaluate(warehouse, after(*seen), AS_OF, catalogue=catalogue(last))
    assert (report.new, report.reopened, report.cleared) == (0, 1, 1)
    rows = query(
        warehouse,
        "select business_key, first_seen_on, last_seen_on, age_days, age_bucket, status "
        "from exceptions.exceptions order by 1",
    )
    assert rows == [
        ("R-1", nights[0], AS_OF, 31, "31-60", "reopened"),
        ("R-2", nights[0], AS_OF, 31, "31-60", "open"),
    ]
    assert query(warehouse, "select status, count(*) from exceptions.lives group by all order by 1") == [
        ("cleared", 1),
        ("open", 1),
        ("reopened", 1),
    ]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "0-1"),
        (1, "0-1"),
        (2, "2-7"),
        (7, "2-7"),
        (8, "8-30"),
        (30, "8-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "over 90"),
    ],
)
def test_age_buckets_have_no_gap(days, bucket):
    with duckdb.connect() as connection:
        (found,) = connection.execute(f"select {AGE_BUCKET} from (select ? as age_days)", [days]).fetchone()
    assert found == bucket


def test_what_publishing_appends_has_the_columns_of_the_observations(warehouse):
    runner.evaluate(
        warehouse, ObservationHistory.empty(), AS_OF, catalogue=catalogue(kind("tried", answer()))
    )
    seen = observe(warehouse, AS_OF)
    assert seen.exceptions.collect_schema() == EXCEPTION_OBSERVATIONS
    assert seen.runs.collect_schema() == RUN_OBSERVATIONS
    assert seen.runs.collect().rows() == [(AS_OF, 3)]


def test_no_message_log_or_report_carries_a_value_of_a_row(warehouse, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    kinds = (
        kind("converted", answer(rest="where check_number::integer = 1")),
        kind("doubled", answer(key="coalesce(nullif(check_number, '2'), 'JANE ROE')")),
        kind("divided", answer(rest="where error(check_number)")),
        kind("failed", answer(rest="where amount = 5")),
    )
    report = runner.evaluate(warehouse, ObservationHistory.empty(), AS_OF, catalogue=catalogue(*kinds))
    assert report.errored == ["converted", "doubled", "divided"]
    printed = capfd.readouterr()
    for text in (report.render(), repr(report), caplog.text, printed.out, printed.err):
        assert "JANE" not in text
        assert "5.00" not in text


def test_the_tables_refuse_what_cannot_be(clean, tmp_path):
    path, _ = clean
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(path.read_bytes())
    good = "'i', 1, 'k', date '2026-03-02', 'new', 'open', 'found', null, null, null, null, null, 'x', 1.00"
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"insert into exceptions.history values ({good})")
        for bad in (
            good,
            good.replace("'open'", "'strange'").replace("1, 'k'", "2, 'k'"),
            good.replace("1, 'k'", "0, 'k'"),
            good.replace("'found', null", "'comment', 'maria'").replace("1, 'k'", "2, 'k'"),
        ):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute(f"insert into exceptions.history values ({bad})")


@pytest.mark.parametrize("catalogue_view", ["duckdb_tables()", "duckdb_columns()"])
def test_every_table_and_column_is_described(clean, query, catalogue_view):
    path, _ = clean
    bare = f"select * from {catalogue_view} where schema_name = 'exceptions' and coalesce(comment, '') = ''"
    assert query(path, bare) == []


def test_the_report_counts_and_names_without_more(planted):
    _, report = planted
    text = report.render()
    assert "over_applied" in text
    assert "rollforward_broken (blocks the publish)" in text
    assert f"{report.exception_count:,} exceptions; 0 kinds passed, {len(report.outcomes)} failed" in text
    assert isinstance(report, EvaluationReport)
