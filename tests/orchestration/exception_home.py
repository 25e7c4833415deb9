"""A home folder with a few published exceptions, made by hand, for tests of how the queue is worked.

The schema is the real one, written by `expectations`; only the findings are by hand.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from expectations.catalogue import load_catalogue
from expectations.exceptions import told, write_exceptions
from expectations.findings import COLUMNS, prepare
from expectations.observations import EXCEPTION_OBSERVATIONS, RUN_OBSERVATIONS, ObservationHistory, no_entries
from expectations.root_causes import load_root_cause_rules
from orchestration.home import Home
from orchestration.run.manifest import Manifest
from tests.orchestration.published import publish_by_hand

PUBLISHED_ON = date(2026, 3, 1)
FIRST_RUN_ON = PUBLISHED_ON - timedelta(days=9)

# kind, business key, amount, location, patient, left key, right key, what was found, seen by the first run
FINDINGS: list[tuple[str, str, str | None, str | None, str | None, str | None, str | None, str, bool]] = [
    ("missing_in_billing", "emr:EP1", "20.00", "L1", "P1", "EP1", None, "no record in the claims feed", True),
    ("missing_in_billing", "emr:EP2", "35.00", "L2", "P2", "EP2", None, "feed says Not Sent", False),
    ("lost_after_transmission", "emr:EP3", "90.00", "L1", "P1", "EP3", None,
     "transmitted successfully, not in billing", True),
    ("over_applied", "R7", "10.00", "L1", "P1", "R7", None, "used_beyond_amount", False),
    ("disbursement_over_escrow", "D7", "10.00", "L1", "P1", "D7", "R7", "disbursed_beyond_escrow", False),
    ("expected_file_missing", "receipts|L2|2026-02-27", None, "L2", None, None, None,
     "missing, for 2026-02-26", False),
    ("posted_by_hand", "billing:BP9", "5.00", "L2", "P2", None, "BP9", "posted by a person, no feed", False),
]  # fmt: skip


def id_of(business_key: str) -> str:
    """The id of the exception about a key."""
    (kind,) = [row[0] for row in FINDINGS if row[1] == business_key]
    with duckdb.connect() as connection:
        row = connection.execute(
            "select substr(sha256($kind || '|' || $key), 1, 32)", {"kind": kind, "key": business_key}
        ).fetchone()
    assert row is not None
    return str(row[0])


def exception_home(
    root: Path,
    *,
    more: int = 0,
    findings: Sequence[tuple[Any, ...]] = tuple(FINDINGS),
    on: date = PUBLISHED_ON,
    entries: pl.DataFrame | None = None,
) -> Home:
    """Publish FINDINGS as of PUBLISHED_ON, the older ones seen by a run of FIRST_RUN_ON already."""
    home = Home(root)
    publish_exceptions(home, more=more, findings=findings, on=on, entries=entries)
    return home


def publish_exceptions(
    home: Home,
    *,
    more: int = 0,
    findings: Sequence[tuple[Any, ...]] = tuple(FINDINGS),
    on: date = PUBLISHED_ON,
    entries: pl.DataFrame | None = None,
) -> Manifest:
    """One run by hand: what it found, and what people had entered."""
    many = [
        (
            "escrow_aged",
            f"M{number:05}",
            "1.00",
            "L9",
            "P9",
            f"M{number:05}",
            None,
            "aged_31_to_60_days",
            False,
        )
        for number in range(more)
    ]
    manifest = publish_by_hand(home, on)
    with duckdb.connect(str(manifest.data_file)) as connection:
        connection.execute("create table marts.loads (file_hash varchar, file_name varchar, verdict varchar,"
                           " loaded_on date, load_id varchar)")  # fmt: skip
        prepare(connection)
        names = ("business_key", "amount_at_stake", "location_id", "patient_id", "left_key", "right_key",
                 "what_was_found")  # fmt: skip
        assert set(names) < set(COLUMNS)
        connection.executemany(
            f"insert into temp.findings (kind, exception_id, {', '.join(names)})"
            " values ($1, substr(sha256($1 || '|' || $2), 1, 32), $2, $3, $4, $5, $6, $7, $8)",
            [row[:8] for row in (*findings, *many)],
        )
        history = _seen_before(connection, [row[1] for row in findings if row[8]])
        lives, changes = told(connection, history, no_entries() if entries is None else entries, on)
        # Those of the rules that ask no mart: there is none here.
        rules = tuple(rule for rule in load_root_cause_rules() if "marts." not in rule.sql)
        write_exceptions(connection, load_catalogue(), lives, changes, on, root_causes=rules)
    return manifest


def _seen_before(connection: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> ObservationHistory:
    seen = connection.execute(
        "select $on::date as as_of, exception_id, kind, amount_at_stake, what_was_found, location_id"
        " from temp.findings where list_contains($keys, business_key)",
        {"on": FIRST_RUN_ON, "keys": list(keys)},
    ).pl()
    runs: Mapping[str, Any] = {"as_of": [FIRST_RUN_ON], "exception_count": [seen.height]}
    return ObservationHistory(
        seen.cast(EXCEPTION_OBSERVATIONS).lazy(), pl.LazyFrame(runs, schema=RUN_OBSERVATIONS)
    )
