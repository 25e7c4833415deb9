"""Bronze shows what was committed, whole, and nothing else."""

import errno
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingestion.bronze import BronzeError, BronzeStore
from ingestion.bronze_tables import TABLES

AS_OF = date(2026, 1, 5)


def observations(*counts: int) -> pl.DataFrame:
    schema = {"as_of": pl.Date, "exception_count": pl.Int64}
    return pl.DataFrame({"as_of": [AS_OF] * len(counts), "exception_count": list(counts)}, schema=schema)


def counts_in(store: BronzeStore) -> list[int]:
    return store.scan("run_observations").collect()["exception_count"].to_list()


def add(store: BronzeStore, *counts: int) -> None:
    with store.begin("run", AS_OF) as commit:
        commit.append("run_observations", observations(*counts))
        commit.commit()


def test_an_empty_bronze_has_typed_tables_and_no_history(tmp_path: Path):
    store = BronzeStore(tmp_path / "bronze")
    assert store.commits() == []
    assert store.last_published_as_of() is None
    for table in store.tables():
        assert store.scan(table).collect().schema == store.schema(table)


def test_commits_add_up_in_order(tmp_path: Path):
    store = BronzeStore(tmp_path)
    add(store, 1, 2)
    add(store, 3)
    assert counts_in(store) == [1, 2, 3]
    assert [commit.sequence for commit in store.commits()] == [1, 2]
    assert store.last_published_as_of() == AS_OF
    assert store.verify() == []


def test_nothing_is_visible_before_the_commit_and_nothing_is_left_of_a_dropped_one(tmp_path: Path):
    store = BronzeStore(tmp_path)
    with store.begin("run", AS_OF) as commit:
        commit.append("run_observations", observations(1))
        commit.savepoint()
        assert counts_in(store) == []
        assert len(list(tmp_path.rglob("*.parquet"))) == 1
    assert list(tmp_path.rglob("*.parquet")) == []
    assert store.commits() == []


def test_a_commit_of_nothing_writes_nothing(tmp_path: Path):
    store = BronzeStore(tmp_path)
    with store.begin("run", AS_OF) as commit:
        commit.append("run_observations", observations())
        assert commit.commit() is None
    assert store.commits() == []


def test_rolling_back_keeps_what_came_before(tmp_path: Path):
    store = BronzeStore(tmp_path)
    with store.begin("run", AS_OF) as commit:
        commit.append("run_observations", observations(1))
        savepoint = commit.savepoint()
        commit.append("run_observations", observations(2))
        commit.savepoint()
        commit.append("run_observations", observations(3))
        commit.roll_back(savepoint)
        commit.append("run_observations", observations(4))
        commit.commit()
    assert counts_in(store) == [1, 4]
    assert store.verify() == []
    assert store.remove_uncommitted() == []


def test_parts_are_bounded_and_keep_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.bronze.ROWS_PER_PART", 3)
    store = BronzeStore(tmp_path)
    with store.begin("run", AS_OF) as commit:
        for start in range(0, 20, 4):
            commit.append("run_observations", observations(*range(start, start + 4)))
        record = commit.commit()
    assert counts_in(store) == list(range(20))
    assert [part.rows for part in record.parts] == [3] * 6 + [2]


def test_a_column_of_nothing_is_text_to_every_reader(tmp_path: Path):
    schema = pl.Schema({"name": pl.String, "file_hash": pl.String})
    store = BronzeStore(tmp_path, {"answers": schema})
    rows = pl.DataFrame({"name": [None, None], "file_hash": ["a", "b"]}, schema=schema)
    with store.begin("run", AS_OF) as commit:
        commit.append("answers", rows)
        commit.append("answers", rows)
        commit.commit()
    assert store.scan("answers").collect().equals(pl.concat([rows, rows]))
    told = duckdb.sql(f"select name from read_parquet('{store.part_paths('answers')[0]}')")
    assert [str(kind) for kind in told.types] == ["VARCHAR"]


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"as_of": [AS_OF]}),
        pl.DataFrame({"exception_count": [1], "as_of": [AS_OF]}),
        pl.DataFrame({"as_of": [AS_OF], "exception_count": ["1"]}),
        pl.DataFrame({"as_of": [AS_OF], "exception_count": [1], "more": [1]}),
    ],
    ids=["missing", "order", "type", "more"],
)
def test_rows_of_another_schema_are_refused(tmp_path: Path, frame: pl.DataFrame):
    with pytest.raises(BronzeError), BronzeStore(tmp_path).begin("run", AS_OF) as commit:
        commit.append("run_observations", frame)


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path):
    store = BronzeStore(tmp_path)
    add(store, 1)
    left = [tmp_path / "run_observations" / "00000002-0001.parquet", tmp_path / "log" / "00000002.tmp"]
    for path in left:
        path.write_bytes(b"half")
    assert counts_in(store) == [1]
    assert sorted(store.remove_uncommitted()) == sorted(left)
    add(store, 2)
    assert counts_in(store) == [1, 2]


def test_of_two_writers_one_wins_and_nothing_is_replaced(tmp_path: Path):
    store = BronzeStore(tmp_path)
    with store.begin("first", AS_OF) as first:
        first.append("run_observations", observations(1))
        (tmp_path / "log").mkdir()
        (tmp_path / "log" / "00000001.json").write_text(json.dumps({"sequence": 1}))
        with pytest.raises(BronzeError, match="another run"):
            first.commit()
    assert json.loads((tmp_path / "log" / "00000001.json").read_text()) == {"sequence": 1}


def test_a_gap_or_a_broken_commit_is_noticed(tmp_path: Path):
    store = BronzeStore(tmp_path)
    add(store, 1)
    add(store, 2)
    first = tmp_path / "log" / "00000001.json"
    content = first.read_text()
    first.write_text(content[:40])
    with pytest.raises(BronzeError, match="not a commit"):
        store.commits()
    first.unlink()
    with pytest.raises(BronzeError, match="missing"):
        store.commits()


def test_verify_notices_a_changed_and_a_lost_part(tmp_path: Path):
    store = BronzeStore(tmp_path)
    add(store, 1)
    add(store, 2)
    changed, lost = store.part_paths("run_observations")
    changed.write_bytes(changed.read_bytes()[:-1] + b"?")
    lost.unlink()
    assert len(store.verify()) == 2


def test_an_unknown_table_is_named(tmp_path: Path):
    with pytest.raises(BronzeError, match="salaries"):
        BronzeStore(tmp_path).schema("salaries")


def test_what_was_written_is_read_as_it_was_by_both_engines(tmp_path: Path):
    store = BronzeStore(tmp_path)
    schema = store.schema("quarantine")
    first = pl.DataFrame(
        {
            "load_id": ["a", "a", "b", "a"],
            "file_hash": ["h"] * 4,
            "file_name": ["x.csv", "x.csv", "y.csv", "x.csv"],
            "loaded_on": [AS_OF] * 4,
            "source": [None, "receipts", "", "receipts"],
            "record_number": [4, 2, 2**62, -1],
            "problem_number": [1, 1, 1, 2],
            "amount_at_stake": [Decimal("-0.01"), None, Decimal("9999999999999999.99"), Decimal("0.00")],
        }
    )
    first = pl.concat([pl.DataFrame(schema=schema), first], how="diagonal_relaxed").cast(schema)
    without_nulls = first.fill_null("?").with_columns(pl.col("amount_at_stake").fill_null(0)).cast(schema)
    for rows in (first, without_nulls):
        with store.begin("run", AS_OF) as commit:
            commit.append("quarantine", rows)
            commit.commit()
    assert store.scan("quarantine").collect().equals(pl.concat([first, without_nulls]))
    paths = [str(path) for path in store.part_paths("quarantine")]
    told = duckdb.sql(f"select * from read_parquet({paths})")
    assert [(name, str(kind)) for name, kind in zip(told.columns, told.types, strict=True)] == [
        (name, {pl.String: "VARCHAR", pl.Date: "DATE", pl.Int64: "BIGINT"}.get(type(kind), "DECIMAL(18,2)"))
        for name, kind in schema.items()
    ]
    assert told.fetchall() == pl.concat([first, without_nulls]).rows()


def test_text_that_comes_as_enumerations_is_text_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Frames whose values differ in kind, number and order, cut anywhere into parts."""
    monkeypatch.setattr("ingestion.bronze.ROWS_PER_PART", 4)
    schema = pl.Schema({"name": pl.String, "file_hash": pl.String})
    store = BronzeStore(tmp_path, {"answers": schema})
    plain = [
        pl.DataFrame({"name": names, "file_hash": ["h", *names[1:]]}, schema=schema)
        for names in (["a"] * 3, ["b", None, "a"], ["c", "b"], [None, None], ["a", "d", "", "a", "b"])
    ]
    kinds = [["a"], ["b", "a"], ["a", "b", "c"], ["x"], ["d", "a", "b", ""]]
    with store.begin("run", AS_OF) as commit:
        for rows, kind in zip(plain, kinds, strict=True):
            commit.append("answers", rows.with_columns(pl.col("name").cast(pl.Enum(kind))))
        commit.append("answers", plain[0])
        record = commit.commit()
    expected = pl.concat([*plain, plain[0]])
    assert record is not None
    assert [part.rows for part in record.parts] == [4, 4, 4, 4, 2]
    assert store.scan("answers").collect().equals(expected)
    assert list(store.parts_by_columns()["answers"]) == [("name", "file_hash")]
    told = duckdb.sql(f"select * from read_parquet({[str(path) for path in store.part_paths('answers')]})")
    assert [str(kind) for kind in told.types] == ["VARCHAR", "VARCHAR"]
    assert told.fetchall() == expected.rows()


def test_an_error_of_the_disk_stops_the_commit_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    store = BronzeStore(tmp_path)
    with store.begin("run", AS_OF) as commit:
        commit.append("run_observations", observations(1))
        commit.savepoint()
        monkeypatch.setattr("ingestion.bronze.write_part", full)
        commit.append("run_observations", observations(2))
        with pytest.raises(OSError, match="full"):
            commit.commit()
    assert list(tmp_path.rglob("*.parquet")) == []
    assert store.commits() == []


GROWN = {"answers": pl.Schema({"name": pl.String, "amount": pl.Decimal(18, 2), "minutes": pl.Int64})}


@pytest.fixture
def grown(tmp_path: Path) -> BronzeStore:
    """Two commits: one from before its table had minutes, and one that has them."""
    before = pl.Schema({"name": pl.String, "amount": pl.Decimal(18, 2)})
    old = pl.DataFrame({"name": ["a"], "amount": [Decimal("1.10")]}, schema=before)
    new = pl.DataFrame({"name": ["b"], "amount": [Decimal("2.20")], "minutes": [15]}, schema=GROWN["answers"])
    for tables, rows in (({"answers": before}, old), (GROWN, new)):
        with BronzeStore(tmp_path, tables).begin("run", AS_OF) as commit:
            commit.append("answers", rows)
            commit.commit()
    return BronzeStore(tmp_path, GROWN)


EXPECTED = [("a", Decimal("1.10"), None), ("b", Decimal("2.20"), 15)]


def test_parts_from_before_a_contract_grew_have_nothing_in_its_new_columns(grown: BronzeStore):
    assert grown.scan("answers").collect().rows() == EXPECTED
    assert grown.scan("answers").collect_schema() == GROWN["answers"]
    assert list(grown.parts_by_columns()["answers"]) == [("name", "amount"), ("name", "amount", "minutes")]


def test_a_commit_without_layouts_is_looked_into(grown: BronzeStore):
    for path in sorted((grown.root / "log").glob("*.json")):
        record = json.loads(path.read_text())
        for part in record["parts"]:
            del part["layout"]
        path.write_text(json.dumps(record))
    assert list(grown.parts_by_columns()["answers"]) == [("name", "amount"), ("name", "amount", "minutes")]


def test_parts_of_todays_layout_are_not_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = BronzeStore(tmp_path)
    add(store, 1)
    monkeypatch.setattr(pl, "read_parquet_schema", lambda path: pytest.fail(f"{path} was opened"))
    assert store.parts_by_columns() == {
        "run_observations": {("as_of", "exception_count"): store.part_paths("run_observations")}
    }


def test_a_scan_can_say_which_commit_brought_a_row(tmp_path):
    store = BronzeStore(tmp_path)
    assert store.scan("run_observations", commit_as="run_number").collect().is_empty()
    for count in (3, 4):
        add(store, count)
    rows = store.scan("run_observations", commit_as="run_number").collect()
    assert rows.select("exception_count", "run_number").rows() == [(3, 1), (4, 2)]
    assert rows.schema["run_number"] == pl.Int64


def test_observations_from_before_they_kept_the_finding_are_read(tmp_path):
    """The same store with the columns that observations had at first, then with those of today."""
    columns = ("as_of", "exception_id", "kind", "amount_at_stake")
    today = TABLES["exception_observations"]
    first = pl.Schema({name: today[name] for name in columns})
    for number, schema in enumerate((first, today)):
        store = BronzeStore(tmp_path, {"exception_observations": schema})
        known = {"as_of": AS_OF, "exception_id": "e", "kind": "k", "what_was_found": "found"}
        rows = pl.DataFrame([{name: known.get(name) for name in schema}], schema=schema)
        with store.begin(f"run-{number}", AS_OF) as commit:
            commit.append("exception_observations", rows)
            commit.commit()
    rows = store.scan("exception_observations", commit_as="run_number").collect()
    assert rows.select("exception_id", "what_was_found", "run_number").rows() == [
        ("e", None, 1),
        ("e", "found", 2),
    ]
